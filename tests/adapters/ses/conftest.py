"""An account, and a mailer at its door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from relance.adapters.ses.mailer import SesMailer
from tests.adapters.ses.places import Time, client_of
from tests.emulators.ses import Account, SesServer


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[SesServer]:
    server = SesServer(Account(clock=time))
    yield server
    server.stop()


@pytest.fixture
def mailer(server: SesServer, time: Time) -> SesMailer:
    return SesMailer(client_of(server.url), "REG", "relance", 0.25, time, time.sleep)

"""A clock, clients and refusals for the tests of SES."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from relance.adapters.ses.mailer import SesMailer, ses_client
from relance.ports.errors import MailRefusedError
from tests.adapters.facts import make_message, make_raw
from tests.adapters.mailer_contract import SENDER
from tests.emulators.aws import REGION, SECRET


def session_of(**options: Any) -> boto3.Session:
    return boto3.Session(**options)


SESSION = session_of(region_name=REGION, **SECRET)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC).timestamp()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client_of(url: str, **options: Any) -> Any:
    return ses_client(SESSION, endpoint_url=url, config=Config(read_timeout=0.4), **options)


def refusal(mailer: SesMailer, raw: bytes | None = None, **message: Any) -> tuple[str, str, tuple[str, ...]]:
    """How a message is refused: code, kind, addresses."""
    with pytest.raises(MailRefusedError) as error:
        mailer.send(make_message("m1", **message), SENDER, make_raw("m1") if raw is None else raw)
    return error.value.code, error.value.kind, error.value.addresses

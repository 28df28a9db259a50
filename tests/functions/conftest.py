"""One deployment for a module of tests: its functions stay warm, each test has registers of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulators.cloud import Cloud
from tests.functions.days import AMOUNTS, private


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(running: Cloud) -> Iterator[Cloud]:
    """After each test: nothing that was printed in it holds personal data."""
    before = len(running.printed())
    yield running
    text = "\n".join(running.printed()[before:]).replace("\\u00a0", " ")
    shown = [*(word for word in private(running) if word in text), *AMOUNTS.findall(text)]
    running.clear()
    assert shown == [], "in logs"

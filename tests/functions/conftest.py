"""One deployment for a module of tests: its functions stay warm, each test has registers of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulators.cloud import Cloud


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(running: Cloud) -> Iterator[Cloud]:
    yield running
    running.clear()

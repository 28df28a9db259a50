"""Pytest fixtures; a test folder takes them with `from tests.emulators.sheets.fixtures import google  # noqa: F401`."""

from collections.abc import Iterator

import pytest

from tests.emulators.sheets.server import SheetsServer

ROBOT = "robot@exemple.iam.gserviceaccount.com"


@pytest.fixture
def google() -> Iterator[SheetsServer]:
    """A running emulator of its own for each test."""
    with SheetsServer() as server:
        yield server

"""Cases of the fault matrix: small registers as deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.sheets.server import SheetsServer
from tests.world.matrix import Case


@pytest.fixture(scope="module")
def google() -> Iterator[SheetsServer]:
    """Google's double, one for the tests of a file."""
    with SheetsServer() as running:
        yield running


@pytest.fixture
def make_case(tmp_path: Path, google: SheetsServer) -> Iterator[Callable[..., Case]]:
    """Makes a register, and takes it away afterwards."""
    made: list[Case] = []

    def make(*rows: Any, **settings: Any) -> Case:
        made.append(Case(tmp_path / str(len(made)), google, *rows, **settings))
        return made[-1]

    yield make
    google.calm()
    for case in made:
        case.cloud.clean()


@pytest.fixture
def case(make_case: Callable[..., Case]) -> Case:
    """Two late customers, A1 and B1."""
    return make_case()

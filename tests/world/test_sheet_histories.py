"""The same histories with the register in a Google Sheet, people at work between any two calls and within writes.

`RELANCE_SHEET_SEEDS=500` runs that many, `RELANCE_SEED=17` runs one again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.emulators.sheets.server import SheetsServer
from tests.world.histories import live
from tests.world.sheets import InSheet

ONE = os.environ.get("RELANCE_SEED")
SEEDS = (int(ONE),) if ONE else tuple(range(5000, 5000 + int(os.environ.get("RELANCE_SHEET_SEEDS", "115"))))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_must_hold_holds_with_a_google_sheet(tmp_path: Path, google: SheetsServer, seed: int) -> None:
    world = live(InSheet(tmp_path, google), seed)
    assert world.runs

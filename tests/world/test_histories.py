"""Random histories of a register: what must always hold does, whatever people, the mail server and the machine do.

`RELANCE_SEEDS=300` runs that many, `RELANCE_SEED=17` runs one again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.world.histories import live
from tests.world.kept_seeds import KEPT
from tests.world.places import InWorkbook

ONE = os.environ.get("RELANCE_SEED")
SEEDS = (int(ONE),) if ONE else tuple(dict.fromkeys((*KEPT, *range(1000, 1000 + int(os.environ.get("RELANCE_SEEDS", "12"))))))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_must_hold_holds_through_a_history(tmp_path: Path, seed: int) -> None:
    world = live(InWorkbook(tmp_path), seed)
    assert world.log

"""The same histories as deployed: DynamoDB, S3, SES and its events, with all that goes wrong on the way.

`RELANCE_CLOUD_SEEDS=300` runs that many, `RELANCE_SEED=17` runs one again.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.emulators.sheets.server import SheetsServer
from tests.world.cloud import InCloud
from tests.world.histories import live
from tests.world.weather import Weather

ONE = os.environ.get("RELANCE_SEED")
SEEDS = (int(ONE),) if ONE else tuple(range(7000, 7000 + int(os.environ.get("RELANCE_CLOUD_SEEDS", "10"))))
DAYS = 24 * 3600.0


def weather(random: Random) -> Weather:
    """Fair or foul, by chance."""
    return Weather(
        requests=random.choice((0.0, 0.01, 0.04)), stops=random.choice((0.0, 0.15, 0.4)), resolved=random.choice((1.0, 0.5)),
        late=random.choice((0.0, 60.0, 3 * DAYS)), twice=0.2, lost=random.choice((0.0, 0.0, 0.3)),
        ill=random.choice((0.0, 0.15, 0.4)),
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_what_must_hold_holds_on_aws(tmp_path: Path, google: SheetsServer, seed: int) -> None:
    random = Random(seed)
    place = InCloud(tmp_path, google, weather(random))
    try:
        world = live(place, seed, crowding=random.choice((0.0, 0.01)))
    finally:
        place.clean()
    assert world.runs

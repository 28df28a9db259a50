"""The machine stops once, before or after any request to DynamoDB, S3 or SES: each message still leaves exactly once.

All moments of the story are tried with `RELANCE_CLOUD_CRASHES=all`, as `make prove` does; else every fourth of each run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.emulators.sheets.server import SheetsServer
from tests.world.cloud_crashes import Cloud
from tests.world.crashes import STORY, Story
from tests.world.ports import Side

PARTS = 4
ALL = os.environ.get("RELANCE_CLOUD_CRASHES") == "all"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with SheetsServer() as google:
        cloud = Cloud(tmp_path_factory.mktemp("story"), google)
        yield Story(cloud)
        cloud.place.clean()


def moments(story: Story, run: int, part: int) -> Iterator[tuple[int, Side]]:
    """Every `PARTS`-th moment of a run."""
    for n in range(1, story.points[run] + 1):
        if n % PARTS == part:
            yield n, "before"
            yield n, "after"


def test_the_story_is_the_one_told_on_disk(story: Story) -> None:
    assert len(story.sent) == 6
    assert min(story.points) >= 10


@pytest.mark.parametrize(("run", "part"), [(r, p) for r in range(len(STORY)) for p in range(PARTS) if ALL or p == r % PARTS])
def test_a_machine_that_stops_at_any_request_loses_and_repeats_nothing(story: Story, run: int, part: int) -> None:
    for moment in moments(story, run, part):
        story.again(run, moment)

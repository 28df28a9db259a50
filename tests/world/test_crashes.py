"""The machine stops once, at every moment of a story: each message still leaves exactly once, and the sheet agrees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.world.crashes import STORY, Folders, Story
from tests.world.ports import Side

PARTS = 4


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(Folders(tmp_path_factory.mktemp("story")))


def moments(story: Story, run: int, part: int) -> Iterator[tuple[int, Side]]:
    """Every `PARTS`-th moment of a run."""
    for n in range(1, story.points[run] + 1):
        if n % PARTS == part:
            yield n, "before"
            yield n, "after"


def test_the_story_has_messages_of_every_kind(story: Story) -> None:
    assert len(story.sent) == 6
    assert min(story.points) >= 8


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("run", range(len(STORY)))
def test_a_machine_that_stops_anywhere_loses_and_repeats_nothing(story: Story, run: int, part: int) -> None:
    for moment in moments(story, run, part):
        story.again(run, moment)

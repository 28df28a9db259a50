"""What all commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from relance.cli.base import local_day


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 10, 4, 21, 59, tzinfo=UTC), date(2026, 10, 4)),
        (datetime(2026, 10, 4, 22, 0, tzinfo=UTC), date(2026, 10, 5)),  # summer time: two hours ahead
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),  # the day summer time ends
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),  # the day summer time begins
    ],
)
def test_today_is_the_day_in_the_time_zone_of_the_register(now: datetime, day: date) -> None:
    assert local_day(now, "Europe/Paris") == day

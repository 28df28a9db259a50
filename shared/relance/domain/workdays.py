"""Working days and sending days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import holidays

ONE_DAY = timedelta(days=1)


def known_country(country: str) -> bool:
    """Whether the holidays of this ISO country code are known."""
    return country in holidays.list_supported_countries(include_aliases=True)


@dataclass(frozen=True)
class Workdays:
    """The calendar of a register.

    A working day is no week-end and no public holiday of `country`. A sending day is a working day (every day when
    `working_days_only` is off) outside `no_send_weekdays` (0 = Monday) and the ranges `no_send_ranges` (both ends in).
    """

    country: str = "FR"
    working_days_only: bool = True
    no_send_weekdays: frozenset[int] = frozenset()
    no_send_ranges: tuple[tuple[date, date], ...] = ()
    _holidays: dict[int, frozenset[date]] = field(default_factory=dict, repr=False, compare=False)
    _next: dict[date, date] = field(default_factory=dict, repr=False, compare=False)
    _added: dict[tuple[date, int], date] = field(default_factory=dict, repr=False, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether banks and offices work that day."""
        return day.weekday() < 5 and day not in self._of_year(day.year)

    def is_sending(self, day: date) -> bool:
        """Whether messages may leave that day."""
        if self.working_days_only and not self.is_working(day):
            return False
        return day.weekday() not in self.no_send_weekdays and not any(a <= day <= b for a, b in self.no_send_ranges)

    def next_sending(self, day: date) -> date:
        """The first sending day from `day` on; `day` itself when none comes within three years."""
        found = self._next.get(day)
        if found is None:
            found = next((d for d in _days_from(day, 1100) if self.is_sending(d)), day)
            self._next[day] = found
        return found

    def add_working(self, day: date, count: int) -> date:
        """The day `count` working days after `day` (before it when negative)."""
        found = self._added.get((day, count))
        if found is None:
            found, left, step = day, abs(count), ONE_DAY if count >= 0 else -ONE_DAY
            while left:
                found += step
                left -= self.is_working(found)
            self._added[day, count] = found
        return found

    def _of_year(self, year: int) -> frozenset[date]:
        found = self._holidays.get(year)
        if found is None:
            known = holidays.country_holidays(self.country, years=year) if self.country else ()
            found = self._holidays[year] = frozenset(known)
        return found


def _days_from(day: date, count: int) -> Iterable[date]:
    return (day + timedelta(days=n) for n in range(count))

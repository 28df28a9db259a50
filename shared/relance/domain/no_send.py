"""The days on which nothing leaves, as people type them."""

from __future__ import annotations

import re
from datetime import date

from .sheet import Cell
from .values import Reader, bad, day, identifier
from .words import Lexicon, Reason

NoSend = tuple[frozenset[int], tuple[tuple[date, date], ...]]  # weekdays (0 = Monday), ranges with both ends

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TO = re.compile(r"\s*(?:–|—|\.\.)\s*|\s+(?:-|au|to)\s+|(?<=[0-9])-(?=[0-9]{1,2}/)", re.IGNORECASE)
_FROM = re.compile(r"^(?:du|from)\s+", re.IGNORECASE)
_YEARLESS = re.compile("([0-9]{1,2})/([0-9]{1,2})")


def no_send_days(lexicon: Lexicon) -> Reader:
    """The reader of weekdays, dates and ranges separated by `,` or `;`; a range without years comes back every year."""

    def read(cell: Cell) -> NoSend | Reason | None:
        if isinstance(cell, date):
            found = day(cell)
            return (frozenset(), ((found, found),)) if isinstance(found, date) else found
        typed = identifier(cell)
        if not isinstance(typed, str):
            return typed
        weekdays: set[int] = set()
        ranges: list[tuple[date, date]] = []
        for part in filter(None, (part.strip() for part in re.split("[,;]", typed))):
            weekday = lexicon.value("weekday", part) or part.lower()
            if weekday in _WEEKDAYS:
                weekdays.add(_WEEKDAYS.index(weekday))
                continue
            of_part = _ranges(_FROM.sub("", part, count=1))
            if not of_part:
                return bad("fault.setting_value", part)
            ranges += of_part
        return frozenset(weekdays), tuple(ranges)

    return read


def _ranges(part: str) -> list[tuple[date, date]]:
    """The ranges that one item means; none when it cannot be read."""
    ends = _TO.split(part)
    if len(ends) > 2:
        return []
    first, last = _YEARLESS.fullmatch(ends[0]), _YEARLESS.fullmatch(ends[-1])
    if first and last:
        return _every_year((int(first[2]), int(first[1])), (int(last[2]), int(last[1])))
    dates = [day(end) for end in ends]
    start, end = dates[0], dates[-1]
    return [(start, end)] if isinstance(start, date) and isinstance(end, date) and start <= end else []


def _every_year(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[date, date]]:
    """A range of (month, day) in each year; one that ends before it starts runs into the next year."""
    try:
        return [(_in(year, *first), _in(year + (last < first), *last)) for year in range(2000, 2100)]
    except ValueError:
        return []


def _in(year: int, month: int, number: int) -> date:
    """The day in that year; 29 February is the 28th in a common year."""
    if (month, number) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
        return date(year, 2, 28)
    return date(year, month, number)

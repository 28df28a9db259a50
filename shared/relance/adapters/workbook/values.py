"""Values as a sheet can hold them, and as they are written in its XML."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from xml.sax.saxutils import escape

from relance.adapters.workbook.tokens import reference
from relance.domain.sheet import Cell, CellValue

Stored = None | str | bool | float | date

MAX_TEXT = 32_767  # UTF-16 units in one cell
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets do not agree on the serial number
_LAST_DAY = date(9999, 12, 31)


def stored(value: CellValue, from_1904: bool) -> Stored:
    """What reading gives back once this value is written: legal text of a legal length, floats, days.

    A day that a sheet cannot hold becomes text. ValueError for a number that is not finite.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(f"not a number that a sheet can hold: {value}")
        return float(value)
    day = value.date() if isinstance(value, datetime) else value
    first = date(1904, 1, 2) if from_1904 else _FIRST_DAY
    return day if first <= day <= _LAST_DAY else day.isoformat()


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold, cut with `…` where a cell is full."""
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_TEXT // 2 and len(units := text.encode("utf-16-le")) > MAX_TEXT * 2:
        return units[: (MAX_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"
    return text


def held(cell: Cell, value: Stored) -> bool:
    """Whether a cell that was read already holds this value."""
    if isinstance(cell, float) and isinstance(value, float):
        return float(cell) == value
    return type(cell) is type(value) and cell == value


def serial(day: date, from_1904: bool) -> int:
    """The number of a day in a sheet."""
    return (day - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days


def cell_xml(prefix: bytes, row: int, column: int, style: int | None, value: Stored, from_1904: bool) -> bytes:
    """The `<c>` element of a value; text is inline, so that it is never taken for a formula."""
    opening = b'<%sc r="%s"' % (prefix, reference(row, column))
    if style is not None:
        opening += b' s="%d"' % style
    if value is None:
        return opening + b"/>"
    if isinstance(value, str):
        text = escape(_ESCAPED_CODE.sub("_x005F_", value)).encode("ascii", "xmlcharrefreplace")
        keep = b' xml:space="preserve"' if value != value.strip() or "\n" in value else b""
        return opening + b' t="inlineStr"><%sis><%st%s>%s</%st></%sis></%sc>' % (
            prefix, prefix, keep, text, prefix, prefix, prefix,
        )  # fmt: skip
    if isinstance(value, bool):
        number = b' t="b"><%sv>%d' % (prefix, value)
    elif isinstance(value, float):
        digits = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        number = b"><%sv>%s" % (prefix, digits.encode())
    else:
        number = b"><%sv>%d" % (prefix, serial(value, from_1904))
    return opening + number + b"</%sv></%sc>" % (prefix, prefix)

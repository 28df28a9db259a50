"""Single cells: as the Sheets API gives and takes them, and as the register knows them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from relance.domain import number_formats
from relance.domain.sheet import Cell, CellFault, CellValue, Shown

Json = Mapping[str, Any]

MAX_TEXT = 50_000  # characters of one cell, https://support.google.com/drive/answer/37603
ORIGIN = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = date(1900, 3, 1), date(9999, 12, 31)
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# ErrorValue.type is the same in every language, the text shown is not.
ERRORS = {
    "DIVIDE_BY_ZERO": "#DIV/0!", "NULL_VALUE": "#NULL!", "VALUE": "#VALUE!", "REF": "#REF!", "NAME": "#NAME?", "NUM": "#NUM!",
    "N_A": "#N/A", "LOADING": "Loading…",
}  # fmt: skip


class Linked(str):
    """The address behind a smart chip or a link; `shown` is the text of the cell."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, address: str, shown: str) -> Linked:
        self = super().__new__(cls, address)
        self.shown = shown
        return self


def cell_of(data: Json) -> Cell:
    """The value of a CellData: a day by its number format, the address of a chip, a fault for what has no value."""
    value = data.get("effectiveValue")
    if not value:
        formula = data.get("userEnteredValue")
        return CellFault(formula["formulaValue"]) if formula and "formulaValue" in formula else None
    if "stringValue" in value:
        text = str(value["stringValue"])
        return _chip(data["chipRuns"], text) if "chipRuns" in data else text or None
    if "numberValue" in value:
        return _number(float(value["numberValue"]), data.get("userEnteredFormat"))
    if "boolValue" in value:
        return bool(value["boolValue"])
    return CellFault(ERRORS.get(value.get("errorValue", {}).get("type", ""), "#ERROR!"))


def _chip(runs: list[Json], text: str) -> str:
    """People give their e-mail, files their address; a text with several chips stays a text."""
    chips = [run["chip"] for run in runs if "chip" in run]
    if len(chips) != 1:
        return text
    address = chips[0].get("personProperties", {}).get("email") or chips[0].get("richLinkProperties", {}).get("uri")
    return Linked(address, text) if address else text


def _number(value: float, style: Json | None) -> Cell:
    shape = style.get("numberFormat") if style else None
    if not shape:
        return value
    kind = shape.get("type")
    if kind in ("DATE", "DATE_TIME"):
        return day(value)
    if kind == "NUMBER" and "pattern" in shape:
        text = number_formats.shown(shape["pattern"], value)
        return value if text is None else Shown(value, text)
    return value


@lru_cache(maxsize=8192)
def day(serial: float) -> date | float:
    """The calendar day of a date's number; the number itself when it is none."""
    return ORIGIN + timedelta(days=int(serial)) if 0 < serial <= (_LAST_DAY - ORIGIN).days else serial


def is_day_format(data: Json) -> bool:
    """Whether numbers in this cell show as days."""
    style: Json = data.get("userEnteredFormat") or {}
    return style.get("numberFormat", {}).get("type") in ("DATE", "DATE_TIME")


def stored(value: CellValue) -> CellValue:
    """What a cell holds once this value is written: text of a legal length, floats, days.

    A day before the calendar of sheets becomes text. ValueError for a number that is not finite.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _clean(value) or None
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(f"not a number that a sheet can hold: {value}")
        return float(value)
    found = value.date() if isinstance(value, datetime) else value
    return found if found >= _FIRST_DAY else found.isoformat()


def _clean(text: str) -> str:
    text = _UNUSABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MAX_TEXT // 2 and len(units := text.encode("utf-16-le")) > MAX_TEXT * 2:
        return units[: (MAX_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"
    return text


def sent(value: CellValue) -> str | bool | float | int:
    """A stored value as it is written RAW: '' empties the cell, a day is its number."""
    if value is None:
        return ""
    if isinstance(value, date):
        return (value - ORIGIN).days
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def received(value: Any, as_day: bool) -> Cell:
    """A value that the API gave unformatted, dates as numbers."""
    if value is None or value == "":
        return None
    if isinstance(value, (bool, str)):
        return value
    return day(float(value)) if as_day else float(value)


def same_as_received(cell: Cell, value: Any) -> bool:
    """Whether a cell read earlier still holds what the API now gives unformatted."""
    blank = value is None or value == ""
    if cell is None:
        return blank
    if isinstance(cell, CellFault):
        return blank or isinstance(value, str)
    if isinstance(cell, Linked):
        return bool(cell.shown == value)
    if isinstance(cell, bool) or isinstance(value, bool):
        return cell is value
    if isinstance(cell, date):
        return isinstance(value, (int, float)) and int(value) == (cell - ORIGIN).days
    return bool(cell == value)

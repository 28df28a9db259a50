"""Strict readers of single cells: each returns the value, None for an empty cell, or the Reason it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from .sheet import Cell, CellFault, Shown
from .words import Lexicon, Reason, normalise, reason

Reader = Callable[[Cell], Any]  # a value, None or a Reason

_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")
_LARGEST = 1e12
_SERIAL_ORIGIN = date(1899, 12, 30)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_BLANKS = re.compile("[\\s\u0000-\u001f\u007f-\u009f\ud800-\udfff]+")
_CURRENCY = r"(€|\$|£|[A-Z]{3})?"
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s*([-−+(])?\s*{_CURRENCY}\s*([0-9](?:[0-9\s.,'’]*[0-9])?)\s*{_CURRENCY}\s*([-−)])?\s*{_CURRENCY}"
)
_GROUPED = re.compile("([1-9][0-9]{0,2}(?:([ '’.,])[0-9]{3})(?:\\2[0-9]{3})*)(?:([.,])([0-9]+))?")
_PLAIN = re.compile("([0-9]+)()(?:([.,])([0-9]+))?")
_AMBIGUOUS = re.compile("[1-9][0-9]{0,2}([.,])[0-9]{3}")
_DATES = (
    (re.compile("([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})"), (3, 2, 1)),
    (re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})"), (1, 2, 3)),
)
_WRITTEN_DATE = re.compile(r"(1er|[0-9]{1,2})\s+([^\W\d_]+)\s+([0-9]{4})")
_MONTHS = {
    name: month
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for month, name in enumerate(names.split(), 1)
}
_YES = frozenset(("oui", "yes", "x", "vrai", "true", "1"))
_NO = frozenset(("non", "no", "faux", "false", "0"))


def shown(cell: Cell) -> str:
    """What a person sees in a cell, on one line; '' for an empty one."""
    if isinstance(cell, str):
        return (cell if cell.isprintable() else _BLANKS.sub(" ", _INVISIBLE.sub("", cell))).strip()
    if cell is None:
        return ""
    if isinstance(cell, CellFault):
        return shown(cell.text)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, Shown) and (text := shown(cell.text)):
        return text
    return str(int(cell)) if -1e15 < cell < 1e15 and cell == int(cell) else repr(float(cell))


def bad(code: str, cell: Cell, **values: object) -> Reason:
    """The reason `code` about this cell; for an error cell always that it holds an error."""
    if isinstance(cell, CellFault):
        return reason("fault.amount_error", text=shown(cell))
    return reason(code, text=shown(cell)[:80], **values)


def identifier(cell: Cell) -> str | Reason | None:
    """A text or identifier as shown, on one line."""
    if cell.__class__ is str and cell.isprintable():
        return cell.strip() or None
    if isinstance(cell, CellFault):
        return bad("", cell)
    return shown(cell) or None


def lines(cell: Cell) -> str | Reason | None:
    """A text that may have several lines, such as an address."""
    if not isinstance(cell, str):
        return identifier(cell)
    return "\n".join(shown(line) for line in cell.splitlines()).strip() or None


def amount(cell: Cell) -> Decimal | Reason | None:
    """An amount in cents: a number, or a text written without ambiguity."""
    if cell.__class__ is float and -_LARGEST < cell < _LARGEST:
        return Decimal(repr(cell)).quantize(_CENT, ROUND_HALF_EVEN) or _NOTHING
    if isinstance(cell, str):
        return amount_text(cell) if cell.strip() else None
    if cell is None:
        return None
    if isinstance(cell, (bool, date, CellFault)) or not -_LARGEST < cell < _LARGEST:
        return bad("fault.amount", cell)
    return Decimal(repr(float(cell))).quantize(_CENT, ROUND_HALF_EVEN) or _NOTHING


@lru_cache(maxsize=4096)
def amount_text(text: str, decimal: str = "") -> Decimal | Reason:
    """An amount in a text; `decimal` is its decimal sign when known, else only what reads one way is accepted."""
    parts = _AMOUNT.fullmatch(text.strip()) if len(text) <= 60 else None
    if parts is None:
        return bad("fault.amount", text)
    before, sign, inner, body, after, closing, end = parts.groups()
    unbalanced = (sign == "(") != (closing == ")") or (sign in ("-", "−", "+") and closing is not None)
    if unbalanced or sum(c is not None for c in (before, inner, after, end)) > 1:
        return bad("fault.amount", text)
    if not decimal and _AMBIGUOUS.fullmatch(body):
        return bad("fault.amount_ambiguous", text)
    digits = _digits(body, decimal)
    if digits is None or len(digits) > 15:
        return bad("fault.amount", text)
    found = Decimal(digits)
    return -found if found and (sign in ("-", "−", "(") or closing is not None) else found


def typed_currency(text: str) -> str:
    """The currency sign or code in the text of an amount, or ''."""
    parts = _AMOUNT.fullmatch(text.strip()) if len(text) <= 60 else None
    return next((parts[group] for group in (1, 3, 5, 7) if parts[group]), "") if parts else ""


def _digits(body: str, decimal: str) -> str | None:
    """`1.234,5` as `1234.50`; None when it is no number, or has a third decimal."""
    for pattern in (_PLAIN, _GROUPED):
        parts = pattern.fullmatch(re.sub("[\u00a0\u2009\u202f]", " ", body))
        if parts is None:
            continue
        whole, separator, point, cents = parts.groups()
        cents = (cents or "").rstrip("0").ljust(2, "0")
        if (point and point == separator) or len(cents) > 2:
            continue
        if decimal and (separator == decimal or (point and point != decimal)):
            continue
        return re.sub("[^0-9]", "", whole) + "." + cents
    return None


def day(cell: Cell) -> date | Reason | None:
    """A date between 2000 and 2099; day and month are never guessed."""
    if cell.__class__ is date and 2000 <= cell.year <= 2099:
        return cell
    if isinstance(cell, date):
        found: date | None = cell.date() if isinstance(cell, datetime) else cell
    elif isinstance(cell, str):
        if not cell.strip():
            return None
        found = _day_text(cell)
    elif cell is None:
        return None
    elif isinstance(cell, (bool, CellFault)) or cell != cell:
        return bad("fault.date", cell)
    else:
        found = _SERIAL_ORIGIN + timedelta(days=int(cell)) if 0 < cell < 100_000 else date.min
    if found is None:
        return bad("fault.date", cell)
    return found if 2000 <= found.year <= 2099 else bad("fault.date_range", cell)


@lru_cache(maxsize=4096)
def _day_text(text: str) -> date | None:
    """The date in a text, or None."""
    text = text.strip()
    year = month = number = 0
    for pattern, order in _DATES:
        if len(text) <= 60 and (parts := pattern.fullmatch(text)):
            year, month, number = (int(parts[group]) for group in order)
    if not year and len(text) <= 60 and (parts := _WRITTEN_DATE.fullmatch(text)):
        year, month, number = int(parts[3]), _MONTHS.get(normalise(parts[2]), 0), int(parts[1].removesuffix("er"))
    try:
        return date(year, month, number)
    except ValueError:
        return None


def yes_no(lexicon: Lexicon) -> Reader:
    """The reader of yes and no, in any known language."""

    def read(cell: Cell) -> bool | Reason | None:
        if isinstance(cell, bool):
            return cell
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        word = normalise(shown(cell))
        if isinstance(cell, (CellFault, date)) or word not in _YES | _NO:
            known = lexicon.value("yes_no", shown(cell))
            return bad("fault.yes_no", cell) if known is None or isinstance(cell, CellFault) else known == "yes"
        return word in _YES

    return read


def choice(group: str, lexicon: Lexicon) -> Reader:
    """The reader of a value of this group; gives its id. A refused one names the ids of the group."""

    def check(typed: str) -> str | Reason:
        allowed = tuple(dict.fromkeys(lexicon.values.get(group, {}).values()))
        return lexicon.value(group, typed) or bad("fault.choice", typed, allowed=allowed)

    return then(identifier, check)


def integer(low: int = 0, high: int = 999_999_999) -> Reader:
    """The reader of a whole number between `low` and `high`; below a `low` of 0 it is refused as negative."""

    def read(cell: Cell) -> int | Reason | None:
        typed = shown(cell).replace("−", "-")
        if not typed and not isinstance(cell, CellFault):
            return None
        if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) <= 1e9 and cell == int(cell):
            found = int(cell)
        elif isinstance(cell, str) and re.fullmatch("[+-]?[0-9]{1,9}", typed):
            found = int(typed)
        else:
            return bad("fault.integer", cell)
        if low == 0 > found:
            return bad("fault.negative", cell)
        return found if low <= found <= high else bad("fault.integer", cell)

    return read


def positive(cell: Cell) -> Decimal | Reason | None:
    """An amount that may not be negative."""
    found = amount(cell)
    return bad("fault.negative", cell) if isinstance(found, Decimal) and found < 0 else found


def then(read: Reader, check: Callable[[str], Any]) -> Reader:
    """A reader whose text goes through a second check, once for each different text."""
    known: dict[str, Any] = {}

    def both(cell: Cell) -> Any:
        if isinstance(cell, str) and cell in known:
            return known[cell]
        found = read(cell)
        found = check(found) if isinstance(found, str) else found
        if isinstance(cell, str):
            known[cell] = found
        return found

    return both

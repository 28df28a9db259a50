"""What an import says beyond its rows: which invoices are no longer open, and up to when payments are entered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .csv_rows import to_cell
from .grid import Grid, Line
from .parse_settings import setting_rows
from .register import Register
from .sheet import CellWrite
from .tables import INVOICES
from .values import day
from .words import Lexicon, Words

_CASH_DATE = "payments_entered_up_to"


def marked_to_check(
    grid: Grid, absent: Iterable[Line], listed: Iterable[Line], register: Register, words: Words
) -> list[CellWrite]:
    """The situations to set when a file lists every open invoice.

    An unpaid invoice `absent` from it is to be checked, unless it has another situation; a `listed` one no longer is.
    """
    owed = {i.row: i.balance for i in register.invoices} | {f.row: f.balance for f in register.faulty}
    tolerance = register.settings.tolerance
    column, kind = grid.columns["situation"], INVOICES.column("situation")
    writes = []
    for line in absent:
        balance = owed.get(line.row)
        known = balance is None or balance > tolerance  # a row that is not understood may be owed
        if known and "situation" not in line.values and not line.unread("situation"):
            writes.append(CellWrite(grid.title, line.row - 1, column, to_cell(kind, "to_check", words)))
    lifted = [line for line in listed if line.values.get("situation") == "to_check"]
    return writes + [CellWrite(grid.title, line.row - 1, column, None) for line in lifted]


def payments_advanced(grid: Grid, lexicon: Lexicon, words: Words, up_to: date | None) -> list[CellWrite]:
    """The setting that says up to when payments are entered, moved forward to `up_to`, never back."""
    if up_to is None or not grid.title:
        return []
    lines = setting_rows(grid, lexicon)
    column = grid.columns["value"]
    for line, setting in lines:
        if setting == _CASH_DATE:
            current = day(line.values.get("value"))
            typed = isinstance(current, date) and (line.row - 1, column) not in grid.formulas
            ahead = typed and isinstance(current, date) and current >= up_to
            return [] if ahead else [CellWrite(grid.title, line.row - 1, column, up_to)]
    row = max((line.row for line, _ in lines), default=1)
    label = words.settings.get(_CASH_DATE, {}).get("label", _CASH_DATE)
    return [
        CellWrite(grid.title, row, grid.columns["setting"], label),
        CellWrite(grid.title, row, column, up_to),
    ]

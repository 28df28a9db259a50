"""What a register store hands over and takes back: tabs of cells, before any meaning is given to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that holds no usable value: an error such as `#REF!`, or a formula whose value was never computed."""

    text: str  # what the cell shows, or the formula


class Shown(float):
    """A number whose cell shows another text than the number itself, e.g. 123 shown as `00123`."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, value: float, text: str) -> Shown:
        self = super().__new__(cls, value)
        self.text = text
        return self


# Numbers are floats as the spreadsheet stores them; a date is a cell with a date format.
Cell = None | str | bool | float | date | CellFault


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: rows of cells from row 1 of the sheet on, ragged.

    `merges` are A1 ranges such as `B3:C4`; `formulas` are the (row, column) of cells computed by a formula, from 0.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    merges: tuple[str, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tabs of a register, read in one consistent call."""

    tabs: tuple[Tab, ...]


CellValue = None | str | bool | int | float | date


@dataclass(frozen=True, slots=True)
class CellWrite:
    """One robot cell to set, in the coordinates of the snapshot it was computed from.

    `row` and `column` count from 0 (row 0 holds the headings). None empties the cell.
    """

    tab: str
    row: int
    column: int
    value: CellValue

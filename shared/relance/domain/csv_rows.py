"""A CSV file as an import reads it: which of its columns is what, and what its cells mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from .grid import Grid
from .sheet import Cell, CellValue
from .tables import Column
from .values import Reader, amount_text, bad, shown
from .words import Lexicon, Reason, Words, normalise, reason

_FILE = "CSV"


def find_columns(
    grid: Grid, lexicon: Lexicon, header: Sequence[str], rows: Sequence[Sequence[str]], wanted: Mapping[str, str]
) -> dict[str, int] | Reason:
    """The index in the file of each people's column it has, by id; unknown headings are left out.

    `wanted` (id -> heading of the file) replaces recognition. Refused: a wanted id or heading that does not exist, two
    columns for one id, and a column with values that the register's tab lacks, since they would be lost.
    """
    found = _wanted(grid, header, wanted) if wanted else _recognised(grid, lexicon, header)
    if isinstance(found, Reason):
        return found
    for column, index in found.items():
        if column not in grid.columns and any(index < len(row) and row[index].strip() for row in rows):
            return reason("refusal.heading_missing", tab=grid.title, heading=column)
    return {column: index for column, index in found.items() if column in grid.columns}


def _wanted(grid: Grid, header: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int] | Reason:
    people = {column.id for column in grid.table.people}
    indices = {normalise(heading): index for index, heading in reversed(tuple(enumerate(header)))}
    exact = {heading.strip(): index for index, heading in reversed(tuple(enumerate(header)))}
    found: dict[str, int] = {}
    for column, heading in wanted.items():
        index = exact.get(heading.strip(), indices.get(normalise(heading)))
        if column not in people:
            return reason("refusal.heading_missing", tab=grid.title, heading=column)
        if index is None:
            return reason("refusal.heading_missing", tab=_FILE, heading=heading)
        found[column] = index
    return found


def _recognised(grid: Grid, lexicon: Lexicon, header: Sequence[str]) -> dict[str, int] | Reason:
    people = {column.id for column in grid.table.people}
    found: dict[str, int] = {}
    for index, heading in enumerate(header):
        column = lexicon.headings.get(grid.table.id, {}).get(normalise(heading), "")
        if column in found:
            return reason("refusal.heading_twice", tab=_FILE, heading=heading)
        if column in people:
            found[column] = index
    return found


@dataclass(frozen=True, slots=True)
class CsvReader:
    """Reads the cells of a file: `columns` (id -> index) with the readers of the register's cells.

    `date_format` is strptime's, `decimal` the decimal sign of amounts.
    """

    columns: Mapping[str, int]
    kinds: Mapping[str, Column]
    readers: Mapping[str, Reader]
    date_format: str
    decimal: str

    def read(self, row: Sequence[str]) -> tuple[dict[str, Any], list[Reason]]:
        """The values of one row by column id, without the empty ones, and what could not be read."""
        values: dict[str, Any] = {}
        problems: list[Reason] = []
        for column, index in self.columns.items():
            text = row[index] if index < len(row) else ""
            cell = self._cell(self.kinds[column], text) if text.strip() else None
            value = cell if isinstance(cell, Reason) else self.readers[column](cell)
            if isinstance(value, Reason):
                problems.append(value)
            elif value is not None:
                values[column] = value
        return values, problems

    def text(self, row: Sequence[str], column: str) -> str:
        """What the file says in this column, '' without one."""
        index = self.columns.get(column, len(row))
        return row[index] if index < len(row) else ""

    def _cell(self, column: Column, text: str) -> Cell | Reason:
        """The text as the cell it would be in the register."""
        if column.kind == "date":
            try:
                return datetime.strptime(text.strip(), self.date_format).replace(tzinfo=UTC).date()
            except ValueError:
                return bad("fault.date", text)
        if column.kind == "amount":
            found = amount_text(text, self.decimal)
            return float(found) if isinstance(found, Decimal) else found
        return text


def to_cell(column: Column, value: object, words: Words) -> CellValue:
    """A value as people would have typed it in the register."""
    if isinstance(value, bool):
        return words.value("yes_no", "yes" if value else "no")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, (int, date)):
        return value
    return words.value(column.values, shown(str(value))) if column.kind == "choice" else str(value)

"""From tabs of cells to lines of typed values: tabs found by title, columns by heading, cells by their readers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from .addresses import emails
from .register import Fault
from .sheet import Cell, Snapshot, Tab
from .tables import TABLES, Column, Table
from .values import Reader, amount, choice, day, identifier, integer, shown, yes_no
from .words import Lexicon, Reason, normalise, reason

_RANGE = re.compile(r"\$?([A-Z]{1,3})?\$?[0-9]*(?::\$?([A-Z]{1,3})?\$?[0-9]*)?")
_HAS_OWN_COLUMNS = ("invoices", "customers")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as it lies in its tab. Columns count from 0; `own` are people's own columns with their headings."""

    table: Table
    title: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)
    own: tuple[tuple[int, str], ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Line:
    """One row that holds something. `row` counts from 1; `values` holds what could be read, by column id."""

    row: int
    values: dict[str, Any]
    faults: tuple[Fault, ...]
    cells: Sequence[Cell]

    def blame(self, table: Table, column: str, why: Reason) -> None:
        """Add a fault in a column of this line ('' = the whole line)."""
        self.faults = (*self.faults, Fault(table.id, self.row, column, why))

    def unread(self, column: str) -> bool:
        """Whether the column holds something that could not be read."""
        return column not in self.values and any(fault.column == column for fault in self.faults)


def open_tabs(snapshot: Snapshot, lexicon: Lexicon) -> tuple[Mapping[str, Grid], Reason | None]:
    """The tables of a register by id, an absent one empty, and the first reason why it cannot be trusted as a whole.

    A table that lacks a required column is given empty. Of two tabs with the same meaning the first counts.
    """
    tabs: dict[str, Tab] = {}
    for tab in snapshot.tabs:
        table_id = lexicon.tabs.get(normalise(tab.title))
        if table_id is not None:
            tabs.setdefault(table_id, tab)
    grids: dict[str, Grid] = {}
    refusals: list[Reason] = []
    for table in TABLES:
        tab_found = tabs.get(table.id)
        if tab_found is None:
            grids[table.id] = Grid(table)
            refusals += [reason("refusal.tab_missing", tab=table.id)] if table.required else []
        else:
            grids[table.id], found = _open(table, tab_found, lexicon)
            refusals += found
    return grids, refusals[0] if refusals else None


def _open(table: Table, tab: Tab, lexicon: Lexicon) -> tuple[Grid, list[Reason]]:
    """The grid of one tab, and what is wrong with it as a whole."""
    known = lexicon.headings.get(table.id, {})
    columns: dict[str, int] = {}
    own: list[tuple[int, str]] = []
    refusals: list[Reason] = []
    for index, cell in enumerate(tab.rows[0] if tab.rows else ()):
        heading = shown(cell)
        column = known.get(normalise(heading))
        if column in columns:
            refusals.append(reason("refusal.heading_twice", tab=tab.title, heading=heading))
        elif column is not None:
            columns[column] = index
        elif heading:
            own.append((index, heading))
    used = {*columns.values(), *(index for index, _ in own)}
    touching = [merge for merge in tab.merges if _touches(merge, used)]
    refusals += [reason("refusal.merged", tab=tab.title, cells=cells) for cells in touching[:1]]
    absent = [c.id for c in table.columns if c.required and c.id not in columns]
    if absent and (table.required or any(shown(cell) for row in tab.rows for cell in row)):
        refusals.append(reason("refusal.heading_missing", tab=tab.title, heading=absent[0]))
    if absent:
        return Grid(table, tab.title), refusals
    kept = tuple(own) if table.id in _HAS_OWN_COLUMNS else ()
    return Grid(table, tab.title, columns, kept, tab.rows, tab.formulas), refusals


def _touches(merge: str, used: set[int]) -> bool:
    """Whether a merged range such as `B3:C4` crosses a used column; one that cannot be read is taken to."""
    parts = _RANGE.fullmatch(merge.rpartition("!")[2].upper())
    if parts is None or not parts[1]:
        return bool(used)
    first, last = (_column(letters) for letters in (parts[1], parts[2] or parts[1]))
    return any(first <= index <= last for index in used)


def _column(letters: str) -> int:
    """`A` is 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def readers(columns: Sequence[Column], lexicon: Lexicon, special: Mapping[str, Reader] | None = None) -> dict[str, Reader]:
    """How the cells of these columns are read, by column id; `special` replaces what the column's kind says."""
    by_kind: dict[str, Reader] = {
        "text": identifier, "identifier": identifier, "amount": amount, "number": amount, "integer": integer(),
        "date": day, "yes_no": yes_no(lexicon), "emails": emails,
    }  # fmt: skip
    own = special or {}
    return {c.id: own.get(c.id) or by_kind.get(c.kind) or choice(c.values, lexicon) for c in columns}


def read(grid: Grid, reading: Mapping[str, Reader], required: Sequence[str] = ()) -> Iterator[Line]:
    """The lines of a grid in which a read column holds something (an unticked box is nothing).

    What cannot be read, and a `required` column that is empty, becomes a fault of the line. People's own columns go to
    `values["extra"]`.
    """
    table = grid.table.id
    plan = [(grid.columns[column], column, reader) for column, reader in reading.items() if column in grid.columns]
    width = 1 + max([index for index, _, _ in plan] + [index for index, _ in grid.own], default=-1)
    for row, given in islice(enumerate(grid.rows, 1), 1, None):
        cells = given if len(given) >= width else (*given, *[None] * (width - len(given)))
        values: dict[str, Any] = {}
        faults: tuple[Fault, ...] = ()
        for index, column, reader in plan:
            cell = cells[index]
            if cell is None:
                continue
            value = reader(cell)
            if value.__class__ is Reason:
                faults = (*faults, Fault(table, row, column, value))
            elif value is not None:
                values[column] = value
        if not faults and not _holds_something(values):
            continue
        line = Line(row, values, faults, cells)
        for column in required:
            if column not in values and not line.unread(column):
                line.blame(grid.table, column, reason("fault.missing", heading=column))
        if grid.own:
            _read_own(grid, line)
        yield line


def _holds_something(values: Mapping[str, Any]) -> bool:
    for value in values.values():  # noqa: SIM110 - any() takes three times as long, once per row
        if value is not False:
            return True
    return False


def _read_own(grid: Grid, line: Line) -> None:
    extra: dict[str, str] = {}
    for index, heading in grid.own:
        value = identifier(line.cells[index])
        if isinstance(value, Reason):
            line.blame(grid.table, heading, value)
        elif value:
            extra[heading] = value
    if extra:
        line.values["extra"] = extra

"""The register as it should read: robot cells computed from the plan and the ledger, placed by key on a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .grid import Grid, open_tabs
from .history import JOURNAL_LINES, FileHistory, History
from .keys import InvoiceKey
from .parse import parse
from .plan import Plan
from .register import Register
from .rows import Row, customer_rows, invoice_row, journal_rows, task_row
from .sheet import Cell, CellValue, CellWrite, Snapshot
from .tables import BY_ID
from .values import identifier
from .words import Lexicon, Words, normalise


@dataclass(frozen=True)
class Projection:
    """What the robot's cells should hold, by what identifies their rows. None in `planned` leaves that tab alone."""

    invoices: Mapping[InvoiceKey, Sequence[Row]] = field(default_factory=dict)  # more than one: rows with one key
    customers: Mapping[str, Row] = field(default_factory=dict)
    tasks: Mapping[int, Row] = field(default_factory=dict)
    open_tasks: frozenset[int] = frozenset()  # added to the sheet when their line is not there
    planned: Sequence[Row] | None = None
    journal: Sequence[Row] = ()
    settings: Mapping[str, CellValue] = field(default_factory=dict)


def project(
    register: Register,
    plan: Plan,
    history: History,
    planned: Sequence[Row] | None,
    stamp: Mapping[str, CellValue],
    words: Words,
    ready: Mapping[int, str],
) -> Projection:
    """The whole register's robot cells after this run. `ready` gives, by task number, a text that only needs sending."""
    files = {key: file for file, facts in history.files.items() for key in _invoices_of(facts)}
    files |= {i.key: i.file for i in register.invoices}
    rows: dict[InvoiceKey, list[Row]] = {}
    for line in plan.lines:
        facts = history.file(files.get(line.key, (line.customer, "")))
        rows.setdefault(line.key, []).append(invoice_row(line, facts, words))
    tasks = {t.no: t for facts in history.files.values() for t in facts.tasks}
    shown = {no: task_row(task, register, words, ready.get(no, "")) for no, task in sorted(tasks.items())}
    fresh = {no for no, t in tasks.items() if t.open or plan.today in (t.created, t.closed_on)}
    return Projection(
        rows, customer_rows(register, plan, history, words), shown, frozenset(fresh), planned,
        journal_rows(history, register, words, JOURNAL_LINES), stamp,
    )  # fmt: skip


def _invoices_of(facts: FileHistory) -> set[InvoiceKey]:
    """The invoices that a file's facts are about, whether or not their rows can be read now."""
    about = {said.invoice for m in facts.messages for said in m.said} | {said.invoice for t in facts.tasks for said in t.said}
    return about | (facts.memory.invoices.keys() if facts.memory else set())


def wanted_cells(projection: Projection, snapshot: Snapshot, lexicon: Lexicon, words: Words) -> list[CellWrite]:
    """The cells of this snapshot that differ from what they should hold."""
    grids, refusal = open_tabs(snapshot, lexicon)
    if refusal is not None:
        return []
    register = parse(snapshot, lexicon)
    found: list[CellWrite] = []
    seen: dict[InvoiceKey, int] = {}
    for row, key in sorted([*((i.row, i.key) for i in register.invoices), *((f.row, f.key) for f in register.faulty)]):
        same_key = projection.invoices.get(key, ())
        if same_key:
            nth = seen[key] = seen.get(key, -1) + 1
            found += _set(grids["invoices"], row - 1, same_key[min(nth, len(same_key) - 1)])
    customers = grids["customers"]
    for index, cells in enumerate(customers.rows[1:], start=1):
        code = identifier(_at(cells, customers.columns["code"]))
        if isinstance(code, str) and code in projection.customers:
            found += _set(customers, index, projection.customers[code])
    found += [*_emptied(grids["invoices"]), *_emptied(customers)]
    found += _todo(grids["todo"], projection)
    if projection.planned is not None:
        found += _whole(grids["planned"], projection.planned)
    found += _whole(grids["journal"], projection.journal)
    found += _settings(grids["settings"], projection.settings, lexicon, words)
    return found


def _set(grid: Grid, row: int, values: Row) -> Iterator[CellWrite]:
    cells: Sequence[Cell] = grid.rows[row] if row < len(grid.rows) else ()
    for column_id, value in values.items():
        column = grid.columns.get(column_id)
        if column is not None and not same(_at(cells, column), value):
            yield CellWrite(grid.title, row, column, value)


def same(cell: Cell, value: CellValue) -> bool:
    """Whether a cell already holds the value."""
    if value is None or value == "":
        return cell is None or cell == ""
    if isinstance(value, bool) or isinstance(cell, bool):
        return cell is value
    if isinstance(value, (int, float)):
        return isinstance(cell, (int, float)) and round(float(cell), 6) == round(float(value), 6)
    if isinstance(value, date):
        return isinstance(cell, date) and cell == value
    return isinstance(cell, str) and cell == value


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _emptied(grid: Grid) -> Iterator[CellWrite]:
    """Rows that people emptied keep no robot text; a note in a column of their own makes no invoice."""
    people = [grid.columns[c.id] for c in grid.table.people if c.id in grid.columns]
    blank: Row = {c.id: None for c in grid.table.columns if c.robot}
    for index, row in enumerate(grid.rows[1:], start=1):
        if row and _empty([_at(row, column) for column in people]):
            yield from _set(grid, index, blank)


def _empty(row: Sequence[Cell]) -> bool:
    return all(cell is None or cell == "" or cell is False for cell in row)


def _last_used(grid: Grid) -> int:
    """The index of the last row that holds anything; 0 for the headings alone."""
    return next((n for n in range(len(grid.rows) - 1, 0, -1) if not _empty(grid.rows[n])), 0)


def _todo(grid: Grid, projection: Projection) -> Iterator[CellWrite]:
    """Lines stay where people have them; lines of tasks that are not there are added below."""
    number = grid.columns.get("no")
    if number is None:
        return
    here: dict[int, int] = {}
    for index, row in enumerate(grid.rows):
        cell = row[number] if number < len(row) else None
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            here.setdefault(int(cell), index)
    for no, values in projection.tasks.items():
        if no in here:
            yield from _set(grid, here[no], values)
    below = _last_used(grid)
    for no in sorted(projection.open_tasks - here.keys()):
        below += 1
        yield from _set(grid, below, projection.tasks[no])


def _whole(grid: Grid, rows: Sequence[Row]) -> Iterator[CellWrite]:
    """A tab that is the robot's alone: exactly these rows, nothing below."""
    if not grid.columns:
        return
    blank: Row = dict.fromkeys(c.id for c in BY_ID[grid.table.id].columns)
    for index in range(1, max(len(rows), _last_used(grid)) + 1):
        yield from _set(grid, index, {**blank, **rows[index - 1]} if index <= len(rows) else blank)


def _settings(grid: Grid, values: Row, lexicon: Lexicon, words: Words) -> Iterator[CellWrite]:
    """The robot's own lines among the settings."""
    label, value = grid.columns.get("setting"), grid.columns.get("value")
    if label is None or value is None:
        return
    here: dict[str, int] = {}
    for index, row in enumerate(grid.rows):
        cell = row[label] if label < len(row) else None
        if isinstance(cell, str):
            here.setdefault(lexicon.settings.get(normalise(cell), ""), index)
    below = _last_used(grid)
    for setting, content in values.items():
        if setting in here:
            yield from _set(grid, here[setting], {"value": content})
        else:
            below += 1
            yield from _set(grid, below, {"setting": words.settings[setting]["label"], "value": content})

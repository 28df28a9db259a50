"""Rows of a CSV file -> the cells of the register to set. Adds and updates people's cells, never a robot's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from . import codes
from .csv_rows import CsvReader, find_columns, to_cell
from .grid import Grid, Line, open_tabs, read, readers
from .import_follow_up import marked_to_check, payments_advanced
from .parse import understand
from .parse_customers import Directory, customer_readers
from .parse_invoices import invoice_faults, invoice_readers
from .parse_scenarios import scenario_readers
from .register import Register
from .scenarios import Names
from .sheet import CellWrite, Snapshot
from .tables import PAYMENTS
from .values import Reader, typed_currency
from .words import Lexicon, Reason, Words, reason

_KEYS: Mapping[str, tuple[str, ...]] = {
    "invoices": ("customer", "invoice_no", "instalment"),
    "customers": ("code",),
    "payments": (),
    "scenarios": ("scenario", "step"),
}
_OPTIONAL_KEYS = ("instalment",)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read the file.

    `columns` maps ids to headings of the file (empty: headings are recognised), `date_format` is strptime's, `decimal`
    the decimal sign. `open_items`: the file lists every unpaid invoice. `up_to`: the day to which payments are entered.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    decimal: str = "."
    open_items: bool = False
    up_to: date | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`added` and `updated` count rows of the register; `refused` names lines of the file (1 is its heading)."""

    writes: tuple[CellWrite, ...] = ()
    added: int = 0
    updated: int = 0
    refused: tuple[tuple[int, Reason], ...] = ()


def plan_import(
    snapshot: Snapshot,
    lexicon: Lexicon,
    words: Words,
    table_id: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    options: ImportOptions | None = None,
) -> ImportResult:
    """What to write so that the register holds these rows; `words` is the language that values are written in.

    Rows are found by key: customer, number and instalment; customer's code; scenario and step. A payment line is there
    already when one has the same values in all columns of the file. An empty cell of the file changes nothing. A file
    or a register that does not fit is refused at line 1. KeyError for a table that is not imported.
    """
    chosen = options or ImportOptions()
    keys = _KEYS[table_id]
    grids, refusal = open_tabs(snapshot, lexicon)
    grid = grids[table_id]
    if refusal is None and not grid.title:
        refusal = reason("refusal.tab_missing", tab=table_id)
    if refusal is None and chosen.open_items and table_id == "invoices" and "situation" not in grid.columns:
        refusal = reason("refusal.heading_missing", tab=grid.title, heading="situation")
    columns = refusal or find_columns(grid, lexicon, header, rows, chosen.columns)
    if isinstance(columns, Reason):
        return ImportResult(refused=((1, columns),))
    register = understand(snapshot, lexicon)
    reading = _readers(table_id, lexicon, Names(register.scenarios, lexicon))
    kinds = {column.id: column for column in grid.table.columns}
    source = CsvReader(columns, kinds, reading, chosen.date_format, chosen.decimal)
    work = _Import(grid, words, source, register, keys or tuple(columns))
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            work.enter(number, row)
    if table_id == "invoices" and chosen.open_items:
        absent = [line for line in work.lines if line.row not in work.listed]
        kept = [line for line in work.lines if line.row in work.accepted]
        work.write(marked_to_check(grid, absent, kept, register, words))
    writes = list(work.writes.values())
    if table_id == "payments":
        up_to = chosen.up_to or max(work.dates, default=None)
        writes += payments_advanced(grids["settings"], lexicon, words, up_to)
    return ImportResult(tuple(writes), work.added, len(work.updated), tuple(work.refused))


def _readers(table_id: str, lexicon: Lexicon, names: Names) -> Mapping[str, Reader]:
    if table_id == "invoices":
        return invoice_readers(lexicon, names)
    if table_id == "customers":
        return customer_readers(lexicon, names)
    return scenario_readers(lexicon) if table_id == "scenarios" else readers(PAYMENTS.people, lexicon)


class _Import:
    """The rows of a table, and what the file's rows do to them."""

    def __init__(self, grid: Grid, words: Words, source: CsvReader, register: Register, keys: tuple[str, ...]) -> None:
        directory = Directory(register.customers.values())
        self._currency = register.settings.currency
        self._grid, self._words, self._source, self._directory, self._keys = grid, words, source, directory, keys
        self._is_payment = grid.table.id == PAYMENTS.id
        self._required = [column.id for column in grid.table.columns if column.required]
        self.lines = list(read(grid, source.readers))
        self._rows: dict[tuple[object, ...], list[Line]] = {}
        self._folded: dict[tuple[object, ...], list[Line]] = {}  # by key in lower case
        for line in self.lines:
            self._find_customer(line.values)
            key = self._key(line.values)
            self._rows.setdefault(key, []).append(line)
            self._folded.setdefault(_folded(key), []).append(line)
        self._next = max((line.row for line in self.lines), default=1)  # the first free row, from 0
        self._seen: dict[tuple[object, ...], int] = {}
        self.writes: dict[tuple[int, int], CellWrite] = {}
        self.added = 0
        self.updated: set[int] = set()
        self.refused: list[tuple[int, Reason]] = []
        self.listed: set[int] = set()  # rows that the file names
        self.accepted: set[int] = set()  # those of them whose line was not refused
        self.dates: list[date] = []

    def enter(self, number: int, row: Sequence[str]) -> None:
        """Take one line of the file in, or refuse it."""
        values, problems = self._source.read(row)
        unknown = self._find_customer(values)
        key = self._key(values)
        known = self._rows.get(key) or self._folded.get(_folded(key)) or []
        self.listed |= {line.row for line in known}
        problem = unknown or next(iter(problems), None) or self._problem(values, known)
        if problem is None and self._grid.table.id == "invoices":
            problem = self._other_currency(row, values, known)
        if problem is None or not (self._is_payment or unknown):
            # A line refused for its other cells has still said something about its key.
            first = self._seen.setdefault(_folded(key), number)
            problem = problem if first == number else reason("fault.duplicate", rows=f"{first}, {number}")
        if problem is not None:
            self.refused.append((number, problem))
            return
        self.accepted |= {line.row for line in known}
        if self._is_payment:
            self.dates.append(values["date"])
        if not known:
            self._add(values)
        elif not self._is_payment:
            self._update(known[0], values)

    def write(self, writes: Sequence[CellWrite]) -> None:
        """Set cells of rows that are there, unless the file itself set them."""
        for write in writes:
            if (write.row, write.column) not in self.writes:
                self.writes[write.row, write.column] = write
                self.updated.add(write.row)

    def _find_customer(self, values: dict[str, Any]) -> Reason | None:
        """Put the customer's code in place of its name."""
        found = self._directory.find(values["customer"]) if "customer" in values else None
        if isinstance(found, str):
            values["customer"] = found
        return found if isinstance(found, Reason) else None

    def _key(self, values: Mapping[str, Any]) -> tuple[object, ...]:
        return tuple(values.get(column, "") for column in self._keys)

    def _problem(self, values: Mapping[str, Any], known: Sequence[Line]) -> Reason | None:
        """Why a line that could be read is refused all the same."""
        keys = () if self._is_payment else (column for column in self._keys if column not in _OPTIONAL_KEYS)
        needed = (*keys, *(() if known and not self._is_payment else self._required))
        is_invoice = self._grid.table.id == "invoices"
        for column in needed:
            if column not in values and not (is_invoice and column == "due_date"):
                return reason("fault.missing", heading=column)
        if self._is_payment and "invoice_no" not in values and "customer" not in values:
            return reason("fault.missing", heading="invoice_no")
        if len(known) > 1 and not self._is_payment:
            return reason("fault.duplicate", rows=", ".join(str(line.row) for line in known))
        if is_invoice:
            merged = {**known[0].values, **values} if known else values
            faults = invoice_faults(merged)
            return next((why for column, why in faults if not known or column in values), None)
        return None

    def _other_currency(self, row: Sequence[str], values: Mapping[str, Any], known: Sequence[Line]) -> Reason | None:
        """An amount written with a currency must be in that of its row."""
        of_row = (known[0].values if known else {}).get("currency", self._currency)
        for column in ("amount", "paid"):
            typed = typed_currency(self._source.text(row, column))
            if typed and codes.currency(typed) != values.get("currency", of_row):
                return reason("fault.currency_mismatch")
        return None

    def _add(self, values: Mapping[str, Any]) -> None:
        for column, value in values.items():
            self._set(self._next, column, value)
        self._next += 1
        self.added += 1

    def _update(self, line: Line, values: Mapping[str, Any]) -> None:
        for column, value in values.items():
            if column not in self._keys and line.values.get(column) != value:
                self._set(line.row - 1, column, value)
                self.updated.add(line.row - 1)

    def _set(self, row: int, column: str, value: object) -> None:
        place = self._grid.columns[column]
        cell = to_cell(self._grid.table.column(column), value, self._words)
        self.writes[row, place] = CellWrite(self._grid.title, row, place, cell)


def _folded(key: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(part.casefold() if isinstance(part, str) else part for part in key)

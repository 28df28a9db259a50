"""A world's register in a Google Sheet: real gspread over HTTP, Google played by the emulator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from relance import bootstrap
from relance.adapters.google_sheet import GoogleSheetStore
from relance.adapters.outbox import Outbox
from relance.adapters.sqlite_ledger import SqliteLedger
from relance.domain.parse import parse
from relance.domain.register import Register
from relance.domain.sheet import CellValue
from relance.domain.tables import TABLES
from relance.runs.desk import Desk
from tests.adapters.google_sheet.desks import ORIGIN, SheetDesk, cell
from tests.emulators.sheets.faults import Fault, reset, status
from tests.emulators.sheets.model import EMPTY, Cell, Row, Sheet
from tests.emulators.sheets.refs import letters
from tests.emulators.sheets.server import SheetsServer
from tests.world.book import FR, Table, Tables, differences, rows_of, table_of
from tests.world.places import OnDisk, Rows
from tests.world.wording import wording

CALLS = 8  # of a run without a fault, its first re-read included
FAULTS = (status(429), status(500), status(502), status(503), status(503, after=True), reset(), reset(after=True))


class Spreadsheet:
    """A spreadsheet of the emulator, and what people do in it."""

    def __init__(self, google: SheetsServer) -> None:
        self.google, self.sheet = google, SheetDesk(google)

    def make(self, customers: Rows, invoices: Rows) -> None:
        rows = rows_of(customers, invoices)
        self.sheet.type({
            FR.tabs[t.id]: [
                [FR.headings[t.id][c.id] for c in t.columns],
                *([row.get(c.id) for c in t.columns] for row in rows.get(t.id, ())),
            ]
            for t in TABLES
        })  # fmt: skip

    def opened(self) -> tuple[GoogleSheetStore, Register]:
        """The store as a process opens it, and the register as it reads it first."""
        self.google.log.clear()
        store = self.sheet.store()
        return store, parse(store.read(), bootstrap.lexicon())

    def look(self) -> Tables:
        ids = {FR.tabs[t.id]: t.id for t in TABLES}
        return {ids.get(s.title, s.title): table_of(s.title, _rows(s)) for s in self.sheet.person.book.sheets}

    def edit(self, change: Callable[[Tables], None], other: bool) -> None:
        before, after = self.look(), self.look()
        change(after)
        for name, table in after.items():
            self._insert_columns(before[name], table)
            tab = self.sheet.person.sheet(table.title)
            for write in differences(before[name], table):
                tab.rows += [Row() for _ in range(write.row + 1 - len(tab.rows))]
                tab.rows[write.row].put(write.column, _typed(tab.cell(write.row, write.column), write.value))
        self.google.drive.touch(self.sheet.file)

    def _insert_columns(self, before: Table, after: Table) -> None:
        """A column that people inserted is inserted, so that what Google keeps with columns moves along."""
        old, new = before.rows[0], after.rows[0]
        place = next((n for n, heading in enumerate(new) if n >= len(old) or old[n] != heading), None)
        if place is not None and place < len(old) and new[place + 1 :] == old[place:]:
            self.sheet.person.insert_columns(after.title, letters(place))
            for row in before.rows:
                if len(row) > place:
                    row.insert(place, None)

    def hold(self) -> Callable[[], None]:
        self.google.faults.queue.extend([status(503)] * 100)
        return self.google.calm

    def in_the_gap(self, act: Callable[[], None]) -> bool:
        self.google.before_write(act)
        return True

    def begins(self, random: Random | None) -> None:
        if random is not None:
            self.google.faults.next(*(_fault(random) for _ in range(12)))

    def ends(self, fault_free: bool, rereads: int) -> None:
        self.google.calm()
        calls = self.google.log.count()
        more = max(rereads - 1, 0)
        assert not fault_free or calls <= CALLS + more, f"{calls} calls: {[c.method for c in self.google.log.calls]}"


class InSheet(OnDisk, Spreadsheet):
    """A spreadsheet, with its ledger and outbox in a folder."""

    def __init__(self, folder: Path, google: SheetsServer) -> None:
        Spreadsheet.__init__(self, google)
        self.state = folder / "registre.relance"

    def desk(self) -> Desk:
        store, register = self.opened()
        register_id = register.register_id or "world-1"
        ledger, outbox = SqliteLedger(self.state, register_id), Outbox(self.state / "outbox")
        return Desk(
            "feuille", register_id, store, ledger, outbox, wording, bootstrap.lexicon(), bootstrap.languages(), register
        )  # fmt: skip


def _fault(random: Random) -> Fault | None:
    return random.choice(FAULTS) if random.random() < 0.05 else None


def _typed(old: Cell, value: CellValue) -> Cell:
    """A cell in which a person types; it keeps its look unless a day comes or goes."""
    new = cell(value)
    if isinstance(value, date) or (old.format is not None and "numberFormat" in old.format and value is not None):
        return old._replace(value=new.value, format=new.format)
    return old._replace(value=new.value)


def _rows(tab: Sheet) -> list[list[Any]]:
    rows = [[_plain(c or EMPTY) for c in row.cells] for row in tab.rows]
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return rows or [[]]


def _plain(found: Cell) -> Any:
    value = found.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None if value == "" else value
    kind = (found.format or {}).get("numberFormat", {}).get("type")
    return ORIGIN + timedelta(days=int(value)) if kind == "DATE" else float(value)

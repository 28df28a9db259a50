"""A spreadsheet in the emulator, its people, and a store over it by real gspread and google-auth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from google.auth.credentials import Credentials

from relance.adapters.google_sheet import GoogleHttp, GoogleSheetStore, Pace
from relance.domain.sheet import CellValue
from relance.ports.store import RegisterStore
from tests.adapters.store_contract import Grid
from tests.domain.lexicon import LEXICON
from tests.emulators.sheets.clients import token_credentials
from tests.emulators.sheets.files import File
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.model import EMPTY, Cell, Sheet, new_sheet
from tests.emulators.sheets.people import Person
from tests.emulators.sheets.server import SheetsServer

ORIGIN = date(1899, 12, 30)
DAY = {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}}


class Time:
    """A clock that only sleeping moves; `timeout`: the seconds of patience with an answer."""

    timeout = 0.3

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, time_left: Callable[[], float] = lambda: 1e9) -> Pace:
        return Pace(time_left, lambda: self.now, self.sleep, lambda: 1.0, (5, self.timeout))


class SheetDesk:
    """`tabs` are put into the spreadsheet as people would have them: days formatted as days."""

    def __init__(self, google: SheetsServer) -> None:
        self.google = google
        self.time = Time()
        self.file: File = google.drive.add_spreadsheet("Registre", writers=(ROBOT,))
        self.person: Person = google.person(self.file)

    def open(self, tabs: Mapping[str, Grid]) -> RegisterStore:
        self.type(tabs)
        return self.store()

    def store(self, credentials: Credentials | None = None) -> GoogleSheetStore:
        http = GoogleHttp(credentials or token_credentials(self.google, ROBOT), self.time.pace(), self.google.base)
        self.google.at_exit.append(http.close)
        return GoogleSheetStore(http, self.file.id, LEXICON)

    def type(self, tabs: Mapping[str, Grid]) -> None:
        book = self.person.book
        here = {sheet.title: sheet for sheet in book.sheets}
        book.sheets = [here.get(title) or new_sheet(book.new_id(), title, max(60, len(tabs[title]) + 20), 45) for title in tabs]
        for sheet in book.sheets:
            fill(sheet, tabs[sheet.title])
        self.google.drive.touch(self.file)


def fill(sheet: Sheet, lines: Grid) -> None:
    """Put values in a tab, in place of what it holds."""
    for row in sheet.rows:
        row.cells = []
    for index, line in enumerate(lines):
        for column, value in enumerate(line):
            sheet.rows[index].put(column, cell(value))


def cell(value: CellValue) -> Cell:
    """A cell as the interface would store it."""
    if isinstance(value, date):
        return EMPTY._replace(value=(value - ORIGIN).days, format=DAY)
    return EMPTY._replace(value=None if value == "" else value)

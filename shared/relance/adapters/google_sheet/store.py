"""The register store over one Google Sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from relance.adapters.google_sheet.anchors import HEADINGS, preparations, prepared
from relance.adapters.google_sheet.book import PEOPLES, WHOLE, Book, Sheet, blocks, book_of, names_of, robots
from relance.adapters.google_sheet.credentials import DOCUMENTS, SCOPES
from relance.adapters.google_sheet.documents import document
from relance.adapters.google_sheet.http import UNKNOWN, GoogleHttp
from relance.adapters.google_sheet.inspection import SEEN, sights
from relance.adapters.google_sheet.parts import Part, answered, parts_of, request, settle
from relance.domain.sheet import Cell, CellWrite, Snapshot
from relance.domain.words import Lexicon
from relance.ports.errors import StoreError
from relance.ports.store import Document, Sight

ROUNDS = 3
FRESH = 2.0  # seconds during which the rows of a tab are taken to be where they were
_NATIVE = "application/vnd.google-apps.spreadsheet"
_ROBOTS_OWN = ("planned", "journal")
_LONG = ("invoices", "customers")  # of these the robot's columns are not read again


class GoogleSheetStore:
    """A register in a Google Sheet, named by the id in its address."""

    def __init__(self, http: GoogleHttp, spreadsheet_id: str, lexicon: Lexicon) -> None:
        self.http = http
        self.spreadsheet_id = spreadsheet_id
        self.lexicon = lexicon
        self._book: Book | None = None  # as last read in this run
        self._files: GoogleHttp | None = None  # may read files: only asked for where invoices name some

    def read(self) -> Snapshot:
        """All tabs, in one call. Raises StoreError."""
        self._book = self._whole()
        return self._book.snapshot()

    def reread(self) -> Snapshot:
        """The people's columns as they stand, the robot's as last read, in one call. Raises StoreError."""
        book = self._book
        if book is None:
            return self.read()
        sheets = [sheet for sheet in book.sheets if sheet.table and sheet.table not in _ROBOTS_OWN]
        filters = [{"gridRange": span} for sheet in sheets for span in self._peoples(sheet)]
        try:
            answer = self._post(":getByDataFilter", {"dataFilters": filters}, PEOPLES)
        except StoreError as error:
            if error.code != "sheet.tab_gone":
                raise
            return self.read()
        fresh = {sheet.id: sheet for sheet in book_of(answer, self.lexicon).sheets}
        if not all(sheet.id in fresh and self._refreshed(sheet, fresh[sheet.id]) for sheet in sheets):
            return self.read()
        return book.snapshot()

    def document(self, name: str, limit: int) -> Document:
        """The PDF in Drive that an invoice names by its address or its file id. Raises DocumentError."""
        self._files = self._files or self.http.with_scopes((*SCOPES, DOCUMENTS))
        return document(self._files, name, limit)

    def inspect(self, language: str, time_zone: str) -> Sequence[Sight]:
        """Account, locale, zone, protections and marks of the columns. Raises StoreError."""
        answer = self.http.sheet("get", self.spreadsheet_id, fields=SEEN)
        return sights(self.http.account, answer, self._book or self._whole(), self.lexicon, language, time_zone)

    def check_writable(self) -> None:
        """Raises StoreError `sheet.not_found`, `sheet.office`, `sheet.not_a_sheet`, `sheet.in_bin`, `sheet.viewer_only`."""
        file = self.http.file(self.spreadsheet_id, "name,mimeType,trashed,capabilities(canEdit)")
        name = str(file.get("name", ""))
        if file.get("mimeType") != _NATIVE:
            office = "officedocument" in str(file.get("mimeType")) or "excel" in str(file.get("mimeType"))
            raise StoreError("sheet.office") if office else StoreError("sheet.not_a_sheet", name=name)
        if file.get("trashed"):
            raise StoreError("sheet.in_bin", name=name)
        if not file.get("capabilities", {}).get("canEdit"):
            raise StoreError("sheet.viewer_only", name=name, account=self.http.account)

    def write(self, wanted: Callable[[Snapshot], Sequence[CellWrite]]) -> int:
        """Set cells as RegisterStore says, starting from what was last read.

        Raises StoreError: `store.changed` when the sheet never held what was wanted; the next run sets it right.
        """
        book, self._book = self._book or self._whole(), None
        count, back = 0, list[CellWrite]()
        for number in range(ROUNDS):
            parts = parts_of(book, (*wanted(book.snapshot()), *back), self.lexicon)
            if not parts:
                return count
            if number == 0:
                self._look_first(parts)
            book, back = self._round(book, parts)
            count += sum(part.size for part in parts)
        if parts_of(book, (*wanted(book.snapshot()), *back), self.lexicon):
            raise StoreError("store.changed", path=book.title)
        return count

    def _look_first(self, parts: list[Part]) -> None:
        """Where a person's cell could be hit, a tab seen long ago is read back in the first round and set in the next."""
        now = self.http.pace.clock()
        for part in parts:
            if part.careful and now - part.sheet.seen > FRESH:
                part.cells = {}

    def _round(self, book: Book, parts: list[Part]) -> tuple[Book, list[CellWrite]]:
        """Set the cells and read back what the tabs hold, in one call; and what has to be put back next."""
        needed = preparations(parts)
        try:
            if needed:
                body = {"requests": needed, "includeSpreadsheetInResponse": True, "responseRanges": _first_rows(parts)}
                prepared(parts, self._post(":batchUpdate", body, HEADINGS, repeat=False))
            return book, self._written(parts)
        except _UnknownError:
            return self._whole(), []
        except StoreError as error:
            # Rows went meanwhile and nothing was set, or nobody knows what was prepared.
            if error.code not in ("sheet.shrunk", *UNKNOWN):
                raise
            return self._whole(), []

    def _written(self, parts: list[Part]) -> list[CellWrite]:
        data = [item for part in parts for item in request(part)]
        answer = self._post(
            "/values:batchUpdateByDataFilter",
            {
                "valueInputOption": "RAW",
                "data": data,
                "includeValuesInResponse": True,
                "responseValueRenderOption": "UNFORMATTED_VALUE",
                "responseDateTimeRenderOption": "SERIAL_NUMBER",
            },
            "responses(dataFilter,updatedData(values))",
        )
        seen, back = self.http.pace.clock(), list[CellWrite]()
        columns = [answered(part, answer.get("responses", ())) for part in parts]
        for part, found in zip(parts, columns, strict=True):
            if found is None:
                raise _UnknownError
            back += settle(part, found)
            part.sheet.seen = seen
        return back

    def _post(self, action: str, body: dict[str, Any], fields: str, repeat: bool = True) -> Any:
        return self.http.sheet("post", self.spreadsheet_id, action, body, repeat, fields=fields)

    def _whole(self) -> Book:
        book = book_of(self.http.sheet("get", self.spreadsheet_id, fields=WHOLE), self.lexicon)
        for sheet in book.sheets:
            sheet.seen = self.http.pace.clock()
        return book

    def _peoples(self, sheet: Sheet) -> list[dict[str, int]]:
        """The grid ranges that people's columns lie in, the robot's left out where they are many."""
        width = max((len(row) for row in sheet.rows), default=0)
        names = names_of(sheet, self.lexicon)
        skipped = {names[n] for n in robots(sheet.table) & names.keys()} if sheet.table in _LONG else frozenset[int]()
        return [
            {"sheetId": sheet.id, "startColumnIndex": start, **({} if end is None else {"endColumnIndex": end})}
            for start, end in blocks(skipped, width)
        ]

    def _refreshed(self, sheet: Sheet, fresh: Sheet) -> bool:
        """Put the columns read again in their place; False when they are no longer the same columns."""
        width = max((len(row) for row in (*sheet.rows, *fresh.rows)), default=0)
        spans = [(s["startColumnIndex"], s.get("endColumnIndex", width)) for s in self._peoples(sheet)]
        columns = [column for start, end in spans for column in range(start, end)]
        if any(sheet.cell(0, column) != fresh.cell(0, column) for column in columns):
            return False
        rows: list[list[Cell]] = []
        for old, new in zip_longest(sheet.rows, fresh.rows, fillvalue=list[Cell]()):
            row = [*old, *[None] * (width - len(old))]
            for start, end in spans:
                found = new[start:end]
                row[start:end] = [*found, *[None] * (end - start - len(found))]
            rows.append(row)
        read = set(columns)
        sheet.rows, sheet.title, sheet.height, sheet.seen = rows, fresh.title, fresh.height, self.http.pace.clock()
        sheet.formulas = {place for place in sheet.formulas if place[1] not in read} | fresh.formulas
        sheet.days = {column: days for column, days in sheet.days.items() if column not in read} | fresh.days
        return True


class _UnknownError(Exception):
    """Google did what was asked and did not say what the columns now hold."""


def _first_rows(parts: Sequence[Part]) -> list[str]:
    return [f"'{part.sheet.title.replace(chr(39), chr(39) * 2)}'!1:1" for part in parts]

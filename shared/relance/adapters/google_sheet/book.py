"""What one call gave of a spreadsheet: its tabs, with what a later write has to know about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from relance.adapters.google_sheet.cells import Json, Linked, cell_of, is_day_format
from relance.domain.sheet import Cell, Snapshot, Tab
from relance.domain.tables import BY_ID
from relance.domain.values import shown
from relance.domain.words import Lexicon, normalise

ANCHOR = "relance.column"  # key of the metadata that a column keeps wherever people move it
LOCALES = {"fr": "fr_FR", "en": "en_GB"}  # of a language: both write the day before the month
# The format that was given to a cell, not the effective one: Google would work out the colours of every cell for it. A day
# worked out by a formula without a format of its own is thus a number, which columns of days read as well.
_CELLS = (
    "rowData(values(userEnteredValue(formulaValue),effectiveValue,userEnteredFormat(numberFormat(type,pattern)),"
    "chipRuns(chip),hyperlink))"
)
WHOLE = (
    "properties(title,locale,timeZone),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),merges,"
    f"data(startRow,startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue)),{_CELLS}))"
)
PEOPLES = f"sheets(properties(sheetId,title,gridProperties(rowCount)),data(startRow,startColumn,{_CELLS}))"


@dataclass(slots=True)
class Sheet:
    """One tab. Rows and columns count from 0.

    `days`: by column, the rows whose numbers show as days, filled or not. `anchors`: by column, the ids and names of its
    metadata. `seen`: when its rows were last given, on the clock of the calls.
    """

    id: int
    title: str
    table: str  # the id of the table it holds, '' for a tab of people's own
    rows: list[list[Cell]]
    height: int
    merges: tuple[str, ...] = ()
    formulas: set[tuple[int, int]] = field(default_factory=set)
    days: dict[int, set[int]] = field(default_factory=dict)
    anchors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    seen: float = 0.0

    def cell(self, row: int, column: int) -> Cell:
        """The value of a cell, None outside what is filled."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None

    def tab(self) -> Tab:
        """The tab as the register knows it."""
        return Tab(self.title, self.rows, self.merges, frozenset(self.formulas))


@dataclass(slots=True)
class Book:
    """A spreadsheet as it stood at one call."""

    title: str
    locale: str
    time_zone: str
    sheets: list[Sheet]

    def snapshot(self) -> Snapshot:
        """What the register is read from."""
        return Snapshot(tuple(sheet.tab() for sheet in self.sheets))


def book_of(answer: Json, lexicon: Lexicon) -> Book:
    """The book in an answer to `WHOLE` or `PEOPLES`."""
    about = answer.get("properties", {})
    sheets = [_sheet(entry, lexicon) for entry in answer.get("sheets", ())]
    return Book(str(about.get("title", "")), str(about.get("locale", "")), str(about.get("timeZone", "")), sheets)


def names_of(sheet: Sheet, lexicon: Lexicon) -> dict[str, int]:
    """The columns of a tab by name, `<table>.<column>`; the first of two with the same heading."""
    known, title = lexicon.headings.get(sheet.table, {}), sheet.table or normalise(sheet.title)
    found: dict[str, int] = {}
    for index, cell in enumerate(sheet.rows[0] if sheet.rows else ()):
        heading = normalise(shown(cell))
        if heading:
            found.setdefault(f"{title}.{known.get(heading, heading)}", index)
    return found


def robots(table: str) -> frozenset[str]:
    """The names of the columns of a table that are the robot's."""
    return frozenset(f"{table}.{c.id}" for c in BY_ID[table].columns if c.robot) if table in BY_ID else frozenset()


def _sheet(entry: Json, lexicon: Lexicon) -> Sheet:
    about = entry["properties"]
    title = str(about["title"])
    height = int(about.get("gridProperties", {}).get("rowCount", 0))
    table = lexicon.tabs.get(normalise(title), "")
    sheet = Sheet(int(about.get("sheetId", 0)), title, table, [], height)
    sheet.merges = tuple(_a1(merge) for merge in entry.get("merges", ()))
    for grid in entry.get("data", ()):
        _fill(sheet, grid)
    _follow_links(sheet, entry, lexicon)
    while sheet.rows and all(cell is None for cell in sheet.rows[-1]):
        sheet.rows.pop()
    return sheet


def _fill(sheet: Sheet, grid: Json) -> None:
    """Put a block of cells in its place."""
    top, left = int(grid.get("startRow", 0)), int(grid.get("startColumn", 0))
    rows, formulas, days = sheet.rows, sheet.formulas, sheet.days
    for index, line in enumerate(grid.get("rowData", ()), top):
        while len(rows) <= index:
            rows.append([])
        row = rows[index]
        row.extend([None] * (left - len(row)))
        for column, data in enumerate(line.get("values", ()), left):
            row.append(cell_of(data))
            if "userEnteredValue" in data and "formulaValue" in data["userEnteredValue"]:
                formulas.add((index, column))
            if is_day_format(data):
                days.setdefault(column, set()).add(index)
    for column, line in enumerate(grid.get("columnMetadata", ()), left):
        for item in line.get("developerMetadata", ()):
            if item.get("metadataKey") == ANCHOR:
                sheet.anchors.setdefault(column, []).append((int(item["metadataId"]), str(item.get("metadataValue", ""))))


def _follow_links(sheet: Sheet, entry: Json, lexicon: Lexicon) -> None:
    """A text in the documents' column that links to a file stands for its address."""
    column = names_of(sheet, lexicon).get("invoices.document")
    if column is None:
        return
    for grid in entry.get("data", ()):
        place = column - int(grid.get("startColumn", 0))
        for index, line in enumerate(grid.get("rowData", ()), int(grid.get("startRow", 0))):
            values = line.get("values", ())
            text = sheet.cell(index, column)
            if index and type(text) is str and 0 <= place < len(values) and "hyperlink" in values[place]:
                sheet.rows[index][column] = Linked(values[place]["hyperlink"], text)


def _a1(area: Mapping[str, Any]) -> str:
    first = f"{letters(area.get('startColumnIndex', 0))}{area.get('startRowIndex', 0) + 1}"
    return f"{first}:{letters(area.get('endColumnIndex', 1) - 1)}{area.get('endRowIndex', 1)}"


def letters(column: int) -> str:
    """The name of a column: `A` for 0."""
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def blocks(skipped: Collection[int], width: int) -> Iterator[tuple[int, int | None]]:
    """The runs of columns that are not skipped, up to `width`, and the open end after it."""
    start: int | None = None
    for column in range(width):
        if column in skipped:
            if start is not None:
                yield start, column
            start = None
        elif start is None:
            start = column
    yield (width if start is None else start), None

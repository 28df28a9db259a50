"""The tabs of a register: what is missing of them is added, what is there stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from relance.adapters.google_sheet.anchors import marks
from relance.adapters.google_sheet.book import Sheet, names_of
from relance.adapters.google_sheet.looks import Json, column_look, heading_look, number_look, paint, put, rgb, span, value
from relance.adapters.google_sheet.parts import Part
from relance.domain.layout import VIEWS, columns_of, setting_column
from relance.domain.sheet import CellValue
from relance.domain.tables import BY_ID, Column
from relance.domain.words import Lexicon, Words, normalise

Rows = Sequence[Mapping[str, CellValue]]
_ROWS = {"invoices": 1_000, "payments": 1_000, "customers": 500, "todo": 300}  # free rows of a new tab
_FEW_ROWS = 100  # of the others; the robot adds what it needs
_SPARE = 3  # columns for people's own
_HEADING_PIXELS = 44
_LOOK = "userEnteredFormat"


@dataclass(slots=True)
class Tab:
    """One table's tab: `sheet` as it will be, `columns` where they stand.

    `headless` columns have no heading so far; of these, `added` are not there at all.
    """

    sheet: Sheet
    columns: dict[str, int]
    headless: tuple[str, ...] = ()
    added: frozenset[str] = frozenset()
    new: bool = False
    rows: Rows = ()


def tab_of(table_id: str, sheet: Sheet | None, sheet_id: int, rows: Rows, lexicon: Lexicon, words: Words) -> Tab:
    """The tab of a table, with a heading for each of its columns; a mark tells which column lost its heading."""
    new = sheet is None or not any(cell is not None for row in sheet.rows for cell in row)
    title = words.tabs[table_id]
    sheet = sheet or Sheet(sheet_id, title, table_id, [], 1 + len(rows) + _ROWS.get(table_id, _FEW_ROWS))
    first = list(sheet.rows[0]) if sheet.rows else []
    columns = {name.partition(".")[2]: place for name, place in names_of(sheet, lexicon).items()}
    columns = {c.id: columns[c.id] for c in BY_ID[table_id].columns if c.id in columns}
    marked = {name.partition(".")[2]: place for place, found in sheet.anchors.items() for _, name in found}
    width = max([len(row) for row in sheet.rows] + [place + 1 for place in marked.values()], default=0)
    headless = [column for column in VIEWS[table_id].columns if column not in columns]
    added: set[str] = set()
    for column in headless:
        place = marked.get(column, -1)
        if place < 0 or place in columns.values():
            place, width = width, width + 1
            added.add(column)
        columns[column] = place
        first += [None] * (place + 1 - len(first))
        first[place] = heading(table_id, column, words)
    sheet.rows = [first, *sheet.rows[1:]]
    return Tab(sheet, columns, tuple(headless), frozenset(added), new, rows if new else ())


def heading(table_id: str, column: str, words: Words) -> str:
    """The heading of a column, with a star where it must be filled."""
    text = words.headings[table_id][column]
    return f"{text} *" if BY_ID[table_id].column(column).required else text


def tab_requests(tab: Tab, exists: bool, width: int, lexicon: Lexicon, words: Words) -> Iterator[Json]:
    """What makes the tab complete. `exists`: it is there; `width`: how many columns it has."""
    sheet, table = tab.sheet, tab.sheet.table
    needed = max(tab.columns.values()) + 1
    if not exists:
        yield {"addSheet": {"properties": _properties(tab, needed + _SPARE, VIEWS[table].tab)}}
    elif needed > width:
        yield {"appendDimension": {"sheetId": sheet.id, "dimension": "COLUMNS", "length": needed - width}}
    for column in tab.headless:
        cell = value(heading(table, column, words)) | {_LOOK: heading_look(BY_ID[table].column(column))}
        yield put(sheet.id, 0, tab.columns[column], [[cell]], f"userEnteredValue,{_LOOK}")
    yield from _looks(tab)
    if tab.new:
        yield from _arrangement(tab)
        yield from _rows(tab, words)
    names = {name: place for name, place in names_of(sheet, lexicon).items() if name.partition(".")[2] in tab.columns}
    yield from marks(Part(sheet, names))


def _properties(tab: Tab, width: int, colour: str) -> Json:
    grid = {
        "rowCount": tab.sheet.height, "columnCount": width, "frozenRowCount": 1,
        "frozenColumnCount": VIEWS[tab.sheet.table].frozen, "hideGridlines": True,
    }  # fmt: skip
    return {"sheetId": tab.sheet.id, "title": tab.sheet.title, "tabColorStyle": rgb(colour), "gridProperties": grid}


def _looks(tab: Tab) -> Iterator[Json]:
    """The robot's columns look as they should; people's only where they are new, since a format says how a number reads."""
    for column in BY_ID[tab.sheet.table].columns:
        if tab.new or column.robot or column.id in tab.added:
            place = tab.columns[column.id]
            yield paint(span(tab.sheet.id, (1, None), (place, place + 1)), column_look(column), _LOOK)


def _arrangement(tab: Tab) -> Iterator[Json]:
    view, sheet_id = VIEWS[tab.sheet.table], tab.sheet.id
    for column, width, _ in columns_of(tab.sheet.table):
        place = tab.columns[column.id]
        yield _sized(sheet_id, "COLUMNS", place, place + 1, width * 7 + 5)
    yield _sized(sheet_id, "ROWS", 0, 1, _HEADING_PIXELS)
    if view.row_height:
        yield _sized(sheet_id, "ROWS", 1, tab.sheet.height, view.row_height * 4 // 3)
    for band in view.bands:
        if band.folded:
            places = [tab.columns[column] for column in band.widths]
            area = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": min(places), "endIndex": max(places) + 1}
            yield {"addDimensionGroup": {"range": area}}
            group = {"range": area, "depth": 1, "collapsed": True}
            yield {"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}}


def _sized(sheet_id: int, dimension: str, start: int, end: int, pixels: int) -> Json:
    area = {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}
    return {"updateDimensionProperties": {"range": area, "properties": {"pixelSize": pixels}, "fields": "pixelSize"}}


def _rows(tab: Tab, words: Words) -> Iterator[Json]:
    """The first rows of a new tab."""
    table = BY_ID[tab.sheet.table]
    known = {column.id for column in table.columns}
    for row in tab.rows:
        if unknown := row.keys() - known:
            raise KeyError(f"{table.id}: {', '.join(sorted(unknown))}")
    for column in table.columns if tab.rows else ():
        cells = [value(row.get(column.id)) for row in tab.rows]
        if any(cells):
            fields = f"userEnteredValue,{_LOOK}.numberFormat"
            lines = [[_shaped(cell, column)] for cell in cells]
            yield put(tab.sheet.id, 1, tab.columns[column.id], lines, fields)
    for index, row in enumerate(tab.rows if table.id == "settings" else (), start=1):
        setting = setting_of(row.get("setting"), words)
        shape = number_look(setting_column(setting))
        if setting and shape:
            place = tab.columns["value"]
            look = {"numberFormat": shape, "horizontalAlignment": "LEFT"}
            area = span(tab.sheet.id, (index, index + 1), (place, place + 1))
            yield paint(area, look, f"{_LOOK}(numberFormat,horizontalAlignment)")


def _shaped(cell: Json, column: Column) -> Json:
    shape = number_look(column)
    return {_LOOK: {"numberFormat": shape}} | cell if shape else cell


def setting_of(label: CellValue, words: Words) -> str:
    """The id of a setting by its label, '' for any other text."""
    wanted = normalise(str(label or ""))
    return next((setting for setting, texts in words.settings.items() if normalise(texts["label"]) == wanted), "")

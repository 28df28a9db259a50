"""batchUpdate requests about tabs and the spreadsheet itself."""

from tests.emulators.sheets import masks
from tests.emulators.sheets.batch import request
from tests.emulators.sheets.calls import Call
from tests.emulators.sheets.errors import check_cell_count, invalid, not_built
from tests.emulators.sheets.model import Json, new_sheet
from tests.emulators.sheets.refs import Area
from tests.emulators.sheets.spreadsheets import properties, sheet_properties
from tests.emulators.sheets.tabs import apply_properties, check_title, copy_name, duplicate, place, remove, sheet_of
from tests.emulators.sheets.writing import check_protection


@request("addSheet")
def add_sheet(call: Call, asked: Json) -> Json:
    """A new tab, 1000 × 26 unless said otherwise."""
    book, given = call.book, asked.get("properties") or {}
    title = given.get("title") or _free_title(call)
    check_title(book, title)
    sheet_id = given["sheetId"] if given.get("sheetId") is not None else book.new_id()
    if book.by_id(sheet_id):
        raise invalid(f"The sheet with id {sheet_id} already exists.")
    if given.get("sheetType") not in (None, "GRID", "SHEET_TYPE_UNSPECIFIED"):
        raise not_built(f"tabs of type {given['sheetType']}")
    grid = given.get("gridProperties") or {}
    rows, columns = grid.get("rowCount") or 1000, grid.get("columnCount") or 26
    check_cell_count(book.cells() + rows * columns)
    sheet = new_sheet(sheet_id, title, rows, columns)
    index = len(book.sheets) if given.get("index") is None else given["index"]
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Sheet index {index} is out of bounds: the document has {len(book.sheets)} sheets.")
    book.sheets.insert(index, sheet)
    grid = {**grid, "rowCount": rows, "columnCount": columns}
    apply_properties(book, sheet, {**given, "title": title, "gridProperties": grid})
    return {"properties": sheet_properties(sheet, index)}


def _free_title(call: Call) -> str:
    base = "Feuille " if call.book.locale.startswith("fr") else "Sheet"
    number = len(call.book.sheets) + 1
    while call.book.by_title(f"{base}{number}"):
        number += 1
    return f"{base}{number}"


@request("deleteSheet")
def delete_sheet(call: Call, asked: Json) -> None:
    """Remove a tab."""
    sheet = sheet_of(call.book, asked.get("sheetId"))
    check_protection(call, Area(sheet).box())
    remove(call.book, sheet)


@request("duplicateSheet")
def duplicate_sheet(call: Call, asked: Json) -> Json:
    """Copy a tab."""
    book = call.book
    sheet = sheet_of(book, asked.get("sourceSheetId"))
    name = asked.get("newSheetName") or copy_name(book, sheet.title)
    check_title(book, name)
    new_id = asked.get("newSheetId") or book.new_id()
    if book.by_id(new_id):
        raise invalid(f"The sheet with id {new_id} already exists.")
    index = asked.get("insertSheetIndex") or 0
    copied = duplicate(book, sheet, index, name, new_id, call.readings.copied_tab_keeps_metadata)
    return {"properties": sheet_properties(copied, book.sheets.index(copied))}


@request("updateSheetProperties")
def update_sheet_properties(call: Call, asked: Json) -> None:
    """Name, index, size, frozen rows, colour, hidden… by field mask."""
    given = asked.get("properties") or {}
    sheet = sheet_of(call.book, given.get("sheetId"))
    fields = masks.for_update(asked.get("fields"))
    now = sheet_properties(sheet, call.book.sheets.index(sheet))
    wanted = masks.merged(fields, now, given)
    apply_properties(call.book, sheet, wanted)
    if not fields or "index" in fields:
        place(call.book, sheet, given.get("index") or 0)


@request("updateSpreadsheetProperties")
def update_spreadsheet_properties(call: Call, asked: Json) -> None:
    """Title, locale, time zone."""
    fields = masks.for_update(asked.get("fields"))
    if set(fields or asked.get("properties") or {}) - {"title", "locale", "timeZone"}:
        raise not_built("updating other spreadsheet properties than title, locale and timeZone")
    wanted = masks.merged(fields, properties(call.book), asked.get("properties") or {})
    book = call.book
    book.title, book.locale, book.time_zone = wanted.get("title", ""), wanted.get("locale", ""), wanted.get("timeZone", "")
    if len(book.locale.split("_")) > 2 or not book.locale[:2].isalpha():
        raise invalid(f"Unsupported locale: {book.locale}")
    assert call.file is not None
    call.file.name = book.title

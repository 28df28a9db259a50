"""spreadsheets.get and getByDataFilter: properties, and grid data when a mask or a flag asks for it."""

from tests.emulators.sheets.calls import Call, compact, handles
from tests.emulators.sheets.celldata import DEFAULT_FORMAT, CellReader
from tests.emulators.sheets.errors import invalid
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.masks import Masked, Tree
from tests.emulators.sheets.metadata import Place, areas, as_json
from tests.emulators.sheets.model import Column, Json, Row, Sheet, Spreadsheet
from tests.emulators.sheets.refs import Area, Box, inside, parse_a1
from tests.emulators.sheets.writing import may_edit


@handles("sheets.spreadsheets.get")
def get(call: Call) -> Json:
    """A spreadsheet; with ranges, only the tabs they touch. A field mask overrides includeGridData."""
    wanted = [inside(parse_a1(call.book, text)) for text in call.arguments.get("ranges", [])]
    grid = "data" in call.fields.get("sheets", {"data": {}}) if call.fields else bool(call.arguments.get("includeGridData"))
    if call.fields and "sheets" in call.fields and not call.fields["sheets"]:
        grid = True
    return spreadsheet(call, wanted if "ranges" in call.arguments else None, grid, call.fields)


@handles("sheets.spreadsheets.getByDataFilter")
def get_by_data_filter(call: Call) -> Json:
    """The same, by data filters."""
    wanted = [area for data_filter in call.body.get("dataFilters") or [] for area in areas(call, data_filter)]
    below = call.fields.get("sheets")
    grid = bool(call.body.get("includeGridData")) if not call.fields else below is not None and (not below or "data" in below)
    return spreadsheet(call, wanted if call.body.get("dataFilters") else None, grid, call.fields)


def spreadsheet(call: Call, wanted: list[Area] | None, grid: bool, fields: Tree) -> Json:
    """The Spreadsheet resource. `fields` only spares work: the answer is masked again later."""
    book = call.book
    below = fields.get("sheets", {}) if fields else {}
    sheets = []
    for index, sheet in enumerate(book.sheets):
        own = [area for area in wanted or () if area.sheet.id == sheet.id]
        if wanted is not None and not own:
            continue
        entry = sheet_json(call, sheet, index)
        if grid:
            cells = below.get("data", {}) if below else {}
            entry["data"] = [grid_data(call, area.box(), cells) for area in own or [Area(sheet)]]
        sheets.append(entry)
    answer: Json = {
        "spreadsheetId": call.arguments["spreadsheetId"],
        "properties": properties(book),
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{call.arguments['spreadsheetId']}/edit",
    }
    if book.named_ranges:
        answer["namedRanges"] = book.named_ranges
    if book.metadata:
        answer["developerMetadata"] = [as_json(Place(None), item) for item in book.metadata]
    return answer


def properties(book: Spreadsheet) -> Json:
    """SpreadsheetProperties."""
    return {
        "title": book.title,
        "locale": book.locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": book.time_zone,
        "defaultFormat": DEFAULT_FORMAT,
    }


def sheet_properties(sheet: Sheet, index: int) -> Json:
    """SheetProperties."""
    grid = {"rowCount": len(sheet.rows), "columnCount": len(sheet.columns), **sheet.grid}
    return {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid,
        **sheet.extra,
    }


def sheet_json(call: Call, sheet: Sheet, index: int) -> Json:
    """A Sheet without grid data."""
    entry: Json = {"properties": sheet_properties(sheet, index)}
    for name, items in sheet.parts.items():
        if items:
            entry[name] = items
    if sheet.parts["protectedRanges"]:
        entry["protectedRanges"] = [_protection(call, item) for item in sheet.parts["protectedRanges"]]
    if sheet.basic_filter is not None:
        entry["basicFilter"] = sheet.basic_filter
    if sheet.metadata:
        entry["developerMetadata"] = [as_json(Place(sheet), item) for item in sheet.metadata]
    return entry


def _protection(call: Call, item: Json) -> Json:
    """Only those who may edit a protection see its editors."""
    allowed = may_edit(call, item)
    shown = {name: value for name, value in item.items() if allowed or name != "editors"}
    return {**shown, **compact(requestingUserCanEdit=allowed)}


def grid_data(call: Call, box: Box, fields: Tree) -> Json:
    """GridData of a box. Trailing empty cells and rows are left out; row and column metadata cover the whole box."""
    sheet = box.sheet
    data: Json = compact(startRow=box.top, startColumn=box.left)
    if not fields or "rowData" in fields:
        below = fields.get("rowData", {}) if fields else {}
        rows = _row_data(CellReader(Calculator(call.book, call.now), below.get("values", {})), box)
        if rows:
            data["rowData"] = Masked(rows)
    if not fields or "rowMetadata" in fields:
        data["rowMetadata"] = [_line(sheet, "ROWS", index, sheet.rows[index]) for index in range(box.top, box.bottom)]
    if not fields or "columnMetadata" in fields:
        data["columnMetadata"] = [_line(sheet, "COLUMNS", index, sheet.columns[index]) for index in range(box.left, box.right)]
    return data


def _row_data(reader: CellReader, box: Box) -> list[Json]:
    rows: list[Json] = []
    read, sheet = reader.read, box.sheet
    for index in range(box.top, box.bottom):
        cells = sheet.rows[index].cells[box.left : box.right]
        found = [read(sheet, index, box.left + offset, cell) if cell is not None else {} for offset, cell in enumerate(cells)]
        while found and not found[-1]:
            found.pop()
        rows.append({"values": found} if found else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _line(sheet: Sheet, dimension: str, index: int, line: Row | Column) -> Json:
    """DimensionProperties."""
    answer: Json = {"pixelSize": line.size}
    if line.hidden:
        answer["hiddenByUser"] = True
    if isinstance(line, Row) and line.filtered:
        answer["hiddenByFilter"] = True
    if line.metadata:
        answer["developerMetadata"] = [as_json(Place(sheet, dimension, index), item) for item in line.metadata]
    return answer


def response_areas(call: Call, texts: list[str]) -> list[Area]:
    """The ranges of batchUpdate's responseRanges.

    Raises: ApiError 400.
    """
    found = [parse_a1(call.book, text) for text in texts]
    if not found and texts:
        raise invalid("Unable to parse range")
    return [inside(area) for area in found]

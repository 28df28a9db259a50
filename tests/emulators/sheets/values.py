"""spreadsheets.values.*: get, batchGet, update, batchUpdate, append, clear, and their relatives by data filter."""

from tests.emulators.sheets.calls import Call, compact, handles
from tests.emulators.sheets.errors import check_cell_count, invalid
from tests.emulators.sheets.model import Column, Json, Row
from tests.emulators.sheets.reading import value_range
from tests.emulators.sheets.refs import Area, Box, inside, parse_a1
from tests.emulators.sheets.structure import insert
from tests.emulators.sheets.writing import check_protection, write_values

_GET = "sheets.spreadsheets.values."


def shown(call: Call, box: Box, response: bool = False, major: str = "") -> Json:
    """The ValueRange of a box, by the call's render options (the `response…` ones for a write)."""
    return value_range(
        call,
        box,
        call.option("responseValueRenderOption" if response else "valueRenderOption", "FORMATTED_VALUE"),
        call.option("responseDateTimeRenderOption" if response else "dateTimeRenderOption", "SERIAL_NUMBER"),
        major or call.option("majorDimension", "ROWS"),
    )


def input_option(call: Call) -> str:
    """RAW or USER_ENTERED.

    Raises: ApiError 400 when not given: it has no default.
    """
    option = call.option("valueInputOption", "")
    if not option:
        raise invalid("'valueInputOption' is required but not specified")
    return option


def _area(call: Call, text: str) -> Area:
    return inside(parse_a1(call.book, text))


@handles(_GET + "get")
def get(call: Call) -> Json:
    """One range."""
    return shown(call, _area(call, call.arguments["range"]).box())


@handles(_GET + "batchGet")
def batch_get(call: Call) -> Json:
    """Several ranges, in the order asked."""
    ranges = call.arguments.get("ranges", [])
    return {
        "spreadsheetId": call.arguments["spreadsheetId"],
        "valueRanges": [shown(call, _area(call, text).box()) for text in ranges],
    }


def updated(call: Call, area: Area, body: Json, place: str = "") -> Json:
    """Write one range; the UpdateValuesResponse without its spreadsheet id."""
    done = write_values(call, area, body, input_option(call), place)
    box = done.pop("box")
    answer = compact(**done)
    if call.body.get("includeValuesInResponse") or call.arguments.get("includeValuesInResponse"):
        major = str(body.get("majorDimension") or "ROWS")
        if done["updatedCells"] or call.readings.null_write_returns_values:
            answer["updatedData"] = shown(call, box, True, "ROWS" if major.endswith("_UNSPECIFIED") else major)
    return answer


@handles(_GET + "update", writes=True)
def update(call: Call) -> Json:
    """Write one range."""
    text = call.arguments["range"]
    if call.body.get("range") and parse_a1(call.book, call.body["range"]) != parse_a1(call.book, text):
        raise invalid(f"Requested writing within range [{text}], but the body names [{call.body['range']}]")
    input_option(call)
    return {"spreadsheetId": call.arguments["spreadsheetId"], **updated(call, _area(call, text), call.body)}


@handles(_GET + "batchUpdate", writes=True)
def batch_update(call: Call) -> Json:
    """Write several ranges, all or nothing."""
    spreadsheet = call.arguments["spreadsheetId"]
    input_option(call)
    data = call.body.get("data") or []
    areas = [_area(call, item.get("range") or "") for item in data]
    answers = [
        {"spreadsheetId": spreadsheet, **updated(call, area, item, f"data[{index}].")}
        for index, (area, item) in enumerate(zip(areas, data, strict=True))
    ]
    return {"spreadsheetId": spreadsheet, **totals(answers), "responses": answers}


def totals(answers: list[Json]) -> Json:
    """The sums of several writes."""
    tabs = {answer["updatedRange"].rpartition("!")[0] for answer in answers if answer.get("updatedCells")}
    return compact(
        totalUpdatedRows=sum(answer.get("updatedRows", 0) for answer in answers),
        totalUpdatedColumns=sum(answer.get("updatedColumns", 0) for answer in answers),
        totalUpdatedCells=sum(answer.get("updatedCells", 0) for answer in answers),
        totalUpdatedSheets=len(tabs),
    )


@handles(_GET + "append", writes=True)
def append(call: Call) -> Json:
    """Write after the last row of the table found in the range; the grid grows as needed."""
    input_option(call)
    area = _area(call, call.arguments["range"])
    table, sheet = _table(area.box()), area.sheet
    rows = call.body.get("values") or []
    width = max((len(row) for row in rows), default=0)
    at, left = (table.bottom, table.left) if table else (area.box().top, area.box().left)
    if call.option("insertDataOption", "OVERWRITE") == "INSERT_ROWS" and at < len(sheet.rows):
        insert(call.book, sheet, "ROWS", at, len(rows))
    missing_rows, missing_columns = max(0, at + len(rows) - len(sheet.rows)), max(0, left + width - len(sheet.columns))
    height, breadth = len(sheet.rows) + missing_rows, len(sheet.columns) + missing_columns
    check_cell_count(call.book.cells() - len(sheet.rows) * len(sheet.columns) + height * breadth)
    sheet.rows += [Row() for _ in range(missing_rows)]
    sheet.columns += [Column() for _ in range(missing_columns)]
    target = Area(sheet, at, at + max(1, len(rows)), left, left + max(1, width))
    spreadsheet = call.arguments["spreadsheetId"]
    answer: Json = {"spreadsheetId": spreadsheet, "updates": {"spreadsheetId": spreadsheet, **updated(call, target, call.body)}}
    if table:
        answer["tableRange"] = table.a1()
    return answer


def _table(box: Box) -> Box | None:
    """The block of filled cells an append goes under: the last one that touches the range's columns."""
    sheet = box.sheet

    def filled(row: int, column: int) -> bool:
        return sheet.cell(row, column).value is not None

    rows = [row for row in range(box.top, box.bottom) if any(filled(row, column) for column in range(box.left, box.right))]
    if not rows:
        return None
    top = bottom = rows[-1]
    left = min(column for column in range(box.left, box.right) if filled(bottom, column))
    right = left + 1
    growing = True
    while growing:
        before = (top, bottom, left, right)
        while top > 0 and any(filled(top - 1, column) for column in range(left, right)):
            top -= 1
        while bottom + 1 < len(sheet.rows) and any(filled(bottom + 1, column) for column in range(left, right)):
            bottom += 1
        while left > 0 and any(filled(row, left - 1) for row in range(top, bottom + 1)):
            left -= 1
        while right < len(sheet.columns) and any(filled(row, right) for row in range(top, bottom + 1)):
            right += 1
        growing = before != (top, bottom, left, right)
    return Box(sheet, top, bottom + 1, left, right)


def cleared(call: Call, area: Area) -> str:
    """Empty the values of a range; formats, notes and validation stay. Returns the range."""
    box = area.box()
    check_protection(call, box)
    for row in box.sheet.rows[box.top : box.bottom]:
        for column in range(box.left, min(box.right, len(row.cells))):
            cell = row.cells[column]
            if cell is not None and cell.value is not None:
                row.cells[column] = cell._replace(value=None, result=None, chips=(), runs=())
    return box.a1()


@handles(_GET + "clear", writes=True)
def clear(call: Call) -> Json:
    """Empty one range."""
    return {
        "spreadsheetId": call.arguments["spreadsheetId"],
        "clearedRange": cleared(call, _area(call, call.arguments["range"])),
    }


@handles(_GET + "batchClear", writes=True)
def batch_clear(call: Call) -> Json:
    """Empty several ranges."""
    texts = call.body.get("ranges") or []
    areas = [_area(call, text) for text in texts]
    return {"spreadsheetId": call.arguments["spreadsheetId"], "clearedRanges": [cleared(call, area) for area in areas]}

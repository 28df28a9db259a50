"""batchUpdate requests about rows, columns and their groups."""

from collections.abc import Sequence

from tests.emulators.sheets import masks
from tests.emulators.sheets.batch import request
from tests.emulators.sheets.calls import Call, compact
from tests.emulators.sheets.errors import invalid, not_built
from tests.emulators.sheets.formats import show
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import CellError, Column, Json, Row, Sheet
from tests.emulators.sheets.refs import Box
from tests.emulators.sheets.structure import delete, insert, move, size
from tests.emulators.sheets.tabs import sheet_of
from tests.emulators.sheets.writing import check_protection

Span = tuple[Sheet, str, int, int]


def span_of(call: Call, asked: Json | None) -> Span:
    """Tab, dimension, start and end of a DimensionRange; open ends reach to the grid's.

    Raises: ApiError 400.
    """
    asked = asked or {}
    sheet, dimension = sheet_of(call.book, asked.get("sheetId")), asked.get("dimension")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("No dimension specified.")
    start, end = asked.get("startIndex") or 0, asked.get("endIndex")
    return sheet, dimension, start, size(sheet, dimension) if end is None else end


def _box(span: Span) -> Box:
    sheet, dimension, start, end = span
    if dimension == "ROWS":
        return Box(sheet, start, end, 0, len(sheet.columns))
    return Box(sheet, 0, len(sheet.rows), start, end)


@request("appendDimension")
def append_dimension(call: Call, asked: Json) -> None:
    """Rows or columns at the end."""
    sheet, dimension = sheet_of(call.book, asked.get("sheetId")), asked.get("dimension")
    if dimension not in ("ROWS", "COLUMNS") or (asked.get("length") or 0) < 1:
        raise invalid("appendDimension needs a dimension and a length greater than zero.")
    insert(call.book, sheet, dimension, size(sheet, dimension), asked["length"])


@request("insertDimension")
def insert_dimension(call: Call, asked: Json) -> None:
    """Rows or columns in between."""
    span = span_of(call, asked.get("range"))
    sheet, dimension, start, end = span
    if end <= start:
        raise invalid("endIndex must be greater than startIndex.")
    insert(call.book, sheet, dimension, start, end - start, bool(asked.get("inheritFromBefore")))


@request("deleteDimension")
def delete_dimension(call: Call, asked: Json) -> None:
    """Rows or columns taken out."""
    span = span_of(call, asked.get("range"))
    check_protection(call, _box(span))
    delete(call.book, *span)


@request("moveDimension")
def move_dimension(call: Call, asked: Json) -> None:
    """Rows or columns moved before destinationIndex."""
    span = span_of(call, asked.get("source"))
    check_protection(call, _box(span))
    move(call.book, *span, asked.get("destinationIndex") or 0)


def _lines(span: Span) -> Sequence[Row | Column]:
    sheet, dimension, start, end = span
    if not 0 <= start <= end <= size(sheet, dimension):
        raise invalid(f"Range exceeds grid limits: {dimension.lower()} {start} to {end} of {size(sheet, dimension)}.")
    return sheet.rows[start:end] if dimension == "ROWS" else sheet.columns[start:end]


@request("updateDimensionProperties")
def update_dimension_properties(call: Call, asked: Json) -> None:
    """Height or width in pixels, hidden or not."""
    fields = masks.for_update(asked.get("fields"))
    given = asked.get("properties") or {}
    unknown = set(fields) - {"pixelSize", "hiddenByUser"}
    if unknown:
        raise not_built(f"updating {', '.join(sorted(unknown))} of a dimension")
    for line in _lines(span_of(call, asked.get("range"))):
        if not fields or "pixelSize" in fields:
            line.size = given.get("pixelSize") or (21 if isinstance(line, Row) else 100)
        if not fields or "hiddenByUser" in fields:
            line.hidden = bool(given.get("hiddenByUser"))


@request("autoResizeDimensions")
def auto_resize(call: Call, asked: Json) -> None:
    """Columns as wide as their longest text (seven pixels a character); rows to their default."""
    span = span_of(call, asked.get("dimensions"))
    sheet, dimension, start, _ = span
    calculator = Calculator(call.book, call.now)
    for index, line in enumerate(_lines(span), start):
        line.size = 21 if dimension == "ROWS" else max(_longest(calculator, sheet, index) * 7 + 12, 21)


def _longest(calculator: Calculator, sheet: Sheet, column: int) -> int:
    found = 0
    for index, row in enumerate(sheet.rows):
        cell = row.cell(column)
        if cell.value is not None:
            value = calculator.value(sheet, index, column)
            number_format = (cell.format or {}).get("numberFormat")
            text = value.message if isinstance(value, CellError) else show(value, number_format, calculator.book.locale)
            found = max(found, len(text))
    return found


def _shelf(dimension: str) -> str:
    return "rowGroups" if dimension == "ROWS" else "columnGroups"


@request("addDimensionGroup")
def add_group(call: Call, asked: Json) -> Json:
    """Group lines; a group inside another is one level deeper."""
    sheet, dimension, start, end = span_of(call, asked.get("range"))
    groups = sheet.parts[_shelf(dimension)]
    around = [group["depth"] for group in groups if group["range"]["startIndex"] <= start and end <= group["range"]["endIndex"]]
    spot = {"sheetId": sheet.id, "dimension": dimension, "startIndex": start, "endIndex": end}
    groups.append({"range": spot, "depth": max(around, default=0) + 1})
    return {"dimensionGroups": groups[:]}


@request("updateDimensionGroup")
def update_group(call: Call, asked: Json) -> None:
    """Collapse or expand a group: its lines are hidden or shown."""
    masks.for_update(asked.get("fields"))
    given = asked.get("dimensionGroup") or {}
    span = span_of(call, given.get("range"))
    sheet, dimension, start, end = span
    groups, depth = sheet.parts[_shelf(dimension)], given.get("depth") or 1
    for index, group in enumerate(groups):
        if (group["range"]["startIndex"], group["range"]["endIndex"], group["depth"]) == (start, end, depth):
            groups[index] = {"range": group["range"], "depth": depth, **compact(collapsed=given.get("collapsed"))}
            for line in _lines(span):
                line.hidden = bool(given.get("collapsed"))
            return
    raise invalid(f"There is no group with this range at depth {depth}.")


@request("deleteDimensionGroup")
def delete_group(call: Call, asked: Json) -> Json:
    """Ungroup the deepest group over a range."""
    sheet, dimension, start, end = span_of(call, asked.get("range"))
    groups = sheet.parts[_shelf(dimension)]
    over = [group for group in groups if group["range"]["startIndex"] <= start and end <= group["range"]["endIndex"]]
    if not over:
        raise invalid("There is no group over this range.")
    groups.remove(max(over, key=lambda group: int(group["depth"])))
    return {"dimensionGroups": groups[:]}

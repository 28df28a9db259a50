"""batchUpdate requests about cells."""

from tests.emulators.sheets import masks
from tests.emulators.sheets.batch import request
from tests.emulators.sheets.calls import Call
from tests.emulators.sheets.celldata import updated_cell
from tests.emulators.sheets.errors import invalid, not_built
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import Cell, Formula, Json
from tests.emulators.sheets.moving import PASTES, copy, cut, find_replace, sort
from tests.emulators.sheets.refs import Area, Box, area_of, inside
from tests.emulators.sheets.structure import shifted
from tests.emulators.sheets.tabs import resize, sheet_of
from tests.emulators.sheets.writing import check_protection


def box_of(call: Call, grid_range: Json | None) -> Box:
    """The cells of a GridRange.

    Raises: ApiError 400.
    """
    if grid_range is None:
        raise invalid("range is required")
    return inside(area_of(call.book, grid_range)).box()


def _within(what: str, end: int, limit: int) -> None:
    if end > limit:
        raise invalid(f"Attempting to write {what}: {end - 1}, beyond the last requested {what} of: {limit - 1}")


@request("updateCells")
def update_cells(call: Call, asked: Json) -> None:
    """Write CellData; within a range, cells without data are cleared of the fields of the mask."""
    fields = masks.for_update(asked.get("fields"))
    rows = asked.get("rows") or []
    height, width = len(rows), max((len(row.get("values") or ()) for row in rows), default=0)
    if asked.get("range") is not None:
        box = box_of(call, asked["range"])
        _within("row", box.top + height, box.bottom)
        _within("column", box.left + width, box.right)
    else:
        start = asked.get("start") or {}
        sheet = sheet_of(call.book, start.get("sheetId"))
        top, left = start.get("rowIndex") or 0, start.get("columnIndex") or 0
        box = Box(sheet, top, top + height, left, left + width)
        _within("row", box.bottom, len(sheet.rows))
        _within("column", box.right, len(sheet.columns))
    check_protection(call, box)
    ranged = asked.get("range") is not None
    for down, index in enumerate(range(box.top, box.bottom)):
        data = (rows[down].get("values") or []) if down < height else []
        for along in range((box.right - box.left) if ranged else len(data)):
            row, column = box.sheet.rows[index], box.left + along
            row.put(column, updated_cell(row.cell(column), data[along] if along < len(data) else {}, fields))


@request("appendCells")
def append_cells(call: Call, asked: Json) -> None:
    """Write CellData after the last row with data, growing the grid."""
    fields = masks.for_update(asked.get("fields"))
    sheet = sheet_of(call.book, asked.get("sheetId"))
    filled = [any(cell is not None and cell.value is not None for cell in row.cells) for row in sheet.rows]
    at = max((index + 1 for index, full in enumerate(filled) if full), default=0)
    rows = asked.get("rows") or []
    width = max((len(row.get("values") or ()) for row in rows), default=0)
    resize(call.book, sheet, max(len(sheet.rows), at + len(rows)), max(len(sheet.columns), width))
    check_protection(call, Box(sheet, at, at + len(rows), 0, width))
    for index, data in enumerate(rows, at):
        for column, cell in enumerate(data.get("values") or ()):
            sheet.rows[index].put(column, updated_cell(sheet.rows[index].cell(column), cell, fields))


@request("repeatCell")
def repeat_cell(call: Call, asked: Json) -> None:
    """The same CellData in a whole range; a formula's references move along."""
    fields = masks.for_update(asked.get("fields"))
    box, data = box_of(call, asked.get("range")), asked.get("cell") or {}
    check_protection(call, box)
    for index in range(box.top, box.bottom):
        row = box.sheet.rows[index]
        for column in range(box.left, box.right):
            cell = updated_cell(row.cell(column), data, fields)
            if isinstance(cell.value, Formula) and "userEnteredValue" in (fields or {"userEnteredValue": {}}):
                cell = cell._replace(value=Formula(shifted(cell.value.text, index - box.top, column - box.left)))
            row.put(column, cell)


@request("setDataValidation")
def set_data_validation(call: Call, asked: Json) -> None:
    """Set a rule on every cell of a range, or clear it when none is given."""
    box, rule = box_of(call, asked.get("range")), asked.get("rule")
    check_protection(call, box)
    if rule is not None and not (rule.get("condition") or {}).get("type"):
        raise invalid("A data validation rule must have a condition.")
    for row in box.sheet.rows[box.top : box.bottom]:
        for column in range(box.left, box.right):
            row.put(column, row.cell(column)._replace(validation=rule))


@request("sortRange")
def sort_range(call: Call, asked: Json) -> None:
    """Sort rows."""
    box = box_of(call, asked.get("range"))
    check_protection(call, box)
    for spec in asked.get("sortSpecs") or []:
        if set(spec) - {"dimensionIndex", "sortOrder"}:
            raise not_built("sorting by colour or by a data source")
        if not box.left <= (spec.get("dimensionIndex") or 0) < box.right:
            raise invalid("The sort column must lie inside the range.")
    sort(Calculator(call.book, call.now), box, asked.get("sortSpecs") or [], call.readings)


@request("cutPaste")
def cut_paste(call: Call, asked: Json) -> None:
    """Move cells."""
    if asked.get("pasteType") not in (None, "PASTE_NORMAL", "PASTE_NO_BORDERS"):
        raise not_built(f"cutPaste with {asked['pasteType']}")
    source, spot = box_of(call, asked.get("source")), asked.get("destination") or {}
    sheet = sheet_of(call.book, spot.get("sheetId"))
    top, left = spot.get("rowIndex") or 0, spot.get("columnIndex") or 0
    target = Area(sheet, top, top + source.bottom - source.top, left, left + source.right - source.left)
    check_protection(call, source)
    check_protection(call, inside(target).box())
    cut(call.book, source, sheet, top, left)


@request("copyPaste")
def copy_paste(call: Call, asked: Json) -> None:
    """Copy cells, repeated to fill the destination."""
    kind = asked.get("pasteType") or "PASTE_NORMAL"
    if kind not in PASTES or asked.get("pasteOrientation") == "TRANSPOSE":
        raise not_built(f"copyPaste with {kind} {asked.get('pasteOrientation', '')}")
    source, target = box_of(call, asked.get("source")), box_of(call, asked.get("destination"))
    check_protection(call, target)
    copy(Calculator(call.book, call.now), source, target, kind)


@request("findReplace")
def find_and_replace(call: Call, asked: Json) -> Json:
    """Replace texts in a range, a tab, or everywhere."""
    if asked.get("range") is not None:
        boxes = [box_of(call, asked["range"])]
    elif asked.get("allSheets"):
        boxes = [Area(sheet).box() for sheet in call.book.sheets]
    else:
        boxes = [Area(sheet_of(call.book, asked.get("sheetId"))).box()]
    for box in boxes:
        check_protection(call, box)
    return find_replace(boxes, asked)


@request("updateBorders")
def update_borders(call: Call, asked: Json) -> None:
    """Draw borders around and inside a range."""
    box = box_of(call, asked.get("range"))
    check_protection(call, box)
    for index in range(box.top, box.bottom):
        row = box.sheet.rows[index]
        for column in range(box.left, box.right):
            sides = {
                "top": asked.get("top" if index == box.top else "innerHorizontal"),
                "bottom": asked.get("bottom" if index == box.bottom - 1 else "innerHorizontal"),
                "left": asked.get("left" if column == box.left else "innerVertical"),
                "right": asked.get("right" if column == box.right - 1 else "innerVertical"),
            }
            row.put(column, _bordered(row.cell(column), sides))


def _bordered(cell: Cell, sides: dict[str, Json | None]) -> Cell:
    old = (cell.format or {}).get("borders", {})
    borders = {**old, **{side: border for side, border in sides.items() if border is not None}}
    kept = {side: border for side, border in borders.items() if border.get("style") != "NONE"}
    form = {name: value for name, value in (cell.format or {}).items() if name != "borders"}
    return cell._replace(format={**form, **({"borders": kept} if kept else {})} or None)


@request("mergeCells")
def merge_cells(call: Call, asked: Json) -> None:
    """Merge; only the top left value is kept."""
    box, kind = box_of(call, asked.get("range")), asked.get("mergeType") or "MERGE_ALL"
    check_protection(call, box)
    merges = box.sheet.parts["merges"]
    if any(box.meets(area_of(call.book, old).box()) for old in merges):
        raise invalid("You must select all cells in a merged range to merge or unmerge them.")
    boxes = [box]
    if kind == "MERGE_ROWS":
        boxes = [box._replace(top=index, bottom=index + 1) for index in range(box.top, box.bottom)]
    elif kind == "MERGE_COLUMNS":
        boxes = [box._replace(left=index, right=index + 1) for index in range(box.left, box.right)]
    for each in boxes:
        for index in range(each.top, each.bottom):
            for column in range(each.left, each.right):
                if (index, column) != (each.top, each.left):
                    row = each.sheet.rows[index]
                    row.put(column, row.cell(column)._replace(value=None, result=None))
        merges.append(each.grid_range())


@request("unmergeCells")
def unmerge_cells(call: Call, asked: Json) -> None:
    """Undo the merges inside a range."""
    box = box_of(call, asked.get("range"))
    merges = box.sheet.parts["merges"]
    box.sheet.parts["merges"] = [old for old in merges if not box.meets(area_of(call.book, old).box())]

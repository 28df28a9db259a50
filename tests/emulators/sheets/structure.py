"""Rows and columns inserted, deleted and moved, with everything that refers to them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.emulators.sheets.errors import check_cell_count, invalid
from tests.emulators.sheets.formula_parser import REFERENCE, split_reference
from tests.emulators.sheets.model import Cell, Column, Formula, Json, Row, Sheet, Spreadsheet
from tests.emulators.sheets.refs import column_of, letters

Where = dict[int, int]  # old index → new index; a deleted one is absent
REFERENCES = re.compile(rf'"(?:[^"]|"")*"|{REFERENCE}')
_NAMES = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}


def size(sheet: Sheet, dimension: str) -> int:
    """How many rows or columns a tab has."""
    return len(sheet.rows) if dimension == "ROWS" else len(sheet.columns)


def insert(book: Spreadsheet, sheet: Sheet, dimension: str, at: int, count: int, like_before: bool = False) -> None:
    """Insert empty rows or columns; they look like the line before or after them.

    Raises: ApiError 400 outside the grid or above the cell limit.
    """
    total = size(sheet, dimension)
    if not 0 <= at <= total or (like_before and at == 0):
        raise invalid(f"Cannot insert at index {at}: the grid has {total} {dimension.lower()}.")
    check_cell_count(book.cells() + count * size(sheet, "COLUMNS" if dimension == "ROWS" else "ROWS"))
    order: list[int | None] = [*range(at), *[None] * count, *range(at, total)]
    _arrange(book, sheet, dimension, order, frozenset())
    model = at - 1 if like_before else at + count
    if 0 <= model < size(sheet, dimension):
        for index in range(at, at + count):
            _dress(sheet, dimension, index, model)


def _dress(sheet: Sheet, dimension: str, index: int, model: int) -> None:
    """A new line takes the formats and validations of its neighbour, never its values."""

    def bare(cell: Cell | None) -> Cell | None:
        worn = cell is not None and (cell.format or cell.validation)
        return Cell(format=cell.format, validation=cell.validation) if worn and cell is not None else None

    if dimension == "ROWS":
        sheet.rows[index].cells = [bare(cell) for cell in sheet.rows[model].cells]
        return
    for row in sheet.rows:
        cell = bare(row.cells[model] if model < len(row.cells) else None)
        if cell is not None:
            row.put(index, cell)


def delete(book: Spreadsheet, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    """Delete lines, with their metadata and the ranges that lay on them only.

    Raises: ApiError 400 outside the grid, or when nothing would be left.
    """
    total = size(sheet, dimension)
    if not 0 <= start < end <= total:
        raise invalid(f"Cannot delete {dimension.lower()} {start} to {end}: the grid has {total}.")
    if end - start == total:
        raise invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    _arrange(book, sheet, dimension, [*range(start), *range(end, total)], frozenset())


def move(book: Spreadsheet, sheet: Sheet, dimension: str, start: int, end: int, to: int) -> None:
    """Move lines before the line `to` (counted before the move).

    Raises: ApiError 400 outside the grid or into itself.
    """
    total = size(sheet, dimension)
    if not (0 <= start < end <= total and 0 <= to <= total) or start < to < end:
        raise invalid(f"Cannot move {dimension.lower()} {start} to {end} before {to}: the grid has {total}.")
    if start <= to <= end:
        return
    moved = list(range(start, end))
    rest = [index for index in range(total) if not start <= index < end]
    at = rest.index(to) if to < total else len(rest)
    _arrange(book, sheet, dimension, [*rest[:at], *moved, *rest[at:]], frozenset(moved))


def _arrange(book: Spreadsheet, sheet: Sheet, dimension: str, order: Iterable[int | None], moved: frozenset[int]) -> None:
    """Put the lines in a new order (None: a new line), then everything that names them."""
    order = list(order)
    where = {old: new for new, old in enumerate(order) if old is not None}
    if dimension == "ROWS":
        sheet.rows = [Row() if old is None else sheet.rows[old] for old in order]
    else:
        sheet.columns = [Column() if old is None else sheet.columns[old] for old in order]
        for row in sheet.rows:
            row.cells = [None if old is None or old >= len(row.cells) else row.cells[old] for old in order]
    _follow_ranges(book, sheet, dimension, where, moved)
    rewrite(book, lambda text, home: _followed(text, home, sheet, dimension, where, moved))


def _span(where: Where, start: int, end: int, moved: frozenset[int]) -> tuple[int, int] | None:
    """Where a range of lines lies now: around those of its lines that stayed, or all of them when all moved."""
    inside = [index for index in range(start, end) if index in where]
    stayed = [where[index] for index in inside if index not in moved] or [where[index] for index in inside]
    return (min(stayed), max(stayed) + 1) if stayed else None


def _follow_ranges(book: Spreadsheet, sheet: Sheet, dimension: str, where: Where, moved: frozenset[int]) -> None:
    names = _NAMES[dimension]

    def follow(spot: Json) -> Json | None:
        if (spot.get("sheetId") or 0) != sheet.id:
            return spot
        first, last = ("startIndex", "endIndex") if "dimension" in spot else names
        if last not in spot or spot.get("dimension", dimension) != dimension:
            return spot
        found = _span(where, spot.get(first) or 0, spot[last], moved)
        return None if found is None else {**spot, first: found[0], last: found[1]}

    for name, items in sheet.parts.items():
        sheet.parts[name] = [kept for item in items if (kept := _moved(item, follow, where, dimension)) is not None]
    if sheet.basic_filter is not None:
        sheet.basic_filter = _moved(sheet.basic_filter, follow, where, dimension)
    book.named_ranges = [kept for item in book.named_ranges if (kept := _moved(item, follow, where, dimension)) is not None]


def _moved(item: Json, follow: Callable[[Json], Json | None], where: Where, dimension: str) -> Json | None:
    """An object of a tab after its range was followed; nothing when its range is gone."""
    if "startRowIndex" in item or "endRowIndex" in item:
        return follow(item)
    result = dict(item)
    for name in ("range", "ranges", "unprotectedRanges"):
        if name not in item:
            continue
        spots = [spot for spot in map(follow, item[name] if name != "range" else [item[name]]) if spot is not None]
        if not spots and name != "unprotectedRanges":
            return None
        result[name] = spots[0] if name == "range" else spots
    if dimension == "COLUMNS" and "filterSpecs" in item:
        specs: list[Json] = item["filterSpecs"]
        kept = [spec for spec in specs if spec.get("columnIndex", 0) in where]
        result["filterSpecs"] = [{**spec, "columnIndex": where[spec.get("columnIndex", 0)]} for spec in kept]
    return result


def rewrite(book: Spreadsheet, change: Callable[[str, Sheet], str]) -> None:
    """Apply a change to every formula of the spreadsheet, custom rules of conditional formats included."""
    for sheet in book.sheets:
        for row in sheet.rows:
            for column, cell in enumerate(row.cells):
                if cell is not None and cell.value.__class__ is Formula:
                    assert isinstance(cell.value, Formula)
                    text = change(cell.value.text, sheet)
                    if text != cell.value.text:
                        row.cells[column] = cell._replace(value=Formula(text))
        sheet.parts["conditionalFormats"] = [_rule(rule, sheet, change) for rule in sheet.parts["conditionalFormats"]]


def _rule(rule: Json, sheet: Sheet, change: Callable[[str, Sheet], str]) -> Json:
    condition = rule.get("booleanRule", {}).get("condition", {})
    if not any(str(value.get("userEnteredValue", "")).startswith("=") for value in condition.get("values", ())):
        return rule
    values: list[Any] = [
        {**value, "userEnteredValue": change(value["userEnteredValue"], sheet)} if "userEnteredValue" in value else value
        for value in condition["values"]
    ]
    return {**rule, "booleanRule": {**rule["booleanRule"], "condition": {**condition, "values": values}}}


def _followed(text: str, home: Sheet, sheet: Sheet, dimension: str, where: Where, moved: frozenset[int]) -> str:
    def follow(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith('"'):
            return found
        title, top, bottom, left, right = split_reference(found)
        if (title.casefold() if title else home.title.casefold()) != sheet.title.casefold():
            return found
        start, end = (top, bottom) if dimension == "ROWS" else (left, right)
        if start is None or end is None:
            return found
        spot = _span(where, start, end, moved)
        if spot is None:
            return "#REF!"
        ends = (*spot, left, right) if dimension == "ROWS" else (top, bottom, *spot)
        return spelled(found, ends)

    return REFERENCES.sub(follow, text)


def spelled(old: str, ends: tuple[int | None, ...]) -> str:
    """A reference moved to other ends (top, bottom, left, right), spelled as it was: same tab, same `$`."""
    prefix, mark, rest = old.rpartition("!")
    top, bottom, left, right = ends
    assert left is not None
    assert right is not None
    corners = []
    for corner, column, row in zip(
        rest.split(":"), (left, right - 1), (top, None if bottom is None else bottom - 1), strict=False
    ):
        match = re.fullmatch(r"(\$?)[A-Za-z]+(\$?)(\d*)", corner)
        assert match is not None
        corners.append(match[1] + letters(column) + match[2] + ("" if row is None or not match[3] else str(row + 1)))
    return prefix + mark + ":".join(corners)


def shifted(text: str, down: int, along: int) -> str:
    """A formula copied `down` rows and `along` columns: references without `$` move with it."""

    def shift(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith('"'):
            return found
        prefix, mark, rest = found.rpartition("!")
        corners = []
        for corner in rest.split(":"):
            parts = re.fullmatch(r"(\$?)([A-Za-z]+)(\$?)(\d*)", corner)
            assert parts is not None
            column = parts[2] if parts[1] else _column(parts[2], along)
            row = parts[4] if parts[3] or not parts[4] else str(int(parts[4]) + down)
            if not column or (row and int(row) < 1):
                return "#REF!"
            corners.append(parts[1] + column + parts[3] + row)
        return prefix + mark + ":".join(corners)

    return REFERENCES.sub(shift, text) if down or along else text


def _column(name: str, along: int) -> str:
    index = column_of(name) + along
    return letters(index) if index >= 0 else ""

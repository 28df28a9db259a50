"""Cells on the move: sort, copy, cut, find and replace, fill."""

import re
from typing import Any

from tests.emulators.sheets.calls import Readings
from tests.emulators.sheets.formula_parser import split_reference
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import EMPTY, Cell, CellError, Formula, Json, Metadata, Scalar, Sheet, Spreadsheet
from tests.emulators.sheets.refs import Box, title_of
from tests.emulators.sheets.structure import REFERENCES, rewrite, shifted, spelled

PASTES = {
    "PASTE_NORMAL": ("value", "result", "format", "note", "validation", "chips", "runs"),
    "PASTE_VALUES": ("value",),
    "PASTE_FORMAT": ("format",),
    "PASTE_NO_BORDERS": ("value", "result", "format", "note", "validation", "chips", "runs"),
    "PASTE_FORMULA": ("value", "result"),
    "PASTE_DATA_VALIDATION": ("validation",),
}


def _rank(value: Scalar | CellError) -> tuple[int, Any]:
    """Numbers, then texts, then booleans, then errors."""
    if isinstance(value, CellError):
        return 3, 0
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def sort(calculator: Calculator, box: Box, specs: list[Json], readings: Readings) -> None:
    """Sort the rows of a box; blanks come last either way. Row metadata follows as the readings say."""
    sheet = box.sheet
    rows = list(range(box.top, box.bottom))
    for spec in reversed(specs):
        column, down = spec.get("dimensionIndex") or 0, spec.get("sortOrder") == "DESCENDING"
        keys = {row: calculator.value(sheet, row, column) for row in rows}
        filled = [row for row in rows if keys[row] is not None]
        rows = sorted(filled, key=lambda row: _rank(keys[row]), reverse=down) + [row for row in rows if keys[row] is None]
    order_rows(box, rows, readings)


def order_rows(box: Box, rows: list[int], readings: Readings) -> None:
    """Put the rows of a box in the given order (old indexes)."""
    sheet, width = box.sheet, box.right - box.left
    used = max((len(row.cells) for row in sheet.rows), default=0)
    whole = box.left == 0 and box.right >= used
    follows = readings.sort_moves_row_metadata if whole else readings.partial_sort_moves_row_metadata
    taken: list[tuple[list[Cell | None], list[Metadata]]] = []
    for new, old in zip(range(box.top, box.bottom), rows, strict=True):
        line = sheet.rows[old].cells[box.left : box.right]
        cells = [_copied(cell, new - old, 0) for cell in line] + [None] * (width - len(line))
        taken.append((cells, sheet.rows[old].metadata))
    for index, (cells, metadata) in zip(range(box.top, box.bottom), taken, strict=True):
        row = sheet.rows[index]
        if len(row.cells) < box.right:
            row.cells.extend([None] * (box.right - len(row.cells)))
        row.cells[box.left : box.right] = cells
        while row.cells and row.cells[-1] is None:
            row.cells.pop()
        if follows:
            row.metadata = metadata


def _copied(cell: Cell | None, down: int, along: int) -> Cell | None:
    if cell is None or not isinstance(cell.value, Formula):
        return cell
    return cell._replace(value=Formula(shifted(cell.value.text, down, along)))


def copy(calculator: Calculator, source: Box, target: Box, kind: str) -> None:
    """Copy cells; a larger target is filled with repeats."""
    height, width = source.bottom - source.top, source.right - source.left
    tall = max(height, (target.bottom - target.top) // height * height)
    wide = max(width, (target.right - target.left) // width * width)
    names = PASTES[kind]
    taken = [[source.sheet.cell(source.top + down, source.left + along) for along in range(width)] for down in range(height)]
    if kind == "PASTE_VALUES":
        taken = [
            [
                cell._replace(value=_plain(calculator, source.sheet, source.top + down, source.left + along))
                for along, cell in enumerate(line)
            ]
            for down, line in enumerate(taken)
        ]
    for down in range(min(tall, len(target.sheet.rows) - target.top)):
        row = target.sheet.rows[target.top + down]
        for along in range(min(wide, len(target.sheet.columns) - target.left)):
            old = taken[down % height][along % width]
            moved = _copied(
                old, target.top + down - source.top - down % height, target.left + along - source.left - along % width
            )
            assert moved is not None
            column = target.left + along
            row.put(column, row.cell(column)._replace(**{name: getattr(moved, name) for name in names}))


def _plain(calculator: Calculator, sheet: Sheet, row: int, column: int) -> Scalar:
    value = calculator.value(sheet, row, column)
    return None if isinstance(value, CellError) else value


def cut(book: Spreadsheet, source: Box, target: Sheet, top: int, left: int) -> None:
    """Cut cells and paste them; formulas that named them follow, row and column metadata stay behind."""
    taken = [
        [source.sheet.cell(row, column) for column in range(source.left, source.right)]
        for row in range(source.top, source.bottom)
    ]
    for row in range(source.top, source.bottom):
        for column in range(source.left, source.right):
            source.sheet.rows[row].put(column, EMPTY)
    rewrite(book, lambda text, home: _after_cut(text, home, source, target, top, left))
    for down, line in enumerate(taken):
        for along, cell in enumerate(line):
            if top + down < len(target.rows) and left + along < len(target.columns):
                target.rows[top + down].put(left + along, cell)


def _after_cut(text: str, home: Sheet, source: Box, target: Sheet, top: int, left: int) -> str:
    def follow(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith('"'):
            return found
        title, first, last, west, east = split_reference(found)
        if (title or home.title).casefold() != source.sheet.title.casefold() or None in (first, last):
            return found
        assert first is not None
        assert last is not None
        assert west is not None
        assert east is not None
        if first < source.top or last > source.bottom or west < source.left or east > source.right:
            return found
        down, along = top - source.top, left - source.left
        moved = spelled(found, (first + down, last + down, west + along, east + along))
        if target.id == source.sheet.id:
            return moved
        return title_of(target) + moved.rpartition("!")[2]

    return REFERENCES.sub(follow, text)


def find_replace(boxes: list[Box], asked: Json) -> Json:
    """Replace in texts (and in formulas when asked); the counts of findReplace's reply."""
    pattern = re.escape(asked["find"]) if not asked.get("searchByRegex") else asked["find"]
    if asked.get("matchEntireCell"):
        pattern = rf"\A(?:{pattern})\Z"
    finder = re.compile(pattern, 0 if asked.get("matchCase") else re.IGNORECASE)
    new = re.sub(r"\$(\d)", r"\\\1", asked.get("replacement", "")) if asked.get("searchByRegex") else None
    counts = {"valuesChanged": 0, "formulasChanged": 0, "rowsChanged": 0, "sheetsChanged": 0, "occurrencesChanged": 0}
    for box in boxes:
        changed_rows = 0
        for row in box.sheet.rows[box.top : box.bottom]:
            changed = 0
            for column in range(box.left, min(box.right, len(row.cells))):
                cell = row.cells[column]
                if cell is None:
                    continue
                formula = isinstance(cell.value, Formula)
                text = cell.value.text if isinstance(cell.value, Formula) else cell.value
                if not isinstance(text, str) or (formula and not asked.get("includeFormulas")):
                    continue
                result, times = finder.subn(new if new is not None else (lambda _: asked.get("replacement", "")), text)
                if times:
                    row.cells[column] = cell._replace(value=Formula(result) if formula else result or None)
                    counts["formulasChanged" if formula else "valuesChanged"] += 1
                    counts["occurrencesChanged"] += times
                    changed += 1
            changed_rows += bool(changed)
        counts["rowsChanged"] += changed_rows
        counts["sheetsChanged"] += bool(changed_rows)
    return {name: number for name, number in counts.items() if number}

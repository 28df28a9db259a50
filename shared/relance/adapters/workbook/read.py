"""A workbook read as a snapshot."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook

from relance.adapters.workbook.container import Package, Sheet, reading
from relance.adapters.workbook.scan import Scan, scan
from relance.adapters.workbook.styles import Styles
from relance.adapters.workbook.tokens import SheetText, reference
from relance.domain import number_formats
from relance.domain.sheet import Cell, CellFault, Shown, Snapshot, Tab
from relance.ports.errors import StoreError

MAX_CELLS = 10_000_000  # of one tab, blank ones included


def snapshot(package: Package) -> Snapshot:
    """All worksheets of a workbook, with their cached values.

    Times and durations are floats, in days. Raises StoreError `store.not_a_workbook`, `store.far_cell`.
    """
    with reading(package.name):
        part = package.related("styles")
        codes = Styles(package.part(part)).codes if part else {}
        numbers = {style: code for style, code in codes.items() if number_formats.shows_text(code)}
        scans = [(sheet, scan(SheetText(package.part(sheet.part)), numbers)) for sheet in package.sheets]
        for sheet, found in scans:
            _check_extent(package, sheet, found)
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.raw))
        return Snapshot(tuple(_tab(book.get_sheet_by_name(sheet.title), found) for sheet, found in scans))


def _check_extent(package: Package, sheet: Sheet, found: Scan) -> None:
    """One cell typed far away makes a tab too large to hold in memory."""
    rows, columns = found.extent
    if rows * columns > MAX_CELLS:
        place = reference(rows - 1, columns - 1).decode()
        raise StoreError("store.far_cell", path=package.name, tab=sheet.title, cell=place)


def _tab(sheet: CalamineSheet, found: Scan) -> Tab:
    rows = [_cells(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), code in found.numbers.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = _shown(rows[row][column], code)
    for (row, column), text in found.faults.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = CellFault(text)
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return Tab(sheet.name, rows, found.merges, frozenset(found.formulas))


def _cells(row: list[Any]) -> list[Cell]:
    return [v if (t := type(v)) is float or (t is str and v) else _cell(v) for v in row]


def _cell(value: Any) -> Cell:
    """A value of calamine's that is neither a float nor a text with something in it."""
    if value == "" or value is None:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return float(value)


def _shown(cell: Cell, code: str) -> Cell:
    if type(cell) is not float:
        return cell
    text = number_formats.shown(code, cell)
    return cell if text is None else Shown(cell, text)

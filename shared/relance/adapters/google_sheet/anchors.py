"""What must be there before cells are set: the mark by which each column is found again, rows enough, days shown as days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from relance.adapters.google_sheet.book import ANCHOR, Sheet
from relance.adapters.google_sheet.cells import same_as_received
from relance.adapters.google_sheet.parts import Part
from relance.ports.errors import StoreError

HEADINGS = (
    "updatedSpreadsheet(sheets(properties(sheetId),data(startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,"
    "metadataValue)),rowData(values(effectiveValue)))))"
)
_DAY = {"type": "DATE", "pattern": "dd/mm/yyyy"}


def preparations(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The requests of one batchUpdate that make the parts possible; mostly none."""
    return [request for part in parts for request in (*marks(part), *_rows(part), *_formats(part))]


def marks(part: Part) -> Iterator[dict[str, Any]]:
    """Columns lose their mark when their cells are cut and pasted elsewhere, tabs when they are made by hand."""
    sheet = part.sheet
    for name, column in part.names.items():
        marked = [(place, number) for place, found in sheet.anchors.items() for number, mark in found if mark == name]
        if [place for place, _ in marked] == [column]:
            continue
        for _, number in marked:
            yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}}
        yield {"createDeveloperMetadata": {"developerMetadata": _mark(sheet.id, column, name)}}


def _mark(sheet_id: int, column: int, name: str) -> dict[str, Any]:
    """The metadata of a column. Any project may see it: with another key the robot still finds its columns."""
    place = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    return {
        "metadataKey": ANCHOR,
        "metadataValue": name,
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": place},
    }


def _rows(part: Part) -> Iterator[dict[str, Any]]:
    missing = part.bottom - part.sheet.height
    if missing > 0:
        yield {"appendDimension": {"sheetId": part.sheet.id, "dimension": "ROWS", "length": missing}}


def _formats(part: Part) -> Iterator[dict[str, Any]]:
    """A day in a cell without a date's format would show as a number, a number in one with it as a day."""
    for name, cells in part.cells.items():
        column = part.names[name]
        days = part.sheet.days.get(column, set())
        for shape, rows in (
            (_DAY, [row for row, value in cells.items() if isinstance(value, date) and row not in days]),
            (None, [row for row, value in cells.items() if isinstance(value, float) and row in days]),
        ):
            for start, end in _runs(sorted(rows)):
                span = {"startRowIndex": start, "endRowIndex": end, "startColumnIndex": column, "endColumnIndex": column + 1}
                cell = {"userEnteredFormat": {"numberFormat": shape}} if shape else {}
                fields = "userEnteredFormat.numberFormat"
                yield {"repeatCell": {"range": {"sheetId": part.sheet.id, **span}, "cell": cell, "fields": fields}}


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for index, row in enumerate(rows, 1):
        if index == len(rows) or rows[index] != row + 1:
            yield rows[start], row + 1
            start = index


def prepared(parts: Sequence[Part], answer: Any) -> None:
    """Note what was prepared, as the answer shows it. Raises StoreError `sheet.heading_changed` for a column that moved."""
    entries = {entry["properties"].get("sheetId", 0): entry for entry in answer["updatedSpreadsheet"].get("sheets", ())}
    for part in parts:
        sheet = part.sheet
        sheet.anchors = {}
        headings: dict[int, Any] = {}
        for grid in entries.get(sheet.id, {}).get("data", ()):
            left = int(grid.get("startColumn", 0))
            for column, line in enumerate(grid.get("columnMetadata", ()), left):
                found = [m for m in line.get("developerMetadata", ()) if m.get("metadataKey") == ANCHOR]
                if found:
                    sheet.anchors[column] = [(int(m["metadataId"]), str(m.get("metadataValue", ""))) for m in found]
            for line in grid.get("rowData", ())[:1]:
                headings |= {column: _raw(cell) for column, cell in enumerate(line.get("values", ()), left)}
        _check(part, sheet, headings)
        sheet.height = max(sheet.height, part.bottom)
        for name, cells in part.cells.items():
            days = sheet.days.setdefault(part.names[name], set())
            days |= {row for row, value in cells.items() if isinstance(value, date)}
            days -= {row for row, value in cells.items() if isinstance(value, float)}


def _raw(cell: Any) -> Any:
    return next(iter((cell.get("effectiveValue") or {"": ""}).values()))


def _check(part: Part, sheet: Sheet, headings: dict[int, Any]) -> None:
    places = {name: place for place, found in sheet.anchors.items() for _, name in found}
    for name, column in part.names.items():
        if name not in places or not same_as_received(sheet.cell(0, column), headings.get(places[name])):
            raise StoreError("sheet.heading_changed", tab=sheet.title, heading=name.partition(".")[2])

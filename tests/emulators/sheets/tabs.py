"""Tabs: added, removed, copied, moved, resized, for the API and for people alike."""

from typing import Any

from tests.emulators.sheets.errors import check_cell_count, invalid
from tests.emulators.sheets.formula_parser import split_reference
from tests.emulators.sheets.model import Column, Json, Row, Sheet, Spreadsheet
from tests.emulators.sheets.refs import title_of
from tests.emulators.sheets.structure import REFERENCES, rewrite

_GRID_COUNTS = ("rowCount", "columnCount")
_IDS = {"protectedRanges": "protectedRangeId", "filterViews": "filterViewId", "bandedRanges": "bandedRangeId"}


def sheet_of(book: Spreadsheet, sheet_id: int | None) -> Sheet:
    """The tab with this id; no id means 0.

    Raises: ApiError 400.
    """
    found = book.by_id(sheet_id or 0)
    if found is None:
        raise invalid(f"No sheet with id: {sheet_id or 0}")
    return found


def check_title(book: Spreadsheet, title: str, own: Sheet | None = None) -> None:
    """Raises: ApiError 400 for a name already taken, or none."""
    other = book.by_title(title)
    if not title:
        raise invalid("Sheet title cannot be blank.")
    if other is not None and other is not own:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')


def rename(book: Spreadsheet, sheet: Sheet, title: str) -> None:
    """Give a tab another name; formulas that name it follow.

    Raises: ApiError 400.
    """
    check_title(book, title, sheet)
    old, sheet.title = sheet.title, title
    if old != title:
        rewrite(book, lambda text, home: REFERENCES.sub(lambda match: _renamed(match[0], old, sheet), text))


def _renamed(found: str, old: str, sheet: Sheet) -> str:
    if found.startswith('"') or "!" not in found:
        return found
    named = split_reference(found)[0].casefold() == old.casefold()
    return title_of(sheet) + found.rpartition("!")[2] if named else found


def remove(book: Spreadsheet, sheet: Sheet) -> None:
    """Delete a tab and the named ranges on it.

    Raises: ApiError 400 for the last one.
    """
    if len(book.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    book.sheets.remove(sheet)
    book.named_ranges = [named for named in book.named_ranges if (named["range"].get("sheetId") or 0) != sheet.id]


def place(book: Spreadsheet, sheet: Sheet, index: int) -> None:
    """Put a tab at an index, counted before it is taken out, as the API counts."""
    if sheet in book.sheets:
        old = book.sheets.index(sheet)
        book.sheets.remove(sheet)
        index -= index > old
    book.sheets.insert(max(0, min(index, len(book.sheets))), sheet)


def duplicate(book: Spreadsheet, sheet: Sheet, index: int, name: str, sheet_id: int, keeps_metadata: bool) -> Sheet:
    """Copy a tab with values, formats, protections and filters; its metadata as the readings say."""
    copied = sheet.copy()
    copied.id, copied.title = sheet_id, name
    copied.parts = {part: [_owned(item, sheet_id) for item in items] for part, items in sheet.parts.items()}
    for part, key in _IDS.items():
        copied.parts[part] = [{**item, key: book.new_id()} for item in copied.parts[part]]
    copied.parts["tables"] = [{**item, "tableId": str(book.new_id())} for item in copied.parts["tables"]]
    if copied.basic_filter is not None:
        copied.basic_filter = _owned(copied.basic_filter, sheet_id)
    shelves: list[Sheet | Row | Column] = [copied, *copied.rows, *copied.columns]
    for shelf in shelves:
        shelf.metadata = [item._replace(id=book.new_id()) for item in shelf.metadata] if keeps_metadata else []
    check_cell_count(book.cells() + len(copied.rows) * len(copied.columns))
    book.sheets.insert(index, copied)
    return copied


def _owned(item: Any, sheet_id: int) -> Any:
    """The same object, its ranges on another tab."""
    if isinstance(item, list):
        return [_owned(each, sheet_id) for each in item]
    if not isinstance(item, dict):
        return item
    owned = {name: _owned(value, sheet_id) for name, value in item.items()}
    return {**owned, "sheetId": sheet_id} if {"endRowIndex", "endColumnIndex", "endIndex"} & owned.keys() else owned


def copy_name(book: Spreadsheet, title: str) -> str:
    """The name a copy gets: "Copie de …" in French, "Copy of …" else."""
    base = ("Copie de " if book.locale.startswith("fr") else "Copy of ") + title
    name, number = base, 2
    while book.by_title(name):
        name, number = f"{base} {number}", number + 1
    return name


def resize(book: Spreadsheet, sheet: Sheet, rows: int, columns: int) -> None:
    """Give the grid another size; what lies outside is lost.

    Raises: ApiError 400.
    """
    if rows < 1 or columns < 1:
        raise invalid("Grid must have at least one row and one column.")
    check_cell_count(book.cells() - len(sheet.rows) * len(sheet.columns) + rows * columns)
    sheet.rows = sheet.rows[:rows] + [Row() for _ in range(rows - len(sheet.rows))]
    if columns < len(sheet.columns):
        for row in sheet.rows:
            del row.cells[columns:]
    sheet.columns = sheet.columns[:columns] + [Column() for _ in range(columns - len(sheet.columns))]


def apply_properties(book: Spreadsheet, sheet: Sheet, given: Json) -> None:
    """Give a tab the SheetProperties as they are given in full (its index and id apart).

    Raises: ApiError 400.
    """
    rename(book, sheet, given.get("title", sheet.title))
    grid = given.get("gridProperties") or {}
    resize(book, sheet, grid.get("rowCount", len(sheet.rows)), grid.get("columnCount", len(sheet.columns)))
    for name, count in (("frozenRowCount", len(sheet.rows)), ("frozenColumnCount", len(sheet.columns))):
        if grid.get(name, 0) >= count:
            raise invalid(f"You can't freeze all {'rows' if 'Row' in name else 'columns'} on the sheet.")
    sheet.grid = {name: value for name, value in grid.items() if name not in _GRID_COUNTS and value}
    kept = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")
    sheet.extra = {name: given[name] for name in kept if given.get(name)}
    if sheet.extra.get("hidden") and all(other.extra.get("hidden") for other in book.sheets):
        raise invalid("You can't hide all the sheets in a document.")

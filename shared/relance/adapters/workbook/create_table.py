"""One tab of a new register: its headings, columns and first rows, as its view says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from typing import TYPE_CHECKING

from relance.adapters.workbook.create_formulas import LETTERS
from relance.adapters.workbook.tokens import column_letters
from relance.adapters.workbook.values import clean
from relance.domain.layout import (
    FONT,
    INK,
    LAST_ROW,
    NAVY,
    NUMBER_FORMATS,
    ROBOT_GROUND,
    RULE_LINE,
    SETTING_GROUPS,
    SLATE,
    VIEWS,
    WHITE,
    View,
    centred,
    columns_of,
    number_format,
    setting_column,
    wrapped,
)
from relance.domain.sheet import CellValue
from relance.domain.tables import BY_ID, Column
from relance.domain.words import Words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.styles.styleable import StyleableObject
    from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Mapping[str, CellValue]]
_HEADING_HEIGHT = 33  # points: two lines


def add_table(book: Workbook, table_id: str, words: Words, rows: Rows) -> Worksheet:
    """A tab with these first rows. KeyError for a column it does not have."""
    known = {column.id for column in BY_ID[table_id].columns}
    for row in rows:
        if unknown := row.keys() - known:
            raise KeyError(f"{table_id}: {', '.join(sorted(unknown))}")
    sheet: Worksheet = book.create_sheet(words.tabs[table_id])
    view = VIEWS[table_id]
    for index, (column, width, folded) in enumerate(columns_of(table_id), start=1):
        _heading(sheet, index, column, words.headings[table_id][column.id])
        letter = LETTERS[table_id][column.id]
        dimension = sheet.column_dimensions[letter]
        dimension.width = width
        if folded:
            dimension.outlineLevel, dimension.hidden = 1, True
        style(dimension, column)
        _fill(sheet, index, column, [row.get(column.id) for row in rows], dimension)
    if table_id == "settings":
        _format_values(sheet, words)
    for letter in _after_folded(view):
        sheet.column_dimensions[letter].collapsed = True
        sheet.column_dimensions.max_outline = 1  # without it Excel shows no button
    _arrange(sheet, table_id, view, max(LAST_ROW, len(rows) + 1), words)
    return sheet


def _heading(sheet: Worksheet, index: int, column: Column, heading: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell = sheet.cell(1, index, f"{heading} *" if column.required else heading)
    cell.font = Font(name=FONT, size=11, bold=True, color=WHITE)
    cell.fill = PatternFill("solid", fgColor=SLATE if column.robot else NAVY)
    middle = centred(column) or column.kind == "amount"
    side = "center" if middle else "left"
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True, indent=0 if middle else 1)
    cell.border = Border(left=Side("thin", color=WHITE), right=Side("thin", color=WHITE))


def style(styled: StyleableObject, column: Column) -> None:
    """The look of a column, for the column itself or for one of its cells."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    styled.font = Font(name=FONT, size=11, color=INK)
    styled.border = Border(bottom=Side("thin", color=RULE_LINE))
    side = "center" if centred(column) else "right" if column.kind == "amount" else "left"
    styled.alignment = Alignment(
        horizontal=side, vertical="center", wrap_text=wrapped(column), indent=0 if side == "center" else 1
    )
    styled.number_format = number_format(column) or "General"
    if column.robot:
        styled.fill = PatternFill("solid", fgColor=ROBOT_GROUND)


def _fill(sheet: Worksheet, index: int, column: Column, values: Sequence[CellValue], like: StyleableObject) -> None:
    for number, value in enumerate(values, start=2):
        if value is None:
            continue  # an empty cell looks like its column
        cell = sheet.cell(number, index)
        put(cell, value)
        cell._style = copy(like._style)  # type: ignore[attr-defined, union-attr]  # one style for many cells
        if isinstance(value, date) and column.kind != "date":
            cell.number_format = NUMBER_FORMATS["date"]


def put(cell: Cell | MergedCell, value: CellValue) -> None:
    """Set a cell; text stays text, also where it looks like a formula or an error."""
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"
    elif value is not None:
        cell.value = value


def _format_values(sheet: Worksheet, words: Words) -> None:
    """Each setting's value in the format of its own kind, and a line above each family."""
    from openpyxl.styles import Alignment, Border, Side

    letters = LETTERS["settings"]
    ids = {texts["label"]: setting for setting, texts in words.settings.items()}
    first = {group[0] for group in SETTING_GROUPS.values()}
    for row in range(2, sheet.max_row + 1):
        setting = ids.get(str(sheet[f"{letters['setting']}{row}"].value), "")
        value = sheet[f"{letters['value']}{row}"]
        style(value, setting_column(setting))
        value.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        for letter in letters.values() if setting in first else ():
            sheet[f"{letter}{row}"].border = Border(top=Side("thin", color=SLATE), bottom=Side("thin", color=RULE_LINE))


def _after_folded(view: View) -> set[str]:
    """The columns at the right of a folded band, which carry its button."""
    found, at = set(), 0
    for band in view.bands:
        at += len(band.widths)
        if band.folded:
            found.add(column_letters(at).decode())
    return found


def _arrange(sheet: Worksheet, table_id: str, view: View, last_row: int, words: Words) -> None:
    """What stays in view, what can be filtered, how it prints."""
    sheet.freeze_panes = f"{column_letters(view.frozen).decode()}2"
    sheet.row_dimensions[1].height = _HEADING_HEIGHT
    if view.row_height:
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = view.row_height, True
    sheet.sheet_view.showGridLines = False
    sheet.auto_filter.ref = f"A1:{column_letters(len(view.columns) - 1).decode()}{last_row}"
    if view.open_first:
        _open_first(sheet, LETTERS[table_id][view.open_first], last_row, words)
    print_well(sheet, view.tab)
    sheet.print_title_rows = "1:1"


def _open_first(sheet: Worksheet, letter: str, last_row: int, words: Words) -> None:
    """A filter that leaves closed lines out and sorts by priority when it is applied."""
    from openpyxl.worksheet.filters import CustomFilter, CustomFilters, FilterColumn, SortCondition, SortState

    closed = CustomFilters(customFilter=[CustomFilter(operator="notEqual", val=words.value("priority", "done"))])
    sheet.auto_filter.filterColumn.append(FilterColumn(colId=sheet[f"{letter}1"].column - 1, customFilters=closed))
    lines = sheet.auto_filter.ref.replace("A1:", "A2:")
    sheet.auto_filter.sortState = SortState(ref=lines, sortCondition=[SortCondition(ref=f"{letter}2:{letter}{last_row}")])


def print_well(sheet: Worksheet, tab: str) -> None:
    """Landscape A4, as wide as the page, its name and number below; and the colour of the tab."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_properties.tabColor = tab
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = 0.4
    margins.bottom, margins.footer = 0.6, 0.3
    footer = sheet.oddFooter
    assert footer is not None  # as openpyxl makes every sheet
    left, right = footer.left, footer.right
    assert left is not None
    assert right is not None
    left.text, right.text = "&A", "&P / &N"

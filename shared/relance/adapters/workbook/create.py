"""A new register: all tabs with their headings, formats and lists of choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from relance.adapters.workbook.files import sync_folder, translating
from relance.adapters.workbook.formats import DATE
from relance.adapters.workbook.tokens import column_letters
from relance.adapters.workbook.values import clean
from relance.domain.sheet import CellValue
from relance.domain.tables import TABLES, Column, Table
from relance.domain.words import Words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Mapping[str, CellValue]]

LIST_ROWS = 2_000  # how far down lists of choices and the filter reach in a new register
_MAX_LIST = 255  # characters of a list of choices
_NUMBER_FORMATS = {"date": DATE, "amount": "#,##0.00", "identifier": "@", "integer": "0"}
_WIDTHS = {"date": 13, "amount": 15, "number": 12, "integer": 12, "yes_no": 12, "emails": 32}
_LONG = frozenset((
    "address", "briefing", "comment", "detail", "explanation", "history", "invoices", "note", "problem", "subject",
    "text", "why", "would_stop",
))  # fmt: skip
_HEADING_FILL, _ROBOT_HEADING_FILL, _ROBOT_FILL = "FFDCE6F1", "FFBFBFBF", "FFEDEDED"


def create(path: Path, words: Words, rows: Mapping[str, Rows]) -> None:
    """Write a new register in the language of `words`.

    `rows` gives, by table id, the first rows by column id, and under `help` the lines of the help tab as
    `{"text": …}`. Raises StoreError: `store.exists` when there is such a file, `store.missing` when its folder is not,
    `store.read_only`, `store.disk_full`.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in TABLES:
        _add_table(book, table, words, rows.get(table.id, ()))
    _add_help(book, words, rows.get("help", ()))
    with translating(path):
        file = path.open("xb")
        try:
            with file:
                book.save(file)
        except BaseException:
            path.unlink()
            raise
        sync_folder(path.parent)


def _add_table(book: Workbook, table: Table, words: Words, rows: Rows) -> None:
    sheet = book.create_sheet(words.tabs[table.id])
    known = {column.id for column in table.columns}
    for row in rows:
        if unknown := row.keys() - known:
            raise KeyError(f"{table.id}: {', '.join(sorted(unknown))}")
    for index, column in enumerate(table.columns, start=1):
        _add_column(sheet, index, column, words.headings[table.id][column.id])
        for number, row in enumerate(rows, start=2):
            _set(sheet.cell(number, index), row.get(column.id), column)
        _add_choices(sheet, index, column, words)
    sheet.freeze_panes = "C2" if table.id == "invoices" else "A2"
    last = column_letters(len(table.columns) - 1).decode()
    sheet.auto_filter.ref = f"A1:{last}{max(LIST_ROWS, len(rows)) + 1}"


def _add_column(sheet: Worksheet, index: int, column: Column, heading: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    title = f"{heading} *" if column.required else heading
    cell = sheet.cell(1, index, title)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=_ROBOT_HEADING_FILL if column.robot else _HEADING_FILL)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    dimension = sheet.column_dimensions[column_letters(index - 1).decode()]
    width = 90 if column.id == "briefing" else 48 if column.id in _LONG else _WIDTHS.get(column.kind, 20)
    dimension.width = max(width, min(len(title) + 4, 28))
    _style(dimension, column)


def _style(styled: object, column: Column) -> None:
    """The look of a column, for the column itself or one of its cells."""
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.styles.styleable import StyleableObject

    assert isinstance(styled, StyleableObject)
    styled.number_format = _NUMBER_FORMATS.get(column.kind, "General")
    styled.alignment = Alignment(vertical="top", wrap_text=column.id in ("text", "explanation"))
    if column.robot:
        styled.fill = PatternFill("solid", fgColor=_ROBOT_FILL)


def _set(cell: Cell, value: CellValue, column: Column) -> None:
    _style(cell, column)
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"  # text stays text, also where it looks like a formula or an error
    elif value is not None:
        number_format = cell.number_format
        cell.value = value
        if number_format != "General":
            cell.number_format = number_format


def _add_choices(sheet: Worksheet, index: int, column: Column, words: Words) -> None:
    """A list to choose from, which warns about other texts and lets them pass."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.kind == "yes_no":
        labels = [words.value("yes_no", answer) for answer in ("yes", "no")]
    elif column.kind == "choice":
        labels = list(words.values[column.values].values())
    else:
        return
    formula = '"{}"'.format(",".join(labels).replace('"', '""'))
    if any("," in label for label in labels) or len(formula) > _MAX_LIST:
        return  # a list in the cell format itself holds no more
    choices = DataValidation("list", formula, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    letter = column_letters(index - 1).decode()
    choices.add(f"{letter}2:{letter}{LIST_ROWS + 1}")
    sheet.add_data_validation(choices)


def _add_help(book: Workbook, words: Words, lines: Rows) -> None:
    from openpyxl.styles import Alignment

    sheet = book.create_sheet(words.tabs["help"])
    sheet.column_dimensions["A"].width = 110
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1, clean(str(line["text"])))
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)

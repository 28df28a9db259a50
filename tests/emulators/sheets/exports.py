"""A spreadsheet as a file: .xlsx (values, formulas, number formats) or .csv (the first tab as it is shown)."""

import csv
import io
from datetime import datetime

from openpyxl import Workbook

from tests.emulators.sheets.auto_format import number_format
from tests.emulators.sheets.errors import not_built
from tests.emulators.sheets.files import XLSX
from tests.emulators.sheets.formats import show
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import Formula, Spreadsheet


def exported(book: Spreadsheet, mime_type: str, now: datetime) -> bytes:
    """The bytes.

    Raises: ApiError 501 for another type.
    """
    if mime_type == "text/csv":
        return _csv(book, now)
    if mime_type == XLSX:
        return _xlsx(book)
    raise not_built(f"the export of a spreadsheet as {mime_type}")


def _csv(book: Spreadsheet, now: datetime) -> bytes:
    calculator, sheet, out = Calculator(book, now), book.sheets[0], io.StringIO(newline="")
    lines = [
        [
            show(calculator.value(sheet, index, column), number_format(calculator, sheet, row.cell(column)), book.locale)
            for column in range(len(row.cells))
        ]
        for index, row in enumerate(sheet.rows)
    ]
    while lines and not any(lines[-1]):
        lines.pop()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode()


def _xlsx(book: Spreadsheet) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in book.sheets:
        tab = workbook.create_sheet(sheet.title)
        for row, line in enumerate(sheet.rows, 1):
            for column, cell in enumerate(line.cells, 1):
                if cell is None or cell.value is None:
                    continue
                made = tab.cell(row, column, cell.value.text if isinstance(cell.value, Formula) else cell.value)
                form = (cell.format or {}).get("numberFormat") or {}
                if form.get("pattern"):
                    made.number_format = form["pattern"]
                if isinstance(cell.value, str):
                    made.data_type = "s"  # a text that begins with = stays a text
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()

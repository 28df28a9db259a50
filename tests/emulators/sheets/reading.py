"""Values out of cells: render options, ragged rows."""

from typing import Any

from tests.emulators.sheets.auto_format import number_format
from tests.emulators.sheets.calls import Call
from tests.emulators.sheets.formats import DATE_TYPES, ERROR_TEXT, show
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import Cell, CellError, Formula, Json
from tests.emulators.sheets.refs import Box


def value_range(call: Call, box: Box, render: str, dates: str, major: str) -> Json:
    """A ValueRange: trailing empty cells and rows are left out."""
    calculator = Calculator(call.book, call.now)
    rows = [_line(calculator, box, row, render, dates) for row in range(box.top, box.bottom)]
    if major == "COLUMNS":
        width = max((len(row) for row in rows), default=0)
        rows = [[row[column] if column < len(row) else "" for row in rows] for column in range(width)]
        for line in rows:
            while line and line[-1] == "":
                line.pop()
    while rows and not rows[-1]:
        rows.pop()
    answer: Json = {"range": box.a1(), "majorDimension": major}
    if rows:
        answer["values"] = rows
    return answer


def _line(calculator: Calculator, box: Box, row: int, render: str, dates: str) -> list[Any]:
    cells = box.sheet.rows[row].cells[box.left : box.right]
    line: list[Any] = []
    for offset, cell in enumerate(cells):
        if cell is None or cell.value is None:
            line.append("")
        elif render == "UNFORMATTED_VALUE" and cell.format is None and not isinstance(cell.value, Formula):
            line.append(cell.value)
        else:
            line.append(_rendered(calculator, box, row, box.left + offset, cell, render, dates))
    while line and line[-1] == "":
        line.pop()
    return line


def _rendered(calculator: Calculator, box: Box, row: int, column: int, cell: Cell, render: str, dates: str) -> Any:
    if render == "FORMULA" and isinstance(cell.value, Formula):
        return cell.value.text
    form = number_format(calculator, box.sheet, cell)
    value = calculator.value(box.sheet, row, column)
    if isinstance(value, CellError):
        text = ERROR_TEXT[value.type]
        return f"{text} ({value.message})" if value.message and render == "UNFORMATTED_VALUE" else text
    dated = form is not None and form["type"] in DATE_TYPES
    if render == "FORMATTED_VALUE" or (dated and dates == "FORMATTED_STRING" and not isinstance(value, str)):
        return show(value, form, calculator.book.locale)
    return "" if value is None else value

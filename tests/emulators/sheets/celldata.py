"""CellData: a cell as spreadsheets.get shows it, and as updateCells and repeatCell take it."""

from collections.abc import Callable
from typing import Any

from tests.emulators.sheets.auto_format import number_format
from tests.emulators.sheets.conditions import conditional_format
from tests.emulators.sheets.errors import invalid, not_built
from tests.emulators.sheets.formats import show
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.looks import band
from tests.emulators.sheets.masks import Tree, merged, pick
from tests.emulators.sheets.model import EMPTY, Cell, CellError, Formula, Json, Scalar, Sheet, deep
from tests.emulators.sheets.writing import scalar

DEFAULT_FORMAT: Json = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "Arial",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
    },
}


def extended(value: Scalar | Formula | CellError) -> Json:
    """An ExtendedValue."""
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.type, **({"message": value.message} if value.message else {})}}
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"stringValue": value} if isinstance(value, str) else {"numberValue": value}


class CellReader:
    """Builds CellData, only with the fields of the mask."""

    def __init__(self, calculator: Calculator, fields: Tree) -> None:
        self.calculator = calculator
        self.locale = calculator.book.locale
        makers: dict[str, Callable[[Sheet, int, int, Cell], Any]] = {
            "userEnteredValue": lambda sheet, row, column, cell: None if cell.value is None else extended(cell.value),
            "effectiveValue": self._effective,
            "formattedValue": self._formatted,
            "userEnteredFormat": lambda sheet, row, column, cell: cell.format,
            "effectiveFormat": self._effective_format,
            "note": lambda sheet, row, column, cell: cell.note or None,
            "dataValidation": lambda sheet, row, column, cell: cell.validation,
            "hyperlink": self._hyperlink,
            "chipRuns": lambda sheet, row, column, cell: list(cell.chips) or None,
            "textFormatRuns": lambda sheet, row, column, cell: list(cell.runs) or None,
        }
        self.below = {name: below for name, below in fields.items() if below}
        self.makers = [(name, make) for name, make in makers.items() if not fields or name in fields]

    def read(self, sheet: Sheet, row: int, column: int, cell: Cell) -> Json:
        """The CellData of one cell."""
        data: Json = {}
        for name, make in self.makers:
            value = make(sheet, row, column, cell)
            if value is not None:
                data[name] = pick(self.below[name], value) if name in self.below else value
        return data

    def _effective(self, sheet: Sheet, row: int, column: int, cell: Cell) -> Json | None:
        value = self.calculator.value(sheet, row, column) if isinstance(cell.value, Formula) else cell.value
        return None if value is None else extended(value)

    def _formatted(self, sheet: Sheet, row: int, column: int, cell: Cell) -> str | None:
        value = self.calculator.value(sheet, row, column) if isinstance(cell.value, Formula) else cell.value
        if value is None:
            return None
        return show(value, number_format(self.calculator, sheet, cell), self.locale)

    def _effective_format(self, sheet: Sheet, row: int, column: int, cell: Cell) -> Json:
        """The spreadsheet's default, bands, the cell's own format, and the rules that hold."""
        under = deep(DEFAULT_FORMAT, band(self.calculator.book, sheet, row, column))
        own = deep(under, cell.format or {})
        inferred = number_format(self.calculator, sheet, cell)
        own |= {"numberFormat": inferred} if inferred else {}
        return (
            deep(own, conditional_format(self.calculator, (sheet, row, column))) if sheet.parts["conditionalFormats"] else own
        )

    def _hyperlink(self, sheet: Sheet, row: int, column: int, cell: Cell) -> str | None:
        link = ((cell.format or {}).get("textFormat") or {}).get("link")
        if link:
            return str(link.get("uri", "")) or None
        runs = [run["format"]["link"]["uri"] for run in cell.runs if "link" in run.get("format", {})]
        if len(set(runs)) == 1:
            return str(runs[0])
        if isinstance(cell.value, Formula) and cell.value.text.upper().startswith(("=HYPERLINK(", "=LIEN_HYPERTEXTE(")):
            return cell.value.text.split('"')[1] if '"' in cell.value.text else None
        return None


def entered(data: Json) -> Scalar | Formula:
    """The value of an ExtendedValue somebody writes.

    Raises: ApiError 400 for an error value or an over-long text.
    """
    if not data:
        return None
    kind, value = next((name, value) for name, value in data.items())
    if kind == "formulaValue":
        if not str(value).startswith("="):
            raise invalid("Invalid formula: it must start with '='.")
        return Formula(str(value))
    if kind == "errorValue":
        raise invalid("Error values cannot be written.")
    return scalar(float(value) if isinstance(value, str) and kind == "numberValue" else value, "userEnteredValue")


_WRITABLE = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation", "textFormatRuns", "chipRuns")


def updated_cell(cell: Cell, data: Json, fields: Tree) -> Cell:
    """The cell after a CellData was written to it, for the fields of the mask; absent fields are cleared."""
    wanted = fields or {name: {} for name in _WRITABLE}
    for name in wanted:
        if name not in _WRITABLE:
            raise not_built(f"writing the field {name} of a cell")
    if "userEnteredValue" in wanted:
        value = entered(data.get("userEnteredValue") or {})
        cell = cell._replace(value=value if value != "" else None, result=None, chips=(), runs=())
    if "userEnteredFormat" in wanted:
        new = data.get("userEnteredFormat") or {}
        below = wanted["userEnteredFormat"]
        cell = cell._replace(format=(merged(below, cell.format or {}, new) if below else dict(new)) or None)
    if "note" in wanted:
        cell = cell._replace(note=data.get("note") or "")
    if "dataValidation" in wanted:
        cell = cell._replace(validation=data.get("dataValidation") or None)
    if "textFormatRuns" in wanted:
        cell = cell._replace(runs=tuple(data.get("textFormatRuns") or ()))
    if "chipRuns" in wanted:
        cell = cell._replace(chips=tuple(data.get("chipRuns") or ()))
    return EMPTY if cell == EMPTY else cell

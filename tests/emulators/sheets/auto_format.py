"""The number format a cell shows: its own, or the one its formula takes from what it refers to."""

from tests.emulators.sheets.formula_parser import Node, parse, split_reference
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import Cell, Formula, Json, Sheet

_DATES = ("TODAY", "AUJOURDHUI", "DATE")
_MOMENTS = ("NOW", "MAINTENANT")
_FIRST = ("SUM", "SOMME", "MIN", "MAX", "AVERAGE", "MOYENNE", "ROUND", "ARRONDI", "ABS", "IFERROR", "SIERREUR")
_DEPTH = 20  # a chain of formulas longer than this takes no format


def number_format(calculator: Calculator, sheet: Sheet, cell: Cell, depth: int = 0) -> Json | None:
    """The number format of a cell, inferred for a formula that has none."""
    own = cell.format.get("numberFormat") if cell.format else None
    if own is not None or not isinstance(cell.value, Formula) or depth > _DEPTH:
        return own
    return _of(calculator, sheet, parse(cell.value.text, calculator.comma), depth)


def _of(calculator: Calculator, sheet: Sheet, node: Node, depth: int) -> Json | None:
    kind = node[0]
    if kind == "ref":
        title, top, _, left, _ = split_reference(node[1])
        target = calculator.book.by_title(title) if title else sheet
        assert left is not None
        return None if target is None else number_format(calculator, target, target.cell(top or 0, left), depth + 1)
    if kind == "op":
        one, two = (_of(calculator, sheet, part, depth) for part in node[2:4])
        if node[1] == "-" and one and two and one["type"] == two["type"] == "DATE":
            return None  # a number of days
        return (one or two) if node[1] in ("+", "-", "*", "/") else None
    if kind == "call":
        return _call(calculator, sheet, node, depth)
    return None


def _call(calculator: Calculator, sheet: Sheet, node: Node, depth: int) -> Json | None:
    name, arguments = node[1], node[2]
    if name in _DATES:
        return {"type": "DATE"}
    if name in _MOMENTS:
        return {"type": "DATE_TIME"}
    if name in ("IF", "SI") and len(arguments) > 1:
        return _of(calculator, sheet, arguments[1], depth)
    return _of(calculator, sheet, arguments[0], depth) if name in _FIRST and arguments else None

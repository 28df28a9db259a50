"""A small formula engine: references, arithmetic, comparisons and the functions a register uses."""

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.emulators.sheets.formula_parser import LEVELS, Node, parse, split_reference
from tests.emulators.sheets.functions import FUNCTIONS, Error, as_number, as_text, compare, flat
from tests.emulators.sheets.locales import locale_of, serial_of
from tests.emulators.sheets.model import CellError, Formula, Scalar, Sheet, Spreadsheet, tidy
from tests.emulators.sheets.refs import Box, area_of

Value = Any  # a scalar, an Error, or a list of rows

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "^": operator.pow,
}


class Calculator:
    """Values of the cells of one spreadsheet at one moment."""

    def __init__(self, book: Spreadsheet, now: datetime) -> None:
        self.book = book
        self.now = serial_of(now.astimezone(ZoneInfo(book.time_zone)).replace(tzinfo=None))
        self.comma = locale_of(book.locale).decimal == ","
        self.known: dict[tuple[int, int, int], Scalar | CellError] = {}
        self.busy: set[tuple[int, int, int]] = set()

    def value(self, sheet: Sheet, row: int, column: int) -> Scalar | CellError:
        """The effective value of a cell."""
        cell = sheet.cell(row, column)
        if not isinstance(cell.value, Formula):
            return cell.value
        if cell.result is not None:
            return cell.result
        place = (sheet.id, row, column)
        if place not in self.known:
            if place in self.busy:
                return CellError("REF", "Circular dependency detected.")
            self.busy.add(place)
            self.known[place] = self.formula(cell.value.text, sheet)
            self.busy.discard(place)
        return self.known[place]

    def formula(self, text: str, sheet: Sheet) -> Scalar | CellError:
        """The value of a formula written on a tab."""
        found = self._node(parse(text, self.comma), sheet)
        while isinstance(found, list):
            found = found[0] if found else None
        if isinstance(found, Error):
            return CellError(found.type, found.message)
        if found is None:
            return 0
        return tidy(found) if isinstance(found, float) else found

    def _node(self, node: Node, sheet: Sheet) -> Value:
        kind = node[0]
        if kind == "value":
            return node[1]
        if kind == "error":
            return Error(node[1])
        if kind == "ref":
            return self._reference(node[1], sheet)
        if kind == "name":
            return self._named_range(node[1])
        if kind == "call":
            return self._call(node[1], node[2], sheet)
        return self._operation(node[1], self._node(node[2], sheet), self._node(node[3], sheet))

    def _reference(self, text: str, sheet: Sheet) -> Value:
        title, top, bottom, left, right = split_reference(text)
        target = self.book.by_title(title) if title else sheet
        if target is None:
            return Error("REF", f"Unresolved sheet name '{title}'.")
        assert left is not None
        assert right is not None
        return self._box(Box(target, top or 0, len(target.rows) if bottom is None else bottom, left, right))

    def _named_range(self, name: str) -> Value:
        for named in self.book.named_ranges:
            if named["name"].casefold() == name.casefold():
                spot = named["range"]
                sheet = self.book.by_id(spot.get("sheetId") or 0)
                if sheet is not None:
                    return self._box(area_of(self.book, spot).box())
        return Error("NAME", f"Unknown range name: '{name}'.")

    def _box(self, box: Box) -> Value:
        rows = [
            [self.value(box.sheet, row, column) for column in range(box.left, box.right)] for row in range(box.top, box.bottom)
        ]
        values = [[Error(*cell) if isinstance(cell, CellError) else cell for cell in row] for row in rows]
        return values[0][0] if len(values) == 1 and len(values[0]) == 1 else values

    def _call(self, name: str, arguments: list[Node], sheet: Sheet) -> Value:
        if name in ("TODAY", "AUJOURDHUI"):
            return int(self.now)
        if name in ("NOW", "MAINTENANT"):
            return self.now
        if name in ("IF", "SI"):
            asked = self._node(arguments[0], sheet)
            if isinstance(asked, Error):
                return asked
            chosen = arguments[1:2] if asked else arguments[2:3]
            return self._node(chosen[0], sheet) if chosen else False
        if name not in FUNCTIONS:
            return Error("NAME", f"Unknown function: '{name}'.")
        values = [self._node(argument, sheet) for argument in arguments]
        try:
            return FUNCTIONS[name](*values)
        except Error as wrong:
            return wrong
        except TypeError:
            return Error("N_A", f"Wrong number of arguments to {name}.")

    def _operation(self, sign: str, one: Value, two: Value) -> Value:
        one, two = flat(one)[0] if isinstance(one, list) else one, flat(two)[0] if isinstance(two, list) else two
        if isinstance(one, Error) or isinstance(two, Error):
            return one if isinstance(one, Error) else two
        try:
            if sign == "&":
                return as_text(one, self.book.locale) + as_text(two, self.book.locale)
            if sign in LEVELS[0]:
                return compare(sign, one, two)
            if sign == "/":
                divisor = as_number(two)
                return (
                    as_number(one) / divisor
                    if divisor
                    else Error("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
                )
            return _OPERATORS[sign](as_number(one), as_number(two))
        except Error as wrong:
            return wrong

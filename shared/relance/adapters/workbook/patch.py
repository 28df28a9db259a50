"""Cells set inside the XML of a sheet, all the rest of it kept byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from relance.adapters.workbook.formulas import unshare
from relance.adapters.workbook.scan import Place
from relance.adapters.workbook.styles import Styles
from relance.adapters.workbook.tokens import (
    CellText,
    Row,
    SheetText,
    attribute,
    column_index,
    element,
    reference,
    with_attribute,
)
from relance.adapters.workbook.values import Stored, cell_xml

_AREA = re.compile(rb"^([A-Za-z]+)(\d+)(?::([A-Za-z]+)(\d+))?$")


class SheetPatch:
    """Sets cells of one sheet. `styles` may gain formats; `formula_lost` tells whether a formula was overwritten."""

    def __init__(self, xml: bytes, cells: Mapping[Place, Stored], styles: Styles | None, from_1904: bool) -> None:
        self._sheet = SheetText(unshare(xml, frozenset(cells)))
        self._styles = styles
        self._from_1904 = from_1904
        self._rows = {row.number: row for row in self._sheet.rows()}
        self._wanted: dict[int, dict[int, Stored]] = {}
        for (row, column), value in sorted(cells.items()):
            self._wanted.setdefault(row, {})[column] = value
        self._set_styles: dict[Place, int | None] = {}
        self._columns = self._column_styles()
        self._above: tuple[int, dict[int, int | None]] = (-1, {})
        self._formula = element(self._sheet.prefix + b"f")
        self.formula_lost = False

    def apply(self) -> bytes:
        """The XML with the cells set. ValueError when a day is to be set without styles."""
        sheet, out = self._sheet, []
        place, end = sheet.data
        missing = [number for number in self._wanted if number not in self._rows]
        for row in self._rows.values():
            while missing and missing[0] < row.number:
                out += [sheet.xml[place : row.start], self._new_row(missing.pop(0))]
                place = row.start
            if row.number in self._wanted:
                out += [sheet.xml[place : row.start], self._patched_row(row)]
                place = row.end
        out.append(sheet.xml[place:end])
        out += [self._new_row(number) for number in missing]
        return self._head() + b"".join(out) + self._tail(end)

    def _head(self) -> bytes:
        sheet = self._sheet
        start, stop = sheet.opening
        opening = sheet.xml[start:stop]
        if sheet.empty:
            opening = opening[:-2].rstrip() + b">"
        before = sheet.xml[:start]
        match = element(sheet.prefix + b"dimension").search(sheet.masked, 0, start)
        if match is not None:
            before = before[: match.start(1)] + self._dimension(match[1]) + before[match.end(1) :]
        return before + opening

    def _tail(self, end: int) -> bytes:
        closing = b"</%ssheetData>" % self._sheet.prefix if self._sheet.empty else b""
        return closing + self._sheet.xml[end:]

    def _dimension(self, attributes: bytes) -> bytes:
        """The used area, widened where cells are set outside."""
        match = _AREA.match(attribute(attributes, b"ref") or b"")
        if match is None:
            return attributes
        left, top = column_index(match[1]), int(match[2]) - 1
        right, bottom = column_index(match[3] or match[1]), int(match[4] or match[2]) - 1
        rows = self._wanted.keys()
        columns = {column for row in self._wanted.values() for column in row}
        if top <= min(rows) and max(rows) <= bottom and left <= min(columns) and max(columns) <= right:
            return attributes
        first = reference(min(top, *rows), min(left, *columns))
        return with_attribute(attributes, b"ref", first + b":" + reference(max(bottom, *rows), max(right, *columns)))

    def _new_row(self, number: int) -> bytes:
        cells = b"".join(self._cell(number, column, None) for column in self._wanted[number])
        prefix = self._sheet.prefix
        return b'<%srow r="%d">%s</%srow>' % (prefix, number + 1, cells, prefix)

    def _patched_row(self, row: Row) -> bytes:
        sheet, left = self._sheet, list(self._wanted[row.number])
        out, place = [], row.body[0]
        for cell in sheet.cells(row):
            while left and left[0] < cell.column:
                out += [sheet.xml[place : cell.start], self._cell(row.number, left.pop(0), None)]
                place = cell.start
            if left and left[0] == cell.column:
                out += [sheet.xml[place : cell.start], self._cell(row.number, left.pop(0), cell)]
                place = cell.end
        out.append(sheet.xml[place : row.body[1]])
        out += [self._cell(row.number, column, None) for column in left]
        attributes = self._spans(row.attributes.removesuffix(b"/"), self._wanted[row.number])
        prefix = sheet.prefix
        return b"<%srow%s>%s</%srow>" % (prefix, attributes, b"".join(out), prefix)

    def _spans(self, attributes: bytes, columns: Mapping[int, Stored]) -> bytes:
        said = attribute(attributes, b"spans")
        numbers = [int(n) for n in re.findall(rb"\d+", said or b"")]
        first, last = min(columns) + 1, max(columns) + 1
        if not numbers or (min(numbers) <= first and last <= max(numbers)):
            return attributes
        return with_attribute(attributes, b"spans", b"%d:%d" % (min(first, *numbers), max(last, *numbers)))

    def _cell(self, row: int, column: int, old: CellText | None) -> bytes:
        value = self._wanted[row][column]
        style = self._fitted(self._style(row, column, old), value)
        self._set_styles[row, column] = style
        if old is not None and self._formula.search(old.content):
            self.formula_lost = True
        return cell_xml(self._sheet.prefix, row, column, style, value, self._from_1904)

    def _fitted(self, style: int | None, value: Stored) -> int | None:
        """The style in which the value shows as what it is."""
        if isinstance(value, date):
            if self._styles is None:
                raise ValueError("no styles")
            return self._styles.for_date(style or 0)
        if isinstance(value, float) and style is not None and self._styles is not None:
            return self._styles.for_number(style)
        return style

    def _style(self, row: int, column: int, old: CellText | None) -> int | None:
        """The style a cell has, else that of its column, else that of the cell above unless it is a heading."""
        own = attribute(old.attributes, b"s") if old is not None else None
        if own is not None:
            return int(own)
        if column in self._columns:
            return self._columns[column]
        if row < 2:
            return None
        if (row - 1, column) in self._set_styles:
            return self._set_styles[row - 1, column]
        return self._styles_of_row(row - 1).get(column)

    def _styles_of_row(self, number: int) -> dict[int, int | None]:
        if self._above[0] != number:
            cells = self._sheet.cells(self._rows[number]) if number in self._rows else []
            styles = {c.column: attribute(c.attributes, b"s") for c in cells}
            self._above = number, {column: int(style) for column, style in styles.items() if style is not None}
        return self._above[1]

    def _column_styles(self) -> dict[int, int]:
        sheet, found = self._sheet, {}
        for match in element(sheet.prefix + b"col").finditer(sheet.masked, 0, sheet.opening[0]):
            style = int(attribute(match[1], b"style") or 0)
            if style:
                first, last = int(attribute(match[1], b"min") or 1), int(attribute(match[1], b"max") or 1)
                found.update(dict.fromkeys(range(first - 1, min(last, 16_384)), style))
        return found

"""What the XML of a sheet tells and its cached values do not: errors, formulas, merged cells and number formats."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from relance.adapters.workbook.tokens import CellText, Row, SheetText, attribute, column_of, element

Place = tuple[int, int]  # row and column, from 0


@dataclass(slots=True)
class Scan:
    """`faults` give what a cell without a usable value shows; `numbers` the number format of the styled cells."""

    faults: dict[Place, str] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    numbers: dict[Place, str] = field(default_factory=dict)
    merges: tuple[str, ...] = ()
    extent: Place = (0, 0)  # number of rows and columns that hold something


def scan(sheet: SheetText, codes: Mapping[int, str]) -> Scan:
    """Scan a sheet; `codes` are the number formats, by style, of the cells to report in `numbers`."""
    found = Scan()
    cells = _Cells(sheet, codes)
    for row in sheet.rows():
        cells.look(row, found)
    pattern = re.compile(rb"<%smergeCell\s([^>]*)>" % sheet.prefix)
    tail = pattern.finditer(sheet.masked, sheet.data[1])
    found.merges = tuple((attribute(b" " + match[1], b"ref") or b"").decode() for match in tail)
    return found


class _Cells:
    """The patterns that tell the cells worth a closer look."""

    def __init__(self, sheet: SheetText, codes: Mapping[int, str]) -> None:
        self._sheet = sheet
        self._codes = codes
        self._value = element(sheet.prefix + b"v")
        self._formula = element(sheet.prefix + b"f")
        self._shared: dict[bytes, str] = {}
        styles = b"|".join(b"%d" % style for style in codes)
        numbered = rb"""\ss=["'](?:%s)["']|""" % styles if codes else b""
        opening = b"<" + sheet.prefix
        self._worth = re.compile(rb"""<%sc(?=\s)[^>]*(?:%s\st=["']e["'])|%sf[\s/>]""" % (sheet.prefix, numbered, opening))

    def look(self, row: Row, found: Scan) -> None:
        """Take the cells of a row into account."""
        raw = self._sheet.raw_cells(row)
        last = next((i for i in range(len(raw) - 1, -1, -1) if raw[i][1]), None)
        if last is None:
            return
        worth = self._worth.search(self._sheet.masked, *row.body) is not None
        if not worth and attribute(raw[last][0], b"r"):
            column = column_of(raw[last][0], -1)
        else:
            cells = self._sheet.cells(row)
            column = cells[last].column
            for cell in cells if worth else ():
                self._read((row.number, cell.column), cell, found)
        found.extent = max(found.extent[0], row.number + 1), max(found.extent[1], column + 1)

    def _read(self, place: Place, cell: CellText, found: Scan) -> None:
        kind = attribute(cell.attributes, b"t") or b"n"
        value = self._value.search(cell.content)
        text = html.unescape((value[2] or b"").decode(errors="replace")) if value else ""
        formula = self._formula.search(cell.content)
        if formula is not None:
            found.formulas.add(place)
        if kind == b"e":
            found.faults[place] = text or "#ERROR!"
        elif formula is not None and not text and (kind != b"str" or value is None):
            found.faults[place] = f"={self._text(formula)}"
        elif kind == b"n" and cell.content:
            code = self._codes.get(int(attribute(cell.attributes, b"s") or 0))
            if code:
                found.numbers[place] = code
        if formula is not None and formula[2] and attribute(formula[1], b"t") == b"shared":
            self._shared[attribute(formula[1], b"si") or b""] = self._text(formula)

    def _text(self, formula: re.Match[bytes]) -> str:
        if formula[2]:
            return html.unescape(formula[2].decode(errors="replace"))
        return self._shared.get(attribute(formula[1], b"si") or b"", "")

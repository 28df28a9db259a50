"""What people do to single cells: type, paste chips, protect."""

from collections.abc import Callable

from tests.emulators.sheets.calls import Readings
from tests.emulators.sheets.files import Drive, File
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import EMPTY, Cell, CellError, Scalar, Sheet, Spreadsheet, deep
from tests.emulators.sheets.refs import parse_a1
from tests.emulators.sheets.typed import typed


class Hand:
    """A person's hand on cells. Acts take effect at once and count as a change of the file."""

    def __init__(self, drive: Drive, file: File, readings: Readings) -> None:
        self.drive = drive
        self.file = file
        self.readings = readings

    @property
    def book(self) -> Spreadsheet:
        """The spreadsheet as it is now."""
        assert self.file.book is not None
        return self.file.book

    def sheet(self, tab: str) -> Sheet:
        """A tab by name."""
        found = self.book.by_title(tab)
        assert found is not None, f"no tab {tab}"
        return found

    def _done(self) -> None:
        self.drive.touch(self.file)

    def _change(self, tab: str, cell: str, change: Callable[[Cell], Cell]) -> None:
        box = parse_a1(self.book, cell, self.sheet(tab)).box()
        row = box.sheet.rows[box.top]
        row.put(box.left, change(row.cell(box.left)))
        self._done()

    def _calculator(self) -> Calculator:
        return Calculator(self.book, self.drive.now())

    def used(self, tab: str) -> tuple[int, int]:
        """Rows and columns up to the last filled one."""
        sheet = self.sheet(tab)
        spots = [(row, column) for row, line in enumerate(sheet.rows) for column in range(len(line.cells))]
        filled = [(row + 1, column + 1) for row, column in spots if sheet.cell(row, column).value is not None]
        return max((row for row, _ in filled), default=0), max((column for _, column in filled), default=0)

    def read(self, tab: str, cell: str) -> Scalar | CellError:
        """The value of a cell."""
        box = parse_a1(self.book, cell, self.sheet(tab)).box()
        return self._calculator().value(box.sheet, box.top, box.left)

    def values(self, tab: str) -> list[list[Scalar | CellError]]:
        """All values of a tab, row by row, up to the last filled one."""
        sheet, calculator, (rows, columns) = self.sheet(tab), self._calculator(), self.used(tab)
        return [[calculator.value(sheet, row, column) for column in range(columns)] for row in range(rows)]

    def type(self, tab: str, cell: str, text: str) -> None:
        """Type into a cell; an empty text empties it."""
        year = self.drive.now().year
        self._change(tab, cell, lambda old: typed(old, text, self.book.locale, year))

    def put(self, tab: str, cell: str, lines: list[list[Scalar]]) -> None:
        """Fill cells with values as they are, the first at `cell` (for setting the scene)."""
        box = parse_a1(self.book, cell, self.sheet(tab)).box()
        for index, line in enumerate(lines, box.top):
            row = box.sheet.rows[index]
            for column, value in enumerate(line, box.left):
                row.put(column, row.cell(column)._replace(value=value, result=None))
        self._done()

    def result(self, tab: str, cell: str, value: Scalar | CellError) -> None:
        """Say what a formula gives (an import still loading, an error), instead of computing it."""
        self._change(tab, cell, lambda old: old._replace(result=value))

    def note(self, tab: str, cell: str, text: str) -> None:
        """Put a note on a cell."""
        self._change(tab, cell, lambda old: old._replace(note=text))

    def link(self, tab: str, cell: str, text: str, address: str) -> None:
        """Write a text that leads to an address."""
        form = {"textFormat": {"link": {"uri": address}}}
        self._change(tab, cell, lambda old: old._replace(value=text, format=deep(old.format or {}, form)))

    def person_chip(self, tab: str, cell: str, name: str, email: str) -> None:
        """Turn a cell into a person's smart chip: the text is the name, the address is in the chip."""
        chip = {"startIndex": 0, "chip": {"personProperties": {"email": email, "displayFormat": "DEFAULT"}}}
        self._change(tab, cell, lambda old: old._replace(value=name, chips=(chip,)))

    def file_chip(self, tab: str, cell: str, name: str, link: str) -> None:
        """Turn a cell into a file's smart chip."""
        chip = {"startIndex": 0, "chip": {"richLinkProperties": {"uri": link}}}
        self._change(tab, cell, lambda old: old._replace(value=name, chips=(chip,)))

    def clear(self, tab: str, cells: str) -> None:
        """Select cells and press Delete: values go, formats stay."""
        box = parse_a1(self.book, cells, self.sheet(tab)).box()
        for row in box.sheet.rows[box.top : box.bottom]:
            for column in range(box.left, box.right):
                old = row.cell(column)
                row.put(column, old._replace(value=None, result=None, chips=(), runs=()) if old != EMPTY else EMPTY)
        self._done()

    def protect(self, tab: str, cells: str, editors: tuple[str, ...] = (), warning: bool = False) -> None:
        """Protect a range as its owner: only the editors may write, or everybody after a warning."""
        item = {"protectedRangeId": self.book.new_id(), "range": parse_a1(self.book, cells, self.sheet(tab)).box().grid_range()}
        item |= {"warningOnly": True} if warning else {"editors": {"users": [self.file.owner, *editors]}}
        self.sheet(tab).parts["protectedRanges"].append(item)
        self._done()

    def unprotect(self, tab: str) -> None:
        """Remove every protection of a tab."""
        self.sheet(tab).parts["protectedRanges"] = []
        self._done()

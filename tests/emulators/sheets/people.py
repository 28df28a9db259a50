"""What people do to a shared sheet while the robot works.

Rows are numbered from 1 and columns named by letter, as people see them. Every act can be done at once, between two
calls (`google.between_calls(lambda: person.sort("Factures", "C"))`) or in the gap before a write (`before_write`).
"""

import random
from collections.abc import Callable

from tests.emulators.sheets import structure, tabs
from tests.emulators.sheets.conditions import apply_filter
from tests.emulators.sheets.files import File
from tests.emulators.sheets.hands import Hand
from tests.emulators.sheets.model import Spreadsheet
from tests.emulators.sheets.moving import copy, cut, sort
from tests.emulators.sheets.refs import Box, column_of, letters, parse_a1


class Person(Hand):
    """Somebody with the file open. Acts take effect at once and count as a change of the file."""

    def sort(self, tab: str, column: str, descending: bool = False, first_row: int = 2) -> None:
        """Sort whole rows."""
        self._sort(tab, column, 0, len(self.sheet(tab).columns), descending, first_row)

    def sort_part(self, tab: str, columns: str, column: str, descending: bool = False, first_row: int = 2) -> None:
        """The accident: sort some columns only (`A:F`), so that rows no longer belong together."""
        left, _, right = columns.partition(":")
        self._sort(tab, column, column_of(left), column_of(right) + 1, descending, first_row)

    def _sort(self, tab: str, column: str, left: int, right: int, descending: bool, first_row: int) -> None:
        box = Box(self.sheet(tab), first_row - 1, max(first_row - 1, self.used(tab)[0]), left, right)
        order = "DESCENDING" if descending else "ASCENDING"
        sort(self._calculator(), box, [{"dimensionIndex": column_of(column), "sortOrder": order}], self.readings)
        self._done()

    def insert_rows(self, tab: str, row: int, count: int = 1) -> None:
        """Insert empty rows above `row`."""
        structure.insert(self.book, self.sheet(tab), "ROWS", row - 1, count)
        self._done()

    def delete_rows(self, tab: str, row: int, count: int = 1) -> None:
        """Delete rows."""
        structure.delete(self.book, self.sheet(tab), "ROWS", row - 1, row - 1 + count)
        self._done()

    def move_rows(self, tab: str, row: int, before: int, count: int = 1) -> None:
        """Drag whole rows above `before`."""
        structure.move(self.book, self.sheet(tab), "ROWS", row - 1, row - 1 + count, before - 1)
        self._done()

    def cut_row(self, tab: str, row: int, onto: int) -> None:
        """Cut the cells of a row and paste them on another: metadata stays behind."""
        sheet = self.sheet(tab)
        cut(self.book, Box(sheet, row - 1, row, 0, len(sheet.columns)), sheet, onto - 1, 0)
        self._done()

    def cut(self, tab: str, cells: str, onto: str) -> None:
        """Cut a range and paste it with its first cell at `onto`."""
        sheet = self.sheet(tab)
        target = parse_a1(self.book, onto, sheet).box()
        cut(self.book, parse_a1(self.book, cells, sheet).box(), sheet, target.top, target.left)
        self._done()

    def duplicate_row(self, tab: str, row: int, onto: int) -> None:
        """Copy a row's cells over another row."""
        sheet = self.sheet(tab)
        width = len(sheet.columns)
        copy(self._calculator(), Box(sheet, row - 1, row, 0, width), Box(sheet, onto - 1, onto, 0, width), "PASTE_NORMAL")
        self._done()

    def insert_columns(self, tab: str, column: str, count: int = 1) -> None:
        """Insert empty columns left of `column`."""
        structure.insert(self.book, self.sheet(tab), "COLUMNS", column_of(column), count)
        self._done()

    def delete_columns(self, tab: str, column: str, count: int = 1) -> None:
        """Delete columns."""
        structure.delete(self.book, self.sheet(tab), "COLUMNS", column_of(column), column_of(column) + count)
        self._done()

    def move_columns(self, tab: str, column: str, before: str, count: int = 1) -> None:
        """Drag whole columns left of `before`."""
        start = column_of(column)
        structure.move(self.book, self.sheet(tab), "COLUMNS", start, start + count, column_of(before))
        self._done()

    def rename_heading(self, tab: str, old: str, new: str) -> None:
        """Type another heading in row 1."""
        row = self.sheet(tab).rows[0]
        column = next(index for index, cell in enumerate(row.cells) if cell is not None and cell.value == old)
        row.put(column, row.cell(column)._replace(value=new))
        self._done()

    def rename_tab(self, tab: str, name: str) -> None:
        """Give a tab another name."""
        tabs.rename(self.book, self.sheet(tab), name)
        self._done()

    def delete_tab(self, tab: str) -> None:
        """Delete a tab."""
        tabs.remove(self.book, self.sheet(tab))
        self._done()

    def move_tab(self, tab: str, index: int) -> None:
        """Drag a tab to another place."""
        tabs.place(self.book, self.sheet(tab), index)
        self._done()

    def duplicate_tab(self, tab: str) -> str:
        """Duplicate a tab; the copy's name."""
        book, sheet = self.book, self.sheet(tab)
        name = tabs.copy_name(book, sheet.title)
        at = book.sheets.index(sheet) + 1
        tabs.duplicate(book, sheet, at, name, book.new_id(), self.readings.copied_tab_keeps_metadata)
        self._done()
        return name

    def filter(self, tab: str, column: str, hidden: tuple[str, ...]) -> None:
        """Filter the tab: rows with one of these texts in the column are hidden."""
        sheet, (rows, columns) = self.sheet(tab), self.used(tab)
        spot = Box(sheet, 0, rows, 0, columns).grid_range()
        sheet.basic_filter = {"range": spot, "criteria": {str(column_of(column)): {"hiddenValues": list(hidden)}}}
        apply_filter(self._calculator(), sheet)
        self._done()

    def lose_metadata(self, tab: str) -> None:
        """Everything that hung on a tab is gone (its content pasted anew from a file)."""
        self.sheet(tab).forget_metadata()
        self._done()

    def make_a_copy(self, writers: tuple[str, ...] = ()) -> File:
        """Copy the whole file."""
        return self.drive.copy_spreadsheet(self.file, self.readings.copied_file_keeps_metadata, writers)

    def remember(self) -> Spreadsheet:
        """The file as it is now, to go back to."""
        return self.book.copy()

    def restore(self, version: Spreadsheet) -> None:
        """Go back to an older version of the file."""
        self.file.book = version.copy()
        self._done()

    def act(self, rng: random.Random, tab: str) -> str:
        """One act chosen by the seed, below the headings; what was done, in words."""
        rows, columns = self.used(tab)
        if rows < 3 or columns < 2:
            return "nothing"
        row, other = rng.randint(2, rows), rng.randint(2, rows)
        column = rng.randrange(columns)
        name = letters(column)
        acts: list[tuple[str, Callable[[], None]]] = [
            (f"sort by {name}", lambda: self.sort(tab, name, rng.random() < 0.5)),
            (f"insert a row at {row}", lambda: self.insert_rows(tab, row)),
            (f"delete row {row}", lambda: self.delete_rows(tab, row)),
            (f"move row {row} before {other}", lambda: self.move_rows(tab, row, other)),
            (f"cut row {row} to the end", lambda: self.cut_row(tab, row, rows + 1)),
            (f"copy row {row} to the end", lambda: self.duplicate_row(tab, row, rows + 1)),
            (f"insert a column at {name}", lambda: self.insert_columns(tab, name)),
            (f"move column {name} first", lambda: self.move_columns(tab, name, "A")),
        ]
        told, do = rng.choice(acts)
        do()
        return told

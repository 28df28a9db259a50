"""A1 notation, grid ranges, and the rectangles they stand for."""

import re
from typing import NamedTuple

from tests.emulators.sheets.errors import ApiError, invalid
from tests.emulators.sheets.model import Json, Sheet, Spreadsheet

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]*)?")
_R1C1 = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_TITLE = re.compile(r"[^\W\d]\w*")


class Area(NamedTuple):
    """A range of a tab, 0-based, ends excluded; None means "as far as the grid goes"."""

    sheet: Sheet
    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None

    def box(self) -> "Box":
        """The rectangle inside the grid."""
        height, width = len(self.sheet.rows), len(self.sheet.columns)
        return Box(
            self.sheet,
            self.top or 0,
            height if self.bottom is None else min(self.bottom, height),
            self.left or 0,
            width if self.right is None else min(self.right, width),
        )

    def a1(self) -> str:
        """As Google writes it in answers and errors."""
        return title_of(self.sheet) + corners(self.top, self.bottom, self.left, self.right)

    def one_cell(self) -> bool:
        """Whether it names one single cell, which a write takes as a starting point."""
        return None not in self[1:] and self.bottom == (self.top or 0) + 1 and self.right == (self.left or 0) + 1


class Box(NamedTuple):
    """A rectangle of a tab, 0-based, ends excluded."""

    sheet: Sheet
    top: int
    bottom: int
    left: int
    right: int

    def a1(self) -> str:
        """As Google writes it in answers."""
        return title_of(self.sheet) + corners(self.top, self.bottom, self.left, self.right)

    def grid_range(self) -> Json:
        """The same as a GridRange."""
        return {
            "sheetId": self.sheet.id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }

    def meets(self, other: "Box") -> bool:
        """Whether the two share a cell."""
        return (
            self.sheet.id == other.sheet.id
            and self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(text: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def title_of(sheet: Sheet) -> str:
    """`Name!`, quoted when it must be."""
    plain = _PLAIN_TITLE.fullmatch(sheet.title) and not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", sheet.title)
    return (sheet.title if plain else "'" + sheet.title.replace("'", "''") + "'") + "!"


def corners(top: int | None, bottom: int | None, left: int | None, right: int | None) -> str:
    """`A1:B2`, `A2:F`, `3:4`; one cell is `A1`."""
    first = ("" if left is None else letters(left)) + ("" if top is None else str(top + 1))
    last = ("" if right is None else letters(right - 1)) + ("" if bottom is None else str(bottom))
    if top is None and left is not None and bottom is not None:
        first += "1"
    if left is None and right is not None and top is not None:
        first = "A" + first
    return first if first == last and None not in (top, left) else f"{first}:{last}"


def parse_a1(book: Spreadsheet, text: str, default: Sheet | None = None) -> Area:
    """`'Tab name'!A1:B2`, `Tab!A2:F`, `A:F`, `1:1`, a whole tab, or a named range.

    Raises: ApiError 400 for what Google cannot parse either.
    """
    title, mark, rest = _split(text)
    if not mark:
        whole = book.by_title(title) if title else None
        if whole is not None:
            return Area(whole)
        for named in book.named_ranges:
            if named["name"].casefold() == text.casefold():
                return area_of(book, named["range"])
        sheet: Sheet | None = default or (book.sheets[0] if book.sheets else None)
        rest = text
    else:
        sheet = book.by_title(title)
    sides = _sides(rest)
    if sheet is None or sides is None:
        raise invalid(f"Unable to parse range: {text}")
    return _area(sheet, *sides)


def _split(text: str) -> tuple[str, str, str]:
    """Title, `!` if there is one, and what follows."""
    if text.startswith("'"):
        match = re.fullmatch(r"'((?:[^']|'')+)'(?:(!)(.*))?", text, re.DOTALL)
        return (match[1].replace("''", "'"), match[2] or "", match[3] or "") if match else ("", "", text)
    title, mark, rest = text.rpartition("!")
    return (title, mark, rest) if mark else (text, "", "")


_Corner = tuple[int | None, int | None]


def _sides(text: str) -> tuple[_Corner, _Corner] | None:
    first, colon, last = text.partition(":")
    one = _corner(first)
    two = _corner(last) if colon else one
    if one is None or two is None or (not colon and None in one):
        return None
    mixed = (one[0] is None) != (two[0] is None) and (one[1] is None) != (two[1] is None)
    return None if mixed else (one, two)


def _corner(text: str) -> _Corner | None:
    match = _CELL.fullmatch(text)
    if not text or match is None or (match[1] is None and match[2] is None):
        return None
    return (int(match[2]) - 1 if match[2] else None, column_of(match[1]) if match[1] else None)


def _area(sheet: Sheet, one: _Corner, two: _Corner) -> Area:
    top, bottom = _order(one[0], two[0])
    left, right = _order(one[1], two[1])
    return Area(sheet, top, bottom, left, right)


def _order(one: int | None, two: int | None) -> tuple[int | None, int | None]:
    """Reversed corners are put right; an open end stays open."""
    if one is None or two is None:
        return (one if one is not None else two), None
    return min(one, two), max(one, two) + 1


def area_of(book: Spreadsheet, grid_range: Json) -> Area:
    """The area of a GridRange.

    Raises: ApiError 400 when its tab is missing or its indexes are impossible.
    """
    sheet = book.by_id(grid_range.get("sheetId") or 0)
    if sheet is None:
        raise invalid(f"No grid with id: {grid_range.get('sheetId') or 0}")
    found = [grid_range.get(name) for name in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")]
    for name, start, end in (("Row", found[0], found[1]), ("Column", found[2], found[3])):
        if min(start or 0, end or 0) < 0 or (end is not None and end < (start or 0)):
            raise invalid(f"end{name}Index[{end}] should be greater than or equal to start{name}Index[{start}]")
    return Area(sheet, *found)


def inside(area: Area) -> Area:
    """The area, if it starts inside the grid.

    Raises: ApiError 400 "exceeds grid limits" otherwise.
    """
    height, width = len(area.sheet.rows), len(area.sheet.columns)
    if (area.top or 0) >= height or (area.left or 0) >= width:
        raise beyond(area)
    return area


def beyond(area: Area) -> ApiError:
    """400: the range lies outside the grid."""
    size = f"Max rows: {len(area.sheet.rows)}, max columns: {len(area.sheet.columns)}"
    return invalid(f"Range ({area.a1()}) exceeds grid limits. {size}")

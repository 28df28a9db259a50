"""The XML of a sheet cut into rows and cells as text, so that what is not set keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.S)
_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)""")
_DATA = re.compile(rb"<(\w+:)?sheetData(?=[\s/>])[^>]*>")


class Row(NamedTuple):
    """One `<row>`: its number from 0, its place in the XML, and the place of what it contains."""

    number: int
    start: int
    end: int
    attributes: bytes
    body: tuple[int, int]


class CellText(NamedTuple):
    """One `<c>`: its column from 0, its place in the XML, its attributes and its content."""

    column: int
    start: int
    end: int
    attributes: bytes
    content: bytes


class SheetText:
    """One worksheet part. `data` is the place of what `<sheetData>` contains; ValueError when it has none."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        # Comments and CDATA may hold anything; blanked at the same length they cannot mislead the patterns.
        self.masked = _HIDDEN.sub(lambda m: b" " * len(m[0]), xml) if b"<!" in xml else xml
        opening = _DATA.search(self.masked)
        if opening is None:
            raise ValueError("no sheetData")
        self.prefix: bytes = opening[1] or b""
        self.opening = opening.span()
        self.empty = opening[0].endswith(b"/>")
        closing = self.masked.rfind(b"</%ssheetData" % self.prefix)
        self.data = (opening.end(), opening.end() if self.empty else closing)
        self._row = element(self.prefix + b"row")
        self._cell = element(self.prefix + b"c")

    def rows(self) -> Iterator[Row]:
        """The rows in the order of the file; a row without a number follows the one before."""
        number = -1
        for match in self._row.finditer(self.masked, *self.data):
            said = attribute(match[1], b"r")
            number = int(said) - 1 if said else number + 1
            yield Row(number, match.start(), match.end(), match[1], match.span(2) if match[2] else (match.end(),) * 2)

    def cells(self, row: Row) -> list[CellText]:
        """The cells of a row with their places."""
        found, column = [], -1
        for match in self._cell.finditer(self.masked, *row.body):
            column = column_of(match[1], column)
            found.append(CellText(column, match.start(), match.end(), match[1], match[2] or b""))
        return found

    def raw_cells(self, row: Row) -> list[tuple[bytes, bytes]]:
        """The (attributes, content) of a row's cells: quicker than `cells`."""
        return self._cell.findall(self.masked, *row.body)


@lru_cache(maxsize=64)
def element(name: bytes) -> re.Pattern[bytes]:
    """A pattern for whole elements of this name: group 1 the attributes, group 2 the content."""
    return re.compile(rb"<%s(?=[\s/>])([^>]*)>(?:(?<=/>)|(.*?)</%s\s*>)" % (name, name), re.S)


@lru_cache(maxsize=64)
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"""(?<=\s)%s\s*=\s*(?:"([^"]*)"|'([^']*)')""" % name)


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The raw value of an attribute, or None."""
    match = _attribute(name).search(attributes)
    return None if match is None else match[match.lastindex or 1]


def with_attribute(attributes: bytes, name: bytes, value: bytes) -> bytes:
    """The attributes with one set, at its place or at the end."""
    written = b'%s="%s"' % (name, value)
    if attribute(attributes, name) is not None:
        return _attribute(name).sub(lambda _: written, attributes, count=1)
    slash = b"/" if attributes.endswith(b"/") else b""
    return attributes.removesuffix(b"/").rstrip() + b" " + written + slash


def column_of(attributes: bytes, previous: int) -> int:
    """The column of a cell, which follows the one before when it does not say."""
    match = _COLUMN.search(attributes)
    return column_index(match[1]) if match else previous + 1


@lru_cache(maxsize=20_000)
def column_index(letters: bytes) -> int:
    """`A` -> 0, `AB` -> 27."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


@lru_cache(maxsize=20_000)
def column_letters(index: int) -> bytes:
    """0 -> `A`, 27 -> `AB`."""
    letters = b""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = bytes((65 + rest,)) + letters
    return letters


def reference(row: int, column: int) -> bytes:
    """(0, 1) -> `B1`."""
    return b"%s%d" % (column_letters(column), row + 1)

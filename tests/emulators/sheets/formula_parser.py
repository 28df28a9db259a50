"""Formulas as trees, and the references in them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.emulators.sheets.model import tidy
from tests.emulators.sheets.refs import column_of

REFERENCE = (
    r"(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"(?:\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d*)?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})(?![\w(.])"
)
_TOKEN = re.compile(
    rf'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<ref>{REFERENCE})|(?P<error>#[A-Z/0!?]+)'
    r"|(?P<number>\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d][\w.]*)|(?P<op><>|<=|>=|[-+*/^&=<>(){};,%]))"
)
Node = tuple[Any, ...]
LEVELS: tuple[tuple[str, ...], ...] = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


@lru_cache(maxsize=20_000)
def parse(text: str, comma_decimal: bool) -> Node:
    """The formula as a tree; what cannot be read is an #ERROR! node."""
    tokens: list[tuple[str, str]] = []
    position = 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            return ("error", "ERROR") if text[position:].strip() else _parsed(tokens)
        kind, found = match.lastgroup, match[match.lastgroup]
        if kind == "number" and "," in found and not comma_decimal:
            found = found.split(",")[0]
            position = match.start("number") + len(found)
        else:
            position = match.end()
        tokens.append((kind, found))
    return _parsed(tokens)


def _parsed(tokens: list[tuple[str, str]]) -> Node:
    reader = _Reader(tokens)
    try:
        node = reader.level(0)
    except (IndexError, ValueError):
        return ("error", "ERROR")
    return node if reader.at == len(tokens) else ("error", "ERROR")


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    at: int = 0

    def sees(self, *ops: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] == "op" and self.tokens[self.at][1] in ops

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def level(self, depth: int) -> Node:
        if depth == len(LEVELS):
            return self.unary()
        node = self.level(depth + 1)
        while self.sees(*LEVELS[depth]):
            node = ("op", self.take()[1], node, self.level(depth + 1))
        return node

    def unary(self) -> Node:
        if self.sees("-", "+"):
            return ("op", self.take()[1], ("value", 0), self.unary())
        node = self.atom()
        while self.sees("%"):
            self.take()
            node = ("op", "/", node, ("value", 100))
        return node

    def atom(self) -> Node:
        kind, found = self.take()
        if kind == "number":
            return ("value", tidy(float(found.replace(",", "."))))
        if kind == "text":
            return ("value", found[1:-1].replace('""', '"'))
        if kind == "ref":
            return ("ref", found)
        if kind == "error":
            return ("error", {"#REF!": "REF", "#N/A": "N_A", "#VALUE!": "VALUE"}.get(found, "ERROR"))
        if kind == "name":
            return self.named(found)
        if found == "(":
            node = self.level(0)
            self.close()
            return node
        raise ValueError(found)

    def named(self, name: str) -> Node:
        if not self.sees("("):
            word = name.upper()
            return ("value", word in ("TRUE", "VRAI")) if word in ("TRUE", "FALSE", "VRAI", "FAUX") else ("name", name)
        self.take()
        arguments: list[Node] = []
        while not self.sees(")"):
            arguments.append(("value", None) if self.sees(";", ",") else self.level(0))
            if self.sees(";", ","):
                self.take()
        self.close()
        return ("call", name.upper(), arguments)

    def close(self) -> None:
        if self.take() != ("op", ")"):
            raise ValueError(")")


@lru_cache(maxsize=50_000)
def split_reference(text: str) -> tuple[str, int | None, int | None, int | None, int | None]:
    """Tab name (or ""), top, bottom, left, right; 0-based, ends excluded, None for an open end."""
    title, mark, rest = text.rpartition("!")
    first, _, last = rest.replace("$", "").partition(":")
    sides = []
    for corner in (first, last or first):
        letters = corner.rstrip("0123456789")
        sides.append((int(corner[len(letters) :]) - 1 if corner != letters else None, column_of(letters)))
    (top, left), (bottom, right) = sides
    title = title[1:-1].replace("''", "'") if title.startswith("'") else title
    ends = None if bottom is None else max(bottom, top or 0) + 1
    return title if mark else "", top, ends, min(left, right), max(left, right) + 1

"""Field masks: `a,b.c,sheets(properties,data.rowData.values(note))`, for answers and for updates."""

import re
from typing import Any

from tests.emulators.sheets.errors import invalid
from tests.emulators.sheets.model import Json

Tree = dict[str, "Tree"]  # an empty tree takes everything
_TOKEN = re.compile(r"[A-Za-z0-9_*-]+|[(),./]")


def parse(text: str) -> Tree:
    """The mask as a tree.

    Raises: ApiError 400 for a mask that cannot be read.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", "") or not tokens:
        raise _unreadable(text)
    tree: Tree = {}
    rest = _paths(tokens, tree)
    if rest:
        raise _unreadable(text)
    return {} if "*" in tree else tree


def _paths(tokens: list[str], tree: Tree) -> list[str]:
    while tokens:
        tokens = _path(tokens, tree)
        if not tokens or tokens[0] != ",":
            return tokens
        tokens = tokens[1:]
    raise _unreadable("")


def _path(tokens: list[str], tree: Tree) -> list[str]:
    name = tokens[0] if tokens else ""
    if not name or name in "(),./":
        raise _unreadable(name)
    known = name in tree
    below = tree.setdefault(name, {})
    whole = known and not below
    tokens = tokens[1:]
    if tokens and tokens[0] in "./":
        tokens = _path(tokens[1:], below)
    elif tokens and tokens[0] == "(":
        tokens = _paths(tokens[1:], below)
        if not tokens or tokens[0] != ")":
            raise _unreadable(name)
        tokens = tokens[1:]
    else:
        below.clear()
    if whole or "*" in below:
        below.clear()
    return tokens


def _unreadable(text: str) -> Exception:
    return invalid(f"Request contains an invalid argument. Invalid field selection {text}")


class Masked(list[Any]):
    """A long list that was built with its mask already: it is not gone through again."""


def pick(tree: Tree, value: Any) -> Any:
    """The part of an answer that the mask takes."""
    if not tree or value.__class__ is Masked:
        return value
    if isinstance(value, list):
        return [pick(tree, item) for item in value]
    if isinstance(value, dict):
        return {name: pick(below, value[name]) for name, below in tree.items() if name in value}
    return value


def merged(tree: Tree, old: Json, new: Json) -> Json:
    """An object updated by another, for the fields of the mask only; an absent field is cleared."""
    if not tree:
        return dict(new)
    result = dict(old)
    for name, below in tree.items():
        was, given = result.get(name), new.get(name)
        if below and (isinstance(was, dict) or isinstance(given, dict)):
            given = merged(below, was or {}, given or {}) or None
        if given is None:
            result.pop(name, None)
        else:
            result[name] = given
    return result


def for_update(text: str | None) -> Tree:
    """The mask of an update request, which may not be empty.

    Raises: ApiError 400.
    """
    if not text:
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return parse(text)

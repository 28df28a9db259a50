"""E-mail addresses in cells, parsed strictly: what leaves in a header must be nothing but addresses."""

from __future__ import annotations

import re

from .sheet import Cell
from .values import bad
from .words import Reason, reason

_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]")
_NAMED = re.compile(r"(?:\"[^<>@\"]*\"\s*|[^<>@\"]*)<([^<>\s]+)>")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]")


def emails(cell: Cell) -> tuple[str, ...] | Reason | None:
    """Addresses separated by `;` or `,`, each once; the domain in lower case. `Name <a@b.fr>` gives its address."""
    if not isinstance(cell, str):
        return None if cell is None else bad("fault.email", cell)
    if not cell.strip(" \u00a0"):
        return None
    if _CONTROL.search(cell):
        return reason("fault.email_injection")
    found: dict[str, None] = {}
    for typed in filter(None, (part.strip() for part in re.split("[;,]", cell))):
        named = _NAMED.fullmatch(typed)
        address = named[1] if named else typed
        local, _, domain = address.partition("@")
        if len(address) > 254 or len(local) > 64 or not _ADDRESS.fullmatch(address):
            return bad("fault.email", typed)
        found[f"{local}@{domain.lower()}"] = None
    return tuple(found) or bad("fault.email", cell)


def one_email(cell: Cell) -> str | Reason | None:
    """Exactly one address."""
    found = emails(cell)
    if isinstance(found, tuple):
        return found[0] if len(found) == 1 else bad("fault.email", cell)
    return found

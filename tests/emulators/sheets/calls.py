"""One call as its handler sees it, and the table of handlers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tests.emulators.sheets.files import Drive, File
from tests.emulators.sheets.masks import Tree
from tests.emulators.sheets.model import Json, Spreadsheet


@dataclass(frozen=True)
class Readings:
    """Where Google's documents leave two readings, the one the emulator follows; a test can choose the other."""

    unmatched_filter: str = "skip"  # a lookup that matches nothing: "skip" the range, or answer an "error" 400
    null_write_returns_values: bool = True  # an all-null write answers the values it left alone
    sort_moves_row_metadata: bool = True  # for a sort that covers every used column
    partial_sort_moves_row_metadata: bool = False
    copied_tab_keeps_metadata: bool = False
    copied_file_keeps_metadata: bool = True
    not_shared: int = 403  # or 404: what the Sheets API answers for a file that exists but is not shared


class Raw(NamedTuple):
    """An answer that is not JSON: a file's bytes."""

    content: bytes
    content_type: str


@dataclass
class Call:
    """What was asked, by whom, and the spreadsheet it is about (for a write: the copy to change)."""

    arguments: Json
    body: Json
    account: str
    drive: Drive
    readings: Readings
    now: datetime
    fields: Tree = field(default_factory=dict)
    file: File | None = None
    draft: Spreadsheet | None = None

    @property
    def book(self) -> Spreadsheet:
        """The spreadsheet; only for methods that name one."""
        assert self.draft is not None
        return self.draft

    def option(self, name: str, default: str) -> str:
        """An enum, from the body or the query; unspecified means the default."""
        value = self.body.get(name) or self.arguments.get(name) or default
        return default if str(value).endswith("_UNSPECIFIED") else str(value)


Handler = Callable[[Call], Json | Raw]


@dataclass(frozen=True)
class Handled:
    """A method the emulator offers."""

    handler: Handler
    writes: bool


HANDLERS: dict[str, Handled] = {}


def handles(method: str, writes: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for Google's method id."""

    def register(handler: Handler) -> Handler:
        HANDLERS[method] = Handled(handler, writes)
        return handler

    return register


def compact(**fields: Any) -> Json:
    """JSON without what Google leaves out: nulls, zeros, false, empty."""
    return {name: value for name, value in fields.items() if value not in (None, 0, False, "", [], {})}

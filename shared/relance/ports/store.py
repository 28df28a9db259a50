"""The shared spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from relance.domain.sheet import CellWrite, Snapshot
    from relance.domain.words import Reason


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF to attach: the file's name as its reader sees it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sight:
    """Something seen of the place where a register is; the sentence says what to do unless all is well."""

    level: Literal["ok", "info", "warning", "error"]
    says: Reason


class RegisterStore(Protocol):
    """The shared spreadsheet."""

    def read(self) -> Snapshot:
        """All tabs in one consistent snapshot. Raises StoreError."""
        ...

    def reread(self) -> Snapshot:
        """The people's columns as they stand now; robot columns may be stale. Raises StoreError."""
        ...

    def document(self, name: str, limit: int) -> Document:
        """The PDF that an invoice names, at most `limit` bytes long. Raises DocumentError."""
        ...

    def inspect(self, language: str, time_zone: str) -> Sequence[Sight]:
        """What `doctor` should tell of the place itself, for a register in this language and zone. Raises StoreError."""
        ...

    def check_writable(self) -> None:
        """Raises StoreError when a write would be refused now: asked before anything leaves."""
        ...

    def write(self, wanted: Callable[[Snapshot], Sequence[CellWrite]]) -> int:
        """Set robot cells until nothing is left to set, and return how many were set.

        `wanted` gives, for the sheet as it stands, the cells that differ from what they should hold; it is asked again
        after each write, at most 3 times. All other cells stay as they are. Raises StoreError.
        """
        ...

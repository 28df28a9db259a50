"""The durable record of what the robot did and saw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from relance.domain.history import Event, FileMemory, History, Message, Pins, Task
    from relance.domain.keys import FileKey
    from relance.domain.plan import ClosedTask


@dataclass(frozen=True, slots=True)
class Claim:
    """The outcome of claiming a message: `version` is the file's new version when it was granted."""

    granted: bool
    version: int = 0


class Ledger(Protocol):
    """The durable record of what the robot did and saw. One run at a time holds it."""

    def begin(self, today: date, now: datetime) -> int:
        """Take the register for this run and return its number. Raises LedgerError when another run holds it."""
        ...

    def history(self, customers: Collection[str] = ()) -> History:
        """Every fact that decides: messages, tasks, first sights.

        Files of which nothing has been open for long may be absent, but never those of `customers`: whoever has a row.
        """
        ...

    def remember(
        self, memory: Mapping[FileKey, FileMemory], new: Iterable[Task], answered: Iterable[Task],
        closed: Iterable[ClosedTask], today: date, first: int = 1,
    ) -> None:  # fmt: skip
        """Keep first sights, new tasks, answers and closings, in one transaction.

        New tasks get the next numbers in the order given, and none below `first`.
        """
        ...

    def claim(self, message: Message, raw: bytes, version: int, now: datetime) -> Claim:
        """Record that this message is about to leave with these bytes.

        Granted when no message has its id (or that one was surely refused) and the file still has this version. The
        bytes are on disk under `<id>/<attempt>.eml` before the claim is.
        """
        ...

    def accepted(self, message_id: str, accepted_id: str) -> None:
        """The mail server took the message under its own id."""
        ...

    def refused(self, message_id: str, why: str, addresses: tuple[str, ...], now: datetime) -> None:
        """The mail server surely did not take the message; `addresses` are proved wrong."""
        ...

    def add_event(self, message_id: str, event: Event) -> None:
        """What came back about a message; twice is once. KeyError for a message never claimed."""
        ...

    def message(self, message_id: str) -> Message | None:
        """One message with its facts; None for a message never claimed."""
        ...

    def announce(self, day: date, hashes: Mapping[str, str]) -> None:
        """Record the message ids announced that day, with their content hashes."""
        ...

    def announced(self, day: date) -> Mapping[str, str]:
        """The message ids announced that day, with their content hashes."""
        ...

    def pin(self, pins: Pins) -> None:
        """Fix the bank details and addresses that later runs must find unchanged."""
        ...

    def confirm(self, fingerprint: str) -> None:
        """Record that a person accepted the mass change with this fingerprint."""
        ...

    def set_last_run(self, number: int) -> None:
        """Raise the number of the last run to that of a sheet whose memory a person accepts as it is."""
        ...

    def resolve(self, message_id: str, word: Literal["sent", "not_sent"]) -> None:
        """A person's word on an uncertain message. KeyError for a message never claimed."""
        ...

    def finish(self, run: int, now: datetime, summary: Mapping[str, object]) -> None:
        """Close the run's record and release the register. `summary["written"]`: whether the sheet shows this run."""
        ...

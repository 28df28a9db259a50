"""What the runs need from the outside world. Each port has one contract suite in tests/adapters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from relance.domain.draft import Draft
from relance.domain.history import Event, FileMemory, History, Message, Pins, Task
from relance.domain.plan import ClosedTask
from relance.domain.register import FileKey
from relance.domain.sheet import CellWrite, Snapshot
from relance.domain.words import Reason


class RelanceError(Exception):
    """Base of the errors a run turns into one sentence. `code` names a text of words.toml, `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class StoreError(RelanceError):
    """When the register cannot be read or written: missing, not a register, locked, read-only, disk full."""


class LedgerError(RelanceError):
    """When the ledger cannot be opened or written, or another run holds it."""


class MessageError(RelanceError):
    """When one message cannot be worded: a bad template. The other messages still leave."""


class DocumentError(RelanceError):
    """When an invoice's document cannot be attached: missing, too large, not a PDF. The message still leaves."""


class RegistersError(RelanceError):
    """When the list of a deployment's registers cannot be read at all."""


class AlertError(RelanceError):
    """When the operators cannot be told."""


class MailRefusedError(RelanceError):
    """When the mail server surely did not take a message.

    `kind` is `address` (these recipients are wrong), `later` (may be claimed again) or `configuration` (stop the run).
    """

    def __init__(
        self,
        code: str,
        kind: Literal["address", "later", "configuration"],
        addresses: tuple[str, ...] = (),
        **v: object,
    ) -> None:
        super().__init__(code, **v)
        self.kind = kind
        self.addresses = addresses


class MailUncertainError(RelanceError):
    """When nobody can say whether the mail server took a message."""


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
        closed: Iterable[ClosedTask], today: date,
    ) -> None:  # fmt: skip
        """Keep first sights, new tasks (numbered in the order given), answers and closings, in one transaction."""
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


class Mailer(Protocol):
    """What carries e-mails."""

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        """Hand over one message, once, and return the carrier's id for it.

        Raises MailRefusedError when it surely was not taken, MailUncertainError when nobody knows.
        """
        ...

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        """Whether a message claimed earlier was taken."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One register of a deployment: its name there, and the id of its sheet."""

    name: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The registers to run, and what is wrong with the others: one bad entry never stops the rest."""

    found: tuple[Listed, ...]
    problems: tuple[Reason, ...] = ()


class Registers(Protocol):
    """The registers of a deployment."""

    def list(self) -> Listing:
        """Those that are active, by name. Raises RegistersError."""
        ...


class Alerts(Protocol):
    """The way to the people who operate a deployment."""

    def raise_alert(self, subject: str, text: str) -> None:
        """Tell them now. Raises AlertError."""
        ...


@dataclass(frozen=True, slots=True)
class Worded:
    """A message in words: the subject, the text, its HTML twin, and the exact bytes that leave."""

    subject: str
    text: str
    html: str
    raw: bytes


class Messages(Protocol):
    """What words messages."""

    def render(self, draft: Draft, documents: Sequence[Document] = ()) -> Worded:
        """The MIME message of a draft, header `X-Relance-Id` included; same input, same bytes. Raises MessageError."""
        ...

    def subject(self, draft: Draft) -> str:
        """Its subject alone. Raises MessageError."""
        ...

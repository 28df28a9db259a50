"""What the ledger knows: facts of messages, tasks and first sights. States are functions of these facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from .keys import FileKey, InvoiceKey
from .words import Reason

MessageKind = Literal["step", "repeat", "pre_due", "promise_confirmed", "promise_broken", "thanks", "apology"]
TaskKind = Literal[
    "call", "letter", "approve", "allocate", "address", "dispute", "promise", "apology", "decide", "terms", "kind",
    "complaint",
]  # fmt: skip
SENT_EVENTS = ("sent", "delivered", "delayed", "complained")  # they prove that the message left
JOURNAL_LINES = 5_000  # the last lines kept in the sheet; the ledger keeps all
MessageStatus = Literal["uncertain", "accepted", "refused", "bounced", "rejected"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a message said about one invoice: listed with this balance, and the step it took (none if '')."""

    invoice: InvoiceKey
    balance: Decimal
    step: str = ""
    offset: int = 0  # of the step, on the day it was said


@dataclass(frozen=True, slots=True)
class Event:
    """What came back about a message: sent, delivered, bounced, complained, delayed, rejected."""

    kind: str
    at: datetime
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """The facts of one message. `id` is the hash that stops a second one for the same file and day."""

    id: str
    file: FileKey
    day: date
    kind: MessageKind
    step: str  # of a repeat: the step whose tone it has
    scenario: str
    channel: str
    to: tuple[str, ...]
    copy_to: tuple[str, ...]
    said: tuple[Said, ...]
    total: Decimal
    granted_days: int
    content_hash: str
    subject: str = ""
    test: bool = False
    attempt: int = 1
    claimed_at: datetime | None = None
    accepted_id: str = ""
    refusal: str = ""
    events: frozenset[Event] = frozenset()
    resolution: Literal["", "sent", "not_sent"] = ""  # a person's word on an uncertain message

    @property
    def status(self) -> MessageStatus:
        """Where the message stands; independent of the order in which its facts came.

        `rejected`: the mail server took it and then found it harmful; nobody got it, and its id is used up.
        """
        if any(e.kind == "rejected" for e in self.events):
            return "rejected"
        bounced = {a for e in self.events if e.kind == "bounced" for a in e.addresses}.intersection(self.to)
        if bounced and bounced == set(self.to) and not self.refusal:
            return "bounced"
        came_back = any(e.kind in SENT_EVENTS for e in self.events) or (bounced and not self.refusal)
        if self.accepted_id or self.resolution == "sent" or came_back:
            return "accepted"
        if self.refusal or self.resolution == "not_sent":
            return "refused"
        return "uncertain"

    @property
    def complained(self) -> bool:
        """Whether a reader reported it as unwanted."""
        return not self.test and any(e.kind == "complained" for e in self.events)

    @property
    def came_back(self) -> bool:
        """Whether it left and reached nobody: it counts for nothing, and its id is used up for its day."""
        return not self.test and self.status in ("bounced", "rejected")

    @property
    def counts(self) -> bool:
        """Whether the debtor must be taken to have been reached: an uncertain message is never repeated."""
        return not self.test and self.status in ("accepted", "uncertain")


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the To do tab: what a person must do. `key` is what makes it the same task on another day."""

    key: str
    kind: TaskKind
    file: FileKey
    created: date
    due: date
    said: tuple[Said, ...]  # the invoices and balances it is about, with the step that a letter says
    amount: Decimal
    briefing: Reason
    step: str = ""
    priority: int = 2  # 1 first
    owner: str = ""
    scenario: str = ""
    message_kind: MessageKind = "step"  # of an approval or a letter
    channel: str = ""  # of an approval or a letter
    granted_days: int = 0
    no: int = 0  # 0 until the ledger numbers it
    closed_on: date | None = None
    closed_why: Reason | None = None
    outcome: str = ""
    outcome_on: date | None = None  # the day a run first saw the outcome
    promised_for: date | None = None
    posted_on: date | None = None
    tracking_no: str = ""

    @property
    def open(self) -> bool:
        """Neither answered nor closed."""
        return self.closed_on is None and not self.outcome


PromiseEnd = Literal["", "kept", "broken", "replaced", "void", "past"]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, as first seen. `source` is `row`, or the number of the To do line it was typed on."""

    source: str
    promised_for: date
    amount: Decimal | None
    seen: date
    paid_then: Decimal
    balance_then: Decimal
    end: PromiseEnd = ""
    ended_on: date | None = None
    quiet: bool = False  # no messages about it: too far ahead, or replaced after its date

    @property
    def expected(self) -> Decimal:
        """What must be paid from the first sight on to keep it."""
        return self.balance_then if self.amount is None else self.amount


@dataclass(frozen=True, slots=True)
class InvoiceMemory:
    """What the robot first saw of an invoice."""

    first_seen: date
    open: bool = True
    promises: tuple[Promise, ...] = ()
    disputed_since: date | None = None
    disputed_amount: Decimal | None = None  # None: the whole balance
    cleared_on: date | None = None
    last_step_done: str = ""
    step_done_seen: date | None = None


@dataclass(frozen=True, slots=True)
class FileMemory:
    """What the robot first saw of a file. `emails` is a fingerprint of its customer's addresses."""

    first_seen: date
    emails: str = ""
    invoices: Mapping[InvoiceKey, InvoiceMemory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileHistory:
    """All facts of one file, oldest first."""

    messages: tuple[Message, ...] = ()
    tasks: tuple[Task, ...] = ()
    memory: FileMemory | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Pins:
    """What must not change under the robot once live: bank details, addresses, the currency of amounts without one.

    Empty before the first live run.
    """

    iban: str = ""
    bic: str = ""
    from_email: str = ""
    reply_to: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Everything the ledger knows of a register."""

    files: Mapping[FileKey, FileHistory] = field(default_factory=dict)
    register_id: str = ""
    last_run: int = 0  # the number of the last run begun
    last_day: date | None = None  # its calendar day
    last_written: int = 0  # the number of the last run that wrote the sheet
    pins: Pins | None = None
    confirmed: str = ""  # fingerprint of the mass change a person accepted
    next_task: int = 1

    def file(self, key: FileKey) -> FileHistory:
        """The facts of a file; empty ones for a file never seen."""
        return self.files.get(key, NO_FACTS)


NO_FACTS = FileHistory()


def blocked_addresses(messages: Iterable[Message]) -> frozenset[str]:
    """The addresses that a permanent bounce, or the mail server's refusal, proved wrong."""
    return frozenset(a for m in messages for e in m.events if e.kind == "bounced" for a in e.addresses)

"""What `decide` returns: messages, tasks, and a line for every invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .history import FileMemory, MessageKind, Promise, Said, Task
from .keys import FileKey, InvoiceKey
from .register import Fault, Step
from .words import Reason


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """A message that is due and may leave today."""

    file: FileKey
    kind: MessageKind
    step: str  # of a repeat: the step whose tone it has; of a promise's message: ''
    scenario: str
    said: tuple[Said, ...]  # the invoices it is about, with the step said of each
    credits: tuple[InvoiceKey, ...]  # credit notes set against them
    set_off: Decimal  # payments without an invoice, or the rest of credits, taken from the total
    total: Decimal  # net of credits
    due: date  # the day it could first leave
    oldest: date  # due date of its oldest invoice
    channel: str = "email"
    rung: Step | None = None  # the step as the scenario has it
    granted_days: int = 0
    to: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    promise: Promise | None = None  # the promise that the message is about


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What the register shows about one row."""

    row: int
    customer: str
    invoice_no: str
    instalment: str
    balance: Decimal | None
    days_late: int | None
    status: str
    last_step: str = ""
    last_action: date | None = None
    next_step: str = ""
    next_date: date | None = None
    why: Reason | None = None
    problem: tuple[Fault, ...] = ()

    @property
    def key(self) -> InvoiceKey:
        """Customer, number, instalment."""
        return (self.customer, self.invoice_no, self.instalment)


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A task that became moot, or that an answer ended."""

    no: int
    why: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision of one day. When `refused` is set nothing may leave."""

    today: date
    refused: Reason | None = None
    notices: tuple[Reason, ...] = ()
    messages: tuple[PlannedMessage, ...] = ()
    waiting: tuple[PlannedMessage, ...] = ()  # due, but beyond the cap of the day
    tasks: tuple[Task, ...] = ()  # new ones
    closed: tuple[ClosedTask, ...] = ()
    answered: tuple[Task, ...] = ()  # known tasks with what people typed since
    lines: tuple[InvoiceLine, ...] = ()
    memory: Mapping[FileKey, FileMemory] = field(default_factory=dict)  # files whose memory changed
    levels: Mapping[FileKey, str] = field(default_factory=dict)  # the step each file stands at

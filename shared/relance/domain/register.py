"""The register as the rules see it: typed, and without the rows that could not be understood (kept apart as faults)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .keys import FileKey, InvoiceKey
from .lazy import lazy
from .settings import Settings
from .words import Reason

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the register that could not be understood, with its place (row and column of the sheet, from 1)."""

    table: str
    row: int
    column: str  # column id; empty when the whole row is meant
    why: Reason


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received: for one invoice number, or unallocated when `invoice_no` is empty. Amounts in currency units."""

    date: date
    amount: Decimal
    customer: str
    invoice_no: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice, one instalment of it, or a credit note (negative amount). `row` is its row in the sheet, from 1."""

    customer: str
    number: str
    instalment: str
    amount: Decimal
    due_date: date
    currency: str
    row: int = 0
    paid: Decimal = ZERO
    paid_on: date | None = None
    payments: tuple[Payment, ...] = ()  # the lines that make up `paid`, when there are any
    invoice_date: date | None = None
    payment_mode: str = ""
    customer_order: str = ""
    situation: str = ""
    disputed_amount: Decimal = ZERO
    dispute_reason: str = ""
    hold_until: date | None = None
    promised_for: date | None = None
    promised_amount: Decimal | None = None
    last_step_done: str = ""
    step_done_on: date | None = None
    scenario: str = ""
    document: str = ""
    situation_since: date | None = None
    acknowledged_on: date | None = None
    charges_waived: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)  # people's own columns, by heading
    # What is asked most often, worked out once: customer, number, instalment; and what is still owed (negative for an
    # open credit note or an overpayment).
    key: InvoiceKey = field(init=False, repr=False, compare=False)
    balance: Decimal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.customer, self.number, self.instalment))
        object.__setattr__(self, "balance", ZERO if self.situation == "paid" else self.amount - self.paid)

    @property
    def file(self) -> FileKey:
        """Customer and currency: what is chased together."""
        return (self.customer, self.currency)


@dataclass(frozen=True, slots=True)
class FaultyInvoice:
    """A row of the invoices tab that is not chased because something in it was not understood."""

    row: int
    customer: str  # code when known, else as typed
    number: str
    instalment: str
    balance: Decimal | None
    due_date: date | None
    faults: tuple[Fault, ...]

    @property
    def key(self) -> InvoiceKey:
        """Customer, number, instalment."""
        return (self.customer, self.number, self.instalment)


@dataclass(frozen=True, slots=True)
class Customer:
    """One debtor. `emails` and `copy_to` are plain addresses, checked."""

    code: str
    name: str
    row: int = 0
    kind: str = ""  # business, consumer, public, other; empty when not said
    emails: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    registration_no: str = ""
    profile: str = ""
    scenario: str = ""
    account_manager: str = ""
    credit_limit: Decimal | None = None
    do_not_chase: bool = False
    hold_until: date | None = None
    guarantees: str = ""
    faults: tuple[Fault, ...] = ()  # a customer with a fault is not chased
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scenario. `offset` is in calendar days after the due date, whatever it is counted from."""

    code: str
    offset: int
    channel: str  # email, letter, registered_letter, call, task, collection_file
    after_previous: int | None = None  # days after the step before it, when counted from it
    template: str = ""
    approval: bool = False
    late_charges: str = "none"  # none, mention, amount, claimed
    days_granted: int = 0
    minimum_amount: Decimal = ZERO
    copy_to: tuple[str, ...] = ()
    active: bool = True
    # What is asked most often, worked out once.
    is_thanks: bool = field(init=False, repr=False, compare=False)  # the thank-you after payment, no part of the ladder
    is_written: bool = field(init=False, repr=False, compare=False)  # by e-mail or letter; the others are people's work
    is_pre_due: bool = field(init=False, repr=False, compare=False)  # a notice before the due date
    is_message: bool = field(init=False, repr=False, compare=False)  # a rung of the ladder: written, after the due date
    is_formal: bool = field(init=False, repr=False, compare=False)  # with legal effect: leaves only once approved

    def __post_init__(self) -> None:
        thanks, written = self.code == "MERCI", self.channel in ("email", "letter", "registered_letter")
        message = written and self.offset >= 0 and not thanks
        formal = message and (self.code == "MED" or self.channel == "registered_letter")
        for name, value in (
            ("is_thanks", thanks), ("is_written", written), ("is_pre_due", written and self.offset < 0),
            ("is_message", message), ("is_formal", formal),
        ):  # fmt: skip
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Scenario:
    """Ordered steps for a kind of payer."""

    name: str
    steps: tuple[Step, ...]

    @lazy
    def ordered(self) -> tuple[Step, ...]:
        """All steps by offset; those of one day as the sheet has them."""
        return tuple(sorted(self.steps, key=lambda s: s.offset))

    @lazy
    def rungs(self) -> tuple[Step, ...]:
        """The active message steps, in the order of the ladder."""
        return tuple(s for s in self.ordered if s.is_message and s.active)

    @lazy
    def friendly(self) -> tuple[Step, ...]:
        """The rungs without legal effect."""
        return tuple(s for s in self.rungs if not s.is_formal)

    @lazy
    def peoples(self) -> tuple[tuple[Step, Step | None], ...]:
        """The active steps that people do, each with the message step it follows."""
        found, before = [], None
        for step in self.ordered:
            if step.is_message:
                before = step
            elif step.channel in ("call", "task", "collection_file") and step.active:
                found.append((step, before))
        return tuple(found)

    @lazy
    def pre_due(self) -> Step | None:
        """The active notice before the due date, or None."""
        return next((s for s in self.ordered if s.is_pre_due and s.active), None)

    def step(self, code: str) -> Step | None:
        """The step with this code, or None."""
        return next((s for s in self.steps if s.code == code), None)


@dataclass(frozen=True, slots=True)
class TodoAnswer:
    """What people typed on a line of the To do tab. `no` is None on a line they added themselves."""

    row: int
    no: int | None
    outcome: str = ""
    promised_for: date | None = None
    posted_on: date | None = None
    tracking_no: str = ""
    owner: str = ""
    note: str = ""
    customer: str = ""  # of a line typed by a person
    created: date | None = None  # of a line typed by a person


@dataclass(frozen=True, slots=True)
class Template:
    """A person's own wording for a step (or a template's name), for one language and channel ('' = any)."""

    name: str
    language: str
    channel: str  # email, or letter
    subject: str
    text: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """Everything understood from a snapshot. `refusal` says why nothing may be decided from it."""

    settings: Settings
    invoices: tuple[Invoice, ...] = ()
    faulty: tuple[FaultyInvoice, ...] = ()
    customers: Mapping[str, Customer] = field(default_factory=dict)
    unallocated: Mapping[FileKey, tuple[Payment, ...]] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    answers: tuple[TodoAnswer, ...] = ()
    templates: tuple[Template, ...] = ()
    faults: tuple[Fault, ...] = ()  # all of them, in reading order
    notices: tuple[Reason, ...] = ()
    refusal: Reason | None = None
    register_id: str = ""
    last_run: int = 0

"""A message ready to be worded: who, about what, with every figure it will show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .history import Message
from .keys import InvoiceKey
from .register import Customer
from .settings import Settings


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One invoice or credit note as the debtor reads it. Amounts in the message's currency."""

    number: str
    instalment: str
    customer_order: str
    invoice_date: date | None
    due_date: date
    amount: Decimal
    paid: Decimal
    balance: Decimal
    days_late: int
    disputed: Decimal = Decimal(0)
    step: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    document: str = ""  # where its PDF is, as typed


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the wording of a message may use. `message` holds the facts the ledger will keep of it."""

    message: Message
    customer: Customer
    settings: Settings
    language: str
    template: str  # the name of its wording: a step's code, or the kind of a message without a step
    lines: tuple[DraftLine, ...]
    credits: tuple[DraftLine, ...]
    unallocated: Decimal  # payments received without an invoice
    total: Decimal  # net of credits and unallocated payments
    currency: str
    granted_until: date | None = None
    charges: str = "none"  # none, mention, amount, claimed
    promised_for: date | None = None
    promised_amount: Decimal | None = None
    payments_up_to: date | None = None
    thread: str = ""  # the conversation it belongs to: one per file, another for formal notices

    @property
    def documents(self) -> tuple[tuple[InvoiceKey, str], ...]:
        """The documents to attach, by invoice: a message that asks for a payment carries them."""
        if self.message.kind not in ("step", "repeat", "promise_broken"):
            return ()
        said = zip(self.message.said, self.lines, strict=True)
        return tuple((about.invoice, line.document) for about, line in said if line.document)

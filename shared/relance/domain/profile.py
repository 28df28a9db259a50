"""How a customer pays, and the scenario that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .register import Customer, Invoice
from .settings import Settings

YEAR = timedelta(days=365)
NEW_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Habits:
    """What the paid invoices tell. `mean_days_late` is weighted by amount, over the last 12 months."""

    profile: str
    mean_days_late: int | None = None

    @property
    def payer_class(self) -> str:
        """A to D; empty when nothing was paid in the last 12 months."""
        mean = self.mean_days_late
        if mean is None:
            return ""
        return "A" if mean <= 30 else "B" if mean <= 60 else "C" if mean <= 90 else "D"


def settled_on(invoice: Invoice) -> date | None:
    """The day the last payment of an invoice came in, when it is known."""
    if invoice.payments:
        return max(p.date for p in invoice.payments)
    return invoice.paid_on


def habits_of(invoices: Iterable[Invoice], settings: Settings, today: date) -> Habits:
    """The profile computed from a customer's invoices: new, good, standard or habitual."""
    first: date | None = None
    count, weight, late = 0, Decimal(0), Decimal(0)
    for invoice in invoices:
        if invoice.amount <= 0:
            continue
        begun = invoice.invoice_date or invoice.due_date
        first = begun if first is None or begun < first else first
        settled = settled_on(invoice)
        if invoice.balance <= settings.tolerance and settled is not None:
            count += 1
            if settled > today - YEAR:
                weight += invoice.amount
                late += invoice.amount * max((settled - invoice.due_date).days, 0)
    mean = int((late / weight).to_integral_value()) if weight else None
    if count < 3:
        return Habits("new" if first is not None and today - first < NEW_FOR else "standard", mean)
    exact = late / weight if weight else Decimal(10)
    return Habits("good" if exact <= 5 else "habitual" if exact > 20 else "standard", mean)


def chosen_by_hand(customer: Customer, settings: Settings) -> str:
    """The scenario a person chose for this customer, or that its kind imposes; empty when neither did."""
    if customer.scenario:
        return customer.scenario
    if customer.kind in ("consumer", "public"):
        return customer.kind
    return settings.scenario_of.get(customer.profile, "") if customer.profile else ""

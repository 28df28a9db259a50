"""`simulate`: replay a register day after day, on copies, to see what would have left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from relance.domain.apply import apply
from relance.domain.context import workdays_of
from relance.domain.decide import decide
from relance.domain.history import History
from relance.domain.keys import InvoiceKey
from relance.domain.plan import Plan
from relance.domain.profile import chosen_by_hand, settled_on
from relance.domain.register import ZERO, Invoice, Payment, Register

ONE_DAY = timedelta(days=1)
ALWAYS = date(9000, 1, 1)  # payments entered up to then: freshness is satisfied


@dataclass
class Simulation:
    """What left over the days. `wrong`: messages that chased an invoice already paid that day."""

    days: int = 0
    messages: int = 0
    wrong: int = 0
    reached: dict[str, set[InvoiceKey]] = field(default_factory=dict)  # by step
    per_day: list[tuple[date, int]] = field(default_factory=list)


def simulate(
    register: Register, first: date, last: date, entry_lag: int | None, progress: Callable[[int, int], None]
) -> Simulation:
    """Each day knows the invoices issued by then, and the payments from the day after their date plus the lag.

    Without a lag payments are taken as entered in time (freshness is satisfied); with one, freshness follows from it.
    """
    out, history = Simulation(), History()
    past = _Past(register)
    days = workdays_of(register.settings)
    total = (last - first).days + 1
    for n in range(total):
        today = first + timedelta(days=n)
        known_until = today - timedelta(days=1 + (entry_lag or 0))
        entered = ALWAYS if entry_lag is None else days.add_working(known_until + ONE_DAY, -1)
        settings = replace(register.settings, payments_entered_up_to=entered, mode="live")
        loose = {k: tuple(p for p in v if p.date <= known_until) for k, v in register.unallocated.items()}
        invoices = past.known(today, known_until)
        day = replace(register, settings=settings, invoices=invoices, unallocated=loose, faulty=())
        plan = decide(day, history, today)
        _count(out, plan, past)
        history = apply(plan, history)
        progress(n + 1, total)
    out.days = total
    return out


class _Past:
    """The register's invoices as each day knew them."""

    def __init__(self, register: Register) -> None:
        self.payments = {i.key: _payments(i) for i in register.invoices}
        self.amounts = {i.key: i.amount for i in register.invoices}
        self._tolerance = register.settings.tolerance
        self._left = sorted(register.invoices, key=lambda i: i.invoice_date or date.min, reverse=True)
        self._open: dict[InvoiceKey, Invoice] = {}
        self._settled: dict[InvoiceKey, Invoice] = {}
        # A settled invoice tells the customer's habits; nobody asks for them where a person chose the scenario.
        self._no_habits = {c.code for c in register.customers.values() if chosen_by_hand(c, register.settings)}

    def known(self, today: date, paid_until: date) -> tuple[Invoice, ...]:
        """The invoices issued by today, with the payments dated up to that day."""
        while self._left and (self._left[-1].invoice_date or date.min) <= today:
            invoice = self._left.pop()
            self._open[invoice.key] = replace(invoice, paid=ZERO, payments=(), paid_on=None)
        for key, invoice in list(self._open.items()):
            lines = tuple(p for p in self.payments[key] if p.date <= paid_until)
            if len(lines) != len(invoice.payments):
                paid = sum((p.amount for p in lines), ZERO)
                invoice = replace(invoice, paid=paid, payments=lines, paid_on=lines[-1].date)
                self._open[key] = invoice
                if 0 <= invoice.balance <= self._tolerance and len(lines) == len(self.payments[key]):
                    del self._open[key]
                    if invoice.customer not in self._no_habits:
                        self._settled[key] = invoice
        return (*self._open.values(), *self._settled.values())


def _payments(invoice: Invoice) -> tuple[Payment, ...]:
    """The payments of an invoice with their dates; an undated one counts from the due date."""
    if invoice.payments:
        return invoice.payments
    if not invoice.paid:
        return ()
    return (Payment(settled_on(invoice) or invoice.due_date, invoice.paid, invoice.customer, invoice.number),)


def _count(out: Simulation, plan: Plan, past: _Past) -> None:
    out.messages += len(plan.messages)
    if plan.messages:
        out.per_day.append((plan.today, len(plan.messages)))
    for message in plan.messages:
        for said in message.said:
            if said.step and message.kind == "step":
                out.reached.setdefault(said.step, set()).add(said.invoice)
        out.wrong += message.kind != "thanks" and any(_was_paid(past, said.invoice, plan.today) for said in message.said)


def _was_paid(past: _Past, key: InvoiceKey, day: date) -> bool:
    """Whether payments dated before that day had paid the invoice."""
    lines = past.payments[key]
    return bool(lines) and sum((p.amount for p in lines if p.date < day), ZERO) >= past.amounts[key]

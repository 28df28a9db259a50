"""Whether one invoice may be chased today, and if not, why (DESIGN 4, rules 1, 2, 7 and 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .context import Context
from .history import InvoiceMemory, Promise
from .promises import limit
from .register import ZERO, Customer, Invoice
from .words import Reason, reason

AUTOMATIC_MODES = ("direct_debit", "bill", "card")
SITUATIONS = ("refused", "in_collection", "insolvency", "assigned", "written_off", "to_check")


@dataclass(frozen=True, slots=True)
class Standing:
    """`why` is None when the invoice may be chased today; `amount` is what would be chased."""

    invoice: Invoice
    status: str
    why: Reason | None
    amount: Decimal
    until: date | None = None  # the day chasing resumes, when it is known
    broken: Promise | None = None  # may be named in a "promise broken" message, in no other
    waits_bank: bool = False  # overdue, but its payment may still be on its way

    @property
    def chaseable(self) -> bool:
        """Overdue, and nothing stands in the way."""
        return self.why is None


def is_settled(invoice: Invoice, ctx: Context) -> bool:
    """Nothing left to pay, or to set off."""
    if invoice.amount < 0:
        return abs(invoice.balance) <= ctx.settings.tolerance
    return invoice.balance <= ctx.settings.tolerance


def disputed_part(invoice: Invoice) -> Decimal:
    """The disputed amount of an invoice: all of its balance when no smaller amount is given."""
    if not invoice.disputed_amount:
        return invoice.balance if invoice.situation == "disputed" else ZERO
    return min(invoice.disputed_amount, invoice.balance)


def is_overtaken(invoice: Invoice, customer: Customer, promised_for: date | None, today: date) -> bool:
    """Whether a dispute or a hold makes a promise for that date void. A hold that ends before it does not."""
    if disputed_part(invoice) >= invoice.balance > 0:
        return True
    if invoice.situation == "on_hold" and invoice.hold_until is None:
        return True
    holds = [h for h in (invoice.hold_until, customer.hold_until) if h is not None and h >= today]
    return any(promised_for is None or hold >= promised_for for hold in holds)


def standing_of(
    invoice: Invoice, customer: Customer, memory: InvoiceMemory, told_broken: date | None, ctx: Context
) -> Standing:
    """Where the invoice stands today. `told_broken`: the last day a message told that its promise was broken."""
    if is_settled(invoice, ctx):
        return Standing(invoice, "paid", reason("why.paid"), ZERO)
    if invoice.amount < 0:
        return Standing(invoice, "not_due", reason("why.credit_note"), ZERO)
    held = _situation(invoice, ctx) if _says_something(invoice) else None
    held = held or _customer(customer, invoice, ctx)
    if held is not None:
        return held
    amount = invoice.balance - _out_of_reach(invoice, memory, ctx)
    if amount <= ctx.settings.tolerance:
        until = _relist_on(memory, ctx)
        return Standing(invoice, "disputed", reason("why.dispute_cleared", until=until), ZERO, until)
    promised = _promise(invoice, amount, memory, told_broken, ctx) if memory.promises else None
    if promised is not None:
        return promised
    return _by_date(invoice, amount, ctx)


def _says_something(invoice: Invoice) -> bool:
    """Whether people typed anything on the row that may keep it from being chased; most rows have nothing."""
    return bool(invoice.situation or invoice.disputed_amount or invoice.hold_until or invoice.payment_mode)


def _situation(invoice: Invoice, ctx: Context) -> Standing | None:
    situation = invoice.situation
    if situation in SITUATIONS:
        return Standing(invoice, situation, reason(f"why.{situation}"), ZERO)
    if disputed_part(invoice) >= invoice.balance:
        return Standing(invoice, "disputed", reason("why.disputed"), ZERO)
    if invoice.hold_until and invoice.hold_until >= ctx.today:
        until = invoice.hold_until
        return Standing(invoice, "on_hold", reason("why.on_hold", until=until), ZERO, until)
    if situation == "on_hold" and invoice.hold_until is None:
        return Standing(invoice, "on_hold", reason("why.on_hold_open"), ZERO)
    if invoice.payment_mode in AUTOMATIC_MODES and situation != "returned":
        return Standing(invoice, "not_chased", reason("why.automatic", mode=invoice.payment_mode), ZERO)
    return None


def _customer(customer: Customer, invoice: Invoice, ctx: Context) -> Standing | None:
    if customer.faults:
        return Standing(invoice, "not_chased", reason("why.customer_faulty", problem=customer.faults[0].why), ZERO)
    if customer.do_not_chase:
        return Standing(invoice, "not_chased", reason("why.do_not_chase"), ZERO)
    if customer.code in ctx.complaints:
        return Standing(invoice, "not_chased", reason("why.complaint"), ZERO)
    if customer.hold_until and customer.hold_until >= ctx.today:
        until = customer.hold_until
        return Standing(invoice, "not_chased", reason("why.customer_hold", until=until), ZERO, until)
    return None


def _out_of_reach(invoice: Invoice, memory: InvoiceMemory, ctx: Context) -> Decimal:
    """What a dispute takes out: its part while it lasts, and `min_gap_days` after it was seen cleared."""
    part = disputed_part(invoice)
    if part:
        return part
    if memory.cleared_on is not None and ctx.today < memory.cleared_on + ctx.gap:
        return invoice.balance if memory.disputed_amount is None else min(memory.disputed_amount, invoice.balance)
    return ZERO


def _relist_on(memory: InvoiceMemory, ctx: Context) -> date:
    return (memory.cleared_on or ctx.today) + ctx.gap


def _promise(
    invoice: Invoice, amount: Decimal, memory: InvoiceMemory, told_broken: date | None, ctx: Context
) -> Standing | None:
    last = memory.promises[-1]
    if not last.end:
        return _running(invoice, last, ctx)
    if last.end not in ("kept", "broken") or last.ended_on is None:
        return None
    resumes = last.ended_on + ctx.gap
    if last.end == "kept":
        if ctx.today >= resumes:
            return None
        return Standing(invoice, "promised", reason("why.promise_kept", until=resumes), ZERO, resumes)
    if last.quiet:
        return None
    if broken_count(memory) == 1:
        if told_broken is not None and told_broken >= last.ended_on:
            return None
        waiting = reason("why.promise_broken", date=last.promised_for)
        return Standing(invoice, "overdue", waiting, amount, broken=last)
    if ctx.today >= resumes:
        return None
    return Standing(invoice, "overdue", reason("why.gap", until=resumes), ZERO, resumes)


def broken_count(memory: InvoiceMemory) -> int:
    """How many promises about the invoice were broken."""
    return sum(p.end == "broken" for p in memory.promises)


def _running(invoice: Invoice, promise: Promise, ctx: Context) -> Standing:
    last = limit(promise, ctx.settings, ctx.days)
    until = ctx.days.add_working(last, 1)
    if ctx.today > last:
        return Standing(invoice, "promised", reason("why.promise_entries", until=last), ZERO)
    code = "why.promise_far" if promise.quiet else "why.promised"
    return Standing(invoice, "promised", reason(code, date=promise.promised_for, until=last), ZERO, until)


def _by_date(invoice: Invoice, amount: Decimal, ctx: Context) -> Standing:
    if invoice.due_date >= ctx.today:
        return Standing(invoice, "not_due", reason("why.not_due", due=invoice.due_date), amount)
    entered = ctx.settings.payments_entered_up_to
    until = ctx.days.add_working(invoice.due_date, ctx.settings.bank_days)
    if entered is None or entered < until:
        return Standing(invoice, "overdue", reason("why.bank_days", until=until), amount, waits_bank=True)
    return Standing(invoice, "overdue", None, amount)

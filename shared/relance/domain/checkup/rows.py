"""What is wrong, or worth knowing, about customers and invoices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from relance.domain.checkup.finding import Finding, Level, at_rows, few, found, sums
from relance.domain.context import Context
from relance.domain.keys import InvoiceKey
from relance.domain.plan import InvoiceLine, Plan
from relance.domain.register import Customer, Invoice
from relance.domain.standing import is_settled
from relance.domain.words import Reason, reason

OLD = timedelta(days=30)  # an invoice so late has surely been spoken about already
OLDEST = 3


def customers(ctx: Context, plan: Plan, languages: Iterable[str]) -> Iterator[Finding]:
    """The customers who owe something: those whom no message can reach, or only half of the messages."""
    register = ctx.register
    owing = {i.customer for i in register.invoices if not is_settled(i, ctx) and i.amount > 0}
    mine = [c for code, c in sorted(register.customers.items()) if code in owing]
    if not mine:
        yield found("warning", "customers", "no_debtor")
        return
    yield found("ok", "customers", "debtors", count=len(mine), known=len(register.customers))
    chased = [c for c in mine if not c.do_not_chase]
    yield from _about("warning", "no_email", [c for c in chased if not c.emails and not c.faults])
    yield from _about("warning", "no_kind", [c for c in chased if not c.kind and not c.faults])
    yield from _faulty([c for c in mine if c.faults])
    yield from _languages(chased, ctx, frozenset(languages))
    yield from _about("info", "do_not_chase", [c for c in mine if c.do_not_chase])
    yield from _shared(chased)
    small = {x.customer for x in plan.lines if _is(x, "why.below_floor")}
    if small:
        below = [c for c in mine if c.code in small]
        names = few(c.name for c in below)
        yield found("info", "customers", "below_floor", count=len(below), names=names, floor=ctx.settings.floor)


def _about(level: Level, check: str, about: list[Customer]) -> Iterator[Finding]:
    if about:
        where = at_rows("customers", [c.row for c in about]) if level == "warning" else None
        yield found(level, "customers", check, where, count=len(about), names=few(c.name for c in about))


def _faulty(about: list[Customer]) -> Iterator[Finding]:
    unknown = [c for c in about if any(f.why.code == "fault.unknown_scenario" for f in c.faults)]
    yield from _about("warning", "unknown_scenario", unknown)
    others = [c for c in about if c not in unknown]
    if others:
        where = at_rows("customers", [c.row for c in others])
        first = others[0].faults[0].why
        names = few(c.name for c in others)
        yield found("warning", "customers", "faulty_customers", where, count=len(others), names=names, problem=first)


def _languages(chased: list[Customer], ctx: Context, languages: frozenset[str]) -> Iterator[Finding]:
    own = ctx.settings.language
    if own not in languages:
        yield found("error", "customers", "language_setting", None, text=own, known=tuple(sorted(languages)))
    strange = [c for c in chased if c.language and c.language not in languages]
    if strange:
        spoken = tuple(sorted({c.language for c in strange}))
        names, rows = few(c.name for c in strange), at_rows("customers", [c.row for c in strange])
        yield found("warning", "customers", "language", rows, count=len(strange), names=names, languages=spoken, own=own)


def _shared(chased: list[Customer]) -> Iterator[Finding]:
    """Addresses that several customers have: right for a group's one accounting, wrong after a slip of the mouse."""
    users: dict[str, list[str]] = {}
    for customer in chased:
        for address in customer.emails:
            users.setdefault(address, []).append(customer.name)
    shared = [f"{address} ({', '.join(few(names))})" for address, names in users.items() if len(names) > 1]
    if shared:
        yield found("info", "customers", "shared_email", count=len(shared), addresses=few(shared[:OLDEST]))


def invoices(ctx: Context, plan: Plan) -> Iterator[Finding]:
    """Rows that are not chased, those that wait for a person, and the old ones that a first run would begin with."""
    register = ctx.register
    if not register.invoices and not register.faulty:
        yield found("warning", "invoices", "no_invoice")
        return
    due = [i for i in register.invoices if i.amount > 0 and not is_settled(i, ctx)]
    yield found("ok", "invoices", "open", count=len(due), total=sums((i.currency, i.balance) for i in due))
    if register.faulty:
        where = at_rows("invoices", [f.row for f in register.faulty])
        first = next((f.faults[0].why for f in register.faulty if f.faults), None)
        yield found("warning", "invoices", "faulty", where, count=len(register.faulty), problem=first)
    if not ctx.history.files:
        yield from _late_start(ctx, plan, due)
    asked = [t for t in plan.tasks if t.kind == "approve"]
    if asked:
        total = sums((t.file[1], t.amount) for t in asked)
        yield found("info", "invoices", "approvals", count=len(asked), total=total, ceiling=ctx.settings.ceiling)
    by_key = {i.key: i for i in register.invoices}
    for check in ("automatic", "to_check"):
        yield from _lines(check, [x for x in plan.lines if _is(x, f"why.{check}")], by_key)


def _is(line: InvoiceLine, code: str) -> bool:
    return line.why is not None and line.why.code == code


def _lines(check: str, lines: list[InvoiceLine], by_key: dict[InvoiceKey, Invoice]) -> Iterator[Finding]:
    if lines:
        known = [by_key[x.key] for x in lines if x.key in by_key]
        total = sums((i.currency, i.balance) for i in known)
        yield found("info", "invoices", check, count=len(lines), total=total)


def _late_start(ctx: Context, plan: Plan, due: list[Invoice]) -> Iterator[Finding]:
    """Old invoices about which the register says nothing: the first message would treat them as new."""
    first = {s.invoice: s.step for m in (*plan.messages, *plan.waiting) for s in m.said if s.step}
    first |= {s.invoice: t.step for t in plan.tasks if t.kind == "approve" for s in t.said}
    late = [i for i in due if i.key in first and ctx.today - i.due_date > OLD and not i.last_step_done]
    if not late:
        return
    late.sort(key=lambda i: (i.due_date, i.number))
    where = at_rows("invoices", [i.row for i in late])
    oldest = tuple(_one(i) for i in late[:OLDEST])
    total = sums((i.currency, i.balance) for i in late)
    steps = tuple(sorted({first[i.key] for i in late}))
    yield found("warning", "invoices", "late_start", where, count=len(late), total=total, steps=steps, oldest=oldest)


def _one(invoice: Invoice) -> Reason:
    balance: Decimal = invoice.balance
    return reason("doctor.old", invoice=invoice.number, due=invoice.due_date, amount=balance, currency=invoice.currency)

"""First sights: what the robot notes of a file so that later days can compare (DESIGN 4, rules 6 to 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from .context import Context
from .history import FileMemory, InvoiceMemory, Task
from .keys import InvoiceKey
from .promises import follow, values_on
from .register import Customer, Invoice, Register
from .standing import disputed_part, is_overtaken, is_settled


def fingerprint(emails: Iterable[str]) -> str:
    """A short hash of a customer's addresses, so that a change shows without keeping them twice."""
    return hashlib.sha256("\n".join(sorted(emails)).encode()).hexdigest()[:16]


def answered(tasks: tuple[Task, ...], ctx: Context) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    """The file's tasks with what people typed on their lines, and those of them that changed.

    An outcome once seen is kept, whatever the line says later; dates and numbers typed later are added.
    """
    merged, changed = [], []
    for task in tasks:
        answer = ctx.answers.get(task.no)
        if answer is not None and task.closed_on is None:
            new = replace(
                task,
                outcome=task.outcome or answer.outcome,
                outcome_on=task.outcome_on or (ctx.today if answer.outcome else None),
                promised_for=answer.promised_for or task.promised_for,
                posted_on=answer.posted_on or task.posted_on,
                tracking_no=answer.tracking_no or task.tracking_no,
                owner=answer.owner or task.owner,
            )
            if new != task:
                changed.append(new)
                task = new
        merged.append(task)
    return tuple(merged), tuple(changed)


def free_number(next_task: int, count: int, register: Register) -> int:
    """The first of so many numbers, from the next one on, of which none stands on a To do line with something typed.

    An answer to a line that the ledger does not know, of a person's own number or from before a ledger was lost, must not
    become the answer to a new task.
    """
    typed = {a.no for a in register.answers if a.no is not None}
    first = next_task
    while taken := typed.intersection(range(first, first + count)):
        first = max(taken) + 1
    return first


def observe(
    known: FileMemory | None, invoices: Iterable[Invoice], customer: Customer, tasks: tuple[Task, ...], ctx: Context
) -> FileMemory:
    """What is known of the file after today's look at it; `known` itself when nothing is new."""
    seen = dict(known.invoices) if known else {}
    changed = known is None
    promising = tuple(t for t in tasks if t.promised_for)
    listed: set[InvoiceKey] = set()
    for invoice in invoices:
        key = invoice.key
        listed.add(key)
        old = seen.get(key)
        settled = is_settled(invoice, ctx)
        if old is None and settled:
            continue
        if not settled and not promising and _uneventful(old, invoice):
            new = old or ctx.first_sight
        else:
            new = _look(old, invoice, customer, promising, ctx)
        if new is not old:
            seen[key] = new
            changed = True
    for key in seen.keys() - listed - ctx.faulty_keys:  # a row that cannot be read has not vanished
        if seen[key].open:
            seen[key] = replace(seen[key], open=False)
            changed = True
    emails = fingerprint(customer.emails)
    if known is not None and not changed and known.emails == emails:
        return known
    return FileMemory(known.first_seen if known else ctx.today, emails, seen)


def _uneventful(old: InvoiceMemory | None, invoice: Invoice) -> bool:
    """Whether nothing was ever promised, disputed, done before the robot came, or paid: most invoices, most days."""
    if invoice.situation or invoice.disputed_amount or invoice.promised_for or invoice.last_step_done or invoice.paid:
        return False
    return old is None or (old.open and not old.promises and old.disputed_since is None and not old.last_step_done)


def _look(
    old: InvoiceMemory | None, invoice: Invoice, customer: Customer, promising: tuple[Task, ...], ctx: Context
) -> InvoiceMemory:
    new = old or InvoiceMemory(ctx.today)
    still_open = not is_settled(invoice, ctx)
    if new.open != still_open:
        new = replace(new, open=still_open)
    if invoice.last_step_done != new.last_step_done:
        new = replace(new, last_step_done=invoice.last_step_done, step_done_seen=ctx.today)
    values = values_on(invoice, promising) if invoice.promised_for or promising else []
    if values or new.promises:
        ends = max((v[1] for v in values), default=None)
        overtaken = is_overtaken(invoice, customer, ends, ctx.today)
        promises = follow(new.promises, values, invoice, overtaken, ctx.today, ctx.settings, ctx.days)
        if promises != new.promises:
            new = replace(new, promises=promises)
    return _dispute(new, invoice, ctx) if still_open or new.disputed_since else new


def _dispute(memory: InvoiceMemory, invoice: Invoice, ctx: Context) -> InvoiceMemory:
    part = disputed_part(invoice)
    whole = part >= invoice.balance
    if part > 0:
        amount = None if whole else part
        if memory.disputed_since is None or memory.cleared_on is not None:
            return replace(memory, disputed_since=ctx.today, disputed_amount=amount, cleared_on=None)
        return memory if memory.disputed_amount == amount else replace(memory, disputed_amount=amount)
    if memory.disputed_since is not None and memory.cleared_on is None:
        return replace(memory, cleared_on=ctx.today)
    return memory

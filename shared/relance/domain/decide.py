"""The decision of a day: `decide(register, history, today) -> Plan`, without I/O and without a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from .chores import chores_of
from .closing import closings_of
from .context import Context
from .file import File, file_of, habits
from .history import FileMemory, History, Task
from .keys import FileKey
from .ladder import Unit, units_of
from .leaving import Outcome, leave
from .lines import faulty_line, lines_of
from .plan import InvoiceLine, Plan, PlannedMessage
from .register import Invoice, Register
from .thanks import thanks_of
from .wanted import wanted_of
from .words import Reason, reason


@dataclass
class _Decided:
    file: File
    units: list[Unit]
    out: Outcome


def decide(register: Register, history: History, today: date) -> Plan:
    """What leaves today, what people must do, and where every invoice stands. Same inputs, same plan."""
    if register.refusal is not None:
        return Plan(today, register.refusal, register.notices, lines=_lines_of_a_refusal(register, today))
    ctx = Context(register, history, today)
    decided = [_decide_file(file, ctx) for file in _files(ctx)]
    messages, waiting = _capped([m for d in decided for m in d.out.messages], ctx)
    beyond = {id(m) for m in waiting}
    memory: dict[FileKey, FileMemory] = {}
    levels: dict[FileKey, str] = {}
    tasks: dict[str, Task] = {}
    lines = [faulty_line(row, today) for row in register.faulty]
    for d in decided:
        d.out.messages = [m for m in d.out.messages if id(m) not in beyond]
        if d.file.memory is not d.file.facts.memory:
            memory[d.file.key] = d.file.memory
        levels[d.file.key] = next((u.level[0] for u in d.units if u.level), "")
        known = ctx.task_keys.get(d.file.key[0], frozenset())
        for task in [*d.out.tasks, *chores_of(d.file, d.units, d.out)]:
            if task.key not in known:
                tasks.setdefault(task.key, task)
        held = {s.invoice for m in waiting if m.file == d.file.key for s in m.said}
        lines += lines_of(d.file, d.units, d.out, held, ctx)
    memory |= _vanished(ctx, {d.file.key for d in decided})
    return Plan(
        today, None, (*register.notices, *_notices(ctx)), messages, waiting, tuple(tasks.values()),
        tuple(c for d in decided for c in (*d.out.closed, *closings_of(d.file, d.out))),
        tuple(t for d in decided for t in d.file.answered),
        tuple(sorted(lines, key=attrgetter("row"))), memory, levels,
    )  # fmt: skip


def computed_profiles(register: Register, history: History, today: date) -> dict[str, tuple[str, int | None, str]]:
    """For each customer: computed profile, mean days late, payer class (none for consumers)."""
    ctx = Context(register, history, today)
    found = {}
    for code, customer in register.customers.items():
        h = habits(customer, ctx)
        found[code] = (h.profile, h.mean_days_late, "" if customer.kind == "consumer" else h.payer_class)
    return found


def _files(ctx: Context) -> Iterable[File]:
    """All files in the order of their keys, so that the order of rows changes nothing."""
    grouped: dict[FileKey, list[Invoice]] = {}
    for invoice in ctx.register.invoices:
        grouped.setdefault((invoice.customer, invoice.currency), []).append(invoice)
    for key in sorted(grouped):
        customer = ctx.register.customers.get(key[0])
        if customer is not None:
            yield file_of(key, grouped[key], customer, ctx)


def _decide_file(file: File, ctx: Context) -> _Decided:
    units = units_of(file)
    return _Decided(file, units, leave(file, [*wanted_of(file, units), *thanks_of(file)]))


def _capped(messages: list[PlannedMessage], ctx: Context) -> tuple[tuple[PlannedMessage, ...], tuple[PlannedMessage, ...]]:
    """Today's messages and those beyond the day's cap: earliest date first, then oldest invoice, then customer."""
    ordered = sorted(messages, key=lambda m: (m.due, m.oldest, m.file, m.step))
    cap = ctx.settings.cap_per_day
    if not cap or not ordered:
        return tuple(ordered), ()
    sent = sum(m.day == ctx.today and m.counts for facts in ctx.history.files.values() for m in facts.messages)
    room = max(cap - sent, 0)
    return tuple(ordered[:room]), tuple(ordered[room:])


def _notices(ctx: Context) -> list[Reason]:
    if ctx.fresh:
        return []
    entered = ctx.settings.payments_entered_up_to
    return [reason("notice.stale", up_to=entered) if entered else reason("notice.stale_empty")]


def _vanished(ctx: Context, seen: set[FileKey]) -> dict[FileKey, FileMemory]:
    """Files of which no row is left: their invoices are no longer open, and not paid either."""
    found: dict[FileKey, FileMemory] = {}
    for key, facts in ctx.history.files.items():
        if key in seen or facts.memory is None or not any(m.open for m in facts.memory.invoices.values()):
            continue
        invoices = {k: m if k in ctx.faulty_keys else replace(m, open=False) for k, m in facts.memory.invoices.items()}
        if invoices != facts.memory.invoices:
            found[key] = replace(facts.memory, invoices=invoices)
    return found


def _lines_of_a_refusal(register: Register, today: date) -> tuple[InvoiceLine, ...]:
    """Nothing is decided, but every row that could be read is still listed."""
    found = [faulty_line(row, today) for row in register.faulty]
    for i in register.invoices:
        late = max((today - i.due_date).days, 0) if i.balance > 0 else 0
        found.append(InvoiceLine(i.row, *i.key, i.balance, late, "not_chased", why=register.refusal))
    return tuple(sorted(found, key=lambda line: (line.row, line.key)))

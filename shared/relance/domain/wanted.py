"""The messages a file is due today, in the order in which they take the day (DESIGN 4, rules 3 to 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from .file import File
from .history import MessageKind, Promise, Said
from .keys import InvoiceKey
from .ladder import Unit
from .register import ZERO, Step
from .standing import Standing

Credited = Literal["no", "rest", "whole"]  # the credits that a message shows: see `money`


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that is due, before approval and address are looked at."""

    kind: MessageKind
    step: str
    rung: Step | None
    scenario: str
    about: tuple[Standing, ...]
    said: tuple[Said, ...]
    total: Decimal
    due: date
    may_leave: bool = True  # False: it may be asked for, but the gap still runs
    credits: tuple[InvoiceKey, ...] = ()
    set_off: Decimal = ZERO
    promise: Promise | None = None  # the one a confirmation or a "promise broken" is about
    credited: Credited = "no"


def wanted_of(file: File, units: list[Unit]) -> list[Wanted]:
    """What is due today, first things first. In `account` grouping only the first that can leave will."""
    found: list[Wanted] = []
    if file.ctx.fresh and file.worth_chasing(file.owed_net):
        found += _broken(file)
    if file.ctx.fresh and file.worth_chasing(file.overdue_net):
        steps = [w for unit in units if (w := _step(unit)) is not None]
        found += _shared(file, sorted(steps, key=lambda w: (w.due, w.about[0].invoice.due_date)))
        found += [w for unit in units if (w := _repeat(unit)) is not None]
    found += _confirmation(file)
    found += _pre_due(file, units)
    return found


def money(file: File, about: tuple[Standing, ...], credited: Credited) -> tuple[Decimal, tuple[InvoiceKey, ...], Decimal]:
    """The net total of a message, the credit notes it lists, and what else is set off.

    A message about the whole file shows all credits; one about some invoices only what they leave over for its oldest
    invoice; one about a promise or before the due date, none.
    """
    amount = sum((s.amount for s in about), ZERO)
    if credited == "no":
        return amount, (), ZERO
    credit = max(file.credit, ZERO)
    if credited == "whole":
        notes = sum((-i.balance for i in file.credit_notes), ZERO)
        return amount - credit, tuple(i.key for i in file.credit_notes), credit - notes
    left = credit - sum((s.amount for s in file.chaseable if s.invoice.key in file.covered), ZERO)
    if left > ZERO and file.uncovered and file.uncovered[0] in about:
        return amount - left, (), left
    return amount, (), ZERO


def _step(unit: Unit) -> Wanted | None:
    rung, today = unit.next, unit.file.ctx.today
    if rung is None or rung.asked_from > today or unit.waits_for_formal:
        return None
    step = rung.step
    if step.is_formal and not unit.file.customer.kind:
        return None  # rule 11: a task asks for the kind
    if step.is_formal:
        reached = tuple(s for s in rung.about if s.invoice.due_date + timedelta(days=step.offset) <= today)
        listed = reached
        said = tuple(Said(s.invoice.key, s.amount, step.code, step.offset) for s in reached)
    else:
        listed = unit.chaseable if unit.about is None else unit.uncovered
        fresh = {s.invoice.key for s in unit.uncovered}
        said = tuple(
            Said(s.invoice.key, s.amount, step.code, step.offset) if s.invoice.key in fresh
            else Said(s.invoice.key, s.amount)
            for s in listed
        )  # fmt: skip
    credited: Credited = "whole" if unit.about is None and not step.is_formal else "rest"
    total, credits, set_off = money(unit.file, listed, credited)
    return Wanted(
        "step", step.code, step, unit.scenario.name, listed, said, total, rung.on, rung.on <= today, credits, set_off,
        credited=credited,
    )  # fmt: skip


def _shared(file: File, steps: list[Wanted]) -> list[Wanted]:
    """Invoices that climb by themselves share a message when they are at the same step (grouping `invoice`)."""
    if file.ctx.settings.grouping == "account" or len(steps) < 2:
        return steps
    found: list[Wanted] = []
    for code, scenario in dict.fromkeys((w.step, w.scenario) for w in steps):
        same = [w for w in steps if (w.step, w.scenario) == (code, scenario)]
        for ready in (True, False):
            group = [w for w in same if w.may_leave is ready]
            if group:
                found.append(_merged(file, group))
    return found


def _merged(file: File, group: list[Wanted]) -> Wanted:
    first = group[0]
    about = tuple(sorted((s for w in group for s in w.about), key=lambda s: (s.invoice.due_date, s.invoice.key)))
    said = {s.invoice: s for w in group for s in w.said}
    total, credits, set_off = money(file, about, "rest")
    return Wanted(
        first.kind, first.step, first.rung, first.scenario, about, tuple(said[s.invoice.key] for s in about),
        total, first.due, first.may_leave, credits, set_off, credited="rest",
    )  # fmt: skip


def _repeat(unit: Unit) -> Wanted | None:
    on, today = unit.repeat_on, unit.file.ctx.today
    if on is None or on > today or unit.level is None or not unit.friendly:
        return None
    code, offset = unit.level
    formal = unit.is_formal_code(code)
    heard = unit.said
    tone = unit.friendly[-1] if formal else None
    said = []
    for s in unit.chaseable:
        key = s.invoice.key
        if key in unit.file.covered or (formal and code in heard.get(key, {})):
            said.append(Said(key, s.amount))
        else:
            said.append(Said(key, s.amount, tone.code if tone else code, tone.offset if tone else offset))
    total, credits, set_off = money(unit.file, unit.chaseable, "whole")
    rung = unit.scenario.step(tone.code if tone else code)
    return Wanted(
        "repeat", code, rung, unit.scenario.name, unit.chaseable, tuple(said), total, on, True, credits, set_off,
        credited="whole",
    )  # fmt: skip


def _broken(file: File) -> list[Wanted]:
    """Tells of the promises broken for one day, the earliest; those for another day follow after the gap."""
    broken = [s for s in file.standings if s.broken is not None]
    if not broken:
        return []
    first = min((s.broken for s in broken if s.broken), key=lambda p: (p.promised_for, p.seen))
    about = tuple(s for s in broken if s.broken and s.broken.promised_for == first.promised_for)
    due = max(s.broken.ended_on or file.ctx.today for s in about if s.broken)
    alone = about[0].invoice.key if file.ctx.settings.grouping == "invoice" and len(about) == 1 else None
    heard = file.sayings.last_day(alone)
    on = file.ctx.days.next_sending(max(due, heard + file.ctx.gap) if heard else due)
    if on > file.ctx.today:
        return []
    said = tuple(Said(s.invoice.key, s.amount) for s in about)
    total = sum((s.amount for s in about), ZERO)
    name = file.scenario.name if file.scenario else ""
    return [Wanted("promise_broken", "", None, name, about, said, total, on, promise=first)]


def _confirmation(file: File) -> list[Wanted]:
    """Confirms the promises for one day that run and were not confirmed yet; it does not wait for the gap."""
    if not file.ctx.settings.promise_confirmation:
        return []
    running = []
    for s in file.eventful:
        promises = file.remembered(s.invoice.key).promises
        last = promises[-1] if promises else None
        if last is None or last.end or last.quiet or s.status != "promised" or file.ctx.today > last.promised_for:
            continue
        confirmed = file.sayings.last_of_kind(s.invoice.key, "promise_confirmed")
        if confirmed is None or confirmed < last.seen:
            running.append((last, s))
    if not running:
        return []
    first = min((p for p, _ in running), key=lambda p: (p.seen, p.promised_for))
    chosen = [(p, s) for p, s in running if p.promised_for == first.promised_for]
    said = tuple(Said(s.invoice.key, s.invoice.balance) for _, s in chosen)
    total = sum((min(p.expected, s.invoice.balance) for p, s in chosen), ZERO)
    name = file.scenario.name if file.scenario else ""
    about = tuple(s for _, s in chosen)
    return [Wanted("promise_confirmed", "", None, name, about, said, total, first.seen, promise=first)]


def _pre_due(file: File, units: list[Unit]) -> list[Wanted]:
    """Notices before the due date, for files with nothing chaseable overdue."""
    today = file.ctx.today
    if any(s.chaseable or s.waits_bank or s.broken for s in file.standings):
        return []
    left, found = max(file.credit, ZERO), []
    for unit in units:
        step = unit.scenario.pre_due
        if step is None:
            continue
        about = []
        for s in unit.standings:
            if s.status != "not_due" or s.amount <= ZERO or s.invoice.due_date <= today:
                continue
            if left >= s.amount:
                left -= s.amount
                continue
            on = file.ctx.days.next_sending(s.invoice.due_date + timedelta(days=step.offset))
            if on <= today and file.sayings.last_of_kind(s.invoice.key, "pre_due") is None:
                about.append((on, s))
        total = sum((s.amount for _, s in about), ZERO)
        if about and total >= step.minimum_amount:
            listed = tuple(s for _, s in about)
            said = tuple(Said(s.invoice.key, s.amount, step.code, step.offset) for s in listed)
            on = min(d for d, _ in about)
            found.append(Wanted("pre_due", step.code, step, unit.scenario.name, listed, said, total, on))
    return _shared(file, found) if len(found) > 1 else found

"""Calls and other tasks that a file gives to people (DESIGN 4, rules 1, 3, 5, 7, 8, 11 and 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from .context import complaint_key
from .file import File
from .history import Said, Task
from .keys import InvoiceKey
from .ladder import Unit
from .leaving import Outcome, address_task, new_task
from .register import ZERO, Step
from .standing import Standing, broken_count
from .words import Reason, reason

KIND_OF = {"call": "call", "task": "decide", "collection_file": "decide"}


def chores_of(file: File, units: list[Unit], out: Outcome) -> list[Task]:
    """The new tasks of today, but approvals and letters. Their keys say when a task is the same as one made before."""
    found = [*_apologies(file), *_disputes(file), *_promises(file), *_complaints(file)]
    if file.ctx.sending:
        found += _allocate(file)
        if (address := address_task(file, out)) is not None:
            found.append(address)
        if file.ctx.fresh and file.worth_chasing(file.overdue_net):
            found += _merged([task for unit in units for task in _calls(unit, out)])
            for unit in units:
                found += _no_kind(unit) or _no_step_left(unit)
                found += _terms(unit, out)
    return found


def listed(standings: Iterable[Standing]) -> tuple[Said, ...]:
    """Invoices and what would be chased of them."""
    return tuple(Said(s.invoice.key, s.amount) for s in standings)


def numbers(said: Iterable[Said]) -> tuple[str, ...]:
    """Invoice numbers for a sentence."""
    return tuple(s.invoice[1] for s in said)


def _calls(unit: Unit, out: Outcome) -> list[Task]:
    """Calls and other people's steps: once per saying of the step they follow, dropped when a later step has left."""
    file, today, found = unit.file, unit.file.ctx.today, []
    if file.above_ceiling or not unit.uncovered or unit.waits_for_formal or _leaves_today(unit, out):
        return []
    told = [file.sayings.last_of_kind(s.invoice.key, "promise_broken") for s in unit.uncovered]
    if any(day is not None and today < day + file.ctx.gap for day in told):
        return []  # rule 7: after a broken promise the scenario goes on after the gap
    for step, before in unit.scenario.peoples:
        if file.overdue_net >= step.minimum_amount:
            on = _call_day(unit, step, before)
            if on is not None and on[0] <= today:
                found.append(_call(unit, step, on[1]))
    return found


def _call_day(unit: Unit, step: Step, before: Step | None) -> tuple[date, str] | None:
    """The day of a call and what makes it the same; None when the step it follows was not the last one said."""
    days, oldest = unit.file.ctx.days, unit.uncovered[0].invoice
    natural = oldest.due_date + timedelta(days=step.offset)
    last = unit.last_step
    if before is None:
        return (days.next_sending(natural), oldest.number) if last is None else None
    if last is None or last.step != before.code or not any(s.invoice.key in last.steps for s in unit.uncovered):
        return None
    if step.after_previous is not None:
        natural = last.day + timedelta(days=step.offset - last.offset)
    return days.next_sending(max(natural, last.day)), f"{before.code}:{last.day}"


def _call(unit: Unit, step: Step, saying: str) -> Task:
    file = unit.file
    said = listed(unit.uncovered)
    kind = KIND_OF[step.channel]
    amount = file.overdue_net
    if kind == "call":
        briefing = reason(
            "task.call", customer=file.customer.name, step=step.code, amount=amount, currency=file.key[1],
            invoices=numbers(said), phone=file.customer.phone,
        )  # fmt: skip
    else:
        briefing = _decide_briefing(file, said)
    task = new_task(file, kind, f"{step.code}:{saying}", said, briefing, step=step.code)
    return replace(task, scenario=unit.scenario.name, due=file.ctx.today)


def _merged(tasks: list[Task]) -> list[Task]:
    """Invoices that climb by themselves, told the same step the same day, make one call."""
    found: dict[str, Task] = {}
    for task in tasks:
        if task.key in found:
            said = found[task.key].said + task.said
            task = replace(found[task.key], said=said, amount=sum((s.balance for s in said), ZERO))
        found[task.key] = task
    return list(found.values())


def _leaves_today(unit: Unit, out: Outcome) -> bool:
    keys = {s.invoice.key for s in unit.uncovered}
    left = [m.said for m in out.messages if m.kind == "step"] + [t.said for t in out.letters()]
    return any(keys & {s.invoice for s in said} for said in left)


def _decide_briefing(file: File, said: tuple[Said, ...]) -> Reason:
    return reason(
        "task.decide", customer=file.customer.name, invoices=numbers(said), amount=file.overdue_net,
        currency=file.key[1],
    )  # fmt: skip


def _no_step_left(unit: Unit) -> list[Task]:
    """No step left and silence for `repeat_days`: a person decides what comes."""
    file, last = unit.file, unit.last_step
    if unit.level is None or last is None or unit.next is not None or not unit.uncovered or unit.waits_for_formal:
        return []
    heard = file.sayings.last_day(unit.about, confirmations=False)
    if heard is None or heard + timedelta(days=file.ctx.settings.repeat_days) > file.ctx.today or _task_step_left(unit):
        return []
    made = any(t.kind == "decide" and t.created >= last.day and t.step for t in file.tasks)
    said = listed(unit.uncovered)
    key = f":{'/'.join(unit.about) if unit.about else ''}:{last.step}:{last.day}"
    return [] if made else [new_task(file, "decide", key, said, _decide_briefing(file, said))]


def _task_step_left(unit: Unit) -> bool:
    """Whether a person's step of the scenario is still to come after the last step said."""
    last = unit.last_step
    for step, before in unit.scenario.peoples:
        if step.channel != "call" and last is not None and before is not None and before.code == last.step:
            return not any(t.step == step.code and t.created >= last.day for t in unit.file.tasks)
    return False


def _no_kind(unit: Unit) -> list[Task]:
    """A formal notice is due, but the customer's kind, which decides what may be claimed, is empty (rule 11)."""
    file, rung = unit.file, unit.next
    if file.customer.kind or rung is None or not rung.step.is_formal or rung.asked_from > file.ctx.today:
        return []
    briefing = reason("task.kind", customer=file.customer.name, step=rung.step.code)
    task = new_task(file, "kind", "", listed(unit.uncovered), briefing, step=rung.step.code)
    return [replace(task, key=f"kind:{file.key[0]}")]


def _terms(unit: Unit, out: Outcome) -> list[Task]:
    """The third repeat since the last step: change the terms."""
    last = unit.last_step
    if unit.about is not None or last is None or not any(m.kind == "repeat" for m in out.messages):
        return []
    repeats = sum(s.kind == "repeat" and s.contact and s.day > last.day for s in unit.file.sayings.all)
    if repeats < 2:
        return []
    briefing = reason("task.terms", customer=unit.file.customer.name)
    return [new_task(unit.file, "terms", f"{last.step}:{last.day}", listed(unit.chaseable), briefing)]


def _allocate(file: File) -> list[Task]:
    """Credits pay everything that is overdue: somebody should say which payment is for which invoice."""
    if not file.chaseable or file.credit <= ZERO or file.overdue_net > file.ctx.settings.tolerance:
        return []
    fitting = _adding_up(file)
    currency = file.key[1]
    if fitting:
        briefing = reason("task.allocate", amount=file.credit, currency=currency, invoices=numbers(fitting))
    else:
        briefing = reason("task.allocate_unknown", amount=file.credit, currency=currency)
    said = fitting or listed(file.chaseable)
    return [replace(new_task(file, "allocate", f"{file.credit}", said, briefing), amount=file.credit)]


def _adding_up(file: File) -> tuple[Said, ...]:
    """The open invoices, at most 12 of the oldest looked at, whose balances add up to the credit; the fewest first."""
    said = [Said(s.invoice.key, s.invoice.balance) for s in file.standings if s.invoice.balance > ZERO][:12]
    for count in range(1, len(said) + 1):
        for group in combinations(said, count):
            if sum((s.balance for s in group), ZERO) == file.credit:
                return group
    return ()


def _disputes(file: File) -> list[Task]:
    found = []
    for s in file.eventful:
        memory, invoice = file.remembered(s.invoice.key), s.invoice
        if memory.disputed_since is not None and memory.cleared_on is None and invoice.balance > ZERO:
            amount = invoice.balance if memory.disputed_amount is None else memory.disputed_amount
            briefing = reason(
                "task.dispute", invoice=invoice.number, amount=amount, currency=file.key[1],
                reason=invoice.dispute_reason,
            )  # fmt: skip
            key = f"{_name(invoice.key)}:{memory.disputed_since}"
            found.append(replace(new_task(file, "dispute", key, (Said(invoice.key, amount),), briefing), priority=1))
    return found


def _promises(file: File) -> list[Task]:
    found = []
    for s in file.eventful:
        key, memory = s.invoice.key, file.remembered(s.invoice.key)
        for p in memory.promises:
            code = {"past": "task.promise_past", "void": "task.promise_void"}.get(p.end, "")
            if not p.end and p.quiet:
                code = "task.promise_far"
            if code and (p.ended_on or p.seen) == file.ctx.today:
                briefing = reason(code, invoice=key[1], date=p.promised_for)
                name = f"{_name(key)}:{p.promised_for}:{p.seen}:{p.end}"
                found.append(new_task(file, "promise", name, (Said(key, s.invoice.balance),), briefing))
        last = memory.promises[-1] if memory.promises else None
        if last and last.end == "broken" and not last.quiet and broken_count(memory) > 1 and s.invoice.balance > ZERO:
            briefing = reason("task.decide_broken", invoice=key[1], date=last.promised_for)
            name = f"DEC:{_name(key)}:{last.promised_for}:{last.seen}"
            found.append(new_task(file, "decide", name, (Said(key, s.invoice.balance),), briefing, step="DEC"))
    return found


def _complaints(file: File) -> list[Task]:
    """A message reported as unwanted: a person calls, and nothing more leaves for the customer until then."""
    briefing = reason("task.complaint", customer=file.customer.name)
    owing = tuple(Said(s.invoice.key, s.invoice.balance) for s in file.standings if s.status != "paid")
    return [
        replace(new_task(file, "complaint", "", owing, briefing), key=complaint_key(message), priority=1)
        for message in file.ctx.complaints.get(file.customer.code, ())
    ]


def _apologies(file: File) -> list[Task]:
    """A payment dated before a message that chased it, and entered after (rule 12)."""
    found = []
    by_key = {s.invoice.key: s.invoice for s in file.standings}
    for message in file.facts.messages:
        if not message.counts or message.kind not in ("step", "repeat", "promise_broken"):
            continue
        for said in message.said:
            invoice = by_key.get(said.invoice)
            if invoice is None or invoice.balance >= said.balance:
                continue
            lines = invoice.payments
            early = sum((p.amount for p in lines if p.date < message.day), ZERO)
            if not lines and invoice.paid_on is not None and invoice.paid_on < message.day:
                early = invoice.paid
            day = max((p.date for p in lines if p.date < message.day), default=invoice.paid_on)
            if invoice.amount - early < said.balance - file.ctx.settings.tolerance and day is not None:
                briefing = reason("task.apology", invoice=invoice.number, message_day=message.day, paid_day=day)
                found.append(new_task(file, "apology", f"{message.id}:{_name(said.invoice)}", (said,), briefing))
    return found


def _name(key: InvoiceKey) -> str:
    return "/".join(key[1:])

"""From what is due to what leaves: approvals (rule 9) and addresses (rule 10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from .addresses import emails
from .file import File
from .history import Said, Task
from .keys import InvoiceKey
from .observe import fingerprint
from .plan import ClosedTask, PlannedMessage
from .register import ZERO
from .wanted import Wanted, money
from .words import Reason, normalise, reason

WEEK = timedelta(days=7)


@dataclass
class Outcome:
    """What a file does today: collected while its wanted messages are gone through."""

    messages: list[PlannedMessage] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    closed: list[ClosedTask] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)  # approvals that still stand
    waiting: list[tuple[Wanted, Reason]] = field(default_factory=list)  # due, and what it waits for

    def letters(self) -> list[Task]:
        """The letters among the new tasks."""
        return [t for t in self.tasks if t.kind == "letter"]


def leave(file: File, wanted: Iterable[Wanted]) -> Outcome:
    """Go through what is due, in order, until the file's day is taken."""
    out, ctx = Outcome(), file.ctx
    if not ctx.sending:
        return out
    by_invoice = ctx.settings.grouping == "invoice"
    wanted = tuple(wanted)
    came_back = any(m.day == ctx.today and m.came_back for m in file.facts.messages)
    for w in wanted:
        taken = not by_invoice and bool(out.messages or out.letters() or file.sayings.on_day(ctx.today) or came_back)
        ready = _approved(file, w, _of_others(w, wanted), taken, out)
        if ready is not None and not taken and not (by_invoice and _taken(file, ready, out)):
            _send(file, ready, out)
    return out


def needs_approval(file: File, w: Wanted) -> bool:
    """Formal steps, steps marked for it, and messages above the ceiling."""
    if w.kind == "promise_confirmed":
        return False
    ceiling = file.ctx.settings.ceiling
    if ceiling > ZERO and w.total > ceiling:
        return True
    return w.kind in ("step", "repeat", "pre_due", "thanks") and w.rung is not None and (w.rung.approval or w.rung.is_formal)


def _taken(file: File, w: Wanted, out: Outcome) -> bool:
    """Whether one of its invoices was in a message today, or its message's id is already used (grouping `invoice`)."""
    today = file.ctx.today
    used = [(m.kind, m.step) for m in file.facts.messages if m.day == today and (m.counts or m.came_back)]
    same = (w.kind, w.step) in (*used, *((m.kind, m.step) for m in out.messages))
    return same or any(file.sayings.on_day(today, said.invoice) for said in w.said)


def _of_others(w: Wanted, wanted: Iterable[Wanted]) -> frozenset[InvoiceKey]:
    """The invoices of the same step's other messages: they climb by themselves, and are approved by themselves."""
    same = (o for o in wanted if o is not w and (o.kind, o.step) == (w.kind, w.step))
    return frozenset(s.invoice.key for o in same for s in o.about) - {s.invoice.key for s in w.about}


def _approved(file: File, w: Wanted, others: frozenset[InvoiceKey], taken: bool, out: Outcome) -> Wanted | None:
    """The message as it may leave now; None when it waits for a person, or for the gap.

    On a day that another message has taken, nothing new is asked. An approval about `others` is not this message's.
    """
    if not needs_approval(file, w):
        return w if w.may_leave else None
    known = [
        t for t in file.tasks
        if t.kind == "approve" and t.step == w.step and t.message_kind == w.kind and t.closed_on is None
        and not _used(file, t) and not (others and {said.invoice for said in t.said} <= others)
    ]  # fmt: skip
    for task in known:
        if task.outcome in ("approved", "done"):
            exact = _exactly(file, task, w)
            if exact is not None:
                out.kept.add(task.no)
                return exact if w.may_leave else None
            out.closed.append(ClosedTask(task.no, reason("closed.changed")))
            out.kept.add(task.no)
    _ask(file, w, [t for t in known if t.open], taken, out)
    return None


def _used(file: File, task: Task) -> bool:
    """Whether the approved message has left."""
    since = task.outcome_on or task.created
    keys = {said.invoice for said in task.said}
    return any(
        s.kind == task.message_kind and s.step == task.step and s.day >= since and keys <= s.steps.keys()
        for s in file.sayings.all
    )  # fmt: skip


def _exactly(file: File, task: Task, w: Wanted) -> Wanted | None:
    """The message with exactly the approved invoices, balances and sum; None when one of them changed."""
    standing = {s.invoice.key: s for s in file.standings}
    free = {s.invoice.key for s in (w.about if w.kind != "step" else file.chaseable)}
    for said in task.said:
        if said.invoice not in free or standing[said.invoice].amount != said.balance:
            return None
    about = tuple(standing[said.invoice] for said in task.said)
    total, credits, set_off = money(file, about, w.credited)
    if total != task.amount:  # a credit has come, or gone, since
        return None
    return replace(w, about=about, said=task.said, total=total, credits=credits, set_off=set_off)


def _ask(file: File, w: Wanted, waiting: list[Task], taken: bool, out: Outcome) -> None:
    for task in waiting:
        if task.said == w.said and task.amount == w.total:
            out.kept.add(task.no)
            out.waiting.append((w, reason("why.to_approve", step=w.step, no=task.no)))
            return
    if not waiting and (taken or not w.may_leave):
        return
    for task in waiting:
        out.closed.append(ClosedTask(task.no, reason("closed.replaced")))
        out.kept.add(task.no)
    code = "task.approve_repeat" if w.kind == "repeat" else "task.approve"
    briefing = reason(code, step=w.step, invoices=_numbers(w.said), total=w.total, currency=file.key[1])
    content = hashlib.sha256(repr((w.said, w.total)).encode()).hexdigest()[:12]
    out.tasks.append(
        replace(
            new_task(file, "approve", f"{w.kind}:{w.step}:{file.ctx.today}:{content}", w.said, briefing, step=w.step),
            amount=w.total, priority=1, scenario=w.scenario, message_kind=w.kind, due=file.ctx.today,
            channel=w.rung.channel if w.rung else "email", granted_days=w.rung.days_granted if w.rung else 0,
        )
    )  # fmt: skip
    out.waiting.append((w, reason("why.approval_asked", step=w.step)))


def new_task(file: File, kind: str, key: str, said: tuple[Said, ...], briefing: Reason, step: str = "") -> Task:
    """A task of today, due in a week."""
    today = file.ctx.today
    amount = sum((s.balance for s in said), ZERO)
    name = f"{kind}:{file.key[0]}:{file.key[1]}:{key}"
    owner = file.customer.account_manager
    return Task(name, kind, file.key, today, today + WEEK, said, amount, briefing, step=step, owner=owner)  # type: ignore[arg-type]


def _numbers(said: Iterable[Said]) -> tuple[str, ...]:
    return tuple(f"{s.invoice[1]} / {s.invoice[2]}" if s.invoice[2] else s.invoice[1] for s in said)


def _send(file: File, w: Wanted, out: Outcome) -> None:
    rung, ctx = w.rung, file.ctx
    channel = rung.channel if rung and w.kind == "step" else "email"
    if channel != "email":
        out.tasks.append(_letter(file, w, channel))
        return
    to = ctx.addresses(file.customer)
    if to:
        out.messages.append(_message(file, w, to))
        return
    if rung and w.kind == "step" and {normalise(rung.template), normalise(rung.code)} & ctx.has_letter:
        out.tasks.append(_letter(file, w, "letter"))
    out.waiting.append((w, reason("why.no_address", step=w.step or w.kind)))


def _message(file: File, w: Wanted, to: tuple[str, ...]) -> PlannedMessage:
    rung = w.rung
    manager = emails(file.customer.account_manager) if w.scenario == "strategic" else None
    also = manager if isinstance(manager, tuple) else ()  # strategic customers: the account manager in copy
    copies = tuple(dict.fromkeys(file.customer.copy_to + (rung.copy_to if rung else ()) + also))
    granted = rung.days_granted if rung and w.kind == "step" else 0
    return PlannedMessage(
        file.key, w.kind, w.step, w.scenario, w.said, w.credits, w.set_off, w.total, w.due,
        w.about[0].invoice.due_date, "email", rung, granted, to, copies, w.promise,
    )  # fmt: skip


def _letter(file: File, w: Wanted, channel: str) -> Task:
    step = w.step
    briefing = reason("task.letter", step=step, customer=file.customer.name, invoices=_numbers(w.said))
    task = new_task(file, "letter", f"{step}:{file.ctx.today}", w.said, briefing, step=step)
    return replace(
        task, amount=w.total, priority=1, scenario=w.scenario, message_kind="step", channel=channel,
        granted_days=w.rung.days_granted if w.rung else 0, due=file.ctx.today,
    )  # fmt: skip


def address_task(file: File, out: Outcome) -> Task | None:
    """Ask for an address: none is left that works, or one of several bounced."""
    good = file.ctx.addresses(file.customer)
    if len(good) == len(file.customer.emails) and (good or not _unreachable(out)):
        return None
    bad = tuple(a for a in file.customer.emails if a not in good)
    code = "task.address" if bad else "task.address_missing"
    briefing = reason(code, customer=file.customer.name, addresses=bad) if bad else reason(code, customer=file.customer.name)
    said = tuple(Said(s.invoice.key, s.amount) for s in file.chaseable)
    # The address belongs to the customer, not to one of its files: one task for all of them.
    return replace(new_task(file, "address", "", said, briefing), key=f"address:{file.key[0]}:{fingerprint(bad)}")


def _unreachable(out: Outcome) -> bool:
    return any(why.code == "why.no_address" for _, why in out.waiting)

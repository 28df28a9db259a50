"""Which open tasks became moot, and why."""

from __future__ import annotations

from .file import File
from .history import Task
from .leaving import Outcome
from .plan import ClosedTask
from .standing import is_settled
from .words import Reason, reason

ABOUT_INVOICES = ("call", "letter", "decide", "terms", "promise", "dispute", "approve")


def closings_of(file: File, out: Outcome) -> list[ClosedTask]:
    """The file's open tasks that nobody needs to do any more."""
    already = {c.no for c in out.closed}
    found = []
    for task in file.tasks:
        if task.open and task.no and task.no not in already:
            why = _why(file, task, out)
            if why is not None:
                found.append(ClosedTask(task.no, why))
    return found


def _why(file: File, task: Task, out: Outcome) -> Reason | None:
    if task.kind in ABOUT_INVOICES and task.message_kind != "thanks" and _all_settled(file, task):
        return reason("closed.paid")
    if task.kind == "approve":
        decided = file.ctx.sending and (file.ctx.fresh or task.message_kind in ("pre_due", "thanks"))
        return reason("closed.changed") if decided and task.no not in out.kept else None
    if task.kind == "call":
        later = any(s.kind == "step" and s.contact and s.day > task.created for s in file.sayings.all)
        return reason("closed.left") if later else None
    if task.kind == "dispute":
        cleared = all(file.remembered(s.invoice).cleared_on is not None for s in task.said)
        return reason("closed.resolved") if cleared else None
    if task.kind == "allocate":
        changed = file.credit != task.amount or file.overdue_net > file.ctx.settings.tolerance
        return reason("closed.resolved") if changed else None
    if task.kind == "kind":
        return reason("closed.resolved") if file.customer.kind else None
    if task.kind == "address":
        emails = file.customer.emails
        return reason("closed.resolved") if emails and file.ctx.addresses(file.customer) == emails else None
    return None


def _all_settled(file: File, task: Task) -> bool:
    here = {s.invoice.key: s.invoice for s in file.standings}
    invoices = [here.get(said.invoice) for said in task.said]
    return bool(invoices) and all(i is not None and is_settled(i, file.ctx) for i in invoices)

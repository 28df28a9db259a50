"""Bringing the sheet up to date with what a run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from relance.domain.apply import apply
from relance.domain.compose import compose
from relance.domain.context import workdays_of
from relance.domain.draft import Draft
from relance.domain.forecast import forecast
from relance.domain.history import History
from relance.domain.keys import InvoiceKey
from relance.domain.lines import LEAVES
from relance.domain.plan import InvoiceLine, Plan
from relance.domain.project import project, wanted_cells
from relance.domain.register import Fault, Register
from relance.domain.rows import Row, planned_row
from relance.domain.sheet import CellWrite, Snapshot
from relance.domain.words import Reason, reason
from relance.ports.errors import RelanceError, StoreError
from relance.ports.mail import Messages
from relance.runs.apologies import apologies
from relance.runs.desk import Desk, Result
from relance.runs.look import decided


def write(desk: Desk, result: Result, today: date, now: datetime, over: bool) -> None:
    """Set the robot's cells. A sheet that cannot be written is healed by the next run.

    `over`: what might leave today was fixed, and has left or not; what is still due leaves on another day.
    """
    register, history = result.register, desk.history(result.register)
    words = desk.words(register)
    plan = _with_problems(decided(register, history, today), result)
    if plan.refused is not None:
        result.after, result.unwritten = plan, plan.refused
        return
    if over and plan.messages:
        plan = _put_off(plan, result, workdays_of(register.settings).next_sending(today + timedelta(days=1)))
    result.after = plan
    stamp: Row = {
        "register_id": desk.register_id,
        "last_run": result.run,
        "last_run_at": f"{words.date(today)} {now.astimezone(ZoneInfo(register.settings.time_zone)):%H:%M}",
    }
    planned = _planned(desk, register, plan, history, today)
    projection = project(register, plan, history, planned, stamp, words, apologies(desk, register, history, today))

    def wanted(snapshot: Snapshot) -> list[CellWrite]:
        return wanted_cells(projection, snapshot, desk.lexicon, words)

    try:
        result.cells = desk.store.write(wanted)
        result.unwritten = None
    except StoreError as error:
        result.unwritten = reason(error.code, **error.values)


def _with_problems(plan: Plan, result: Result) -> Plan:
    """The plan with, on the rows of messages that could not be worded or sent whole, the reason as their problem."""
    why = dict(result.unattached)
    why |= {s.invoice: f.why for f in result.failed if f.why.code.startswith("mail.") for s in f.draft.message.said}
    if not why:
        return plan

    def line_of(line: InvoiceLine) -> InvoiceLine:
        if line.key not in why:
            return line
        return replace(line, problem=(*line.problem, Fault("invoices", line.row, "", why[line.key])))

    return replace(plan, lines=tuple(line_of(line) for line in plan.lines))


def _put_off(plan: Plan, result: Result, day: date) -> Plan:
    """The plan without messages: the rows of what did not leave today say why, and the next day."""
    usual = result.stopped or reason("refusal.not_announced")
    why: Mapping[InvoiceKey, Reason] = {
        **{said.invoice: usual for m in plan.messages for said in m.said},
        **{said.invoice: f.why for f in result.failed for said in f.draft.message.said},
    }

    def line_of(line: InvoiceLine) -> InvoiceLine:
        if line.key not in why or line.why is None or line.why.code not in LEAVES:
            return line
        return replace(line, why=why[line.key], next_date=day)

    return replace(plan, messages=(), lines=tuple(line_of(line) for line in plan.lines))


def _planned(desk: Desk, register: Register, plan: Plan, history: History, today: date) -> list[Row]:
    """The messages still to leave today, and those of the next days if nothing changes."""
    messages, words = desk.wording(register.templates), desk.words(register)
    rows = []
    stop = words.say(reason("why.would_stop_default"))
    for coming in (plan, *forecast(register, apply(plan, history), today)):
        drafts = compose(coming, register, desk.register_id)
        rows += [planned_row(draft, _subject(messages, draft, desk, register), stop, words) for draft in drafts]
    return rows


def _subject(messages: Messages, draft: Draft, desk: Desk, register: Register) -> str:
    try:
        return messages.subject(draft)
    except RelanceError as error:
        return desk.words(register).say(reason(error.code, **error.values))

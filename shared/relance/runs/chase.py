"""`chase`: one pass over one register (DESIGN 5). Announcing is the same pass, stopped before anything leaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from relance.domain.apply import apply
from relance.domain.compose import compose
from relance.domain.draft import Draft
from relance.domain.forecast import forecast
from relance.domain.gates import pins_of
from relance.domain.history import History
from relance.domain.parse import parse
from relance.domain.plan import InvoiceLine, Plan
from relance.domain.project import project, wanted_cells
from relance.domain.register import Fault, Register
from relance.domain.rows import Row, planned_row
from relance.domain.sheet import CellWrite, Snapshot
from relance.domain.words import reason
from relance.ports import LedgerError, Messages, RelanceError, StoreError
from relance.runs.apologies import apologies
from relance.runs.desk import Clock, Desk, Result
from relance.runs.documents import documents_of
from relance.runs.look import decided
from relance.runs.sending import Hashes, Sending, send_all


def announce(desk: Desk, today: date, clock: Clock) -> Result:
    """Decide and show in the sheet what will leave today; send nothing."""
    return _run(desk, today, clock, None)


def chase(
    desk: Desk, today: date, clock: Clock, allowed: Hashes | None = None, time_left: Callable[[], float] = lambda: math.inf
) -> Result:  # fmt: skip
    """Decide, send, and write the sheet. With `allowed`, only those messages leave, unchanged.

    `time_left`: seconds until the process is stopped. When they grow few, no further message leaves and the result `goes_on`.
    """
    return _run(desk, today, clock, Sending(clock, time_left, allowed))


def _run(desk: Desk, today: date, clock: Clock, sending: Sending | None) -> Result:
    desk.store.check_writable()
    register = parse(desk.store.read(), desk.lexicon)
    history = desk.history(register)
    plan = decided(register, history, today, desk.refusal)
    result = Result(register, plan)
    if plan.refused is not None:
        return result
    result.run = desk.ledger.begin(today, clock())
    try:
        if result.run != history.last_run + 1:
            raise LedgerError("ledger.busy")
        if _settle(desk, history, clock()):
            history = desk.history(register)
            plan = result.plan = decided(register, history, today)
        result.drafts = compose(plan, register, desk.register_id)
        history = _remember(desk, result, history, today)
        if register.settings.mode != "draft" and sending is not None:
            send_all(desk, result, history, today, sending)
        else:
            for draft in result.drafts:
                result.unattached |= documents_of(desk.store, draft)[1]
            if sending is None:
                desk.ledger.announce(today, {d.message.id: d.message.content_hash for d in result.drafts})
        _write(desk, result, today, clock())
    finally:
        desk.ledger.finish(result.run, clock(), _summary(result, today))
    return result


def _settle(desk: Desk, history: History, now: datetime) -> bool:
    """Ask the mail server about messages that were claimed and never answered; say whether any was settled."""
    settled = False
    for message in (m for facts in history.files.values() for m in facts.messages if m.status == "uncertain"):
        taken = desk.mailer.was_accepted(message)
        if taken == "yes":
            desk.ledger.accepted(message.id, message.id)
        elif taken == "no":
            desk.ledger.refused(message.id, "not sent", (), now)
        settled |= taken != "unknown"
    return settled


def _remember(desk: Desk, result: Result, history: History, today: date) -> History:
    """Keep first sights and tasks, and fix the bank details. Drafts and tests leave no trace in what decides."""
    plan, settings = result.plan, result.register.settings
    if settings.mode != "live":
        return history
    if history.pins is None:
        desk.ledger.pin(pins_of(settings))
    if plan.memory or plan.tasks or plan.answered or plan.closed:
        desk.ledger.remember(plan.memory, plan.tasks, plan.answered, plan.closed, today)
    return desk.history(result.register)


def _write(desk: Desk, result: Result, today: date, now: datetime) -> None:
    """Bring the sheet up to date with what happened. A sheet that cannot be written is healed by the next run."""
    register, history = result.register, desk.history(result.register)
    words = desk.words(register)
    plan = result.after = _with_problems(decided(register, history, today), result)
    if plan.refused is not None:
        result.unwritten = plan.refused
        return
    stamp: Row = {
        "register_id": desk.register_id,
        "last_run": result.run,
        "last_run_at": f"{words.date(today)} {now:%H:%M}",
    }
    planned = _planned(desk, result, plan, history, today)
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


def _planned(desk: Desk, result: Result, plan: Plan, history: History, today: date) -> list[Row]:
    """The messages still to leave today, and those of the next days if nothing changes."""
    register = result.register
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


def _summary(result: Result, today: date) -> dict[str, object]:
    """The run's record: ids and counts, no personal data."""
    return {
        "day": today.isoformat(),
        "mode": result.register.settings.mode,
        "planned": [d.message.id for d in result.drafts],
        "sent": [d.message.id for d in result.sent],
        "failed": [{"id": f.draft.message.id, "reason": f.why.code} for f in result.failed],
        "uncertain": [d.message.id for d in result.uncertain],
        "cells": result.cells,
        "written": result.after is not None and result.unwritten is None,
        "stopped": result.stopped.code if result.stopped else None,
        "unwritten": result.unwritten.code if result.unwritten else None,
    }

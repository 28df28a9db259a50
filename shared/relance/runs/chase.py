"""`chase`: one pass over one register (DESIGN 5). Announcing is the same pass, stopped before anything leaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime

from relance.domain.compose import compose
from relance.domain.gates import pins_of
from relance.domain.history import History
from relance.domain.observe import free_number
from relance.domain.parse import parse
from relance.ports.errors import LedgerError
from relance.runs.desk import Clock, Desk, Result
from relance.runs.documents import documents_of
from relance.runs.look import decided
from relance.runs.sending import Hashes, Sending, send_all
from relance.runs.writing import write


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
        over = sending is not None and sending.allowed is not None and register.settings.mode != "draft"
        write(desk, result, today, clock(), over and not result.goes_on)
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
        first = free_number(history.next_task, len(plan.tasks), result.register)
        desk.ledger.remember(plan.memory, plan.tasks, plan.answered, plan.closed, today, first)
    return desk.history(result.register)


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

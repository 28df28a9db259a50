"""`plan`: what would leave and why. Reads, decides, writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from relance.domain.compose import compose
from relance.domain.decide import decide
from relance.domain.gates import notice_of, refusal_of
from relance.domain.history import History
from relance.domain.parse import parse
from relance.domain.plan import Plan
from relance.domain.register import Register
from relance.domain.words import Reason, reason
from relance.runs.desk import Desk, Result

OTHER_MODES = {"draft": reason("notice.draft_mode"), "test": reason("notice.test_mode")}


def look(desk: Desk, today: date) -> Result:
    """The plan of a day, as a run of that day would decide it."""
    register = parse(desk.store.read(), desk.lexicon)
    history = desk.history(register)
    plan = decided(register, history, today, desk.refusal)
    return Result(register, plan, compose(plan, register, desk.register_id))


def decided(register: Register, history: History, today: date, refusal: Reason | None = None) -> Plan:
    """The plan of a day, unless something makes the whole run refuse."""
    refusal = refusal or refusal_of(register, history, today)
    if refusal is not None:
        return decide(replace(register, refusal=refusal), history, today)
    plan = decide(register, history, today)
    notices = [notice_of(register, history)]
    if register.settings.mode != "live":
        notices.append(OTHER_MODES[register.settings.mode])
    return replace(plan, notices=(*plan.notices, *(n for n in notices if n is not None)))

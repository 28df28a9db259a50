"""The texts of apologies that wait for a person."""

from __future__ import annotations

from datetime import date

from relance.domain.compose import apology
from relance.domain.history import History
from relance.domain.register import Register
from relance.ports.errors import MessageError
from relance.runs.desk import Desk


def apologies(desk: Desk, register: Register, history: History, today: date) -> dict[int, str]:
    """By the number of its task, the words of each apology not made yet; without those that cannot be worded."""
    messages, found = desk.wording(register.templates), {}
    for task in (t for facts in history.files.values() for t in facts.tasks if t.kind == "apology" and t.open):
        draft = apology(task, register, desk.register_id, today)
        if draft is not None and draft.message.to:
            try:
                worded = messages.render(draft)
            except MessageError:
                continue
            found[task.no] = f"{worded.subject}\n\n{worded.text.strip()}"
    return found

"""What the next days would bring if nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from .apply import apply
from .context import workdays_of
from .decide import decide
from .history import History
from .plan import Plan
from .register import Register

AHEAD = 5


def forecast(register: Register, history: History, today: date, count: int = AHEAD) -> Iterator[Plan]:
    """The plans of the next `count` sending days, each after the one before, payments taken as entered every day."""
    days = workdays_of(register.settings)
    day = today
    for _ in range(count):
        day = days.next_sending(day + timedelta(days=1))
        settings = replace(register.settings, payments_entered_up_to=days.add_working(day, -1))
        plan = decide(replace(register, settings=settings), history, day)
        yield plan
        history = apply(plan, history)

"""The thank-you after payment (step `MERCI` of a scenario, off unless people make it active)."""

from __future__ import annotations

from datetime import date, timedelta

from .file import File
from .history import Said
from .profile import settled_on
from .register import ZERO, Scenario, Step
from .standing import Standing
from .wanted import Wanted

WITHIN = timedelta(days=14)  # later than that it would only surprise


def thanks_of(file: File) -> list[Wanted]:
    """One message for the invoices that were reminded and are paid now; each is thanked for once.

    It leaves the step's days after the payment, whose date must be known, when nothing of the file is overdue and its
    customer may be written to. It counts for no gap.
    """
    if not file.sayings.all or not _welcome(file):
        return []
    ready = [(t, s) for s in file.standings if (t := _thank(file, s)) is not None]
    if not ready:
        return []
    (_, step, scenario), _ = ready[0]
    about = tuple(s for (_, other, _), s in ready if other is step)
    said = tuple(Said(s.invoice.key, ZERO) for s in about)
    due = min(on for (on, _, _), _ in ready)
    return [Wanted("thanks", step.code, step, scenario.name, about, said, ZERO, due)]


def _welcome(file: File) -> bool:
    """Whether nothing is overdue, disputed or otherwise in the way of a kind word."""
    customer, today = file.customer, file.ctx.today
    if (
        customer.do_not_chase
        or customer.faults
        or customer.code in file.ctx.complaints
        or (customer.hold_until and customer.hold_until >= today)
    ):
        return False
    return all(s.status in ("paid", "not_due") for s in file.standings)


def _thank(file: File, standing: Standing) -> tuple[date, Step, Scenario] | None:
    """The day to thank for an invoice, and the step of the scenario in which it was last reminded."""
    key, paid_on = standing.invoice.key, settled_on(standing.invoice)
    if standing.status != "paid" or standing.invoice.amount <= ZERO or paid_on is None:
        return None
    heard = [s for s in file.sayings.all if key in s.steps and s.contact and s.kind in ("step", "repeat")]
    if not heard or file.sayings.last_of_kind(key, "thanks") is not None:
        return None
    scenario = file.ctx.register.scenarios.get(heard[-1].scenario) or file.scenario
    step = next((s for s in scenario.steps if s.is_thanks and s.active and s.channel == "email"), None) if scenario else None
    if step is None or scenario is None:
        return None
    on = file.ctx.days.next_sending(paid_on + timedelta(days=step.offset))
    return (on, step, scenario) if on <= file.ctx.today <= on + WITHIN else None

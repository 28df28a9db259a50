"""One invoice, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .context import Context
from .decide import decide
from .file import File, file_of
from .history import History
from .ladder import Unit, units_of
from .plan import InvoiceLine
from .register import Register
from .standing import Standing
from .words import Reason, reason


@dataclass(frozen=True, slots=True)
class Check:
    """One rule looked at: passed, not passed, or only told (None)."""

    rule: str
    passed: bool | None
    says: Reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the register shows of an invoice, and the rules that led there."""

    line: InvoiceLine
    checks: tuple[Check, ...]


def explain(register: Register, history: History, today: date, number: str, customer: str) -> list[Explanation]:
    """The explanations of all rows with this number (of one customer, when given)."""
    plan = decide(register, history, today)
    lines = [x for x in plan.lines if x.invoice_no == number and customer in ("", x.customer)]
    ctx = Context(register, history, today)
    return [Explanation(line, tuple(_checks(line, ctx))) for line in lines]


def _checks(line: InvoiceLine, ctx: Context) -> Iterator[Check]:
    invoice = next((i for i in ctx.register.invoices if i.key == line.key), None)
    if invoice is None or invoice.customer not in ctx.register.customers:
        for fault in line.problem:
            yield Check("row", False, reason("explain.fault", row=line.row, problem=fault.why))
        return
    mine = [i for i in ctx.register.invoices if i.file == invoice.file]
    file = file_of(invoice.file, mine, ctx.register.customers[invoice.customer], ctx)
    standing = next(s for s in file.standings if s.invoice.key == line.key)
    currency = invoice.currency
    yield Check("row", None, reason("explain.row", amount=invoice.amount, paid=invoice.paid, balance=invoice.balance,
                                    due=invoice.due_date, currency=currency))  # fmt: skip
    yield Check("standing", standing.why is None, standing.why or reason("explain.may_be_chased"))
    entered = ctx.settings.payments_entered_up_to
    yield Check("freshness", ctx.fresh, reason("explain.entered", up_to=entered or "-"))
    yield Check("file", file.worth_chasing(file.overdue_net),
                reason("explain.file", count=len(file.chaseable), credit=file.credit, net=file.overdue_net,
                       floor=ctx.settings.floor, currency=currency))  # fmt: skip
    net, ceiling = file.overdue_net, ctx.settings.ceiling
    if ceiling:
        yield Check("ceiling", not file.above_ceiling,
                    reason("explain.ceiling", net=net, ceiling=ceiling, currency=currency))  # fmt: skip
    addresses = ctx.addresses(file.customer)
    yield Check("address", bool(addresses), reason("explain.addresses", addresses=addresses or "-"))
    yield Check("sending_day", ctx.sending, reason("explain.sending", date=ctx.today))
    for unit in units_of(file):
        if any(s.invoice.key == line.key for s in unit.standings):
            yield from _ladder(unit, file, standing)


def _ladder(unit: Unit, file: File, standing: Standing) -> Iterator[Check]:
    yield Check("scenario", None, reason("explain.scenario", scenario=unit.scenario.name))
    last, heard = unit.last_step, file.sayings.last_day(unit.gap_about)
    if unit.level is not None:
        yield Check("level", None, reason("explain.level", step=unit.level[0]))
    rung = unit.next
    if rung is None:
        return
    oldest = rung.about[0].invoice.due_date
    offset = oldest + timedelta(days=rung.step.offset)
    yield Check("offset", offset <= file.ctx.today,
                reason("explain.offset", step=rung.step.code, due=oldest, days=rung.step.offset, date=offset))  # fmt: skip
    if last is not None and unit.level is not None:
        distance = max(rung.step.offset - unit.level[1], last.granted_days)
        on = last.day + timedelta(days=distance)
        yield Check("distance", on <= file.ctx.today,
                    reason("explain.distance", last=last.step, day=last.day, days=distance, date=on))  # fmt: skip
    if heard is not None:
        on = heard + file.ctx.gap
        yield Check("gap", on <= file.ctx.today,
                    reason("explain.gap", day=heard, days=file.ctx.settings.min_gap_days, date=on))  # fmt: skip
    yield Check("next", rung.on <= file.ctx.today, reason("explain.next", step=rung.step.code, date=rung.on))

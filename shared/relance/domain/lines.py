"""What the register shows about each row: status, next step, next date, and the reason (DESIGN 4: always one)."""

from __future__ import annotations

from datetime import date, timedelta

from .context import Context
from .file import File
from .keys import InvoiceKey
from .ladder import Unit
from .leaving import Outcome
from .plan import InvoiceLine
from .register import Fault, FaultyInvoice
from .standing import Standing
from .words import Reason, reason

LEAVES = ("why.leaves_today", "why.repeat_today")
Next = tuple[str, date | None, Reason, str]  # next step, its date, why, status ('' keeps the one found)


def lines_of(file: File, units: list[Unit], out: Outcome, capped: set[InvoiceKey], ctx: Context) -> list[InvoiceLine]:
    """A line for every invoice of the file: what happens to it today, else what comes next."""
    alone = units[0] if units and len(file.unit_invoices) == 1 else None  # the usual case: one unit for all
    unit_of = {} if alone else {s.invoice.key: u for u in units for s in u.standings}
    coming = {id(unit): _coming(unit) for unit in units if unit.chaseable}
    today = _today(out)
    found = []
    for s in file.standings:
        key = s.invoice.key
        unit = alone or unit_of.get(key)
        step, on, why, status = "", s.until, s.why, s.status
        if s.status != "paid" and s.invoice.amount > 0:
            if unit is None:
                name = s.invoice.scenario or file.customer.scenario
                why, status = reason("why.no_scenario", scenario=name), "not_chased"
            elif s.why is None:
                step, on, why, status = _chased(s, unit, coming[id(unit)], capped)
                status = status or _heard_status(s, unit)
            elif s.status == "not_due" or s.waits_bank:
                step, on = _first(s, unit)
        if key in today:
            why, changed, told = today[key]
            status, step = changed or status, told or step
            if told and why.code in LEAVES:
                on = ctx.today
        found.append(_line(s, file, step, on, why, status))
    return found


def faulty_line(row: FaultyInvoice, today: date) -> InvoiceLine:
    """A row that could not be understood: never chased, its problem shown."""
    late = max((today - row.due_date).days, 0) if row.due_date else None
    why = reason("why.faulty", problem=row.faults[0].why)
    return InvoiceLine(
        row.row, row.customer, row.number, row.instalment, row.balance, late, "faulty", why=why, problem=row.faults
    )  # fmt: skip


def _line(s: Standing, file: File, step: str, on: date | None, why: Reason | None, status: str) -> InvoiceLine:
    invoice = s.invoice
    key, late = invoice.key, (file.ctx.today - invoice.due_date).days
    last_step, last_day = "", None
    if file.sayings.all:
        last = next((x for x in reversed(file.sayings.all) if key in x.steps and x.contact), None)
        if last is not None:
            told = file.sayings.said_of(key)
            last_step, last_day = (max(told, key=told.__getitem__) if told else last.step), last.day
    return InvoiceLine(
        invoice.row, key[0], key[1], key[2], invoice.balance,
        late if late > 0 and s.status != "paid" and invoice.amount > 0 else 0,
        status, last_step, last_day, step, on, why, _rejected(s, file),
    )  # fmt: skip


def _rejected(s: Standing, file: File) -> tuple[Fault, ...]:
    """The last message about an invoice was found harmful: most likely its document."""
    day = file.rejected.get(s.invoice.key)
    return () if day is None else (Fault("invoices", s.invoice.row, "document", reason("mail.found_harmful", date=day)),)


def _heard_status(s: Standing, unit: Unit) -> str:
    if not unit.file.sayings.all:
        return "overdue"
    heard = unit.said.get(s.invoice.key, {})
    uncertain = unit.file.sayings.uncertain.get(s.invoice.key)
    if uncertain is not None:
        return "uncertain"
    if any(unit.is_formal_code(code) for code in heard):
        return "formal_notice"
    return "reminded" if heard else "overdue"


def _first(s: Standing, unit: Unit) -> tuple[str, date | None]:
    """The first step that will reach an invoice not chaseable yet, as far as it can be foreseen."""
    days, ctx = unit.file.ctx.days, unit.file.ctx
    pre = unit.scenario.pre_due
    if pre is not None and s.invoice.due_date > ctx.today and not unit.file.chaseable:
        on = days.next_sending(max(s.invoice.due_date + timedelta(days=pre.offset), ctx.today))
        if on < s.invoice.due_date and unit.file.sayings.last_of_kind(s.invoice.key, "pre_due") is None:
            return pre.code, on
    after = days.add_working(s.invoice.due_date, ctx.settings.bank_days) + timedelta(days=1)
    upcoming = unit.next
    if upcoming is not None and upcoming.on >= after and not upcoming.step.is_formal:
        return upcoming.step.code, upcoming.on
    if not unit.rungs:
        return "", None
    first = unit.rungs[0]
    return first.code, days.next_sending(max(s.invoice.due_date + timedelta(days=first.offset), after))


def _coming(unit: Unit) -> Next:
    """What comes next for the unit as a whole."""
    file, ctx = unit.file, unit.file.ctx
    unknown = unit.waits_for_formal
    if unknown is not None:
        return unknown[0], None, reason("why.uncertain_formal", step=unknown[0], date=unknown[1]), "uncertain"
    if not ctx.settings.payments_entered_up_to:
        return _nominal(unit, reason("why.stale_empty"))
    if not ctx.fresh:
        return _nominal(unit, reason("why.stale", up_to=ctx.settings.payments_entered_up_to))
    if file.overdue_net <= ctx.settings.tolerance:
        return "", None, reason("why.covered", net=file.overdue_net), ""
    if file.overdue_net < ctx.settings.floor:
        why = reason("why.below_floor", net=file.overdue_net, floor=ctx.settings.floor, currency=file.key[1])
        return _nominal(unit, why)
    rung = unit.next
    if rung is None:
        return (
            "",
            None,
            reason("why.no_step_left" if unit.rungs else "why.no_active_step", scenario=unit.scenario.name),
            "",
        )
    if rung.step.is_formal and not file.customer.kind and rung.asked_from <= ctx.today:
        return rung.step.code, None, reason("why.kind_missing", step=rung.step.code), ""
    on = rung.on if rung.on > ctx.today else ctx.days.next_sending(ctx.today + timedelta(days=1))
    return rung.step.code, on, reason("why.step_later", step=rung.step.code, date=on), ""


def _nominal(unit: Unit, why: Reason) -> Next:
    rung = unit.next
    return (rung.step.code, None, why, "") if rung else ("", None, why, "")


def _chased(s: Standing, unit: Unit, coming: Next, capped: set[InvoiceKey]) -> Next:
    """What comes for one invoice that may be chased: today's event if it is in one, else what comes for its unit."""
    key, out = s.invoice.key, unit.file
    if key in unit.file.covered and unit.file.overdue_net > unit.file.ctx.settings.tolerance:
        return "", None, reason("why.covered_invoice"), ""
    if key in capped:
        on = out.ctx.days.next_sending(out.ctx.today + timedelta(days=1))
        return coming[0], on, reason("why.capped", step=coming[0]), ""
    rung = unit.next
    if rung is not None and rung.step.is_formal and s not in rung.about:
        refused = (key, rung.step.code) in unit.file.sayings.passed
        if refused or rung.step.code in unit.said.get(key, {}):
            code = "why.refused_step" if refused else "why.no_step_left"
            return "", None, reason(code, step=rung.step.code, scenario=unit.scenario.name), coming[3]
        on = out.ctx.days.next_sending(s.invoice.due_date + timedelta(days=rung.step.offset))
        if on > out.ctx.today:
            return rung.step.code, on, reason("why.step_later", step=rung.step.code, date=on), coming[3]
    return coming


def _today(out: Outcome) -> dict[InvoiceKey, tuple[Reason, str, str]]:
    """What happens today, by invoice: the reason, a status if it changes, and the step."""
    found: dict[InvoiceKey, tuple[Reason, str, str]] = {}
    for w, why in out.waiting:
        status = "to_approve" if why.code in ("why.to_approve", "why.approval_asked") else ""
        found |= {s.invoice: (why, status, w.step) for s in w.said}
    for letter in out.letters():
        found |= {s.invoice: (reason("why.leaves_today", step=letter.step), "", letter.step) for s in letter.said}
    for m in out.messages:
        code = "why.repeat_today" if m.kind == "repeat" else "why.leaves_today"
        found |= {s.invoice: (reason(code, step=m.step or m.kind), "", m.step) for s in m.said}
    return found

"""Promises to pay: what becomes of each one, day after day (DESIGN 4, rule 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .history import Promise, Task
from .register import Invoice
from .settings import Settings
from .workdays import Workdays

FAR_AHEAD = timedelta(days=30)
Value = tuple[str, date, Decimal | None]  # source, promised for, promised amount


def values_on(invoice: Invoice, tasks: Iterable[Task]) -> list[Value]:
    """The promises that stand on the invoice's row and on the To do lines about it."""
    found: list[Value] = []
    if invoice.promised_for:
        found.append(("row", invoice.promised_for, invoice.promised_amount))
    found += [
        (str(task.no), task.promised_for, None) for task in tasks
        if task.promised_for and any(said.invoice == invoice.key for said in task.said)
    ]  # fmt: skip
    return found


def follow(
    known: tuple[Promise, ...],
    values: list[Value],
    invoice: Invoice,
    overtaken: bool,
    today: date,
    settings: Settings,
    days: Workdays,
) -> tuple[Promise, ...]:
    """The invoice's promises as they stand today; `overtaken`: a dispute or a hold stands in their way."""
    promises = [_settle(p, values, invoice, overtaken, today, settings, days) for p in known]
    seen = {(p.source, p.promised_for, p.amount) for p in known}
    for value in values:
        if value not in seen:
            promises = [_replace(p, today) for p in promises]
            promises.append(_first_sight(value, invoice, overtaken, today))
    return tuple(promises)


def limit(promise: Promise, settings: Settings, days: Workdays) -> date:
    """The last day of grace."""
    return days.add_working(promise.promised_for, settings.promise_grace_days)


def _first_sight(value: Value, invoice: Invoice, overtaken: bool, today: date) -> Promise:
    source, promised_for, amount = value
    new = Promise(source, promised_for, amount, today, invoice.paid, invoice.balance)
    if promised_for < today:
        return replace(new, end="past", ended_on=today)
    if overtaken:
        return replace(new, end="void", ended_on=today)
    return replace(new, quiet=promised_for > today + FAR_AHEAD)


def _settle(
    promise: Promise,
    values: list[Value],
    invoice: Invoice,
    overtaken: bool,
    today: date,
    settings: Settings,
    days: Workdays,
) -> Promise:
    if promise.end:
        return promise
    paid_since = invoice.paid - promise.paid_then
    if invoice.balance <= settings.tolerance or paid_since >= promise.expected - settings.tolerance:
        return replace(promise, end="kept", ended_on=today)
    if overtaken:
        return replace(promise, end="void", ended_on=today)
    if (promise.source, promise.promised_for, promise.amount) not in values:
        return _replace(promise, today)
    last = limit(promise, settings, days)
    entered = settings.payments_entered_up_to
    if today > last and entered is not None and entered >= last:
        return replace(promise, end="broken", ended_on=today)
    return promise


def _replace(promise: Promise, today: date) -> Promise:
    """A newer value, or none, took its place: on or after its date it counts as broken, without a message."""
    if promise.end:
        return promise
    if today < promise.promised_for:
        return replace(promise, end="replaced", ended_on=today)
    return replace(promise, end="broken", ended_on=today, quiet=True)

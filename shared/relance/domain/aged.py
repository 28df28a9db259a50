"""The aged balance: what each customer owes, by days overdue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .register import ZERO, Invoice, Register

BUCKETS = ("not_due", "late_1_30", "late_31_60", "late_61_90", "late_over_90")


@dataclass(frozen=True, slots=True)
class Aged:
    """One customer in one currency. `outstanding` is the sum of the buckets; disputed invoices are included."""

    customer: str
    currency: str
    outstanding: Decimal
    not_due: Decimal
    late_1_30: Decimal
    late_31_60: Decimal
    late_61_90: Decimal
    late_over_90: Decimal


def bucket_of(invoice: Invoice, today: date) -> str:
    """Days overdue count from the day after the due date; credits lie with what is not due."""
    late = (today - invoice.due_date).days
    if late <= 0 or invoice.balance < ZERO:
        return "not_due"
    return "late_1_30" if late <= 30 else "late_31_60" if late <= 60 else "late_61_90" if late <= 90 else "late_over_90"


def aged_of(invoices: Iterable[Invoice], today: date) -> dict[str, Decimal]:
    """The sum of the balances in each bucket, with their total as `outstanding`."""
    sums = dict.fromkeys(BUCKETS, ZERO)
    for invoice in invoices:
        sums[bucket_of(invoice, today)] += invoice.balance
    return {"outstanding": sum(sums.values(), ZERO), **sums}


def aged_balance(register: Register, today: date) -> tuple[Aged, ...]:
    """The aged balance of the register, largest overdue first. Unallocated payments count as credits not due."""
    grouped: dict[tuple[str, str], list[Invoice]] = {}
    for invoice in register.invoices:
        grouped.setdefault(invoice.file, []).append(invoice)
    found = []
    for key in sorted(grouped.keys() | register.unallocated.keys()):
        sums = aged_of(grouped.get(key, ()), today)
        credit = sum((p.amount for p in register.unallocated.get(key, ())), ZERO)
        sums["not_due"] -= credit
        sums["outstanding"] -= credit
        if any(sums.values()):
            found.append(Aged(key[0], key[1], **sums))
    return tuple(sorted(found, key=lambda a: (a.not_due - a.outstanding, a.customer, a.currency)))

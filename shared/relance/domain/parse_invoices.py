"""The invoices tab: rows -> lines of typed values -> invoices, and apart from them the rows that have a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from . import codes
from .grid import Grid, Line, read, readers
from .parse_customers import Directory
from .register import ZERO, FaultyInvoice, Invoice
from .scenarios import Names
from .tables import INVOICES
from .values import Reader, bad, identifier, positive, then, typed_currency
from .words import Lexicon, Reason, reason

NO_DATE = date(2000, 1, 1)  # of a credit note without any date


def invoice_readers(lexicon: Lexicon, names: Names) -> dict[str, Reader]:
    """How the cells of an invoice are read, by column id; the customer as typed."""
    special = {
        "currency": then(identifier, codes.currency),
        "scenario": then(identifier, names.scenario),
        "last_step_done": then(identifier, names.step),
        "disputed_amount": positive,
        "promised_amount": positive,
    }
    return readers(INVOICES.people, lexicon, special)


def invoice_faults(values: Mapping[str, Any]) -> Iterator[tuple[str, Reason]]:
    """What is wrong with a row as a whole, by column: no due date (a credit note needs none), `paid` out of bounds."""
    amount = values.get("amount")
    if "due_date" not in values and (amount is None or amount >= 0):
        yield "due_date", reason("fault.missing", heading="due_date")
    paid = values.get("paid")
    if paid is not None and amount is not None:
        if paid < min(amount, ZERO):
            yield "paid", bad("fault.negative", f"{paid:f}")
        elif paid > ZERO > amount:
            yield "paid", bad("fault.amount", f"{paid:f}")


def read_invoices(grid: Grid, lexicon: Lexicon, names: Names, directory: Directory, currency: str) -> list[Line]:
    """The rows of the tab, their values under the field names of `Invoice`; payments are still to be applied.

    A credit note without a due date gets its invoice date, else the first day of 2000: it is set off at once.
    """
    found = []
    for line in read(grid, invoice_readers(lexicon, names), ("invoice_no", "customer", "amount")):
        values = line.values
        for column, why in invoice_faults(values):
            if not line.unread(column):
                line.blame(INVOICES, column, why)
        if "due_date" not in values and "amount" in values and values["amount"] < 0 and not line.unread("due_date"):
            values["due_date"] = values.get("invoice_date", NO_DATE)
        typed = values.setdefault("customer", "")
        code = directory.find(typed) if typed else typed
        if isinstance(code, Reason):
            line.blame(INVOICES, "customer", code)
        else:
            values["customer"] = code
        values["number"] = values.pop("invoice_no", "")
        values.setdefault("instalment", "")
        if "currency" not in values:
            values["currency"] = currency
        _blame_other_currency(grid, line)
        values.pop("comment", None)
        found.append(line)
    _blame_duplicates(found)
    return found


def _blame_other_currency(grid: Grid, line: Line) -> None:
    """An amount typed with a currency must be in that of its row."""
    for column in ("amount", "paid"):
        cell = line.cells[grid.columns[column]] if column in grid.columns else None
        if isinstance(cell, str) and column in line.values:
            typed = typed_currency(cell)
            if typed and codes.currency(typed) != line.values["currency"]:
                line.blame(INVOICES, column, reason("fault.currency_mismatch"))


def _blame_duplicates(lines: Iterable[Line]) -> None:
    """Of rows with the same key none can be trusted."""
    first: dict[tuple[str, str, str], Line] = {}
    more: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        values = line.values
        key = (values["customer"], values["number"], values["instalment"])
        other = first.setdefault(key, line)
        if other is not line and values["customer"] and values["number"]:
            more.setdefault(key, [other]).append(line)
    for same in more.values():
        why = reason("fault.duplicate", rows=", ".join(str(line.row) for line in same))
        for line in same:
            line.blame(INVOICES, "", why)


def built(lines: Iterable[Line]) -> tuple[tuple[Invoice, ...], tuple[FaultyInvoice, ...]]:
    """The invoices of these lines, and the rows with a fault."""
    good: list[Invoice] = []
    faulty: list[FaultyInvoice] = []
    for line in lines:
        if line.faults:
            faulty.append(_faulty(line))
        else:
            good.append(Invoice(row=line.row, **line.values))
    return tuple(good), tuple(faulty)


def _faulty(line: Line) -> FaultyInvoice:
    values = line.values
    balance: Decimal | None = None
    if "amount" in values and not line.unread("paid"):
        balance = ZERO if values.get("situation") == "paid" else values["amount"] - values.get("paid", ZERO)
    return FaultyInvoice(
        line.row, values["customer"], values["number"], values["instalment"], balance, values.get("due_date"),
        line.faults,
    )  # fmt: skip

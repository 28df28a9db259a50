"""The customers tab: rows -> customers, and how an invoice or a payment finds its customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from . import codes
from .grid import Grid, Line, read, readers
from .register import Customer, Fault
from .scenarios import Names
from .tables import CUSTOMERS
from .values import Reader, bad, identifier, lines, then
from .words import Lexicon, Reason, reason

_FIELD_OF = {"email": "emails"}
_NOT_KEPT = ("comment",)


class Directory:
    """Finds customers by exact code, by code in any case, or by name in any case."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._found: dict[str, str | Reason] = {}
        self._folded: dict[str, list[str]] = {}
        self._named: dict[str, list[str]] = {}
        for customer in customers:
            self._found[customer.code] = customer.code
            self._folded.setdefault(_fold(customer.code), []).append(customer.code)
            if customer.name:
                self._named.setdefault(_fold(customer.name), []).append(customer.code)

    def find(self, typed: str) -> str | Reason:
        """The code of the customer; else that nobody, or that more than one, is called so."""
        found = self._found.get(typed)
        if found is None:
            folded = _fold(typed)
            same = self._folded.get(folded) or self._named.get(folded) or []
            code = "fault.ambiguous_customer" if same else "fault.unknown_customer"
            found = self._found[typed] = same[0] if len(same) == 1 else bad(code, typed)
        return found


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def customer_readers(lexicon: Lexicon, names: Names) -> dict[str, Reader]:
    """How the cells of a customer are read, by column id."""
    special = {
        "country": then(identifier, codes.country),
        "language": then(identifier, codes.language),
        "scenario": then(identifier, names.scenario),
        "address": lines,
    }
    return readers(CUSTOMERS.people, lexicon, special)


def read_customers(grid: Grid, lexicon: Lexicon, names: Names) -> tuple[dict[str, Customer], list[Fault]]:
    """Customers by code, each with its faults, and the faults of rows without a code."""
    rows: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for line in read(grid, customer_readers(lexicon, names), ("code", "name")):
        code = line.values.get("code")
        if code is None:
            faults.extend(line.faults)
        else:
            rows.setdefault(code, []).append(line)
    return {code: _customer(same) for code, same in rows.items()}, faults


def _customer(rows: list[Line]) -> Customer:
    """The customer of the first of these rows; more than one row for a code is a fault."""
    first = rows[0]
    if len(rows) > 1:
        why = reason("fault.duplicate_customer", rows=", ".join(str(line.row) for line in rows))
        for line in rows:
            line.blame(CUSTOMERS, "code", why)
    values = {_FIELD_OF.get(k, k): v for k, v in first.values.items() if k not in _NOT_KEPT}
    values.setdefault("name", "")
    return Customer(**values, row=first.row, faults=tuple(fault for line in rows for fault in line.faults))


def with_faults(customers: Mapping[str, Customer], found: Mapping[str, list[Fault]]) -> dict[str, Customer]:
    """These customers, with further faults by code."""
    return {
        code: replace(customer, faults=(*customer.faults, *found[code])) if code in found else customer
        for code, customer in customers.items()
    }


def foreign_languages(customers: Iterable[Customer], lexicon: Lexicon, instead: str) -> list[Reason]:
    """For each language in which no message can be worded, its customers, and the language they are written to in."""
    found: dict[str, list[str]] = {}
    for customer in customers:
        if customer.language and customer.language not in lexicon.languages:
            found.setdefault(customer.language, []).append(customer.name or customer.code)
    return [
        reason("notice.language", language=language, instead=instead, names=tuple(names[:5]), count=len(names))
        for language, names in sorted(found.items())
    ]

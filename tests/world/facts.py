"""What a reading of the register said, understood without the rules' own reader: plain rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from relance.domain.sheet import Snapshot
from tests.world.book import FR, Table, Tables, setting_of, table_of

SITUATIONS = {label: name for name, label in FR.values["situation"].items()}
NEVER = frozenset(("paid", "refused", "in_collection", "insolvency", "assigned", "written_off", "to_check"))


@dataclass(frozen=True)
class Row:
    """One row of the invoices tab. `faulty` when a cell that decides is no usable value, or `paid` says two things."""

    number: str
    customer: str
    amount: Decimal
    paid: Decimal
    due: date | None
    situation: str
    disputed: Decimal
    hold_until: date | None
    promised_for: date | None
    promised_amount: Decimal | None
    faulty: bool

    @property
    def open(self) -> Decimal:
        """What is still owed."""
        return Decimal(0) if self.situation == "paid" else self.amount - self.paid

    @property
    def in_dispute(self) -> Decimal:
        """The part of it that is disputed."""
        if self.situation == "disputed" and not self.disputed:
            return self.open
        return min(self.disputed, self.open)

    def held(self, day: date) -> str:
        """Why people say that this invoice may not be chased that day; '' when they do not."""
        if self.faulty:
            return "faulty"
        if self.situation in NEVER:
            return self.situation
        if self.open <= 1:
            return "paid"
        if self.in_dispute >= self.open:
            return "disputed"
        if self.hold_until is not None and self.hold_until >= day:
            return "on hold"
        if self.situation == "on_hold" and self.hold_until is None:
            return "on hold"
        return ""


@dataclass(frozen=True)
class Debtor:
    """One row of the customers tab."""

    emails: tuple[str, ...]
    copy_to: tuple[str, ...]
    excluded: bool
    hold_until: date | None


@dataclass
class Facts:
    """The register as people see it. A number in more than one row has all of them."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    debtors: dict[str, list[Debtor]] = field(default_factory=dict)
    loose: dict[str, Decimal] = field(default_factory=dict)  # payments without an invoice, by customer
    settings: dict[str, Any] = field(default_factory=dict)


def tables_of(snapshot: Snapshot) -> Tables:
    """The tabs of a snapshot by table id."""
    ids = {title: table for table, title in FR.tabs.items()}
    return {ids.get(tab.title, tab.title): table_of(tab.title, tab.rows) for tab in snapshot.tabs}


def facts_of(tables: Tables) -> Facts:
    """What the tabs say."""
    facts = Facts()
    table = tables["customers"]
    codes = {}
    for n in table.used():
        code = table.get(n, "code")
        if code is None:
            continue
        codes[table.get(n, "name")] = code
        facts.debtors.setdefault(code, []).append(
            Debtor(_addresses(table.get(n, "email")), _addresses(table.get(n, "copy_to")),
                   table.get(n, "do_not_chase") in ("oui", True), _day(table.get(n, "hold_until")))
        )  # fmt: skip
    lines: dict[str, Decimal] = {}
    payments = tables["payments"]
    for n in payments.used():
        number, amount = payments.get(n, "invoice_no"), _money(payments.get(n, "amount")) or Decimal(0)
        if number is not None:
            lines[number] = lines.get(number, Decimal(0)) + amount
        elif payments.get(n, "customer") is not None:
            code = payments.get(n, "customer")
            facts.loose[code] = facts.loose.get(code, Decimal(0)) + amount
    invoices = tables["invoices"]
    for n in invoices.used():
        row = _row(invoices, n, codes, lines)
        if row is not None:
            facts.rows.setdefault(row.number, []).append(row)
    for name in ("mode", "iban", "grouping", "from_email", "cap_per_day", "payments_entered_up_to"):
        facts.settings[name] = setting_of(tables, name)
    return facts


def _row(table: Table, n: int, codes: dict[str, str], lines: dict[str, Decimal]) -> Row | None:
    number, typed = table.get(n, "invoice_no"), table.get(n, "customer")
    if number is None:
        return None
    amount, paid = table.get(n, "amount"), _money(table.get(n, "paid"))
    listed = lines.get(str(number))
    said = table.get(n, "situation")
    bad = not isinstance(amount, float | int) or typed is None or (said is not None and said not in SITUATIONS)
    bad |= listed is not None and bool(paid) and paid != listed
    return Row(
        str(number), codes.get(typed, typed or ""), _money(amount) or Decimal(0),
        listed if listed is not None else paid or Decimal(0), _day(table.get(n, "due_date")),
        SITUATIONS.get(said, "") if said else "", _money(table.get(n, "disputed_amount")) or Decimal(0),
        _day(table.get(n, "hold_until")), _day(table.get(n, "promised_for")), _money(table.get(n, "promised_amount")),
        bad,
    )  # fmt: skip


def _money(cell: Any) -> Decimal | None:
    return Decimal(str(round(float(cell), 2))) if isinstance(cell, float | int) else None


def _day(cell: Any) -> date | None:
    return cell if isinstance(cell, date) else None


def _addresses(cell: Any) -> tuple[str, ...]:
    return tuple(a.strip() for a in str(cell or "").replace(",", ";").split(";") if a.strip())

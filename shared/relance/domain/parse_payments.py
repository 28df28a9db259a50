"""The payments tab: lines of money received, shared out over the instalments of the invoices they name."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .grid import Grid, Line, read, readers
from .keys import FileKey
from .parse_customers import Directory
from .register import ZERO, Fault, Payment
from .tables import INVOICES, PAYMENTS
from .values import bad
from .words import Lexicon, Reason, reason


@dataclass(frozen=True, slots=True)
class PaymentTab:
    """What the payment lines say besides what they did to the invoices."""

    unallocated: Mapping[FileKey, tuple[Payment, ...]]
    customer_faults: Mapping[str, list[Fault]]  # by customer code
    notices: tuple[Reason, ...]


@dataclass(slots=True)
class _Book:
    """Payment lines on their way to the invoice rows they name."""

    invoices: Sequence[Line]
    rows: Mapping[str, list[Line]]  # by number
    folded: Mapping[str, list[Line]]  # by number in lower case
    currency: str  # of a customer whose invoices share none
    paid: dict[tuple[int, ...], tuple[list[Line], list[Payment]]] = field(default_factory=dict)
    unallocated: dict[FileKey, list[Payment]] = field(default_factory=dict)
    blamed: list[tuple[Line, Reason]] = field(default_factory=list)
    customers: dict[str, list[Fault]] = field(default_factory=dict)
    notices: list[Reason] = field(default_factory=list)
    currencies: dict[str, set[str]] = field(default_factory=dict)  # by customer, once needed

    def find(self, number: str, code: str) -> list[Line]:
        """The invoice rows with this number, of this customer when given; the number in any case if not as typed."""
        found = self.rows.get(number) or self.folded.get(number.casefold()) or []
        return [line for line in found if not code or line.values["customer"] == code]

    def keep(self, payment: Payment) -> None:
        """An unallocated payment, in the one currency of its customer's invoices, else in that of the register."""
        if not self.currencies:
            for line in self.invoices:
                self.currencies.setdefault(line.values["customer"], set()).add(line.values["currency"])
        known = self.currencies.get(payment.customer, set())
        currency = next(iter(known)) if len(known) == 1 else self.currency
        self.unallocated.setdefault((payment.customer, currency), []).append(payment)


def apply_payments(grid: Grid, lexicon: Lexicon, invoices: Sequence[Line], directory: Directory, currency: str) -> PaymentTab:
    """Put the payment lines into `paid` and `payments` of the invoice lines, or their faults where they may belong."""
    lines = list(read(grid, readers(PAYMENTS.people, lexicon), ("date", "amount")))
    book = _open(invoices, {line.values.get("invoice_no", "").casefold() for line in lines}, currency)
    for line in lines:
        _enter(line, book, directory)
    for rows, payments in book.paid.values():
        _settle(rows, payments)
    for target, why in book.blamed:
        target.values.pop("paid", None)
        target.blame(INVOICES, "paid", why)
    ordered = {key: tuple(sorted(payments, key=_order)) for key, payments in book.unallocated.items()}
    return PaymentTab(ordered, book.customers, tuple(book.notices))


def _open(invoices: Sequence[Line], wanted: Container[str], currency: str) -> _Book:
    """A book that finds the invoice rows whose number, in lower case, is wanted."""
    rows: dict[str, list[Line]] = {}
    folded: dict[str, list[Line]] = {}
    for line in invoices if wanted else ():
        number: str = line.values["number"]
        if number.casefold() in wanted:
            rows.setdefault(number, []).append(line)
            folded.setdefault(number.casefold(), []).append(line)
    return _Book(invoices, rows, folded, currency)


def _enter(line: Line, book: _Book, directory: Directory) -> None:
    """Note one payment line where it belongs."""
    values = line.values
    number, typed, code = values.get("invoice_no", ""), values.get("customer", ""), ""
    if typed:
        found = directory.find(typed)
        if isinstance(found, Reason):
            line.blame(PAYMENTS, "customer", found)
        else:
            code = found
    elif not number and not line.faults:
        line.blame(PAYMENTS, "invoice_no", reason("fault.missing", heading="invoice_no"))
    targets = book.find(number, code) if number else []
    if line.faults:
        _blame(line, targets, code, book)
        return
    day, amount, reference = values["date"], values["amount"], values.get("reference", "")
    if len({(target.values["customer"], target.values["number"]) for target in targets}) > 1:
        line.blame(PAYMENTS, "invoice_no", bad("fault.ambiguous_customer", number))
        book.notices.append(reason("notice.payment_fault", row=line.row, problem=line.faults[0].why))
        _blame(line, targets, code, book)
    elif targets:
        found_in = targets[0].values
        payment = Payment(day, amount, found_in["customer"], found_in["number"], reference)
        book.paid.setdefault(tuple(target.row for target in targets), (targets, []))[1].append(payment)
    else:
        if number:
            book.notices.append(reason("notice.payment_unknown", row=line.row, invoice=number))
        if code:
            book.keep(Payment(day, amount, code, "", reference))


def _blame(line: Line, targets: Sequence[Line], code: str, book: _Book) -> None:
    """A line that cannot be read stops what it may have paid: its invoices, else its customer."""
    problem = line.faults[0]
    why = reason("fault.payment_line", row=line.row, problem=problem.why)
    if targets:
        book.blamed += [(target, why) for target in targets]
    elif code:
        book.customers.setdefault(code, []).append(Fault(PAYMENTS.id, line.row, problem.column, why))
    else:
        book.notices.append(reason("notice.payment_fault", row=line.row, problem=problem.why))


def _order(payment: Payment) -> tuple[object, ...]:
    return payment.date, payment.amount, payment.reference


def _settle(rows: Sequence[Line], payments: Sequence[Payment]) -> None:
    """Set `paid` and `payments` of the rows of one number, the oldest due date first.

    Amounts typed in `paid` that add up to the payments say how they are shared; others are a fault of every row.
    """
    total = sum((payment.amount for payment in payments), ZERO)
    typed = sum((row.values.get("paid", ZERO) for row in rows), ZERO)
    if typed and typed != total:
        for row in rows:
            row.blame(INVOICES, "paid", reason("fault.paid_mismatch", paid=typed, lines=total))
    limit = "paid" if typed and typed == total else "amount"
    ordered = sorted(rows, key=lambda row: (row.values.get("due_date", date.max), row.row))
    owing = [row for row in ordered if row.values.get("amount", ZERO) > 0] or ordered
    for row, shares in zip(owing, _shares([row.values.get(limit, ZERO) for row in owing], payments), strict=True):
        paid = sum((share.amount for share in shares), ZERO)
        row.values["paid"], row.values["payments"] = paid, shares
        if paid < min(row.values.get("amount", ZERO), ZERO):
            row.blame(INVOICES, "paid", bad("fault.negative", f"{paid:f}"))


def _shares(limits: Sequence[Decimal], payments: Sequence[Payment]) -> list[tuple[Payment, ...]]:
    """The payments, by date, filling each limit in turn, the remainder on the last; money sent back empties them."""
    if len(limits) == 1:
        return [tuple(sorted(payments, key=_order))]
    filled = [ZERO for _ in limits]
    shares: list[list[Payment]] = [[] for _ in limits]
    last = len(limits) - 1
    for payment in sorted(payments, key=_order):
        rest = payment.amount
        places = range(last + 1) if rest > 0 else range(last, -1, -1)
        parts: dict[int, Decimal] = {}
        for place in places:
            full = max(limits[place] - filled[place], ZERO) if rest > 0 else max(filled[place], ZERO)
            part = min(rest, full) if rest > 0 else max(rest, -full)
            if part:
                parts[place] = part
                rest -= part
        if rest:
            parts[last] = parts.get(last, ZERO) + rest
        for place, part in parts.items():
            filled[place] += part
            shares[place].append(replace(payment, amount=part))
    return [tuple(found) for found in shares]

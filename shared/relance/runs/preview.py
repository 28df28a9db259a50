"""`preview`: everything a person wants to see before messages leave. Reads, decides, words; sends and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.domain.apply import apply
from relance.domain.compose import compose
from relance.domain.draft import Draft
from relance.domain.explain import explain
from relance.domain.forecast import forecast
from relance.domain.history import History, Task
from relance.domain.keys import InvoiceKey
from relance.domain.lines import LEAVES
from relance.domain.plan import InvoiceLine, Plan
from relance.domain.register import Fault, Invoice, Register
from relance.domain.words import Reason, reason
from relance.ports.errors import MessageError
from relance.ports.mail import Messages, Worded
from relance.ports.store import RegisterStore
from relance.runs.desk import Desk
from relance.runs.documents import documents_of
from relance.runs.look import look

# Why an invoice does not leave today, gathered under the headings of the page, in its order: what needs a person first.
HELD: Mapping[str, tuple[str, ...]] = {
    "entries": ("stale", "stale_empty", "bank_days"),
    "approval": ("to_approve", "approval_asked", "above_ceiling"),
    "complete": ("no_address", "kind_missing", "no_scenario", "no_active_step", "customer_faulty", "to_check"),
    "uncertain": ("uncertain", "uncertain_formal"),
    "decide": ("no_step_left",),
    "dispute": ("disputed", "dispute_cleared", "refused"),
    "promise": ("promised", "promise_entries", "promise_kept", "promise_far", "promise_broken"),
    "hold": ("on_hold", "on_hold_open", "customer_hold", "do_not_chase", "complaint"),
    "ended": ("in_collection", "insolvency", "assigned", "written_off"),
    "automatic": ("automatic",),
    "covered": ("covered", "covered_invoice", "below_floor", "credit_note"),
    "later": ("step_later", "gap", "days_granted", "refused_step", "formal_waits", "left_today", "capped", "test_mode"),
    "not_due": ("not_due",),
}
GROUP_OF = {f"why.{code}": group for group, codes in HELD.items() for code in codes}
LADDER = ("offset", "distance", "gap")  # the rules that say why a step is due
ROW_NOTICES = ("_fault", "_unknown")  # ends of the notices that are about one row
MODES = ("notice.draft_mode", "notice.test_mode")
Sums = tuple[tuple[str, Decimal], ...]  # currency and amount, the register's currency first


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as its reader sees it. `worded` is None when it cannot be worded: `fault` says why."""

    no: int
    draft: Draft
    worded: Worded | None
    fault: Reason | None
    attached: tuple[str, ...]  # names of the documents that come along
    missing: tuple[Reason, ...]  # why others do not
    why: tuple[Reason, ...]  # why it leaves today


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that belong together: of one step, of one day, or those that wait."""

    day: date
    drafts: tuple[tuple[int, Draft], ...]  # with their number on the page; 0 when it shows no more of them
    sums: Sums

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.drafts)


@dataclass(frozen=True, slots=True)
class HeldLine:
    """An invoice that does not leave today."""

    line: InvoiceLine
    name: str  # of its customer
    currency: str


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Invoices held for the same kind of reason (a key of HELD), the latest first."""

    kind: str
    lines: tuple[HeldLine, ...]
    late: int  # how many of them are past their due date
    sums: Sums

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row of the sheet that could not be understood."""

    table: str
    row: int
    about: str  # its customer, and invoice
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows. `shown` words one message at a time, once: their documents need not fit in memory together."""

    name: str
    register: Register
    plan: Plan
    notices: tuple[Reason, ...]
    batches: tuple[Batch, ...]
    shown: Iterator[Shown]
    sums: Sums
    waiting: Batch
    tasks: tuple[tuple[Task, str], ...]  # open ones, with their customer's name
    first_task: int  # numbers from here on are made today
    held: tuple[HeldGroup, ...]
    faulty: tuple[FaultyRow, ...]
    row_notices: tuple[Reason, ...]
    days: tuple[Batch, ...]  # the next sending days


def preview(desk: Desk, name: str, today: date) -> Preview:
    """The preview of a day, as a run of that day would decide it. Raises StoreError and LedgerError."""
    result = look(desk, today)
    register, plan, history = result.register, result.plan, desk.history(result.register)
    batches = _by_step(result.drafts, plan, register)
    waiting = compose(replace(plan, messages=plan.waiting), register, desk.register_id)
    after = apply(plan, history)
    about_rows = tuple(n for n in plan.notices if n.code.endswith(ROW_NOTICES))
    names = {code: customer.name for code, customer in register.customers.items()}
    tasks = [t for facts in after.files.values() for t in facts.tasks if t.open]
    tasks.sort(key=lambda t: (t.priority, t.due, t.no))
    coming = () if plan.refused else forecast(register, after, today)
    return Preview(
        name, register, plan, tuple(n for n in plan.notices if n not in about_rows and n.code not in MODES),
        batches, _shown(desk, batches, register, history, today), _sums(result.drafts, register),
        _batch(waiting, plan, register), tuple((t, names.get(t.file[0], t.file[0])) for t in tasks), history.next_task,
        () if plan.refused else _held(plan, register), _faulty(register), about_rows,
        tuple(_batch(compose(p, register, desk.register_id), p, register) for p in coming),
    )  # fmt: skip


def _by_step(drafts: Iterable[Draft], plan: Plan, register: Register) -> tuple[Batch, ...]:
    """The messages by step, the firmest first, in the order in which they leave; numbered from 1."""
    found: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        found.setdefault((draft.message.kind, draft.message.step), []).append(draft)
    batches, no = [], 1
    for mine in sorted(found.values(), key=lambda ds: (ds[0].message.kind != "step", -_offset(ds), ds[0].message.step)):
        batches.append(replace(_batch(mine, plan, register), drafts=tuple(enumerate(mine, no))))
        no += len(mine)
    return tuple(batches)


def _offset(drafts: Iterable[Draft]) -> int:
    return max(said.offset for draft in drafts for said in draft.message.said)


def _batch(drafts: Iterable[Draft], plan: Plan, register: Register) -> Batch:
    drafts = tuple(drafts)
    return Batch(plan.today, tuple((0, d) for d in drafts), _sums(drafts, register))


def _sums(drafts: Iterable[Draft], register: Register) -> Sums:
    return _by_currency(((d.currency, d.total) for d in drafts), register)


def _by_currency(amounts: Iterable[tuple[str, Decimal]], register: Register) -> Sums:
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return tuple(sorted(found.items(), key=lambda item: (item[0] != register.settings.currency, item[0])))


def _shown(desk: Desk, batches: Iterable[Batch], register: Register, history: History, today: date) -> Iterator[Shown]:
    messages = desk.wording(register.templates)
    invoices: dict[str, list[Invoice]] = {}
    for invoice in register.invoices:
        invoices.setdefault(invoice.customer, []).append(invoice)
    for batch in batches:
        for no, draft in batch.drafts:
            about = _only(register, draft.customer.code, invoices[draft.customer.code])
            yield _one(no, draft, messages, desk.store, _why(draft, about, history, today))


def _one(no: int, draft: Draft, messages: Messages, store: RegisterStore, why: tuple[Reason, ...]) -> Shown:
    """A message that cannot be worded says so in its own place; the others are shown all the same."""
    documents, missing = documents_of(store, draft)
    worded, fault = None, None
    try:
        worded = messages.render(draft, documents)
    except MessageError as error:
        fault = reason(error.code, **error.values)
    return Shown(no, draft, worded, fault, tuple(d.name for d in documents), tuple(missing.values()), why)


def _only(register: Register, code: str, invoices: list[Invoice]) -> Register:
    """The register as if it held one customer only: his files decide alike, and are explained at once."""
    unallocated = {key: found for key, found in register.unallocated.items() if key[0] == code}
    customers = {code: register.customers[code]}
    return replace(register, invoices=tuple(invoices), faulty=(), customers=customers, unallocated=unallocated)


def _why(draft: Draft, about: Register, history: History, today: date) -> tuple[Reason, ...]:
    message = draft.message
    if message.kind != "step":
        return (reason(f"preview.{message.kind}"),)
    files = {invoice.file for invoice in about.invoices}
    mine = replace(history, files={key: history.files[key] for key in files if key in history.files})
    said = message.said[0].invoice
    found = next(e for e in explain(about, mine, today, said[1], said[0]) if e.line.key == said)
    return tuple(check.says for check in found.checks if check.rule in LADDER)


def _held(plan: Plan, register: Register) -> tuple[HeldGroup, ...]:
    """Every invoice that is neither paid, faulty nor leaving, by kind of reason."""
    currencies: dict[InvoiceKey, str] = {i.key: i.currency for i in register.invoices}
    found: dict[str, list[HeldLine]] = {kind: [] for kind in HELD}
    for line in plan.lines:
        if line.status in ("paid", "faulty") or line.why is None or line.why.code in LEAVES:
            continue
        name = register.customers[line.customer].name if line.customer in register.customers else line.customer
        found[GROUP_OF[line.why.code]].append(HeldLine(line, name, currencies.get(line.key, register.settings.currency)))
    return tuple(_group(kind, lines, register) for kind, lines in found.items() if lines)


def _group(kind: str, lines: list[HeldLine], register: Register) -> HeldGroup:
    lines.sort(key=lambda h: (-(h.line.days_late or 0), h.name, h.line.invoice_no, h.line.instalment))
    sums = _by_currency(((h.currency, h.line.balance or Decimal(0)) for h in lines), register)
    return HeldGroup(kind, tuple(lines), sum((h.line.days_late or 0) > 0 for h in lines), sums)


def _faulty(register: Register) -> tuple[FaultyRow, ...]:
    about = {("invoices", f.row): f"{f.customer} {f.number}".strip() for f in register.faulty}
    about |= {("customers", c.row): c.name or c.code for c in register.customers.values()}
    found: dict[tuple[str, int], list[Fault]] = {}
    for fault in register.faults:
        found.setdefault((fault.table, fault.row), []).append(fault)
    return tuple(FaultyRow(table, row, about.get((table, row), ""), tuple(f)) for (table, row), f in found.items())

"""From a plan to drafts: every figure a message shows, its id, and the hash of its content (DESIGN 5)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .draft import Draft, DraftLine
from .history import Message, Task
from .keys import FileKey, InvoiceKey
from .plan import Plan, PlannedMessage
from .register import ZERO, Customer, Invoice, Register, Template
from .standing import disputed_part
from .words import normalise


def message_id(register_id: str, day: date, file: FileKey, step: str = "", test: bool = False) -> str:
    """The guard of "one message per file and day" (and step, in `invoice` grouping): the same ones give the same id."""
    parts = (register_id, day.isoformat(), *file, step, "test" if test else "")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def compose(plan: Plan, register: Register, register_id: str) -> tuple[Draft, ...]:
    """The drafts of a plan's messages, in the order in which they leave."""
    invoices = {i.key: i for i in register.invoices}
    return tuple(_draft(m, plan.today, register, register_id, invoices) for m in plan.messages)


def _draft(
    planned: PlannedMessage, today: date, register: Register, register_id: str, invoices: dict[InvoiceKey, Invoice]
) -> Draft:
    settings = register.settings
    customer = register.customers[planned.file[0]]
    test = settings.mode == "test"
    steps = {said.invoice: said.step for said in planned.said}
    amounts = {said.invoice: said.balance for said in planned.said}
    lines = tuple(_line(invoices[k], today, steps[k], amounts[k]) for k in steps)
    credits = tuple(_line(invoices[k], today, "", invoices[k].balance) for k in planned.credits)
    to = (settings.test_email,) if test else planned.to
    granted = today + timedelta(days=planned.granted_days) if planned.granted_days else None
    guard = ""
    if settings.grouping == "invoice":
        guard = planned.step if planned.kind == "step" else f"{planned.kind}:{planned.step}"
    message = Message(
        message_id(register_id, today, planned.file, guard, test), planned.file, today, planned.kind, planned.step,
        planned.scenario, planned.channel, to, () if test else planned.copy_to, planned.said, planned.total,
        planned.granted_days, "", test=test,
    )  # fmt: skip
    promise = planned.promise
    draft = Draft(
        message, customer, settings, customer.language or settings.language, _template(planned), lines, credits,
        planned.set_off, planned.total, planned.file[1], granted, _charges(planned, customer),
        promise.promised_for if promise else None,
        promise.amount if promise and len(planned.said) == 1 else None,
        settings.payments_entered_up_to, _thread(register_id, planned),
    )  # fmt: skip
    names = {normalise(name) for name in (draft.template, planned.step, planned.kind)}
    return _hashed(draft, tuple(t for t in register.templates if normalise(t.name) in names))


def apology(task: Task, register: Register, register_id: str, today: date) -> Draft | None:
    """The ready words of an apology (rule 12), for a person to send; None when its rows are gone."""
    rows = {i.key: i for i in register.invoices}
    customer = register.customers.get(task.file[0])
    if customer is None or not all(said.invoice in rows for said in task.said):
        return None
    settings, name = register.settings, message_id(register_id, today, task.file, f"apology:{task.no}")
    message = Message(
        name, task.file, today, "apology", "", "", "email", customer.emails, (), task.said, ZERO, 0, "",
    )  # fmt: skip
    lines = tuple(_line(rows[said.invoice], today, "", rows[said.invoice].balance) for said in task.said)
    return Draft(
        message, customer, settings, customer.language or settings.language, "apology", lines, (), ZERO, ZERO, task.file[1],
    )  # fmt: skip


def _template(planned: PlannedMessage) -> str:
    if planned.kind == "repeat":
        return "repeat"
    if planned.rung is None:
        return planned.kind
    return planned.rung.template or planned.rung.code


def _charges(planned: PlannedMessage, customer: Customer) -> str:
    """Empty or consumer kinds get no word about charges, except where a consumer's scenario says so (rule 11)."""
    if planned.rung is None or not customer.kind or planned.kind not in ("step", "repeat"):
        return "none"
    return planned.rung.late_charges


def _line(invoice: Invoice, today: date, step: str, amount: Decimal) -> DraftLine:
    disputed = max(disputed_part(invoice), ZERO)
    return DraftLine(
        invoice.number, invoice.instalment, invoice.customer_order, invoice.invoice_date, invoice.due_date,
        invoice.amount, invoice.paid, amount, max((today - invoice.due_date).days, 0), disputed, step,
        dict(sorted(invoice.extra.items())), invoice.document,
    )  # fmt: skip


def _thread(register_id: str, planned: PlannedMessage) -> str:
    """What ties the messages of a file together in a mail reader; formal ones start a conversation of their own."""
    formal = planned.rung is not None and planned.rung.is_formal
    parts = (register_id, *planned.file, "formal" if formal else "")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _hashed(draft: Draft, wordings: tuple[Template, ...]) -> Draft:
    """The draft with the hash of everything its reader would see and everyone it goes to."""
    s, m, c = draft.settings, draft.message, draft.customer
    seen = (
        m.id, m.kind, m.step, m.scenario, m.channel, m.to, m.copy_to, c.name, c.kind, c.country, c.contact, c.address,
        c.postcode, c.city, c.registration_no, c.account_manager, sorted(c.extra.items()), draft.language, draft.template,
        draft.lines, draft.credits, draft.unallocated, draft.total, draft.currency, draft.granted_until,
        draft.charges, draft.promised_for, draft.promised_amount,
        s.iban, s.bic, s.from_email, s.reply_to, s.sender_name, s.legal_form, s.share_capital, s.registration_no,
        s.registry_city, s.sender_address, s.signatory_name, s.signatory_phone, wordings,
    )  # fmt: skip
    digest = hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
    return replace(draft, message=replace(draft.message, content_hash=digest))

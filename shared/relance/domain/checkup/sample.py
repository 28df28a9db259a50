"""A message that nobody receives, with everything a wording may use: to see whether wordings can be filled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from relance.domain.draft import Draft, DraftLine
from relance.domain.history import Message, MessageKind, Said
from relance.domain.register import Customer, Register, Step

_AMOUNT = Decimal("1234.56")


def sample_draft(register: Register, today: date, language: str, template: str, step: Step | None = None) -> Draft:
    """A draft of a step, or of a template alone, in a language; its invoice has the columns of the register's own."""
    due = today - timedelta(days=20)
    code, kind = (step.code, "pre_due" if step.is_pre_due else "step") if step else (template, "step")
    message_kind: MessageKind = "pre_due" if kind == "pre_due" else "step"
    extra = register.invoices[0].extra if register.invoices else {}
    line = DraftLine("F-1", "", "", due, due, _AMOUNT, Decimal(0), _AMOUNT, 20, step=code, extra=extra)
    customer = Customer("C1", "Exemple", kind="business", emails=("compta@exemple.example",), language=language)
    key = (customer.code, line.number, "")
    message = Message(
        "0" * 32, (customer.code, register.settings.currency), today, message_kind, code, "standard", "email",
        customer.emails, (), (Said(key, _AMOUNT, code, 5),), _AMOUNT, 8, "",
    )  # fmt: skip
    later = today + timedelta(days=8)
    return Draft(
        message, customer, register.settings, language, template, (line,), (), Decimal(0), _AMOUNT,
        register.settings.currency, later, step.late_charges if step else "none", later, _AMOUNT, today,
    )  # fmt: skip

"""Drafts for tests: a plausible one, any part of which a test may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from relance.domain.draft import Draft, DraftLine
from relance.domain.history import Message, MessageKind, Said
from relance.domain.register import Customer
from relance.domain.settings import Settings

TODAY = date(2026, 10, 27)
SETTINGS = Settings(
    mode="live",
    sender_name="Menuiserie Exemple",
    legal_form="SARL",
    share_capital="10 000 €",
    registration_no="123 456 789",
    registry_city="Lyon",
    sender_address="1 rue de l'Exemple\n69001 Lyon",
    signatory_name="Service comptabilité",
    signatory_phone="04 00 00 00 00",
    from_email="compta@exemple.fr",
    reply_to="factures@exemple.fr",
    iban="FR7630006000011234567890189",
    bic="ABCDFRPP",
    payments_entered_up_to=date(2026, 10, 26),
)
CUSTOMER = Customer(
    "DUPONT", "Dupont SARL", kind="business", emails=("compta@dupont.example",), address="12 avenue des Essais",
    postcode="75001", city="Paris", country="FR", language="fr",
)  # fmt: skip


def a_line(number: str = "F-001", amount: str = "4800.00", due: date = date(2026, 9, 30), **changes: Any) -> DraftLine:
    """An invoice due on that day and not paid, as TODAY sees it."""
    owed = Decimal(amount)
    line = DraftLine(number, "", "", due - timedelta(days=30), due, owed, Decimal(0), owed, max((TODAY - due).days, 0))
    return replace(line, **changes)


def a_draft(
    template: str = "R1",
    kind: MessageKind = "step",
    *,
    lines: tuple[DraftLine, ...] = (a_line(),),
    message: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    customer: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Draft:
    """A draft of TODAY. `message`, `settings` and `customer` change fields of these; `changes` those of the draft."""
    who = replace(CUSTOMER, **(customer or {}))
    total = sum((line.balance for line in lines), Decimal(0))
    step = template if kind in ("step", "pre_due") else ""
    said = tuple(Said((who.code, line.number, line.instalment), line.balance, step) for line in lines)
    facts = Message(
        "0123456789abcdef0123456789abcdef", (who.code, "EUR"), TODAY, kind, step, "standard", "email", who.emails, (),
        said, total, 0, "hash",
    )  # fmt: skip
    rules = replace(SETTINGS, **(settings or {}))
    draft = Draft(
        replace(facts, **(message or {})), who, rules, "fr", template, lines, (), Decimal(0), total, "EUR",
        payments_up_to=rules.payments_entered_up_to,
    )  # fmt: skip
    return replace(draft, **changes)

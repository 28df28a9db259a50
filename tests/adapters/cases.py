"""The messages that have golden files: one for each step, tone and kind of customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from relance.domain.draft import Draft
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import TEMPLATES

LANGUAGES = sorted(p.parent.name for p in TEMPLATES.glob("*/mail"))
MORE = (
    a_line(paid=Decimal(1000), balance=Decimal(3800), customer_order="CDE-77"),
    a_line("F-002", "2100.00", date(2026, 10, 1), instalment="2/3", disputed=Decimal(100), balance=Decimal(2000)),
    a_line("F-003", "950.50", date(2026, 10, 26)),
)
CREDIT = (a_line("AV-9", "-250.00", date(2026, 10, 10), days_late=0),)
NET = {"lines": MORE, "credits": CREDIT, "unallocated": Decimal(500), "total": Decimal("6000.50")}
GRANTED = date(2026, 11, 4)
SOON = (a_line("F-010", "2100.00", date(2026, 11, 1)),)
NOTICED = (replace(MORE[0], step="MED"), replace(MORE[1], step="R3"))
CONSUMER = {"kind": "consumer", "name": "Camille Exemple"}
PUBLIC = {"kind": "public", "name": "Commune d'Exemple"}
LETTER = {"step": "MED", "channel": "registered_letter"}
CASES: dict[str, dict[str, Any]] = {
    "PRE": {"kind": "pre_due", "lines": SOON},
    "PRE-consumer": {"template": "PRE", "kind": "pre_due", "lines": SOON, "customer": CONSUMER},
    "PRE-public": {"template": "PRE", "kind": "pre_due", "lines": SOON, "customer": PUBLIC},
    "R1": {},
    "R1-several": {"template": "R1", **NET},
    "R1-new": {"template": "R1", "message": {"scenario": "new"}},
    "R1-new-several": {"template": "R1", "message": {"scenario": "new"}, **NET},
    "R1-good": {"template": "R1", "message": {"scenario": "good"}},
    "R1-habitual": {"template": "R1", "message": {"scenario": "habitual"}, **NET},
    "R1-consumer": {"template": "R1", "customer": CONSUMER},
    "R1-public": {"template": "R1", "customer": PUBLIC},
    "R2": {"charges": "mention"},
    "R2-several": {"template": "R2", "charges": "mention", **NET},
    "R2-good": {"template": "R2", "charges": "mention", "message": {"scenario": "good"}},
    "R2-strategic": {"template": "R2", "charges": "mention", "customer": {"account_manager": "lea@exemple.fr"},
                     "message": {"scenario": "strategic", "copy_to": ("lea@exemple.fr",)}, **NET},
    "R2-consumer": {"template": "R2", "charges": "mention", "customer": CONSUMER, **NET},
    "R3": {"charges": "amount", "granted_until": GRANTED, **NET},
    "R3-good": {"template": "R3", "charges": "amount", "granted_until": GRANTED, "message": {"scenario": "good"}},
    "R3-consumer": {"template": "R3", "charges": "mention", "granted_until": GRANTED, "customer": CONSUMER},
    "R3-public": {"template": "R3", "charges": "mention", "customer": PUBLIC},
    "R3-abroad": {"template": "R3", "charges": "mention", "customer": {"country": "BE"}},
    "MED": {"charges": "claimed", "granted_until": GRANTED, "lines": MORE[:2]},
    "MED-letter": {"template": "MED", "charges": "claimed", "granted_until": GRANTED, "message": LETTER,
                   "customer": {"registration_no": "987 654 321"}},
    "MED-consumer": {"template": "MED", "granted_until": GRANTED, "customer": CONSUMER},
    "MERCI": {},
    "apology": {"kind": "apology"},
    "repeat-R1": {"template": "repeat", "kind": "repeat", "message": {"step": "R1"}, **NET},
    "repeat-R2": {"template": "repeat", "kind": "repeat", "message": {"step": "R2"}, **NET},
    "repeat-R3": {"template": "repeat", "kind": "repeat", "message": {"step": "R3"}, **NET},
    "repeat-R3-public": {"template": "repeat", "kind": "repeat", "message": {"step": "R3"}, "customer": PUBLIC, **NET},
    "repeat-MED": {"template": "repeat", "kind": "repeat", "message": {"step": "MED"}, "lines": NOTICED},
    "promise_confirmed": {"kind": "promise_confirmed", "promised_for": GRANTED, "promised_amount": Decimal(4000)},
    "promise_broken": {"kind": "promise_broken", "promised_for": date(2026, 10, 20)},
    "default": {"template": "VISITE"},
    "bare": {"template": "R1", "settings": {"iban": "", "bic": "", "registry_city": "", "share_capital": "",
             "signatory_name": "", "signatory_phone": "", "reply_to": "", "from_email": "", "legal_form": "EI"}},
}  # fmt: skip


def case(name: str, language: str) -> Draft:
    """The draft of a golden file."""
    return a_draft(**{"template": name, "language": language, "thread": "0123abcd", **CASES[name]})

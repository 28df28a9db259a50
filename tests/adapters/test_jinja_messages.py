"""JinjaMessages: what debtors read, what people may type, and what no value can break."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta

from relance.adapters.jinja_messages import JinjaMessages
from relance.domain.draft import Draft
from relance.ports import Document, MessageError
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import NASTY, TEMPLATES, body_of, parsed, text_of, typed

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = sorted(p.parent.name for p in TEMPLATES.glob("*/mail"))
BUILT_IN = JinjaMessages(TEMPLATES)

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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_each_message_reads_as_its_golden_files(name: str, language: str) -> None:
    documents = (Document("F-001.pdf", b"%PDF-1.7"),) if name == "R1-several" else ()
    worded = BUILT_IN.render(case(name, language), documents)
    mail = parsed(worded.raw)
    assert (body_of(mail), body_of(mail, "html")) == (worded.text, worded.html)
    headers = "".join(f"{key}: {value}\n" for key, value in mail.items())
    for suffix, shown in (("txt", f"{headers}\n{worded.text}"), ("html", worded.html)):
        path = GOLDEN / f"{language}-{name}.{suffix}"
        if os.environ.get("RELANCE_UPDATE_GOLDEN") == "1":
            path.write_text(shown, encoding="utf-8")
        assert shown == path.read_text(encoding="utf-8")


def test_every_language_has_every_template_and_each_has_golden_files() -> None:
    names = {lang: {p.stem for p in (TEMPLATES / lang / "mail").glob("*.j2")} for lang in LANGUAGES}
    assert len(LANGUAGES) > 1
    assert all(found == names["fr"] for found in names.values())
    covered = {str(CASES[c].get("template", c)) for c in CASES} | {"default"}
    assert {n for n in names["fr"] if not n.startswith("_")} <= covered
    for suffix in ("txt", "html"):
        assert {p.stem for p in GOLDEN.glob(f"??-*.{suffix}")} == {f"{lang}-{c}" for lang in LANGUAGES for c in CASES}


def test_every_template_decides_the_same_way_in_every_language() -> None:
    """Conditions, loops and values are the same: only the words between them are another language's."""
    for path in (TEMPLATES / "fr" / "mail").glob("*.j2"):
        shapes = {lang: asked_in(TEMPLATES / lang / "mail" / path.name) for lang in LANGUAGES}
        assert all(shape == shapes["fr"] for shape in shapes.values()), path.name


def asked_in(path: Path) -> tuple[set[str], list[str]]:
    """The values that a template uses, and its blocks, conditions and loops in order."""
    source = path.read_text("utf-8")
    tree = jinja2.Environment().parse(source)
    return meta.find_undeclared_variables(tree), re.findall(
        r"{%-? *(block \w+|if [^%]+?|elif [^%]+?|else|for [^%]+?) *%}", source
    )


def test_the_same_draft_gives_the_same_bytes() -> None:
    draft = case("R3", "fr")
    assert BUILT_IN.render(draft).raw == JinjaMessages(TEMPLATES).render(draft).raw


def test_the_subject_alone_is_the_subject_of_the_message() -> None:
    for name in CASES:
        draft = case(name, "fr")
        worded = BUILT_IN.render(draft)
        assert BUILT_IN.subject(draft) == worded.subject == parsed(worded.raw)["Subject"]


def test_headers_carry_what_the_draft_says() -> None:
    draft = a_draft(message={"to": ("a@x.example", "b@x.example"), "copy_to": ("c@x.example",)})
    mail = parsed(BUILT_IN.render(draft).raw)
    assert mail["From"] == "Menuiserie Exemple <compta@exemple.fr>"
    assert mail["Reply-To"] == "factures@exemple.fr"
    assert mail["To"] == "a@x.example, b@x.example"
    assert mail["Cc"] == "c@x.example"
    assert mail["Date"] == "Tue, 27 Oct 2026 09:00:00 +0100"
    assert mail["Message-ID"] == f"<{draft.message.id}@exemple.fr>"
    assert mail["X-Relance-Id"] == draft.message.id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "DR, RN, NRN, AutoReply"
    assert mail["Content-Language"] == "fr"


def test_lines_end_with_crlf_and_are_ascii() -> None:
    raw = BUILT_IN.render(case("R3", "fr")).raw
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_no_value_can_add_a_header_or_a_paragraph() -> None:
    line = a_line(NASTY, customer_order=NASTY, extra={"Chantier": NASTY})
    draft = a_draft(lines=(line,), customer={"name": NASTY}, settings={"sender_name": NASTY, "legal_form": NASTY})
    mail = parsed(BUILT_IN.render(draft).raw)
    plain = set(parsed(BUILT_IN.render(a_draft()).raw).keys())
    assert set(mail.keys()) == plain
    text = body_of(mail)
    assert "<script>alert(1)</script> Bcc: x@evil.example IBAN" in text
    assert not re.search(r"^(Bcc|IBAN : FR00)", text, re.MULTILINE)
    assert "\u202e" not in text
    assert "🧾 شركة" in text


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_name_and_number_gives_a_well_formed_message(name: str, number: str) -> None:
    draft = a_draft(lines=(a_line(number),), customer={"name": name}, settings={"sender_name": name})
    mail = parsed(BUILT_IN.render(draft).raw)
    assert mail["To"] == "compta@dupont.example"
    assert mail["From"].addresses[0].addr_spec == "compta@exemple.fr"
    assert not mail.defects
    assert "FR76 3000 6000 0112 3456 7890 189" in body_of(mail)


@pytest.mark.parametrize("to", [(), ("no address",), ("a@x.example\nBcc: b@y.example",), ("é@x.example",), ("",)])
def test_a_recipient_that_cannot_stand_in_a_header_is_refused(to: tuple[str, ...]) -> None:
    with pytest.raises(MessageError) as refused:
        BUILT_IN.render(a_draft(message={"to": to}))
    assert refused.value.code == "mail.no_recipient"


def test_a_draft_can_be_worded_before_the_sender_has_an_address() -> None:
    mail = parsed(BUILT_IN.render(a_draft(settings={"from_email": "", "reply_to": ""})).raw)
    assert "From" not in mail
    assert mail["Message-ID"].endswith("@relance.invalid>")


def test_amounts_keep_their_cents_in_every_currency() -> None:
    draft = a_draft(lines=(a_line(amount="1234.56"),), currency="JPY")
    assert "1 234,56" in BUILT_IN.subject(draft).replace("\u202f", " ")


def test_the_first_of_a_month_is_said_the_french_way() -> None:
    assert "le 1er novembre 2026" in text_of(a_draft("R3", granted_until=date(2026, 11, 1)))


def test_a_customer_whose_language_has_no_templates_reads_the_registers() -> None:
    assert "Bonjour" in text_of(a_draft(language="de"))


def test_consumers_and_customers_of_unknown_kind_never_read_about_charges() -> None:
    for kind in ("consumer", "other", ""):
        for template in ("R2", "R3", "MED"):
            text = text_of(a_draft(template, charges="claimed", customer={"kind": kind}))
            assert "indemnité" not in text
            assert "pénalités" not in text


def test_a_repeat_at_the_formal_level_is_no_formal_notice() -> None:
    text = text_of(case("repeat-MED", "fr"))
    assert "déjà adressée (F-001)" in text
    assert "mettons en demeure" not in text
    assert "mise en demeure" not in BUILT_IN.subject(case("repeat-MED", "fr")).lower()


def test_a_repeat_is_not_worded_by_peoples_text_of_the_step() -> None:
    draft = a_draft("repeat", "repeat", message={"step": "R1"})
    assert "relevé" in text_of(draft, typed("Mon texte de R1"))

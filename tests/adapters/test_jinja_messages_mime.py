"""The bytes of messages: headers, parts and boundaries, closed to hostile values and always the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.adapters.jinja_messages import JinjaMessages
from relance.ports.errors import MessageError
from relance.ports.store import Document
from tests.adapters.cases import case
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import NASTY, TEMPLATES, body_of, parsed

BUILT_IN = JinjaMessages(TEMPLATES)
PDF = Document("Facture F-001 é.pdf", b"%PDF-1.7\n" + bytes(range(256)))


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


def test_the_same_draft_gives_the_same_bytes() -> None:
    draft = case("R3", "fr")
    assert BUILT_IN.render(draft).raw == JinjaMessages(TEMPLATES).render(draft).raw


def test_text_comes_before_html_with_its_picture_and_documents_stand_beside_them() -> None:
    mail = parsed(BUILT_IN.render(a_draft(), (PDF,)).raw)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf",
    ]  # fmt: skip
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (PDF.name, PDF.content)
    plain = parsed(BUILT_IN.render(a_draft(settings={"iban": ""})).raw)
    assert [part.get_content_type() for part in plain.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_messages_of_one_file_answer_one_another() -> None:
    first, second = (parsed(BUILT_IN.render(a_draft(message={"id": n}, thread="cafe01")).raw) for n in ("a" * 32, "b" * 32))
    assert first["References"] == second["References"] == first["In-Reply-To"] == "<cafe01@exemple.fr>"
    assert first["Message-ID"] != second["Message-ID"]
    alone = parsed(BUILT_IN.render(a_draft()).raw)
    assert "References" not in alone
    assert "In-Reply-To" not in alone


def test_absence_notes_may_come_but_no_receipt_is_asked_for() -> None:
    asked = parsed(BUILT_IN.render(a_draft()).raw)["X-Auto-Response-Suppress"]
    assert "OOF" not in asked
    assert set(asked.split(", ")) == {"DR", "RN", "NRN", "AutoReply"}


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_comes_back_whole_from_the_bytes(name: str, boundary: str) -> None:
    text = f"--=_alternative_0123456789abcdef0123456789abcdef--\n{name}\n.\nFrom {boundary}="
    worded = BUILT_IN.render(a_draft(customer={"name": text}), (PDF,))
    mail = parsed(worded.raw)
    assert (body_of(mail), body_of(mail, "html")) == (worded.text, worded.html)
    assert not mail.defects

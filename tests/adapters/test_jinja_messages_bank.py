"""Bank details: the account as text, and the SEPA QR code only where a transfer can follow from it."""

from __future__ import annotations

from decimal import Decimal
from email.message import EmailMessage
from typing import Any

import pytest
import segno

from relance.adapters.jinja_messages import JinjaMessages
from relance.adapters.jinja_messages.bank import MASK, listed, payload, qr_of, reference
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import NASTY, TEMPLATES, body_of, parsed

BUILT_IN = JinjaMessages(TEMPLATES)
GROUPED = "FR76 3000 6000 0112 3456 7890 189"
ELSEWHERE = "elles figurent sur nos factures"


def pictures(mail: EmailMessage) -> list[EmailMessage]:
    """The pictures inside a message."""
    return [part for part in mail.walk() if part.get_content_type() == "image/png"]


def test_the_code_holds_what_a_banking_app_needs_and_nothing_else() -> None:
    held = payload("Menuiserie Exemple", "FR7630006000011234567890189", "AGRIFRPP", Decimal("4800"), "F-001, F-002")
    assert held.split("\n") == [
        "BCD", "002", "1", "SCT", "AGRIFRPP", "Menuiserie Exemple", "FR7630006000011234567890189", "EUR4800.00", "", "",
        "F-001, F-002",
    ]  # fmt: skip


def test_no_value_adds_a_line_to_the_code_nor_makes_it_too_long() -> None:
    held = payload(NASTY, "FR7630006000011234567890189", NASTY, Decimal("0.01"), "é" * 400)
    assert len(held.split("\n")) == 11
    assert held.split("\n")[4] == ""
    assert len(held.encode()) <= 331


def test_the_picture_is_the_same_for_the_same_transfer_and_shows_its_data() -> None:
    found = qr_of(a_draft())
    assert found is not None
    assert found == qr_of(a_draft(customer={"name": "Another"}))
    held = payload("Menuiserie Exemple", "FR7630006000011234567890189", "ABCDFRPP", Decimal("4800"), "F-001")
    code = segno.make_qr(held.encode(), error="m", mode="byte", mask=MASK, boost_error=False)
    assert found.side == code.symbol_size(3)[0]
    assert code.error == "M"
    assert int(code.version) <= 13


def test_a_message_holds_its_code_and_everything_in_it_as_text() -> None:
    mail = parsed(BUILT_IN.render(a_draft()).raw)
    (picture,) = pictures(mail)
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in body_of(mail, "html")
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content().startswith(b"\x89PNG")
    for kind in ("plain", "html"):
        for text in (GROUPED, "ABCDFRPP", "Menuiserie Exemple", "4\u202f800,00\u00a0€", "F-001"):
            assert text in body_of(mail, kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "CHF"},
        {"total": Decimal(0)},
        {"total": Decimal("1000000000")},
        {"settings": {"sender_name": ""}},
        {"settings": {"iban": ""}},
        {"settings": {"iban": "FR7630006000011234567890188"}},
    ],
)
def test_there_is_no_code_where_no_sepa_transfer_can_follow(changes: dict[str, Any]) -> None:
    mail = parsed(BUILT_IN.render(a_draft(**changes)).raw)
    assert pictures(mail) == []
    assert "<img" not in body_of(mail, "html")


@pytest.mark.parametrize("total", ["0.01", "9999999.99", "999999999.99"])
def test_there_is_a_code_for_every_amount_a_transfer_can_have(total: str) -> None:
    assert qr_of(a_draft(total=Decimal(total))) is not None


@pytest.mark.parametrize("iban", ["", "FR7630006000011234567890188", "not an IBAN"])
def test_a_wrong_or_missing_iban_is_not_shown_and_the_message_still_leaves(iban: str) -> None:
    worded = BUILT_IN.render(a_draft(settings={"iban": iban}))
    for form in (worded.text, worded.html):
        assert ELSEWHERE in form
        assert "IBAN" not in form


def test_a_confirmed_promise_has_a_code_of_the_promised_amount() -> None:
    promised = a_draft("promise_confirmed", "promise_confirmed", promised_amount=Decimal(1000))
    assert qr_of(promised) == qr_of(a_draft(total=Decimal(1000)))


def test_the_reference_names_as_many_invoices_as_there_is_room_for() -> None:
    many = a_draft(lines=tuple(a_line(f"F-{n:03}") for n in range(200)))
    assert len(reference(many)) <= 140
    assert reference(many).startswith("F-000, F-001, ")
    assert reference(many).endswith(" +181")
    assert reference(a_draft(lines=(a_line("F" * 300),))) == "DUPONT"
    assert reference(a_draft(lines=(a_line(), a_line(instalment="2/2")))) == "F-001"
    assert listed(["ab", "cd", "ef"], 6) == "ab +2"
    assert listed(["ab", "cd"], 6) == "ab, cd"

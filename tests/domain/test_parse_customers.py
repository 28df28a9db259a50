from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from relance.domain.parse import parse
from relance.domain.register import Customer, Register
from relance.domain.sheet import Cell, CellFault, Shown
from relance.domain.words import reason
from tests.domain.lexicon import DUPONT, LEXICON, MARTIN, Row, register


def parsed(*rows: Row) -> Register:
    return parse(register((), rows), LEXICON)


def test_a_customer_is_read_in_full() -> None:
    row: Row = {
        "code": 123.0, "name": "Dupont SARL", "kind": "Professionnel", "email": "a@b.fr; c@d.fr", "copy_to": "e@f.fr",
        "contact": "Service\ncomptable", "phone": Shown(612345678.0, "06 12 34 56 78"), "address": "1 rue A\nBât. B",
        "postcode": Shown(1000.0, "01000"), "city": "Bourg", "country": "France", "language": "Français",
        "registration_no": "552 100 554", "profile": "Stratégique", "scenario": "Public",
        "account_manager": "ventes@x.fr", "credit_limit": "10 000", "do_not_chase": True,
        "hold_until": date(2026, 12, 1), "guarantees": "caution", "comment": "vu", "Secteur": "BTP", "level": "R2",
    }  # fmt: skip
    assert parsed(row).customers["123"] == Customer(
        "123", "Dupont SARL", 2, "business", ("a@b.fr", "c@d.fr"), ("e@f.fr",), "Service comptable", "06 12 34 56 78",
        "1 rue A\nBât. B", "01000", "Bourg", "FR", "fr", "552 100 554", "strategic", "public", "ventes@x.fr",
        Decimal(10_000), True, date(2026, 12, 1), "caution", extra={"Secteur": "BTP"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("name", None, "fault.missing"),
        ("kind", "Entreprise", "fault.choice"),
        ("email", "a@b", "fault.email"),
        ("email", "a@b.fr\nBcc: x@y.z", "fault.email_injection"),
        ("copy_to", "a@b.fr\r\n", "fault.email_injection"),
        ("country", "Freedonia", "fault.country"),
        ("scenario", "dur", "fault.unknown_scenario"),
        ("do_not_chase", "bof", "fault.yes_no"),
        ("credit_limit", "1,234", "fault.amount_ambiguous"),
        ("hold_until", "13/13/2026", "fault.date"),
        ("comment", CellFault("#REF!"), "fault.amount_error"),
    ],
)
def test_a_customer_with_a_fault_stays_known_with_its_fault(column: str, cell: Cell, code: str) -> None:
    found = parsed({**DUPONT, column: cell}, MARTIN)
    assert [(f.table, f.row, f.column, f.why.code) for f in found.customers["DUP"].faults] == [("customers", 2, column, code)]
    assert found.faults == found.customers["DUP"].faults
    assert found.customers["MAR"].faults == ()


def test_a_formula_as_a_name_stays_text() -> None:
    assert parsed({**DUPONT, "name": '=HYPERLINK("http://x")'}).customers["DUP"].name == '=HYPERLINK("http://x")'


def test_a_row_without_a_code_is_a_fault_and_no_customer() -> None:
    found = parsed({"name": "Anonyme"}, DUPONT)
    assert list(found.customers) == ["DUP"]
    assert [(f.row, f.why) for f in found.faults] == [(2, reason("fault.missing", heading="code"))]


def test_a_code_twice_makes_its_customer_faulty() -> None:
    found = parsed(DUPONT, {**DUPONT, "name": "Autre"}, MARTIN)
    why = reason("fault.duplicate_customer", rows="2, 3")
    assert [(f.row, f.why) for f in found.customers["DUP"].faults] == [(2, why), (3, why)]
    assert found.customers["DUP"].name == "Dupont SARL"
    assert found.customers["MAR"].faults == ()


def test_an_unknown_language_is_kept_in_lower_case() -> None:
    assert parsed({**DUPONT, "language": "NL"}).customers["DUP"].language == "nl"
    assert parsed({**DUPONT, "language": "Basque"}).customers["DUP"].language == "basque"


def test_a_language_without_templates_is_told_with_what_is_sent_instead() -> None:
    found = parsed(
        {**DUPONT, "language": "Deutsch"}, {**MARTIN, "language": "de"}, {"code": "X", "name": "X", "language": "EN"}
    )
    assert found.faults == ()
    names = ("Dupont SARL", "Martin SAS")
    assert found.notices == (reason("notice.language", language="de", instead="fr", names=names, count=2),)

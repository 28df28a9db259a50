"""`doctor`, as seen from outside: what it finds in a real workbook, its JSON, its exit code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance import bootstrap
from relance.domain.history import Message, Said
from tests.cli.registers import CUSTOMER, DAY, Registers, invoice

IBAN = "FR7630006000011234567890189"
SENDER = {
    "sender_name": "Exemple SAS", "legal_form": "SAS", "share_capital": "10 000 €", "registration_no": "732 829 320",
    "registry_city": "Paris", "sender_address": "1 rue Haute", "signatory_name": "Service", "iban": IBAN,
}  # fmt: skip
QUIET = ("ok", "info")


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    registers = Registers(tmp_path, capsys)
    registers.live(invoice("A", "2026-09-30", 4800), **SENDER)
    return registers


def findings(reg: Registers, code: int = 0, on: str = DAY) -> dict[str, Any]:
    """The findings by check."""
    found = reg.json("doctor", "REG", "--on", on, "--lang", "en", code=code)
    assert all(list(f) == ["level", "check", "says", "where", "todo"] for f in found)
    return {f["check"]: {**f, "says": f["says"].replace("\u00a0", " ")} for f in found}


def test_a_register_without_fault_is_all_well_and_nothing_is_written(reg: Registers) -> None:
    before = reg.path.read_bytes()
    found = findings(reg)
    assert {f["level"] for f in found.values()} == {"ok", "info"}
    assert all(f["todo"] is None for f in found.values())
    assert reg.path.read_bytes() == before
    assert not reg.path.with_suffix(".relance").exists()


@pytest.mark.parametrize(
    ("pair", "check", "level"),
    [("iban=FR7630006000011234567890188", "iban_key", "error"), ("iban=", "iban", "warning"),
     ("from_email=", "from_email", "error"), ("mode=draft", "mode_draft", "warning"),
     ("mode=test", "no_test_email", "error"), ("signatory_name=", "signatory", "warning"),
     ("registry_city=", "mentions", "error"), ("registration_no=732829321", "siren", "error"),
     ("payments_entered_up_to=2026-09-28", "stale", "error"), ("payments_entered_up_to=", "entered_empty", "error"),
     ("no_send_days=lundi;mardi;mercredi;jeudi;vendredi", "no_sending_day", "error")],
)  # fmt: skip
def test_what_is_wrong_in_the_settings_is_found_with_its_place_and_what_to_do(
    reg: Registers, pair: str, check: str, level: str
) -> None:
    reg.run("settings", "REG", pair)
    found = findings(reg, code=1 if level == "error" else 0)
    assert found[check]["level"] == level
    assert found[check]["where"] or check == "no_test_email"
    assert found[check]["todo"] or check == "no_test_email"
    assert [c for c, f in found.items() if f["level"] not in QUIET and c != "mode_test"] == [check]


def test_what_is_wrong_in_the_rows_is_found(reg: Registers) -> None:
    reg.table("invoices", [{"customer": "C1", **invoice("B", "2026-09-30", 300)}])
    reg.type("Factures", 3, "Montant TTC", "?")
    base = {"kind": "business", "email": "compta@autre.example"}
    reg.table("customers", [
        {"code": "C2", "name": "Sans adresse", **base, "email": ""}, {"code": "C3", "name": "Sans type", **base, "kind": ""},
        {"code": "C4", "name": "Sans scénario", **base}, {"code": "C5", "name": "Ancien", **base, "language": "xx"},
        {"code": "C6", "name": "Ami", **base, "do_not_chase": "yes"},
    ])  # fmt: skip
    reg.type("Clients", 5, "Scénario", "inexistant")
    reg.table("invoices", [
        {"customer": code, **invoice(f"F-{code}", due, 500)}
        for code, due in (("C2", "2026-09-30"), ("C3", "2026-09-30"), ("C4", "2026-09-30"), ("C5", "2026-07-01"),
                          ("C6", "2026-09-30"))
    ])  # fmt: skip
    found = findings(reg)
    assert found["faulty"]["where"] == "Invoices, row 3"
    for check, name in (("no_email", "Sans adresse"), ("no_kind", "Sans type"), ("unknown_scenario", "Sans scénario"),
                        ("language", "Ancien"), ("late_start", "F-C5"), ("do_not_chase", "Ami")):  # fmt: skip
        assert name in found[check]["says"], check
        assert found[check]["level"] == ("info" if check == "do_not_chase" else "warning")
    assert "R1: 1, for 500.00 EUR" in found["late_start"]["says"]
    assert "compta@autre.example (Sans type, Sans scénario, Ancien)" in found["shared_email"]["says"]


def test_the_first_live_run_is_foretold_and_what_the_cap_makes_of_it(reg: Registers) -> None:
    reg.table("customers", [{**CUSTOMER, "code": f"D{n}", "name": f"Durand {n}"} for n in range(7)])
    reg.table("invoices", [{"customer": f"D{n}", **invoice(f"G{n}", "2026-09-28", 100)} for n in range(7)])
    reg.run("settings", "REG", "mode=draft", "cap_per_day=1", "payments_entered_up_to=2026-09-01")
    found = findings(reg, code=1)
    assert found["first_run"]["says"].endswith("would send 8 messages to 8 customers, for 5,500.00 EUR")
    assert (found["cap"]["level"], "8 sending days" in found["cap"]["says"]) == ("warning", True)


@pytest.mark.parametrize("name", ["R1", "R3"])
def test_every_typed_template_is_tried_also_those_not_due(reg: Registers, name: str) -> None:
    reg.type("Modèles", 2, "Modèle", name)
    reg.type("Modèles", 2, "Texte", "{{ broken")
    found = findings(reg, code=1)
    assert f"“{name}”" in found["bad_template"]["says"]
    assert found["bad_template"]["level"] == "error"


def test_a_scenario_that_names_a_template_which_is_not_there_is_found(reg: Registers) -> None:
    reg.type("Scénarios", 2, "Modèle", "perdu")
    found = findings(reg, code=1)
    assert "perdu" in found["template_missing"]["says"]
    assert found["template_missing"]["where"].startswith("Scenarios, “standard”")


def test_a_template_that_nothing_uses_is_found(reg: Registers) -> None:
    reg.type("Modèles", 2, "Modèle", "R7")
    reg.type("Modèles", 2, "Texte", "Bonjour")
    found = findings(reg)["template_unused"]
    assert (found["level"], found["where"]) == ("warning", "Templates, row 2")


def test_documents_that_cannot_be_attached_are_found(reg: Registers) -> None:
    (reg.folder / "A.pdf").write_bytes(b"%PDF-1.7")
    reg.type("Factures", 2, "Pièce", "A.pdf")
    assert findings(reg)["documents"]["level"] == "ok"
    reg.table("invoices", [{"customer": "C1", **invoice(f"B{n}", "2026-09-28", 10), "document": f"{n}.pdf"} for n in range(7)])
    reg.table("invoices", [{"customer": "C1", **invoice("N", "2026-12-01", 10), "document": "later.pdf"}])
    found = reg.json("doctor", "REG", "--on", DAY, "--lang", "en")
    missing = [f for f in found if f["check"] == "document"]
    assert (len(missing), missing[0]["where"]) == (5, "Invoices, row 3")
    assert "0.pdf" in missing[0]["says"]
    assert [f["says"] for f in found if f["check"] == "others"] == ["… and 2 more of the same kind"]
    assert "1 of 8 looked at" in next(f["says"] for f in found if f["check"] == "documents")


def test_what_waits_in_the_memory_is_found(reg: Registers) -> None:
    reg.table("invoices", [{"customer": "C1", **invoice("B", "2026-09-30", 60000)}])
    reg.chase()
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-16")
    later = findings(reg, on="2026-10-19")
    assert (later["old_approvals"]["level"], "(lines no. 1)" in later["old_approvals"]["says"]) == ("warning", True)
    assert later["not_run"]["level"] == "warning"
    said = (Said(("C1", "A", ""), Decimal(4800), "R1", 5),)
    message = Message(
        "f" * 32, ("C1", "EUR"), date(2026, 10, 16), "step", "R1", "standard", "email", ("a@b.example",), (), said,
        Decimal(4800), 0, "hash",
    )  # fmt: skip
    ledger = bootstrap.open_desk(reg.path).ledger
    version = ledger.history().files[("C1", "EUR")].version
    assert ledger.claim(message, b"bytes", version, datetime(2026, 10, 16, 8, tzinfo=UTC)).granted
    assert "ffffffff" in findings(reg, on="2026-10-19")["uncertain"]["todo"]


def test_a_register_that_may_not_be_used_says_why_and_the_rest_is_looked_at(reg: Registers) -> None:
    reg.type_setting("Mode", "peut-être")
    found = findings(reg, code=1)
    assert found["setting"]["level"] == "error"
    assert found["fresh"]["level"] == "ok"


def test_a_person_reads_groups_and_a_summary(reg: Registers) -> None:
    shown = reg.run("doctor", "REG", "--on", DAY, "--lang", "en")
    assert [group in shown for group in ("Register\n", "Bank\n", "Memory\n")] == [True, True, True]
    assert shown.endswith("All is ready.\n")
    reg.run("settings", "REG", "iban=")
    assert reg.run("doctor", "REG", "--on", DAY, "--lang", "en").endswith("Ready, with points to look at (1).\n")
    reg.run("settings", "REG", "from_email=")
    assert reg.run("doctor", "REG", "--on", DAY, "--lang", "en", code=1).endswith("errors 1, points to look at 1.\n")


def test_the_longest_list_is_bounded(reg: Registers) -> None:
    names = [{**CUSTOMER, "code": f"D{n:03}", "name": f"Durand {n:03}", "email": ""} for n in range(60)]
    reg.table("customers", names)
    due = date(2026, 10, 1) - timedelta(days=40)
    reg.table("invoices", [{"customer": f"D{n:03}", **invoice(f"G{n}", due.isoformat(), 100)} for n in range(60)])
    found = findings(reg)
    assert found["no_email"]["says"] == (
        "Without e-mail address (60): Durand 000, Durand 001, Durand 002, Durand 003, Durand 004, +55"
    )
    assert found["no_email"]["where"] == "Customers, rows 3, 4, 5, 6, 7, +55"

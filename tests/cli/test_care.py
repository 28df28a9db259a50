"""`confirm`, `ledger show` and `ledger resolve`."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from relance import bootstrap
from relance.domain.history import Message, Said
from tests.cli.registers import DAY, Registers, invoice

IBAN, OTHER_IBAN = "FR7630006000011234567890189", "DE89370400440532013000"
LATER = "2026-10-12"  # R2 is due


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


def chased(reg: Registers, *invoices: Mapping[str, object]) -> None:
    """A register chased once."""
    reg.live(*(invoices or (invoice("A", "2026-09-30", 4800),)), iban=IBAN)
    reg.chase()


def refusal(reg: Registers, on: str) -> Any:
    """Why the run of that day refuses and sends nothing."""
    assert reg.chase(on, code=1)["sent"] == []
    return reg.json("plan", "REG", "--on", on, "--lang", "en", code=1)["refused"]


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


# -- confirm ------------------------------------------------------------------------------------------------------


def test_nothing_to_confirm_is_said(reg: Registers) -> None:
    chased(reg)
    assert reg.run("confirm", "REG", "--lang", "en") == "Nothing to confirm.\n"


def test_confirm_shows_only_the_end_of_an_iban_and_asks(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    chased(reg)
    reg.run("settings", "REG", f"iban={OTHER_IBAN}", "payments_entered_up_to=2026-10-09")
    answer(monkeypatch, "n")
    shown = reg.run("confirm", "REG", code=1)
    assert f"…{IBAN[-4:]} → …{OTHER_IBAN[-4:]}" in reg.err
    assert OTHER_IBAN not in reg.err + shown
    assert "IBAN" in refusal(reg, LATER)
    answer(monkeypatch, "oui")
    reg.run("confirm", "REG")
    assert len(reg.chase(LATER)["sent"]) == 1


def test_a_mass_change_and_other_bank_details_are_confirmed_one_by_one(reg: Registers) -> None:
    chased(reg, *(invoice(f"F-{n}", "2026-12-30", 100) for n in range(20)))
    book = load_workbook(reg.path)
    book["Factures"].delete_rows(2, 10)
    book.save(reg.path)
    reg.run("settings", "REG", f"iban={OTHER_IBAN}")
    reg.run("confirm", "REG", "--yes")
    assert "10 of 20 invoices vanished" in refusal(reg, "2026-10-06")
    reg.run("confirm", "REG", "--yes", "--lang", "en")
    assert "F-0" in reg.err
    assert reg.json("plan", "REG", "--on", "2026-10-06")["refused"] is None


# -- ledger show, resolve -----------------------------------------------------------------------------------------


def test_ledger_show_counts_runs_messages_and_tasks(reg: Registers) -> None:
    reg.live()
    assert reg.json("ledger", "show", "REG")["last_run"] == 0
    assert not reg.path.with_suffix(".relance").exists()
    reg.table("customers", [{"code": "C2", "name": "Durand SA", "kind": "business", "scenario": "standard"}])
    reg.table("invoices", [{"customer": c, **invoice("A", "2026-09-30", 300)} for c in ("C1", "C2")])
    reg.chase()
    document = reg.json("ledger", "show", "REG")
    assert {k: v for k, v in document.items() if k != "register_id"} == {
        "last_run": 1, "last_day": DAY, "messages": {"accepted": 1}, "open_tasks": 1, "uncertain": [],
    }  # fmt: skip
    assert "Last run: no. 1" in reg.run("ledger", "show", "REG", "--lang", "en")


@pytest.mark.parametrize(("word", "status"), [("sent", "accepted"), ("not_sent", "refused")])
def test_a_person_settles_an_uncertain_message(reg: Registers, word: str, status: str) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    amount, name = Decimal(4800), "f" * 32
    said = (Said(("C1", "A", ""), amount, "R1", 5),)
    message = Message(
        name, ("C1", "EUR"), date(2026, 10, 5), "step", "R1", "standard", "email", ("compta@dupont.example",), (), said,
        amount, 0, "hash",
    )  # fmt: skip
    now = datetime(2026, 10, 5, 8, tzinfo=UTC)
    assert bootstrap.open_desk(reg.path).ledger.claim(message, b"bytes", 0, now).granted
    assert reg.json("ledger", "show", "REG")["uncertain"] == [name]
    reg.run("ledger", "resolve", "REG", "ffff", word)
    assert reg.json("ledger", "show", "REG")["messages"] == {status: 1}
    reg.run("ledger", "resolve", "REG", "ffff", word, code=1)


def test_only_a_known_word_settles(reg: Registers) -> None:
    chased(reg)
    reg.run("ledger", "resolve", "REG", "0123", "perhaps", code=2)
    reg.run("ledger", "resolve", "REG", "0123", "sent", code=1)

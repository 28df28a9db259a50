"""Every command takes a Google Sheet's address where it takes a workbook's path: a key file, HTTP and state as a person has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.registers import Registers
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.people import Person
from tests.emulators.sheets.server import SheetsServer

FACTURES = "Factures"


class SheetRegisters(Registers):
    """The register is an empty Google Sheet that was shared with the robot."""

    def __init__(self, folder: Path, capsys: Any, google: SheetsServer) -> None:
        super().__init__(folder, capsys)
        file = google.drive.add_spreadsheet("Registre", writers=(ROBOT,))
        self.person: Person = google.person(file)
        self.google, self.address = google, f"https://docs.google.com/spreadsheets/d/{file.id}/edit#gid=0"
        self.home = folder / "home" / f"{file.id}.relance"

    def run(self, *arguments: str, code: int = 0) -> str:
        return super().run(*(self.address if a == "REG" else a for a in arguments), code=code)

    def shown(self, number: str, heading: str) -> object:
        """What the row of an invoice shows in a column."""
        rows = self.person.values(FACTURES)
        row = next(r for r in rows if r[0] == number)
        return row[rows[0].index(heading)]


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[SheetRegisters]:
    with SheetsServer() as google:
        key = tmp_path / "key.json"
        key.write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
        monkeypatch.setenv("RELANCE_GOOGLE_ENDPOINT", google.base)
        monkeypatch.setenv("RELANCE_HOME", str(tmp_path / "home"))
        yield SheetRegisters(tmp_path, capsys, google)


def test_an_empty_shared_sheet_becomes_a_register_and_is_chased(reg: SheetRegisters) -> None:
    reg.live({"invoice_no": "F1", "due_date": "2026-09-28", "amount": "1200.00"})
    plan = reg.json("plan", "REG", "--on", "2026-10-05")
    assert [(m["step"], m["invoices"]) for m in plan["messages"]] == [("R1", ["F1"])]
    done = reg.chase()
    assert done["sent"] == [plan["messages"][0]["id"]]
    assert len(list((reg.home / "outbox").glob("*.eml"))) == 1
    assert (reg.shown("F1", "Statut"), reg.shown("F1", "Prochaine étape")) == ("Relancée", "R2")
    assert reg.chase()["sent"] == []
    assert "F1" in reg.run("explain", "REG", "F1", "--on", "2026-10-05")
    assert "Dupont" in reg.run("aged", "REG", "--on", "2026-10-05")


def test_what_people_sorted_meanwhile_keeps_its_own_status(reg: SheetRegisters) -> None:
    reg.live(*({"invoice_no": f"F{n}", "due_date": f"2026-{9 + n % 3:02}-{10 + n}", "amount": "300.00"} for n in range(6)))
    reg.google.before_write(lambda: reg.person.sort(FACTURES, "C", descending=True))
    reg.chase()
    reg.chase("2026-10-06")
    told = {str(row[0]): row for row in reg.person.values(FACTURES)[1:] if row and row[0]}
    plan = reg.json("plan", "REG", "--on", "2026-10-06")
    assert len(told) == 6
    assert {n: reg.shown(n, "Pourquoi") for n in told} == {i["invoice_no"]: i["why"] for i in plan["invoices"]}


def test_a_sheet_that_is_not_shared_says_with_whom_to_share_it(reg: SheetRegisters) -> None:
    reg.person.file.sharing.clear()
    reg.run("plan", "REG", code=1)
    assert ROBOT in reg.err


@pytest.mark.parametrize("address", ["https://example.com/x", "https://docs.google.com/document/d/abc"])
def test_another_address_is_refused_in_a_sentence(reg: SheetRegisters, address: str) -> None:
    reg.run("plan", address, code=1)
    assert reg.err.count("\n") == 1
    assert address in reg.err


def test_without_a_key_the_next_step_is_said(reg: SheetRegisters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    reg.run("plan", "REG", code=1)
    assert "GOOGLE_APPLICATION_CREDENTIALS" in reg.err


def test_a_register_made_again_says_that_it_was_checked(reg: SheetRegisters) -> None:
    reg.live({"invoice_no": "F1", "due_date": "2026-09-28", "amount": "1200.00"})
    reg.person.delete_tab("Journal")
    reg.run("new", "REG")
    assert "Journal" in [sheet.title for sheet in reg.person.book.sheets]
    assert reg.chase()["sent"]


def test_doctor_tells_of_the_sheet_and_tries_what_only_google_can_show(reg: SheetRegisters) -> None:
    reg.live({"invoice_no": "F1", "due_date": "2026-09-28", "amount": "1200.00"})
    checks = {f["check"]: f["level"] for f in reg.json("doctor", "REG", "--on", "2026-10-05", code=1)}
    assert (checks["account"], checks["sound"], checks["writable"]) == ("info", "ok", "ok")
    assert ROBOT in reg.run("doctor", "REG", "--on", "2026-10-05", code=1)
    titles = [sheet.title for sheet in reg.person.book.sheets]
    tried = reg.json("doctor", "REG", "--live-checks")
    assert {t["level"] for t in tried} == {"ok"}
    assert "✓" in reg.run("doctor", "REG", "--live-checks", "--yes")
    assert [sheet.title for sheet in reg.person.book.sheets] == titles


def test_live_checks_are_for_a_google_sheet(reg: SheetRegisters) -> None:
    reg.run("doctor", "registre.xlsx", "--live-checks", code=2)
    assert "registre.xlsx" in reg.err

"""`chase` with a person at the keyboard, and runs that cannot begin or end as they should."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from relance import bootstrap
from relance.adapters.outbox import Outbox
from relance.adapters.workbook import WorkbookStore
from relance.domain.history import Message
from relance.ports.errors import LedgerError, StoreError
from tests.cli.registers import CUSTOMER, DAY, Registers, invoice


class Keyboard:
    """Something happens between the question and the answer."""

    def __init__(self, answer: str, meanwhile: Callable[[], None]) -> None:
        self._answer, self._meanwhile = answer, meanwhile

    def readline(self) -> str:
        """The next line typed."""
        self._meanwhile()
        return self._answer


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    registers = Registers(tmp_path, capsys)
    registers.live(invoice("A", "2026-09-30", 4800))
    return registers


def test_only_what_the_person_saw_leaves(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard("o\n", lambda: reg.type("Factures", 2, "Réglé", 200)))
    shown = reg.run("chase", "REG", "--on", DAY, "--lang", "en")
    assert "the sheet changed since the decision" in shown
    assert reg.outbox == []
    assert reg.chase()["messages"][0]["total"] == "4600.00"
    assert len(reg.outbox) == 1


def test_a_person_who_says_no_leaves_everything_as_it_was(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reg.path.read_bytes()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    reg.run("chase", "REG", "--on", DAY, "--lang", "en")
    assert "Nothing was sent." in reg.err
    assert reg.path.read_bytes() == before
    assert not reg.path.with_suffix(".relance").exists()


def test_the_numbers_of_planned_tasks_are_those_the_run_gives(reg: Registers) -> None:
    reg.table("customers", [{"code": "C2", "name": "Durand SA", "kind": "business", "scenario": "standard"}])
    reg.table("invoices", [{"customer": "C2", **invoice("B", "2026-09-30", 300)}])
    planned = reg.json("plan", "REG", "--on", DAY)["tasks"]
    assert planned == [{"no": 1, "customer": "C2", "kind": "address", "step": "", "invoices": ["B"]}]
    assert reg.chase()["tasks"] == planned
    assert reg.cell("À faire", 2, "N°") == 1


@pytest.mark.parametrize("command", ["chase REG --yes", "announce REG"])
def test_a_register_another_run_works_on_is_refused(reg: Registers, command: str) -> None:
    ledger = bootstrap.open_desk(reg.path).ledger
    run = ledger.begin(date(2026, 10, 5), datetime(2026, 10, 5, 8, tzinfo=UTC))
    document = reg.json(*command.split(), "--on", DAY, "--lang", "en", code=1)
    assert (document["refused"].startswith("Another run"), document["sent"]) == (True, [])
    assert reg.run(*command.split(), "--on", DAY, "--lang", "en", code=1) == ""
    assert reg.err.startswith("relance: Another run")
    ledger.finish(run, datetime(2026, 10, 5, 9, tzinfo=UTC), {})
    assert reg.outbox == []


def test_a_sheet_that_cannot_be_written_at_the_end_is_said_and_healed_by_the_next_run(
    reg: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: WorkbookStore, wanted: object) -> int:
        raise StoreError("store.disk_full", path=self.path.name)

    with monkeypatch.context() as patch:
        patch.setattr(WorkbookStore, "write", full)
        reg.run("chase", "REG", "--yes", "--on", DAY, "--lang", "en", code=1)
    assert "The messages left, but the sheet could not be brought up to date" in reg.err
    assert len(reg.outbox) == 1
    assert reg.chase()["sent"] == []
    assert reg.cell("Factures", 2, "Dernière étape") == "R1"


def test_what_left_before_a_run_broke_off_is_told(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    reg.table("customers", [{**CUSTOMER, "code": "C2", "name": "Durand SA"}])
    reg.table("invoices", [{"customer": "C2", **invoice("B", "2026-09-30", 300)}])
    take = Outbox.send

    def broken(self: Outbox, message: Message, sender: str, raw: bytes) -> str:
        if message.file[0] == "C2":
            raise LedgerError("ledger.disk_full", folder="registre.relance")
        return take(self, message, sender, raw)

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "send", broken)
        document = reg.chase(code=1)
    assert (document["refused"][:12], len(document["sent"]), len(document["uncertain"])) == ("Disque plein", 1, 1)
    assert len(reg.outbox) == 1
    assert reg.chase()["refused"] is None
    assert len(reg.outbox) == 2

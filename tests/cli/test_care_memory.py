"""`ledger adopt` and `ledger rebuild`: a register that was renamed, copied, moved, or lost its ledger."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.registers import Registers, invoice

LATER = "2026-10-12"  # R2 is due


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


def chased(reg: Registers) -> Path:
    """A register chased once, with payments entered for a second time a week later; its state folder."""
    reg.live(invoice("A", "2026-09-30", 4800), invoice("B", "2026-09-29", 300, instalment="1/2"))
    assert len(reg.chase()["sent"]) == 1
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-09")
    return reg.path.with_suffix(".relance")


def refusal(reg: Registers) -> Any:
    """Why a run refuses and sends nothing."""
    assert reg.chase(LATER, code=1)["sent"] == []
    return reg.json("plan", "REG", "--on", LATER, "--lang", "en", code=1)["refused"]


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def test_adopting_asks_first(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    state = chased(reg)
    reg.path = reg.path.rename(reg.folder / "nouveau.xlsx")
    answer(monkeypatch, "n")
    reg.run("ledger", "adopt", "REG", code=1)
    assert state.is_dir()
    answer(monkeypatch, "o")
    reg.run("ledger", "adopt", "REG")
    assert not state.exists()
    assert [m["step"] for m in reg.chase(LATER)["messages"]] == ["R2"]


def test_a_register_moved_elsewhere_adopts_the_ledger_it_is_given(reg: Registers) -> None:
    state = chased(reg)
    (reg.folder / "ailleurs").mkdir()
    reg.path = reg.path.rename(reg.folder / "ailleurs" / "registre.xlsx")
    assert "its ledger is not here" in refusal(reg)
    reg.run("ledger", "adopt", "REG", "--yes", code=1)
    reg.run("ledger", "adopt", "REG", "--yes", "--from", str(state))
    assert [m["step"] for m in reg.chase(LATER)["messages"]] == ["R2"]


def test_no_ledger_is_taken_from_another_register(reg: Registers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "autre").mkdir()
    other = chased(Registers(tmp_path / "autre", capsys))
    shutil.rmtree(chased(reg))
    reg.run("ledger", "adopt", "REG", "--yes", "--from", str(other), code=1)
    assert other.is_dir()
    assert "its ledger is not here" in refusal(reg)


@pytest.mark.parametrize("name", ["registre.xlsx", "clients [2026].xlsx"])
def test_a_copy_gets_no_memory_of_its_own_while_its_original_is_there(reg: Registers, name: str) -> None:
    reg.path = reg.folder / name
    state = chased(reg)
    original, reg.path = reg.path, Path(shutil.copy(reg.path, reg.folder / "copie.xlsx"))
    assert f"this sheet is a copy of {name}" in refusal(reg)
    for command in ("adopt", "rebuild"):
        reg.run("ledger", command, "REG", "--yes", "--lang", "en", code=1)
        assert f"this sheet is a copy of {name}" in reg.err
    assert not reg.path.with_suffix(".relance").exists()
    original.unlink()
    reg.run("ledger", "adopt", "REG", "--yes")
    assert not state.exists()
    assert [m["step"] for m in reg.chase(LATER)["messages"]] == ["R2"]


def test_a_copy_elsewhere_does_not_take_the_ledger_from_its_original(reg: Registers) -> None:
    state = chased(reg)
    (reg.folder / "ailleurs").mkdir()
    reg.path = Path(shutil.copy(reg.path, reg.folder / "ailleurs" / "registre.xlsx"))
    reg.run("ledger", "adopt", "REG", "--yes", "--from", str(state), "--lang", "en", code=1)
    assert "this sheet is a copy of registre.xlsx" in reg.err
    assert state.is_dir()


def test_a_new_register_under_the_old_name_does_not_make_the_renamed_one_a_copy(reg: Registers) -> None:
    chased(reg)
    old, reg.path = reg.path, reg.path.rename(reg.folder / "archive.xlsx")
    reg.run("new", str(old))
    assert "its ledger is in registre.relance" in refusal(reg)
    reg.run("ledger", "adopt", "REG", "--yes")
    assert [m["step"] for m in reg.chase(LATER)["messages"]] == ["R2"]


def test_the_ledger_of_a_renamed_register_is_adopted_not_rebuilt(reg: Registers) -> None:
    chased(reg)
    reg.path = reg.path.rename(reg.folder / "nouveau.xlsx")
    reg.run("ledger", "rebuild", "REG", "--yes", "--lang", "en", code=1)
    assert "its ledger is in registre.relance" in reg.err


def test_what_cannot_be_moved_stays_where_it_is(reg: Registers) -> None:
    state = chased(reg)
    reg.path = reg.path.rename(reg.folder / "nouveau.xlsx")
    (reg.folder / "nouveau.relance" / "outbox").mkdir(parents=True)
    reg.run("ledger", "adopt", "REG", "--yes", code=1)
    assert reg.err.startswith("relance: ")
    assert state.is_dir()


def test_a_rebuilt_ledger_goes_on_where_the_journal_stands(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(chased(reg))
    answer(monkeypatch, "n")
    reg.run("ledger", "rebuild", "REG", code=1)
    assert "its ledger is not here" in refusal(reg)
    answer(monkeypatch, "o")
    shown = reg.run("ledger", "rebuild", "REG", "--lang", "en")
    assert shown == "1 message(s) taken from the journal, 0 line(s) of no use.\n"
    assert reg.run("ledger", "rebuild", "REG", "--yes", "--lang", "en").startswith("0 message(s)")
    assert [m["step"] for m in reg.chase(LATER)["messages"]] == ["R2"]
    assert [reg.cell("Factures", row, "Dernière étape") for row in (2, 3)] == ["R2", "R2"]


def test_a_rebuilt_ledger_says_which_lines_of_the_journal_were_of_no_use(reg: Registers) -> None:
    shutil.rmtree(chased(reg))
    reg.type("Journal", 2, "Client", "Inconnu")
    assert "1 line(s) of no use" in reg.run("ledger", "rebuild", "REG", "--yes", "--lang", "en")
    assert str(reg.cell("Journal", 2, "Identifiant")) in reg.err


@pytest.mark.parametrize(("command", "again"), [("adopt", 1), ("rebuild", 0)])
def test_a_sheet_ahead_of_its_ledger_is_refused_until_a_person_decides(reg: Registers, command: str, again: int) -> None:
    state = chased(reg)
    shutil.copytree(state, reg.folder / "backup")
    assert len(reg.chase(LATER)["sent"]) == 1
    shutil.rmtree(state)
    (reg.folder / "backup").rename(state)
    assert "the sheet stands at run 2, its ledger at run 1" in refusal(reg)
    reg.run("ledger", command, "REG", "--yes")
    assert len(reg.chase(LATER)["sent"]) == again  # adopting is a person's word that the ledger is right


def test_a_ledger_of_another_register_is_refused(reg: Registers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "autre").mkdir()
    other, state = chased(Registers(tmp_path / "autre", capsys)), chased(reg)
    shutil.rmtree(state)
    shutil.copytree(other, state)
    assert "belongs to another sheet" in refusal(reg)

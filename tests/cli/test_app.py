"""The command line as a whole: help, exit codes, languages, what is imported at the start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.registers import DAY, Registers, invoice

COMMANDS = (
    "new", "settings", "import", "plan", "preview", "announce", "chase", "explain", "simulate", "aged", "doctor", "confirm",
    "demo", "ledger show", "ledger rebuild", "ledger adopt", "ledger resolve",
)  # fmt: skip


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_ends_with_an_example(reg: Registers, command: str) -> None:
    assert f"relance {command}" in reg.run(*command.split(), "--help").partition("Example")[2]


@pytest.mark.parametrize("arguments", [("nothing",), ("plan",), ("plan", "REG", "--nothing"), ("ledger", "nothing")])
def test_a_wrong_command_line_ends_with_2(reg: Registers, arguments: tuple[str, ...]) -> None:
    assert reg.run(*arguments, code=2) == ""
    assert reg.err


@pytest.mark.parametrize(
    "command",
    ["plan REG", "announce REG", "chase REG --yes", "explain REG A", "aged REG", "doctor REG", "confirm REG",
     "ledger show REG", "ledger adopt REG --yes", "ledger rebuild REG --yes", "settings REG",
     "simulate REG --from 2026-10-01 --to 2026-10-02"],
)  # fmt: skip
def test_a_missing_register_is_one_sentence(reg: Registers, command: str) -> None:
    assert reg.run(*command.split(), "--lang", "en", code=1) == ""
    assert reg.err.startswith("relance: Sheet not found")
    assert reg.err.count("\n") == 1
    assert list(reg.folder.iterdir()) == []


def test_sentences_are_said_in_the_language_asked_for(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    assert "message(s) à envoyer" in reg.run("plan", "REG", "--on", DAY, "--lang", "fr")
    assert "message(s) to send" in reg.run("plan", "REG", "--on", DAY, "--lang", "en")
    reg.run("plan", "REG", "--lang", "de", code=2)


def test_without_a_terminal_there_are_no_colours(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    assert "\x1b" not in reg.run("plan", "REG", "--on", DAY)


def test_a_bad_date_is_wrong_usage(reg: Registers) -> None:
    reg.live()
    assert reg.run("plan", "REG", "--on", "05/10/2026", "--lang", "en", code=2) == ""
    assert "YYYY-MM-DD" in reg.err


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = ("openpyxl", "python_calamine", "jinja2", "babel", "sqlite3")
    program = f"import sys, relance.cli; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"

"""The command line as a whole: help, exit codes, languages, what is imported at the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from relance.adapters.workbook import WorkbookStore
from tests.cli.registers import DAY, Registers, invoice

LANGS = ("fr", "en")


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


@pytest.mark.parametrize(("arguments", "said"), [
    (("plam",), "Unknown command “plam”. Did you mean `plan`?"), (("nothing",), "Unknown command “nothing”. The commands"),
    (("ledger", "shwo"), "Did you mean `show`?"), (("plan",), "REG is missing. The register"),
    (("plan", "REG", "--jsn"), "Did you mean `--json`?"), (("plan", "REG", "--nothing"), "Unknown option “--nothing”"),
    (("plan", "REG", "--on"), "The option --on needs a value"), (("plan", "REG", "--json=1"), "--json takes no value"),
    (("plan", "REG", "more"), "“more” is one too many"), (("--nothing",), "Unknown option “--nothing”"),
    (("simulate", "REG", "--from", "2026-01-01", "--to", "2026-02-01", "--entry-lag", "x"), "--entry-lag: this value"),
    (("simulate", "REG", "--from", "2026-01-01"), "--to is missing. Last day"),
])  # fmt: skip
def test_a_wrong_command_line_is_one_sentence_that_ends_with_where_help_is(
    reg: Registers, arguments: tuple[str, ...], said: str
) -> None:
    assert reg.run("--lang", "en", *arguments, code=2) == ""
    assert said in reg.err
    assert reg.err.startswith("relance: ")
    assert reg.err.endswith("--help`.\n")
    assert reg.err.count("\n") == 1


def test_wrong_usage_is_said_in_french_too(reg: Registers) -> None:
    reg.run("--lang", "fr", "plan", code=2)
    said = "Il manque REG. Le registre\u00a0: chemin d'un classeur .xlsx, ou adresse d'une feuille Google."
    assert reg.err == f"relance: {said} Aide\u00a0: `relance plan --help`.\n"


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
    assert "Messages à envoyer" in reg.run("plan", "REG", "--on", DAY, "--lang", "fr")
    assert "Messages to send" in reg.run("plan", "REG", "--on", DAY, "--lang", "en")
    assert "Messages to send" in reg.run("--lang", "en", "plan", "REG", "--on", DAY)
    reg.run("plan", "REG", "--lang", "de", code=2)
    reg.run("--lang", "de", "plan", "REG", code=2)


@pytest.mark.parametrize(("variable", "locale", "said"), [
    ("LC_ALL", "en_GB.UTF-8", "Messages to send"), ("LC_MESSAGES", "fr_FR.UTF-8", "Messages à envoyer"),
    ("LANG", "en_US", "Messages to send"), ("LANG", "C", "Messages à envoyer"), ("LANG", "ja_JP.UTF-8", "Messages à envoyer"),
])  # fmt: skip
def test_without_lang_the_locale_chooses_then_the_register(
    reg: Registers, monkeypatch: pytest.MonkeyPatch, variable: str, locale: str, said: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, locale)
    reg.live(invoice("A", "2026-09-30", 4800))
    assert said in reg.run("plan", "REG", "--on", DAY)


def test_without_a_terminal_there_are_no_colours(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    assert "\x1b" not in reg.run("plan", "REG", "--on", DAY)


def test_a_bad_date_is_wrong_usage(reg: Registers) -> None:
    reg.live()
    assert reg.run("plan", "REG", "--on", "05/10/2026", "--lang", "en", code=2) == ""
    assert "YYYY-MM-DD" in reg.err


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = ("openpyxl", "python_calamine", "jinja2", "babel", "sqlite3", "rich", "holidays", "email")
    program = (
        "import sys, relance.cli\ntry: relance.cli.main(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stderr, "doctor" in done.stdout) == ("[]\n", True)


def relance(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own."""
    program = "import sys, relance.cli; relance.cli.main(sys.argv[1:])"
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, env={**os.environ, **environment})


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
                                         {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}])  # fmt: skip
def test_no_locale_makes_accents_and_signs_stop_a_command(reg: Registers, environment: dict[str, str]) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    for arguments in (["--help"], ["plan", str(reg.path), "--on", DAY], ["plan", str(reg.path), "--on", DAY, "--json"]):
        done = relance(*arguments, **environment)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr
        assert done.stdout
    assert json.loads(done.stdout)["invoices"][0]["status"] == "overdue"


def test_a_reader_that_goes_away_is_no_accident() -> None:
    program = "import relance.cli; relance.cli.main(['--help'])"
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE) as child:
        os.close(writing)
        assert child.communicate()[1] == b""
    assert child.returncode == 141


def test_an_interruption_is_one_sentence(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))

    def interrupted(self: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(WorkbookStore, "check_writable", interrupted)
        reg.run("chase", "REG", "--yes", "--on", DAY, "--lang", "en", code=130)
    assert reg.err.startswith("\nrelance: Interrupted.")
    assert "Traceback" not in reg.err

"""Help in both languages: complete, in the reader's language, with examples that work."""

from __future__ import annotations

import io
import shlex
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest

from relance.bootstrap import create_register, languages, open_desk
from relance.cli.app import COMMANDS
from relance.cli.register import register_rows
from relance.cli.sample import sample_rows
from relance.domain.history import Message, Said
from tests.cli.registers import DAY, Registers

LANGS = ("fr", "en")
LEDGER = ("show", "rebuild", "adopt", "resolve")
NAMES = (*(name for section in COMMANDS.values() for name in section), *(f"ledger {name}" for name in LEDGER))
PAGES = ("relance", *NAMES)
REGISTER = {"fr": "registre.xlsx", "en": "register.xlsx"}


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Registers:
    monkeypatch.chdir(tmp_path)
    return Registers(tmp_path, capsys)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_in_one_language_and_has_an_example(reg: Registers, name: str, lang: str) -> None:
    arguments = name.split() if name != "relance" else []
    page = reg.run(*arguments, "--help", "--lang", lang)
    assert page == reg.run("--lang", lang, *arguments, "--help")
    assert page.startswith("Usage\u00a0: relance" if lang == "fr" else "Usage: relance")
    assert ("Exemple" if lang == "fr" else "Example") in page
    assert languages()[lang].texts["option.help"] in page or name == "ledger"
    other = {"fr": ("Show ", "default:", "Example", "missing"), "en": ("Montrer ", "par défaut", "Exemple", "é")}[lang]
    assert [word for word in other if word in page] == []
    assert max(len(line) for line in page.splitlines()) <= 100


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_of_help_are_of_commands_and_options_that_exist(lang: str) -> None:
    texts = languages()[lang].texts
    ids = {name.replace(" ", "_") for name in NAMES}
    assert {key.partition(".")[2] for key in texts if key.startswith("command.")} == ids
    assert {key.partition(".")[2] for key in texts if key.startswith("example.")} == ids | {"relance"}


def test_alone_it_shows_its_help_and_its_version_when_asked(reg: Registers) -> None:
    assert reg.run() == reg.run("--help")
    assert reg.run("ledger") == reg.run("ledger", "--help")
    assert reg.run("--version") == f"Relance {version('relance')}\n"


def test_on_a_narrow_terminal_help_is_folded(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert max(len(line) for line in reg.run("import", "--help").splitlines()) <= 100
    assert max(len(line) for line in reg.run("--help").splitlines()) <= 70


def examples(name: str, lang: str) -> Iterator[list[str]]:
    for line in languages()[lang].texts[f"example.{name.replace(' ', '_')}"].split("\n"):
        words = shlex.split(line)
        assert words.pop(0) == "relance"
        yield words


def prepare(name: str, lang: str, path: Path) -> None:
    """A sample register and what the example speaks of."""
    words = languages()[lang]
    if name not in ("relance", "new", "demo"):
        rows = sample_rows(words, date.fromisoformat(DAY))
        create_register(path, words, register_rows(words, rows, {"register_id": "exemple"}))
    for file, number in (("ventes.csv", "Numero"), ("sales.csv", "Number")):
        path.with_name(file).write_text(f'{number},customer,due_date,amount\nV-1,C01,2026-10-30,"120,50"\n', "utf-8")
    for file in ("banque.csv", "bank.csv"):
        path.with_name(file).write_text("date,amount,invoice_no,customer\n02/10/2026,120.00,F-1001,C01\n", "utf-8")


def uncertain(path: Path) -> None:
    """A message of which nobody knows whether it left."""
    said = (Said(("C01", "F-1001", ""), Decimal(1240), "R1", 5),)
    message = Message(
        "3f2a91" + "0" * 26, ("C01", "EUR"), date(2026, 10, 5), "step", "R1", "standard", "email", ("a@b.example",), (),
        said, Decimal(1240), 0, "hash",
    )  # fmt: skip
    open_desk(path).ledger.claim(message, b"bytes", 0, datetime(2026, 10, 5, 8, tzinfo=UTC))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PAGES)
def test_the_examples_in_help_work(reg: Registers, monkeypatch: pytest.MonkeyPatch, name: str, lang: str) -> None:
    path = reg.folder / REGISTER[lang]
    prepare(name, lang, path)
    monkeypatch.setattr("sys.stdin", io.StringIO("o\no\n"))
    if name == "ledger resolve":
        uncertain(path)
    if name in ("ledger rebuild", "ledger adopt"):
        reg.run("chase", str(path), "--yes", "--on", DAY)
        state = path.with_suffix(".relance")
        if name == "ledger rebuild":
            shutil.rmtree(state)
        else:
            path.rename(path.with_name("renomme.xlsx" if lang == "fr" else "renamed.xlsx"))
    for words in examples(name, lang):
        # What the example of `doctor` finds depends on the day it is run.
        reg.run(*words, *(("--on", DAY) if name == "doctor" else ()))

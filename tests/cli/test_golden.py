"""What `doctor`, `plan`, `explain` and `aged` show on the example register of one day, without a terminal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from relance.bootstrap import create_register, languages
from relance.cli.register import register_rows
from relance.cli.sample import sample_rows
from tests.cli.golden import same_as_kept
from tests.cli.registers import DAY, Registers

COMMANDS = {
    "doctor": ("doctor", "registre.xlsx"),
    "plan": ("plan", "registre.xlsx"),
    "explain": ("explain", "registre.xlsx", "F-1035", "--instalment", "1/3"),
    "aged": ("aged", "registre.xlsx"),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sample") / "registre.xlsx"
    words = languages()["fr"]
    rows = sample_rows(words, date.fromisoformat(DAY))
    create_register(path, words, register_rows(words, rows, {"register_id": "exemple"}))
    return path.read_bytes()


@pytest.fixture
def reg(
    sample: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Registers:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    made = Registers(tmp_path, capsys)
    made.path.write_bytes(sample)
    return made


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_person_reads_is_what_was_looked_at(reg: Registers, name: str, lang: str) -> None:
    shown = reg.run(*COMMANDS[name], "--on", DAY, "--lang", lang)
    same_as_kept(f"{name}.{lang}.txt", shown)


@pytest.mark.parametrize("name", COMMANDS)
def test_on_a_narrow_terminal_nothing_runs_over_the_edge(reg: Registers, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = reg.run(*COMMANDS[name], "--on", DAY, "--lang", "fr")
    assert max(len(line) for line in shown.splitlines()) <= 80
    same_as_kept(f"{name}.80.txt", shown)

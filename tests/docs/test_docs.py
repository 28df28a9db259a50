"""The README and the guide say what is so: their commands run, what they name exists, their pictures are there."""

from __future__ import annotations

import json
import re
import shlex
from io import StringIO
from pathlib import Path

import pytest

from relance import bootstrap
from relance.cli import main
from relance.cli.app import MODULES
from relance.domain.words import Words
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer

ROOT = Path(__file__).parents[2]
README, GUIDE = (ROOT / "README.md").read_text("utf-8"), (ROOT / "infra" / "guide-fr.md").read_text("utf-8")
FR = bootstrap.languages()["fr"]
FILES = {
    "clients.csv": "code,name,kind,email\nC1,Exemple Un,business,compta@c1.example\n",
    "factures.csv": "invoice_no,customer,due_date,amount,paid,paid_on\n"
    'F-1,C1,15/01/2026,"1200,50",,\nF-2,C1,20/02/2026,"300,00","300,00",05/03/2026\n',
}


def commands_of(text: str) -> list[str]:
    """The `relance` commands shown as lines of their own."""
    return re.findall(r"^ +\.venv/bin/(relance .*)$", text, re.MULTILINE)


def test_the_commands_of_the_readme_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    found = commands_of(README)
    assert len(found) >= 12
    for command in ["relance demo", *(c for c in found if "https:" not in c)]:
        monkeypatch.setattr("sys.stdin", StringIO("o\n"))
        with pytest.raises(SystemExit) as ended:
            main([word for word in shlex.split(command)[1:] if word != "--open"])
        said = capsys.readouterr()
        refused = "doctor" in command  # it names what this bare register lacks
        assert ended.value.code in ((0, 1) if refused else (0, None)), f"{command}: {said.err or said.out}"


def test_the_commands_about_a_google_sheet_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [command for command in commands_of(README) if "https:" in command]
    assert len(found) >= 3
    with SheetsServer() as google:
        file = google.drive.add_spreadsheet("Registre", writers=(ROBOT,))
        (tmp_path / "key.json").write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
        monkeypatch.setenv("RELANCE_GOOGLE_ENDPOINT", google.base)
        monkeypatch.setenv("RELANCE_HOME", str(tmp_path))
        for command in found:
            with pytest.raises(SystemExit) as ended:
                main(shlex.split(command.replace("ID_OF_YOUR_SHEET", file.id))[1:])
            said = capsys.readouterr()
            assert ended.value.code in ((0, 1) if "doctor" in command else (0, None)), f"{command}: {said.err or said.out}"


def test_the_table_of_commands_has_every_command() -> None:
    table = README.partition("## Commands")[2].partition("##")[0]
    assert sorted(re.findall(r"^\| `([a-z]+)", table, re.MULTILINE)) == sorted(MODULES)


def test_what_the_readme_asks_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    asked = set(re.findall(r"`make ([a-z]+)", README)) | set(re.findall(r"^ {4}make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test", "check", "prove", "bench", "pictures"} <= asked
    assert asked <= targets


@pytest.mark.parametrize(("text", "folder"), [(README, ROOT), (GUIDE, ROOT / "infra")], ids=["readme", "guide"])
def test_the_pictures_are_there_small_and_told_in_words(text: str, folder: Path) -> None:
    found = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)
    assert found
    for words, path in found:
        assert len(words) > 15, path
        assert 10_000 < (folder / path).stat().st_size < 300_000, path


def test_every_path_the_readme_names_is_there() -> None:
    paths = re.findall(r"`((?:shared|templates|tests|infra)/[\w./]+)`", README) + re.findall(r"\]\((infra/[^)]+)\)", README)
    tree = re.findall(r"^ {4}((?:shared|templates|tests|infra)/[\w./]*)", README, re.MULTILINE)
    assert len(tree) >= 6
    assert [p for p in (*paths, *tree) if not (ROOT / p).exists()] == []


def names_of(words: Words) -> set[str]:
    """Everything a person can read as a name in the register: tabs, headings, settings, values."""
    found = {*words.tabs.values(), words.say_text("look.aged_tab")}
    found |= {heading for columns in words.headings.values() for heading in columns.values()}
    found |= {texts["label"] for texts in words.settings.values()}
    return found | {label for labels in words.values.values() for label in labels.values()}


def test_what_the_guide_and_the_readme_name_in_italics_stands_in_the_register() -> None:
    known = names_of(FR)
    for text in (GUIDE, README):
        named = {n.replace("\n", " ") for n in re.findall(r"(?<![*\w])\*([A-ZÀÉ][^*]+)\*(?!\*)", text)}
        assert named
        assert named - known == set()


def test_the_answers_and_actions_of_the_guide_are_those_of_the_register() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", GUIDE, re.MULTILINE)
    actions = {FR.value("task", task) for task in FR.values["task"]}
    told = [action for action, _ in rows if action not in ("action", "---")]
    assert len(told) >= 6
    assert set(told) <= actions


def test_the_speed_table_of_the_readme_is_made_by_the_bench() -> None:
    assert re.search(r"`make bench`, Linux x86_64, \d+ cores, Python 3\.\d+", README)

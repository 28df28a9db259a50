"""`new` and `settings`: what a new workbook holds, and what may be typed from the command line."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from relance.bootstrap import create_register, languages, lexicon, open_store
from relance.cli.register import register_rows
from relance.domain.layout import SETTING_GROUPS
from relance.domain.parse import parse
from relance.domain.register import Register
from relance.domain.scenarios import BUILT_IN
from relance.domain.settings import Settings
from tests.cli.registers import Registers


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


@pytest.fixture(scope="module")
def new_french(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("new") / "registre.xlsx"
    create_register(path, languages()["fr"], register_rows(languages()["fr"], {}))
    return path.read_bytes()


@pytest.fixture
def made(reg: Registers, new_french: bytes) -> Registers:
    reg.path.write_bytes(new_french)
    return reg


SETTINGS = [setting for group in SETTING_GROUPS.values() for setting in group]


def row_of(setting: str) -> int:
    """The row of a setting in a new register, from 1."""
    return SETTINGS.index(setting) + 2


def members(path: Path) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def understood(reg: Registers) -> Register:
    return parse(open_store(reg.path).read(), lexicon())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_new_register_reads_as_its_defaults_without_a_complaint(reg: Registers, lang: str) -> None:
    said = reg.run("new", "REG", "--lang", lang)
    found = understood(reg)
    assert (found.refusal, found.notices, found.invoices, found.faults) == (None, (), (), ())
    assert found.settings == Settings(language=lang)
    assert len(found.register_id) == 16
    assert [f"relance {c} {reg.path}" in said for c in ("import", "settings", "plan")] == [True, True, True]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_scenarios_of_a_new_register_are_the_built_in_ones_spelled_out(reg: Registers, lang: str) -> None:
    reg.run("new", "REG", "--lang", lang)
    assert understood(reg).scenarios == BUILT_IN


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_new_register_has_every_tab_setting_and_a_help_page(reg: Registers, lang: str) -> None:
    reg.run("new", "REG", "--lang", lang)
    book, words = load_workbook(reg.path), languages()[lang]
    pages = {words.texts["look.aged_tab"], words.texts["look.lists_tab"]}
    assert set(book.sheetnames) == {*words.tabs.values(), *pages}
    labels = [row[0].value for row in book[words.tabs["settings"]].iter_rows(min_row=2)]
    assert labels == [words.settings[setting]["label"] for setting in SETTINGS]
    assert set(SETTINGS) == set(words.settings)
    assert all(row[2].value for row in book[words.tabs["settings"]].iter_rows(min_row=2))
    assert len([row for row in book[words.tabs["help"]].iter_rows() if row[1].value]) >= 8


def test_two_registers_have_different_ids(reg: Registers) -> None:
    reg.run("new", "REG")
    first = understood(reg).register_id
    reg.path.unlink()
    reg.run("new", "REG")
    assert understood(reg).register_id != first


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_sample_register_can_be_planned(reg: Registers, lang: str) -> None:
    reg.run("new", "REG", "--lang", lang, "--sample")
    found = understood(reg)
    assert (found.refusal, len(found.invoices) > 40, len(found.customers) > 10) == (None, True, True)
    assert reg.json("plan", "REG")["messages"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_run_finds_the_robot_s_columns_and_leaves_the_pages_as_they_are(reg: Registers, lang: str) -> None:
    reg.run("new", "REG", "--lang", lang, "--sample")
    words, before = languages()[lang], members(reg.path)
    reg.chase("2026-11-25")
    book, after = load_workbook(reg.path), members(reg.path)
    sheet, headings = book[words.tabs["invoices"]], words.headings["invoices"]
    columns = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    rows = range(2, 2 + len(understood(reg).invoices))
    for column in ("status", "why"):
        assert all(sheet.cell(row, columns[headings[column]]).value for row in rows)
    todo = book[words.tabs["todo"]]
    assert todo["A2"].value == 1
    assert not any(dimension.hidden for dimension in todo.row_dimensions.values())
    assert not [row for row in todo.iter_rows(min_row=2) if row[0].value and not row[3].value]
    changed = {name for name in before if after[name] != before[name]}
    tabs = ("invoices", "customers", "todo", "planned", "journal", "settings")
    parts = {f"xl/worksheets/sheet{book.sheetnames.index(words.tabs[tab]) + 1}.xml" for tab in tabs}
    assert changed <= parts
    assert f"xl/worksheets/sheet{book.sheetnames.index(words.tabs['invoices']) + 1}.xml" in changed


def test_an_existing_file_is_never_touched(reg: Registers) -> None:
    reg.run("new", "REG")
    before = reg.path.read_bytes()
    reg.run("new", "REG", "--sample", code=1)
    assert (reg.path.read_bytes(), reg.err.startswith("relance: "), str(reg.path.name) in reg.err) == (before, True, True)


def test_a_name_that_is_no_workbook_s_and_a_folder_that_is_not_there_are_refused(reg: Registers) -> None:
    reg.run("new", str(reg.folder / "registre.csv"), code=2)
    reg.run("new", str(reg.folder / "nulle" / "registre.xlsx"), code=1)
    assert list(reg.folder.iterdir()) == []


def test_settings_shows_every_setting_with_its_value_and_explanation(reg: Registers) -> None:
    reg.run("new", "REG", "--lang", "en")
    said = reg.run("settings", "REG", "--lang", "en")
    assert [text in said for text in ("mode", "Draft", "Minimum gap (days)")] == [True, True, True]
    assert "Number of days between" in said
    assert reg.json("settings", "REG") | {"register_id": ""} == {
        **dict.fromkeys(languages()["en"].settings), "mode": "draft", "currency": "EUR", "language": "en",
        "holidays_country": "FR", "working_days_only": "yes", "grouping": "account", "min_gap_days": "5",
        "repeat_days": "14", "tolerance": "1", "floor": "20", "ceiling": "50000", "cap_per_day": "50",
        "promise_grace_days": "2", "max_stale_working_days": "1", "bank_days": "2", "catch_up_start": "R1",
        "scenario_standard": "standard", "scenario_new": "new", "scenario_good": "good",
        "scenario_habitual": "habitual", "scenario_strategic": "strategic", "promise_confirmation": "yes",
        "day_count": "365", "part_payments": "principal_first", "time_zone": "Europe/Paris", "register_id": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "typed"),
    [
        ("mode=live", "Réel"), ("Mode=Live", "Réel"), ("mode=réel", "Réel"), ("grouping=invoice", "Facture"),
        ("Regroupement=compte", "Compte"), ("working_days_only=no", "non"),
        ("part_payments=interest_first", "Intérêts d'abord"),
        ("payments_entered_up_to=2026-11-23", datetime(2026, 11, 23)),  # noqa: DTZ001 - as openpyxl gives a day
        ("payments_entered_up_to=23/11/2026", datetime(2026, 11, 23)),  # noqa: DTZ001 - as openpyxl gives a day
        ("tolerance=1.50", 1.5), ("tolerance=1,50", 1.5), ("cap_per_day=0", 0), ("contract_rate=12,5 %", 12.5),
        ("no_send_days=vendredi; 01/08/2026-23/08/2026", "vendredi; 01/08/2026-23/08/2026"),
        ("scenario_standard=habitual", "habitual"), ("sender_name=Dupont SARL", "Dupont SARL"), ("currency=", None),
    ],
)  # fmt: skip
def test_a_setting_is_written_as_a_person_would_type_it(made: Registers, pair: str, typed: object) -> None:
    made.run("settings", "REG", pair)
    setting = lexicon().settings[pair.partition("=")[0].lower().replace("_", "")]
    assert made.cell("Réglages", row_of(setting), "Valeur") == typed
    assert understood(made).refusal is None


def test_several_settings_are_understood_as_typed(made: Registers) -> None:
    shown = made.json(
        "settings",
        "REG",
        "mode=live",
        "tolerance=0.50",
        "payments_entered_up_to=2026-11-23",
        "working_days_only=no",
        "ceiling=1250000",
    )
    found = understood(made).settings
    assert (found.mode, str(found.tolerance), found.working_days_only) == ("live", "0.50", False)
    assert found.payments_entered_up_to == date(2026, 11, 23)
    assert (shown["mode"], shown["payments_entered_up_to"], shown["ceiling"]) == ("live", "2026-11-23", "1250000")


@pytest.mark.parametrize(
    "pair",
    [
        "min_gap_days=abc", "min_gap_days=-1", "mode=peut-être", "payments_entered_up_to=23/13/2026", "tolerance=1,234",
        "scenario_standard=inconnu", "time_zone=Mars/Olympus", "from_email=nobody", "holidays_country=Atlantis",
        "inconnu=1", "mode", "register_id=abc", "last_run=3", "day_count=12",
    ],
)  # fmt: skip
def test_a_bad_pair_changes_nothing_not_even_the_good_ones_beside_it(made: Registers, pair: str) -> None:
    before = made.path.read_bytes()
    made.run("settings", "REG", "floor=5", pair, code=2)
    assert (made.path.read_bytes(), made.err.startswith("relance: "), "Traceback" in made.err) == (before, True, False)


def test_a_setting_that_was_at_fault_already_does_not_hide_another(made: Registers) -> None:
    made.type("Réglages", row_of("mode"), "Valeur", "peut-être")
    made.run("settings", "REG", "bank_days=abc", code=2)
    made.run("settings", "REG", "bank_days=3")


def test_a_formula_gives_way_to_a_typed_value(made: Registers) -> None:
    made.type("Réglages", row_of("payments_entered_up_to"), "Valeur", "=TODAY()")
    assert understood(made).refusal is not None
    made.run("settings", "REG", "payments_entered_up_to=2026-11-23")
    assert understood(made).refusal is None


def test_a_setting_whose_row_was_deleted_gets_one_again(made: Registers) -> None:
    book = load_workbook(made.path)
    book["Réglages"].delete_rows(row_of("mode"))
    book.save(made.path)
    made.run("settings", "REG", "mode=test", "test_email=essai@exemple.example")
    assert understood(made).settings.mode == "test"


def test_a_register_without_its_settings_tab_is_refused_in_a_sentence(made: Registers) -> None:
    book = load_workbook(made.path)
    del book["Réglages"]
    book.save(made.path)
    made.run("settings", "REG", "mode=live", code=1)
    assert "Traceback" not in made.err


def test_a_register_that_is_not_there_is_refused(reg: Registers) -> None:
    reg.run("settings", "REG", code=1)
    assert reg.err.startswith("relance: ")

"""A new register from outside: what its tabs hold, how they look, and that a run and other programs live with it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from relance.adapters.workbook import WorkbookStore, create
from relance.adapters.workbook.create_formulas import LETTERS
from relance.domain.grid import open_tabs
from relance.domain.layout import VIEWS, columns_of
from relance.domain.layout_rules import STATUS_TONES
from relance.domain.sheet import CellValue, CellWrite
from relance.domain.tables import BY_ID, TABLES
from relance.domain.words import Lexicon, Words
from relance.ports.errors import StoreError
from tests.adapters.workbook.samples import members

ROOT = Path(__file__).parents[3]
LANGUAGES = {
    lang: Words.of(tomllib.loads((ROOT / "templates" / lang / "words.toml").read_text(encoding="utf-8")))
    for lang in ("fr", "en")
}
FR = LANGUAGES["fr"]
LAST = 20_001
ROWS: Mapping[str, list[Mapping[str, CellValue]]] = {
    "invoices": [{
        "invoice_no": "00042", "customer": "=C1", "due_date": date(2026, 3, 31), "amount": 1200.5, "comment": "#REF!",
    }],
    "settings": [
        {"setting": FR.settings["mode"]["label"], "value": "Brouillon", "explanation": "x"},
        {"setting": FR.settings["from_email"]["label"], "value": None},
        {"setting": FR.settings["payments_entered_up_to"]["label"], "value": date(2026, 3, 30)},
        {"setting": FR.settings["last_run_at"]["label"], "value": None},
        {"setting": FR.settings["iban"]["label"], "value": "FR76"},
    ],
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "new.xlsx"
    create(path, FR, ROWS)
    return path


@pytest.fixture(scope="module", params=list(LANGUAGES))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Words, Any, bytes]:
    """An empty register of a language, as openpyxl reads it and as bytes."""
    path, words = tmp_path_factory.mktemp("made") / "new.xlsx", LANGUAGES[request.param]
    create(path, words, {})
    return words, load_workbook(path), path.read_bytes()


def checks(sheet: Any) -> Iterator[tuple[set[str], Any]]:
    """The areas of each check of a sheet, and the check; notes of headings apart."""
    for found in sheet.data_validations.dataValidation:
        if found.type:
            yield set(str(found.sqref).split()), found


def area(table: str, column: str) -> str:
    letter = LETTERS[table][column]
    return f"{letter}2:{letter}{LAST}"


def test_all_tabs_stand_in_order_with_their_headings_as_the_layout_has_them(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    pages = {"planned": [words.texts["look.aged_tab"]], "settings": [words.tabs["help"], words.texts["look.lists_tab"]]}
    assert book.sheetnames == [title for t in TABLES for title in (words.tabs[t.id], *pages.get(t.id, ()))]
    for table in TABLES:
        marks = {c.id: " *" if c.required else "" for c in table.columns}
        headings = [words.headings[table.id][c] + marks[c] for c in VIEWS[table.id].columns]
        assert [cell.value for cell in book[words.tabs[table.id]][1]] == headings


def test_the_robot_finds_every_column_and_none_twice(made: tuple[Words, Any, bytes], tmp_path: Path) -> None:
    (path := tmp_path / "new.xlsx").write_bytes(made[2])
    grids, refusal = open_tabs(WorkbookStore(path).read(), Lexicon.of(tuple(LANGUAGES.values())))
    assert refusal is None
    for table in TABLES:
        assert set(grids[table.id].columns) == {c.id for c in table.columns}
        assert grids[table.id].own == ()


def test_first_rows_are_read_back_as_given(path: Path) -> None:
    tabs = {tab.title: tab for tab in WorkbookStore(path).read().tabs}
    assert list(tabs["Factures"].rows[1][:4]) == ["00042", "=C1", date(2026, 3, 31), 1200.5]
    assert "#REF!" in tabs["Factures"].rows[1]
    assert not tabs["Factures"].formulas
    assert list(tabs["Réglages"].rows[1]) == ["Mode", "Brouillon", "x"]


def test_columns_carry_the_formats_of_their_kind_for_new_rows(path: Path) -> None:
    sheet, letters = load_workbook(path)["Factures"], LETTERS["invoices"]
    by_id = {column: sheet.column_dimensions[letter] for column, letter in letters.items()}
    formats = {name: by_id[name].number_format for name in ("invoice_no", "due_date", "amount", "days_late", "comment")}
    assert formats == {
        "invoice_no": "@", "due_date": "dd/mm/yyyy", "amount": "#,##0.00", "days_late": '0;-0;"–"', "comment": "General",
    }  # fmt: skip
    grounds = {column: dimension.fill.fgColor.rgb for column, dimension in by_id.items() if dimension.fill.patternType}
    assert grounds == {c.id: "00F3F4F6" for c in BY_ID["invoices"].columns if c.robot}
    assert (sheet["A2"].number_format, sheet["C2"].number_format) == ("@", "dd/mm/yyyy")


def test_settings_carry_the_format_and_the_check_of_their_own_kind(path: Path) -> None:
    sheet = load_workbook(path)["Réglages"]
    assert [sheet[f"B{row}"].number_format for row in (2, 4, 6)] == ["General", "dd/mm/yyyy", "@"]
    found = {cell: check for areas, check in checks(sheet) for cell in areas}
    assert found["B2"].formula1 == '"Brouillon,Test,Réel"'
    assert (found["B3"].type, found["B3"].formula1) == ("custom", 'ISNUMBER(FIND("@",$B3))')
    assert found["B4"].type == "date"
    assert found["B5"].formula1 == "FALSE"


def test_what_is_not_needed_every_day_is_folded_away_and_opens_with_a_click(made: tuple[Words, Any, bytes]) -> None:
    words, book, raw = made
    for table in TABLES:
        sheet = book[words.tabs[table.id]]
        folded = {LETTERS[table.id][c.id] for c, _, closed in columns_of(table.id) if closed}
        dimensions = sheet.column_dimensions
        assert {letter for letter, d in dimensions.items() if d.hidden} == folded
        assert {letter for letter, d in dimensions.items() if d.outlineLevel == 1} == folded
        assert (sheet.sheet_format.outlineLevelCol or 0) == (1 if folded else 0)
    assert b'outlineLevelCol="1"' in members(raw)["xl/worksheets/sheet1.xml"]
    after = LETTERS["invoices"]["balance"]
    assert book[words.tabs["invoices"]].column_dimensions[after].collapsed


def test_headings_stay_in_view_can_be_filtered_and_print_on_every_page(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    frozen = {t.id: book[words.tabs[t.id]].freeze_panes for t in TABLES}
    assert (frozen["invoices"], frozen["customers"], frozen["todo"]) == ("C2", "C2", "B2")
    assert all(place.endswith("2") for place in frozen.values())
    for table in TABLES:
        sheet = book[words.tabs[table.id]]
        last = LETTERS[table.id][VIEWS[table.id].columns[-1]]
        assert sheet.auto_filter.ref == f"A1:{last}{LAST}"
        assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("$1:$1", "landscape", 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_every_choice_column_has_its_words_to_choose_from_and_lets_others_pass(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    for table in TABLES:
        found = {one: check for areas, check in checks(book[words.tabs[table.id]]) for one in areas}
        for column in table.columns:
            check = found.get(area(table.id, column.id))
            if column.kind in ("choice", "yes_no"):
                labels = words.values[column.values or "yes_no"].values()
                assert check is not None
                assert check.formula1 == '"{}"'.format(",".join(labels))
            if column.kind in ("choice", "yes_no", "date", "amount", "integer", "emails") or column.robot:
                assert check is not None
                assert (check.errorStyle, check.showErrorMessage, bool(check.error)) == ("warning", True, True)


def test_a_list_that_a_cell_cannot_hold_stands_in_the_hidden_tab(tmp_path: Path) -> None:
    labels = {"outcome": {"long": "x" * 300, "two": 'say "2"'}, "late_charges": {"comma": "a, b"}}
    words = replace(FR, values={**FR.values, **labels})
    create(path := tmp_path / "new.xlsx", words, {})
    book = load_workbook(path)
    lists = book["Listes"]
    assert lists.sheet_state == "veryHidden"
    shown = {}
    for table, column in (("todo", "outcome"), ("scenarios", "late_charges")):
        found = {one: check.formula1 for areas, check in checks(book[FR.tabs[table]]) for one in areas}
        places = book.defined_names[found[area(table, column)]].attr_text
        shown[column] = [row[0].value for row in lists[places.partition("!")[2].replace("$", "")]] if ":" in places else None
    assert shown["outcome"] == ["x" * 300, 'say "2"']
    assert book.defined_names["relance_list_2"].attr_text == "'Listes'!$C$2:$C$2"
    assert lists["C2"].value == "a, b"


def test_customers_and_scenarios_are_offered_by_name_people_s_own_included(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    found = {one: check for areas, check in checks(book[words.tabs["invoices"]]) for one in areas}
    for column, name in (("customer", "relance_customers"), ("scenario", "relance_scenarios")):
        check = found[area("invoices", column)]
        assert (check.formula1, check.showErrorMessage) == (name, False)
        assert name in book.defined_names
    first = book[words.texts["look.lists_tab"]]["A2"].value
    assert isinstance(first, ArrayFormula)
    assert f"'{words.tabs['scenarios']}'!$A$2:$A$501" in str(first.text)


def test_every_status_is_coloured_by_its_word(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    letter = LETTERS["invoices"]["status"]
    found: dict[str, tuple[int, Any]] = {}
    for cells in book[words.tabs["invoices"]].conditional_formatting:
        for rule in cells.rules:
            if area("invoices", "status") in str(cells.sqref).split():
                found.setdefault(rule.formula[0], (rule.priority, rule.dxf))
    for status, tone in STATUS_TONES.items():
        _, look = found[f'${letter}2="{words.value("status", status)}"']
        assert (look.font.color.rgb, look.fill.bgColor.rgb) == (f"00{tone.text}", f"00{tone.ground}")


def test_headings_of_the_robot_turn_red_when_it_is_late(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    colours = book[words.tabs["invoices"]].conditional_formatting
    late = {cell for c in colours for cell in str(c.sqref).split() if c.rules[0].formula == ["relance_late"]}
    assert late == {f"{LETTERS['invoices'][c.id]}1" for c in BY_ID["invoices"].columns if c.robot}
    formula = book.defined_names["relance_late"].attr_text
    assert f'MATCH("{words.settings["last_run_at"]["label"]}"' in formula
    assert "NETWORKDAYS(" in formula


def test_closed_things_to_do_are_left_out_by_the_filter_once_it_is_applied(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    found = book[words.tabs["todo"]].auto_filter
    condition = found.filterColumn[0].customFilters.customFilter[0]
    assert (condition.operator, condition.val) == ("notEqual", words.values["priority"]["done"])
    assert found.filterColumn[0].colId == VIEWS["todo"].columns.index("priority")
    assert found.sortState.sortCondition[0].ref == f"D2:D{LAST}"


def test_the_help_links_to_every_tab_there_is_and_shows_every_colour(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    sheet = book[words.tabs["help"]]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    led_to = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    titles = [*(words.tabs[t.id] for t in TABLES), words.texts["look.aged_tab"]]
    assert led_to == {f"'{title}'!A1" for title in titles}
    shown = {cell.value: cell.fill.fgColor.rgb for cell in cells if cell.fill.patternType}
    assert shown == {words.value("status", status): f"00{tone.ground}" for status, tone in STATUS_TONES.items()}


def test_the_help_reads_as_it_was_last_looked_at(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    rows = [[str(cell.value or "") for cell in row[1:3]] for row in book[words.tabs["help"]].iter_rows()]
    shown = "".join("\t".join(row).rstrip() + "\n" for row in rows if not row[1].startswith("="))
    path = Path(__file__).parent / "golden" / f"help-{words.language}.txt"
    if os.environ.get("RELANCE_UPDATE_GOLDEN") == "1":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_the_aged_balance_is_made_of_formulas_worked_out_on_every_opening(made: tuple[Words, Any, bytes]) -> None:
    words, book, _ = made
    sheet = book[words.texts["look.aged_tab"]]
    column = LETTERS["invoices"]["balance"]
    assert f"SUMIFS('{words.tabs['invoices']}'!${column}$2:${column}${LAST}," in sheet["C7"].value
    for cell in ("C7", "C8", "C9", "C10", "C11", "E7", "E11"):
        assert sheet[cell].value.startswith("=IF(TODAY()>0,")
    assert sheet["C6"].value == "=C11-SUM(C7:C10)"
    assert len(sheet._charts) == 1


def test_identifiers_made_of_digits_carry_no_green_corner(made: tuple[Words, Any, bytes]) -> None:
    sheet = members(made[2])["xl/worksheets/sheet1.xml"].decode()
    ignored = re.search('<ignoredError sqref="([^"]*)" numberStoredAsText="1"/>', sheet)
    assert ignored is not None
    assert area("invoices", "invoice_no") in ignored[1].split()


def test_the_parts_of_every_sheet_stand_in_the_order_of_the_file_format(made: tuple[Words, Any, bytes]) -> None:
    """ECMA-376 part 1, 18.3.1.99; a program that reads another order offers to repair the file."""
    order = (
        "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "conditionalFormatting",
        "dataValidations", "hyperlinks", "pageMargins", "pageSetup", "headerFooter", "ignoredErrors", "drawing",
    )  # fmt: skip
    sheets = [data.decode() for name, data in members(made[2]).items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 12
    for sheet in sheets:
        places = [sheet.find(f"<{part}", sheet.find("</sheetData>") if part in order[6:] else 0) for part in order]
        found = [place for place in places if place >= 0]
        assert found == sorted(found)


def test_an_empty_register_is_small(made: tuple[Words, Any, bytes]) -> None:
    assert len(made[2]) < 100_000


def test_a_run_can_write_into_a_new_register_without_new_styles_and_nothing_else_changes(path: Path) -> None:
    before = members(path.read_bytes())
    places = {c: list(VIEWS["invoices"].columns).index(c) for c in ("next_date", "balance", "why", "days_late")}
    values: dict[str, CellValue] = {"next_date": date(2026, 4, 1), "balance": 0.0, "why": "Échue", "days_late": 3}
    writes = [CellWrite("Factures", 1, places[column], value) for column, value in values.items()]
    journal = CellWrite("Journal", 1, 0, date(2026, 4, 1))
    assert WorkbookStore(path).write(lambda _: [*writes, journal]) == 5
    after = members(path.read_bytes())
    assert {name for name in before if after[name] != before[name]} == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet9.xml"}
    sheet = load_workbook(path)["Factures"]
    assert sheet[f"{LETTERS['invoices']['balance']}2"].number_format == '#,##0.00;-#,##0.00;"–"'
    cell = load_workbook(path)["Journal"]["A2"]
    assert (cell.number_format, cell.fill.fgColor.rgb) == ("dd/mm/yyyy", "00F3F4F6")
    tab = next(tab for tab in WorkbookStore(path).read().tabs if tab.title == "Factures")
    assert [tab.rows[1][places[column]] for column in values] == [date(2026, 4, 1), 0.0, "Échue", 3.0]


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StoreError) as error:
        create(path, FR, {})
    assert (error.value.code, path.read_bytes()) == ("store.exists", before)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as error:
        create(tmp_path / "none" / "new.xlsx", FR, {})
    assert error.value.code == "store.missing"


def test_an_unknown_column_is_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="invoices: colour"):
        create(tmp_path / "new.xlsx", FR, {"invoices": [{"colour": "red"}]})

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from relance.adapters.workbook import WorkbookStore, create
from relance.adapters.workbook.tokens import column_letters
from relance.domain.sheet import CellValue, CellWrite
from relance.domain.tables import BY_ID, TABLES
from relance.domain.words import Words
from relance.ports import StoreError

GROUPS = {c.values for table in TABLES for c in table.columns if c.values}


def words() -> Words:
    return Words(
        language="xx",
        tabs={**{t.id: f"Tab {t.id}" for t in TABLES}, "help": "Help"},
        headings={t.id: {c.id: c.id for c in t.columns} for t in TABLES},
        values={
            **{group: {"one": f"{group} 1", "two": 'say "2"'} for group in GROUPS},
            "yes_no": {"yes": "oui", "no": "non"},
            "outcome": {"long": "x" * 300},
            "late_charges": {"comma": "a, b"},
        },
        settings={}, texts={}, aliases={}, decimal=",", thousands=" ", date_format="%d/%m/%Y",
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "new.xlsx"
    invoice: dict[str, CellValue] = {
        "invoice_no": "00042", "customer": "=C1", "due_date": date(2026, 3, 31), "amount": 1200.5, "comment": "#REF!",
    }  # fmt: skip
    create(
        path,
        words(),
        {
            "invoices": [invoice],
            "settings": [{"setting": "mode", "value": "draft", "explanation": "x"}],
            "help": [{"text": "How"}, {"text": "=to"}],
        },
    )
    return path


def test_all_tabs_stand_in_order_with_their_headings_and_help_last(path: Path) -> None:
    snapshot = WorkbookStore(path).read()
    assert [t.title for t in snapshot.tabs] == [*(f"Tab {t.id}" for t in TABLES), "Help"]
    for table, tab in zip(TABLES, snapshot.tabs, strict=False):
        assert list(tab.rows[0]) == [f"{c.id} *" if c.required else c.id for c in table.columns]
    assert [row[0] for row in snapshot.tabs[-1].rows] == ["How", "=to"]


def test_first_rows_are_read_back_as_given(path: Path) -> None:
    tabs = WorkbookStore(path).read().tabs
    assert list(tabs[0].rows[1][:4]) == ["00042", "=C1", date(2026, 3, 31), 1200.5]
    assert "#REF!" in tabs[0].rows[1]
    assert not tabs[0].formulas
    assert list(tabs[-2].rows[1]) == ["mode", "draft", "x"]


def test_columns_carry_the_formats_of_their_kind_for_new_rows(path: Path) -> None:
    book = load_workbook(path)
    sheet = book["Tab invoices"]
    columns = enumerate(BY_ID["invoices"].columns)
    by_id = {c.id: sheet.column_dimensions[column_letters(i).decode()] for i, c in columns}
    formats = {name: by_id[name].number_format for name in ("invoice_no", "due_date", "amount", "days_late", "comment")}
    assert formats == {
        "invoice_no": "@", "due_date": "dd/mm/yyyy", "amount": "#,##0.00", "days_late": "0", "comment": "General",
    }  # fmt: skip
    assert by_id["balance"].fill.fgColor.rgb == "FFEDEDED"
    assert by_id["amount"].fill.patternType is None
    assert (sheet["A2"].number_format, sheet["C2"].number_format) == ("@", "dd/mm/yyyy")
    assert sheet["A1"].font.bold


def test_headings_stay_in_view_and_can_be_filtered(path: Path) -> None:
    book = load_workbook(path)
    assert [s.freeze_panes for s in book.worksheets] == ["C2", *["A2"] * (len(TABLES) - 1), None]
    assert book["Tab invoices"].auto_filter.ref == "A1:AL2001"


def test_choices_are_offered_with_a_warning_where_a_list_can_hold_them(path: Path) -> None:
    book = load_workbook(path)
    found = {str(v.sqref): v for v in book["Tab invoices"].data_validations.dataValidation}
    letter = column_letters([c.id for c in BY_ID["invoices"].columns].index("situation")).decode()
    situation = found[f"{letter}2:{letter}2001"]
    assert (situation.formula1, situation.errorStyle) == ('"situation 1,say ""2"""', "warning")
    assert any(v.formula1 == '"oui,non"' for v in found.values())
    assert not book["Tab todo"].data_validations.dataValidation
    scenarios = [v.formula1 for v in book["Tab scenarios"].data_validations.dataValidation]
    assert '"a, b"' not in scenarios


def test_a_run_can_write_into_a_new_register_without_new_styles(path: Path) -> None:
    columns = [c.id for c in BY_ID["invoices"].columns]
    place = columns.index("next_date")
    assert WorkbookStore(path).write(lambda _: [CellWrite("Tab invoices", 1, place, date(2026, 4, 1))]) == 1
    assert WorkbookStore(path).write(lambda _: [CellWrite("Tab journal", 1, 1, date(2026, 4, 1))]) == 1
    cell = load_workbook(path)["Tab journal"]["B2"]
    assert (cell.number_format, cell.fill.fgColor.rgb) == ("dd/mm/yyyy", "FFEDEDED")


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StoreError) as error:
        create(path, words(), {})
    assert (error.value.code, path.read_bytes()) == ("store.exists", before)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as error:
        create(tmp_path / "none" / "new.xlsx", words(), {})
    assert error.value.code == "store.missing"


def test_an_unknown_column_is_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="invoices: colour"):
        create(tmp_path / "new.xlsx", words(), {"invoices": [{"colour": "red"}]})

from __future__ import annotations

from datetime import date

import pytest

from relance.adapters.google_sheet import GoogleSheetStore
from relance.domain.sheet import Cell, CellFault, Shown, Tab
from relance.ports.errors import StoreError
from tests.adapters.google_sheet.desks import SheetDesk
from tests.adapters.google_sheet.registers import tabs
from tests.adapters.store_contract import cell, tab
from tests.emulators.sheets.files import XLSX
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.model import CellError, Json
from tests.emulators.sheets.server import SheetsServer

F = "Factures"
HEADINGS = ("N° facture", "Client", "Échéance", "Montant TTC", "Pièce", "E-mail")


@pytest.fixture
def desk(google: SheetsServer) -> SheetDesk:
    made = SheetDesk(google)
    made.type({F: [HEADINGS, ("F-1", "Exemple SARL", None, 12.5)], "Clients": [("Code", "Nom"), ("C1", "Exemple SARL")]})
    return made


def read(desk: SheetDesk, place: tuple[int, int] = (1, 0)) -> Cell:
    return cell(desk.store().read(), F, *place)


def shape(desk: SheetDesk, kind: str, pattern: str) -> None:
    row = desk.person.sheet(F).rows[1]
    style: Json = {"numberFormat": {"type": kind, **({"pattern": pattern} if pattern else {})}}
    row.put(0, row.cell(0)._replace(format=style))


@pytest.mark.parametrize(
    ("kind", "pattern", "number", "seen"),
    [
        ("DATE", "dd/mm/yyyy", 46328, date(2026, 11, 2)), ("DATE_TIME", "", 46328.75, date(2026, 11, 2)),
        ("TIME", "", 0.5, 0.5), ("NUMBER", "00000", 123, "00123"), ("NUMBER", '"F-"0', 7, "F-7"), ("DATE", "", -5, -5.0),
        ("NUMBER", "#,##0.00", 7, 7.0), ("CURRENCY", '#,##0.00" €"', 1234.5, 1234.5), ("PERCENT", "0%", 0.2, 0.2),
        ("TEXT", "", 12, 12.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_format_shows_it(desk: SheetDesk, kind: str, pattern: str, number: float, seen: Cell) -> None:
    desk.person.put(F, "A2", [[number]])
    shape(desk, kind, pattern)
    found = read(desk)
    assert (found.text if isinstance(found, Shown) else found) == seen


@pytest.mark.parametrize("kind", ["REF", "N_A", "NAME", "VALUE", "DIVIDE_BY_ZERO", "NUM", "NULL_VALUE", "LOADING", "ERROR"])
def test_an_error_is_a_fault_and_never_empty(desk: SheetDesk, kind: str) -> None:
    desk.person.type(F, "A2", "=A1")
    desk.person.result(F, "A2", CellError(kind, "quelque chose"))
    found = read(desk)
    assert isinstance(found, CellFault)
    assert found.text.startswith(("#", "Loading"))
    assert tab(desk.store().read(), F).formulas == {(1, 0)}


def test_a_formula_gives_its_value_and_its_place(desk: SheetDesk) -> None:
    desk.person.type(F, "D2", "=2*21")
    snapshot = desk.store().read()
    assert cell(snapshot, F, 1, 3) == 42.0
    assert tab(snapshot, F).formulas == {(1, 3)}


def test_chips_give_the_address_behind_them(desk: SheetDesk) -> None:
    desk.person.person_chip(F, "F2", "Anne Exemple", "anne@exemple.example")
    desk.person.file_chip(F, "E2", "F-1.pdf", "https://drive.google.com/file/d/1abcdefghijklmnopqrstuvwxyz/view")
    assert read(desk, (1, 5)) == "anne@exemple.example"
    assert read(desk, (1, 4)) == "https://drive.google.com/file/d/1abcdefghijklmnopqrstuvwxyz/view"


def test_a_linked_text_in_the_documents_column_gives_its_address_and_no_other_does(desk: SheetDesk) -> None:
    link = {"textFormat": {"link": {"uri": "https://drive.google.com/open?id=1abcdefghijklmnopqrstuvwxyz"}}}
    row = desk.person.sheet(F).rows[1]
    for column in (1, 4):
        row.put(column, row.cell(column)._replace(value="voir", format=link))
    assert (read(desk, (1, 1)), read(desk, (1, 4))) == ("voir", link["textFormat"]["link"]["uri"])


def test_filtered_and_hidden_rows_are_read_like_the_others(desk: SheetDesk) -> None:
    desk.person.filter(F, "A", ("F-1",))
    desk.person.sheet(F).rows[1].hidden = True
    assert read(desk) == "F-1"


def test_merged_cells_are_told(desk: SheetDesk) -> None:
    area = {
        "sheetId": desk.person.sheet(F).id,
        "startRowIndex": 1,
        "endRowIndex": 3,
        "startColumnIndex": 1,
        "endColumnIndex": 28,
    }
    desk.person.sheet(F).parts["merges"].append(area)
    assert tab(desk.store().read(), F).merges == ("B2:AB3",)


def test_an_empty_sheet_has_empty_tabs(google: SheetsServer) -> None:
    assert SheetDesk(google).store().read().tabs == (Tab("Feuille 1", []),)


def test_a_whole_register_is_one_call_and_few_bytes(google: SheetsServer) -> None:
    desk = SheetDesk(google)
    desk.type(tabs(40))
    google.log.clear()
    desk.store().read()
    assert google.log.count() == 1
    assert google.log.calls[0].bytes_out < 40 * 1_500 + 20_000


def a_register(google: SheetsServer) -> tuple[SheetDesk, GoogleSheetStore]:
    desk = SheetDesk(google)
    desk.type(tabs())
    store = desk.store()
    store.read()
    google.log.clear()
    return desk, store


def test_a_reread_sees_what_people_changed_and_does_not_read_the_robots_columns(google: SheetsServer) -> None:
    desk, store = a_register(google)
    whole = google.person(desk.file)
    whole.type(F, "D3", "999")
    whole.put("Clients", "D2", [["autre@exemple.example"]])
    whole.type(F, "AH2", "pas lu")
    whole.put("Journal", "A2", [["pas lu"]])
    again = store.reread()
    assert (cell(again, F, 2, 3), cell(again, "Clients", 1, 3)) == (999.0, "autre@exemple.example")
    assert (cell(again, F, 1, 33), cell(again, "Journal", 1, 0)) == (None, None)
    assert [call.method for call in google.log.calls] == ["sheets.spreadsheets.getByDataFilter"]


@pytest.mark.parametrize(
    "act", ["insert_columns", "move_columns", "rename_heading", "rename_tab", "delete_rows", "insert_rows", "delete_tab"]
)
def test_a_reread_after_any_change_of_shape_is_what_a_first_read_gives(google: SheetsServer, act: str) -> None:
    desk, store = a_register(google)
    arguments: dict[str, tuple[str | int, ...]] = {
        "insert_columns": (F, "B"), "move_columns": (F, "A", "E"), "rename_heading": (F, "Client", "Acheteur"),
        "rename_tab": (F, "Fact."), "delete_rows": (F, 2, 3), "insert_rows": (F, 2, 2), "delete_tab": (F,),
    }  # fmt: skip
    getattr(desk.person, act)(*arguments[act])
    again, first = store.reread(), desk.store().read()
    assert [t.title for t in again.tabs] == [t.title for t in first.tabs]
    for one, other in zip(again.tabs, first.tabs, strict=True):
        assert [list(filter(None, row)) for row in one.rows if any(row)] == [
            list(filter(None, row)) for row in other.rows if any(row)
        ]
    assert google.log.count() <= 3


def code_of(store: GoogleSheetStore, method: str) -> str:
    with pytest.raises(StoreError) as caught:
        getattr(store, method)()
    return caught.value.code


@pytest.mark.parametrize(
    ("what", "read", "writable"),
    [
        ("absent", "not_found", "not_found"), ("not shared", "no_access", "not_found"), ("viewer", "", "viewer_only"),
        ("bin", "", "in_bin"), ("xlsx", "office", "office"), ("pdf", "office", "not_a_sheet"), ("editor", "", ""),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_used_says_what_to_do(desk: SheetDesk, what: str, read: str, writable: str) -> None:
    file, store = desk.file, desk.store()
    if what == "absent":
        store.spreadsheet_id = "1" * 44
    elif what == "not shared":
        file.sharing.clear()
    elif what == "viewer":
        file.sharing = {ROBOT: "reader"}
    elif what == "bin":
        file.trashed = True
    elif what in ("xlsx", "pdf"):
        file.mime_type, file.book = XLSX if what == "xlsx" else "application/pdf", None
    for method, code in (("read", read), ("check_writable", writable)):
        if code:
            assert code_of(store, method) == f"sheet.{code}"
        else:
            getattr(store, method)()

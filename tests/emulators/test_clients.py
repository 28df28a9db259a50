"""Both real clients reach the emulator, get the same answers, and an emulator that fails says so."""

import pytest
import requests
from googleapiclient.errors import HttpError

from tests.emulators.sheets.calls import HANDLERS, Call, Handled
from tests.emulators.sheets.clients import discovery_client, gspread_client
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.model import Json
from tests.emulators.sheets.server import SheetsServer


def test_gspread_opens_reads_and_writes(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", writers=(ROBOT,))
    sheet = gspread_client(google, ROBOT).open_by_key(file.id).worksheet("Factures")
    sheet.update([["N° facture", "Montant"], ["F-1", 1234.5]], "A1", raw=True)
    assert sheet.get_all_values() == [["N° facture", "Montant"], ["F-1", "1234,5"]]
    assert google.log.tokens == 1


def test_gspreads_own_helpers_work(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", locale="en_GB", writers=(ROBOT,))
    book = gspread_client(google, ROBOT).open_by_key(file.id)
    sheet = book.add_worksheet("Journal", rows=10, cols=4)
    sheet.append_rows([["a", "b"], ["c", "=1+1"]], value_input_option="USER_ENTERED")  # type: ignore[arg-type]
    assert sheet.get_all_records() == [{"a": "c", "b": 2}]
    sheet.insert_row(["x"], 2)
    sheet.sort((1, "des"))
    sheet.freeze(rows=1)
    sheet.format("A1:B1", {"textFormat": {"bold": True}})
    sheet.update_note("A1", "note")
    assert sheet.get_note("A1") == "note"
    assert sheet.find("c") is not None
    sheet.batch_clear(["A1:B1"])
    sheet.delete_rows(1)
    book.update_locale("fr_FR")
    copied = book.duplicate_sheet(sheet.id, new_sheet_name="Copie")
    assert [each.title for each in book.worksheets()] == ["Copie", "Factures", "Journal"]
    book.del_worksheet(copied)


def test_googles_own_client_reads_what_gspread_wrote(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", writers=(ROBOT,))
    gspread_client(google, ROBOT).open_by_key(file.id).sheet1.update([["a", 1]], "A1", raw=True)
    values = discovery_client(google, ROBOT).spreadsheets().values()
    got = values.get(spreadsheetId=file.id, range="Factures!A:B", valueRenderOption="UNFORMATTED_VALUE").execute()
    assert got == {"range": "Factures!A1:B1000", "majorDimension": "ROWS", "values": [["a", 1]]}


def test_googles_own_client_writes_in_every_way(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", "Clients", writers=(ROBOT,))
    service = discovery_client(google, ROBOT).spreadsheets()
    values, key = service.values(), {"spreadsheetId": file.id}
    values.append(**key, range="Factures", valueInputOption="RAW", body={"values": [["a"], ["b"]]}).execute()
    values.batchUpdate(
        **key, body={"valueInputOption": "USER_ENTERED", "data": [{"range": "Clients!B2", "values": [["=Factures!A1"]]}]}
    ).execute()
    got = values.batchGet(**key, ranges=["Factures!A:A", "Clients!B2"], majorDimension="COLUMNS").execute()
    assert [each["values"] for each in got["valueRanges"]] == [[["a", "b"]], [["a"]]]
    values.batchClear(**key, body={"ranges": ["Factures!A1"]}).execute()
    spot = {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    service.batchUpdate(**key, body={"requests": [{"deleteDimension": {"range": spot}}]}).execute()
    assert values.get(**key, range="Factures!A1").execute()["values"] == [["b"]]
    assert values.get(**key, range="Clients!B2").execute()["values"] == [["#REF!"]]
    with pytest.raises(HttpError, match="Unable to parse range: Rien!A1"):
        values.get(**key, range="Rien!A1").execute()
    rows = service.get(**key, ranges="Factures!A1:B1", includeGridData=True).execute()["sheets"][0]["data"][0]["rowData"]
    assert rows[0]["values"][0]["formattedValue"] == "b"


def test_a_field_mask_cuts_an_answer_down(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", writers=(ROBOT,))
    service = discovery_client(google, ROBOT).spreadsheets()
    got = service.get(
        spreadsheetId=file.id, fields="properties/title,sheets(properties(sheetId,gridProperties/rowCount))"
    ).execute()
    assert got == {
        "properties": {"title": "Registre"},
        "sheets": [{"properties": {"sheetId": 0, "gridProperties": {"rowCount": 1000}}}],
    }
    with pytest.raises(HttpError, match="Invalid field selection"):
        service.get(spreadsheetId=file.id, fields="sheets(properties").execute()
    with pytest.raises(HttpError, match=r"Cannot find matching fields for path 'sheets\.proprietes'"):
        service.get(spreadsheetId=file.id, fields="sheets.proprietes").execute()


def test_several_spreadsheets_are_kept_apart(google: SheetsServer) -> None:
    one, two = (google.drive.add_spreadsheet(name, writers=(ROBOT,)) for name in ("Un", "Deux"))
    client = gspread_client(google, ROBOT)
    client.open_by_key(one.id).sheet1.update([["x"]], "A1")
    assert client.open_by_key(two.id).sheet1.get_all_values() == [[]]


def test_an_answer_google_would_never_give_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(call: Call) -> Json:
        return {"plage": call.arguments["range"]}

    monkeypatch.setitem(HANDLERS, "sheets.spreadsheets.values.get", Handled(wrong, writes=False))
    with SheetsServer() as google:
        file = google.drive.add_spreadsheet("R", writers=(ROBOT,))
        with pytest.raises(HttpError, match="not a valid ValueRange"):
            discovery_client(google, ROBOT).spreadsheets().values().get(spreadsheetId=file.id, range="A1").execute()


def test_an_emulator_that_fails_says_so_when_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(call: Call) -> Json:
        raise KeyError(call.account)

    monkeypatch.setitem(HANDLERS, "sheets.spreadsheets.values.get", Handled(broken, writes=False))

    def session() -> None:
        with SheetsServer() as google:
            file = google.drive.add_spreadsheet("R", writers=(ROBOT,))
            with pytest.raises(requests.ConnectionError):
                gspread_client(google, ROBOT).http_client.values_get(file.id, "A1")

    with pytest.raises(RuntimeError, match="The emulator failed"):
        session()

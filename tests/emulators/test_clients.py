"""Both real clients reach the emulator and get the same answers."""

from tests.emulators.sheets.clients import discovery_client, gspread_client
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer


def test_gspread_opens_reads_and_writes(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", writers=(ROBOT,))
    sheet = gspread_client(google, ROBOT).open_by_key(file.id).worksheet("Factures")
    sheet.update([["N° facture", "Montant"], ["F-1", 1234.5]], "A1", raw=True)
    assert sheet.get_all_values() == [["N° facture", "Montant"], ["F-1", "1234,5"]]
    assert google.log.tokens == 1


def test_googles_own_client_reads_what_gspread_wrote(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("Registre", "Factures", writers=(ROBOT,))
    gspread_client(google, ROBOT).open_by_key(file.id).sheet1.update([["a", 1]], "A1", raw=True)
    values = discovery_client(google, ROBOT).spreadsheets().values()
    got = values.get(spreadsheetId=file.id, range="Factures!A:B", valueRenderOption="UNFORMATTED_VALUE").execute()
    assert got == {"range": "Factures!A1:B1000", "majorDimension": "ROWS", "values": [["a", 1]]}

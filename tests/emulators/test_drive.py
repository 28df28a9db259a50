"""Drive: what a file is, its bytes, its exports."""

import io

import pytest
import requests
from googleapiclient.errors import HttpError
from openpyxl import load_workbook

from tests.emulators.scene import Scene
from tests.emulators.sheets.clients import discovery_client
from tests.emulators.sheets.files import XLSX
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer


def test_drive_tells_what_a_file_is_and_gives_its_bytes(google: SheetsServer) -> None:
    scene = Scene(google)
    pdf = google.drive.add_file("facture.pdf", "application/pdf", b"%PDF-1.7 ...")
    pdf.sharing[ROBOT] = "reader"
    drive = discovery_client(google, ROBOT, "drive", "v3")
    fields = "version,trashed,mimeType,modifiedTime,capabilities(canEdit)"
    got = drive.files().get(fileId=scene.file.id, fields=fields, supportsAllDrives=True).execute()
    assert (got["version"], got["trashed"], got["capabilities"]) == ("1", False, {"canEdit": True})
    assert drive.files().get_media(fileId=pdf.id).execute() == b"%PDF-1.7 ..."
    about = drive.files().get(fileId=pdf.id, fields="size,md5Checksum,capabilities/canEdit").execute()
    assert (about["size"], about["capabilities"]) == ("12", {"canEdit": False})
    assert set(drive.files().get(fileId=pdf.id).execute()) == {"kind", "id", "name", "mimeType"}


def test_drive_does_not_show_what_is_not_shared(google: SheetsServer) -> None:
    scene = Scene(google)
    hidden = google.drive.add_file("x.pdf", "application/pdf", b"%PDF")
    url = f"{google.base}/drive/v3/files/{hidden.id}"
    got = requests.get(url, headers={"Authorization": f"Bearer {scene.token}"}, timeout=5)
    assert got.status_code == 404
    assert got.json()["error"]["errors"][0]["reason"] == "notFound"


def test_a_spreadsheet_is_exported_as_a_workbook_or_a_table(google: SheetsServer) -> None:
    scene = Scene(google)
    scene.put("Factures!A1", [["N°", "Montant"], ["=F-1", "1 200,50 €"]], "RAW")
    scene.put("Factures!B2", [["1 200,50 €"], ["=B2*2"]], "USER_ENTERED")
    files = discovery_client(google, ROBOT, "drive", "v3").files()
    book = load_workbook(io.BytesIO(files.export(fileId=scene.file.id, mimeType=XLSX).execute()))
    assert [[cell.value for cell in row] for row in book["Factures"]] == [["N°", "Montant"], ["=F-1", 1200.5], [None, "=B2*2"]]
    assert book["Factures"]["A2"].data_type == "s"
    table = files.export(fileId=scene.file.id, mimeType="text/csv").execute().decode()
    assert table.splitlines() == ["N°,Montant", '=F-1,"1\u202f200,50\u00a0€"', ',"2\u202f401,00\u00a0€"']
    with pytest.raises(HttpError, match="does not offer the export"):
        files.export(fileId=scene.file.id, mimeType="application/pdf").execute()


def test_a_binary_file_is_downloaded_and_a_document_is_exported(google: SheetsServer) -> None:
    scene = Scene(google)
    letter = google.drive.add_file("Lettre", "application/vnd.google-apps.document", b"%PDF-1.7 lettre")
    letter.sharing[ROBOT] = "reader"
    files = discovery_client(google, ROBOT, "drive", "v3").files()
    assert files.export(fileId=letter.id, mimeType="application/pdf").execute() == b"%PDF-1.7 lettre"
    with pytest.raises(HttpError, match="Only files with binary content can be downloaded"):
        files.get_media(fileId=scene.file.id).execute()

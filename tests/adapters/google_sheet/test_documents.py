from __future__ import annotations

import json

import pytest

from relance.adapters.google_sheet import SCOPES, credentials
from relance.ports.errors import DocumentError
from tests.adapters.google_sheet.desks import SheetDesk
from tests.emulators.sheets.faults import status
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer

PDF = b"%PDF-1.7\n" + b"x" * 100


def put(google: SheetsServer, name: str = "F-1.pdf", kind: str = "application/pdf", content: bytes = PDF) -> str:
    file = google.drive.add_file(name, kind, content)
    file.sharing = {ROBOT: "reader"}
    return file.id


@pytest.mark.parametrize(
    "spelled",
    [
        "{}", " {} ", "https://drive.google.com/file/d/{}/view?usp=sharing", "https://drive.google.com/open?id={}",
        "https://drive.google.com/uc?export=download&id={}", "https://drive.google.com/file/u/0/d/{}/view",
    ],
)  # fmt: skip
def test_a_pdf_is_found_by_its_id_and_by_every_form_of_its_address(google: SheetsServer, spelled: str) -> None:
    found = SheetDesk(google).store().document(spelled.format(put(google)), 5_000)
    assert (found.name, found.content) == ("F-1.pdf", PDF)


def test_a_name_without_ending_gets_one(google: SheetsServer) -> None:
    assert SheetDesk(google).store().document(put(google, "Facture 12"), 5_000).name == "Facture 12.pdf"


@pytest.mark.parametrize(
    "name",
    ["F-1.pdf", "../secret.pdf", "https://exemple.example/file/d/1Emulated00000000000000000000000000000000001/view",
     "https://drive.google.com.exemple.example/file/d/1Emulated00000000000000000000000000000000001/view",
     "http://drive.google.com/file/d/1Emulated00000000000000000000000000000000001/view",
     "1Emulated00000000000000000000000000000000001?alt=media&x=", ""],
)  # fmt: skip
def test_nothing_but_drive_is_ever_asked(google: SheetsServer, name: str) -> None:
    put(google)
    with pytest.raises(DocumentError) as caught:
        SheetDesk(google).store().document(name, 5_000)
    assert caught.value.code == "sheet.file_elsewhere"
    assert google.log.count() == 0


def test_what_cannot_be_attached_says_why(google: SheetsServer) -> None:
    store = SheetDesk(google).store()
    gone, trashed = google.drive.add_file("x.pdf", "application/pdf", PDF).id, put(google)
    google.drive.files[trashed].trashed = True
    cases = {
        gone: "sheet.file_not_shared",
        "1" * 33: "sheet.file_not_shared",
        trashed: "document.missing",
        put(google, content=PDF * 60): "document.too_large",
        put(google, kind="image/png"): "document.not_pdf",
        put(google, content=b"<html>"): "document.not_pdf",
        put(google, "Devis", "application/vnd.google-apps.document"): "document.not_pdf",
    }
    for name, code in cases.items():
        with pytest.raises(DocumentError) as caught:
            store.document(name, 5_000)
        assert caught.value.code == code
    assert google.log.count("files.get") == len(cases) + 1  # only the last of the PDFs was worth its bytes


def test_drive_down_leaves_the_document_out(google: SheetsServer) -> None:
    store = SheetDesk(google).store()
    google.faults.next(*[status(503)] * 20)
    with pytest.raises(DocumentError) as caught:
        store.document(put(google), 5_000)
    assert caught.value.code == "document.unreadable"


def test_only_documents_ask_for_the_right_to_read_files(google: SheetsServer) -> None:
    desk = SheetDesk(google)
    store = desk.store(credentials(json.dumps(google.accounts.new_key(ROBOT, google.base))))
    store.check_writable()
    store.read()
    assert {token.scopes for token in google.accounts.tokens.values()} == {frozenset(SCOPES)}
    assert store.document(put(google), 5_000).content == PDF
    assert google.log.tokens == 2

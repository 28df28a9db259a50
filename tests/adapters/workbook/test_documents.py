"""The PDFs beside a workbook: only those, whole, and small enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.adapters.workbook import WorkbookStore
from relance.ports.errors import DocumentError

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def store(tmp_path: Path) -> WorkbookStore:
    folder = tmp_path / "registre"
    (folder / "pdf").mkdir(parents=True)
    (folder / "F-1.pdf").write_bytes(PDF)
    (folder / "pdf" / "Fé 2.pdf").write_bytes(b"\xef\xbb\xbf" + PDF)
    (folder / "note.pdf").write_bytes(b"<html>")
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    return WorkbookStore(folder / "registre.xlsx")


@pytest.mark.parametrize(
    ("name", "shown"), [("F-1.pdf", "F-1.pdf"), (" pdf/Fé 2.pdf ", "Fé 2.pdf"), ("pdf\\Fé 2.pdf", "Fé 2.pdf")]
)
def test_a_pdf_beside_the_workbook_or_in_a_folder_under_it_is_given_whole(store: WorkbookStore, name: str, shown: str) -> None:
    found = store.document(name, 1000)
    assert found.name == shown
    assert PDF in found.content


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("F-2.pdf", "document.missing"),
        ("pdf", "document.missing"),
        ("", "document.missing"),
        ("../secret.pdf", "document.outside"),
        ("link.pdf", "document.outside"),
        ("/etc/passwd", "document.outside"),
        ("note.pdf", "document.not_pdf"),
        ("a\0b.pdf", "document.unreadable"),
        ("é" * 400, "document.unreadable"),
        ("loop.pdf", "document.unreadable"),
    ],
)
def test_any_other_name_says_why_it_is_not_attached(store: WorkbookStore, name: str, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        store.document(name, 1000)
    assert refused.value.code == code


def test_a_pdf_larger_than_the_limit_is_left_out(store: WorkbookStore) -> None:
    assert store.document("F-1.pdf", len(PDF)).content == PDF
    with pytest.raises(DocumentError, match=r"document\.too_large"):
        store.document("F-1.pdf", len(PDF) - 1)

"""The PDF of an invoice leaves with the message that asks for its payment; without it the message leaves all the same."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.runs.desks import LATE, Firm

PDF = b"%PDF-1.7\nexemple\n%%EOF\n"


def firm(folder: Path, **documents: str) -> Firm:
    """Two files, each late by a few days, with these documents by invoice."""
    rows = [("A1", "C1"), ("A2", "C1"), ("B1", "C2")]
    return Firm(
        folder,
        [{"invoice_no": n, "customer": c, "due_date": LATE, "amount": 500.0, "document": documents.get(n)} for n, c in rows],
    )


def parts(one: Firm, invoice: str) -> list[EmailMessage]:
    """The files attached to the message about an invoice."""
    mail = message_from_bytes(next(m.raw for m in one.sent() if invoice in m.text), policy=default)
    assert isinstance(mail, EmailMessage)
    return [part for part in mail.iter_attachments() if isinstance(part, EmailMessage)]


def attached(one: Firm, invoice: str) -> list[str]:
    """The names of the files attached to the message about an invoice."""
    return [part.get_filename() or "" for part in parts(one, invoice)]


def test_the_document_is_attached_byte_for_byte_and_once_for_all_that_share_it(tmp_path: Path) -> None:
    (tmp_path / "f.pdf").write_bytes(PDF)
    one = firm(tmp_path, A1="f.pdf", A2="f.pdf")
    one.chase()
    found = [(p.get_filename(), p.get_content_type(), p.get_content()) for p in parts(one, "A1")]
    assert found == [("f.pdf", "application/pdf", PDF)]
    assert attached(one, "B1") == []


def test_a_document_that_cannot_be_attached_is_shown_on_its_row_and_the_message_leaves(tmp_path: Path) -> None:
    (tmp_path / "f.pdf").write_bytes(PDF)
    one = firm(tmp_path, A1="f.pdf", A2="absent.pdf")
    result = one.chase()
    assert len(result.sent) == 2
    assert attached(one, "A1") == ["f.pdf"]
    assert "absent.pdf" in str(one.invoice("A2", "problem"))
    assert one.invoice("A1", "problem") is None


def test_the_announcement_already_shows_what_cannot_be_attached(tmp_path: Path) -> None:
    one = firm(tmp_path, B1="../f.pdf")
    one.announce()
    assert "non jointe" in str(one.invoice("B1", "problem"))
    assert one.sent() == []


def test_together_the_documents_of_a_message_stay_under_five_megabytes(tmp_path: Path) -> None:
    (tmp_path / "1.pdf").write_bytes(PDF + b"0" * 2_999_000)
    (tmp_path / "2.pdf").write_bytes(PDF + b"0" * 2_999_000)
    one = firm(tmp_path, A1="1.pdf", A2="2.pdf")
    one.chase()
    assert attached(one, "A1") == ["1.pdf"]
    assert "5 Mo" in str(one.invoice("A2", "problem"))

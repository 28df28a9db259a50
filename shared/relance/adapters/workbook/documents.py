"""The PDFs that invoices name: files beside the workbook, or in folders under it."""

from __future__ import annotations

from pathlib import Path

from relance.ports.errors import DocumentError
from relance.ports.store import Document

_HEAD = 1024  # a PDF may have other bytes before its mark (ISO 32000-1, annex H.3.4.1)


def document(folder: Path, name: str, limit: int) -> Document:
    """The PDF at a path relative to `folder`, at most `limit` bytes long.

    Raises DocumentError: `document.outside` for any other place, since a cell must not be able to send just any file
    of this machine, `document.missing`, `document.unreadable`, `document.too_large`, `document.not_pdf`.
    """
    try:
        home = folder.resolve()
        path = (home / name.strip().replace("\\", "/")).resolve()
        if not path.is_relative_to(home):
            raise DocumentError("document.outside", name=name)
        if not path.is_file():
            raise DocumentError("document.missing", name=name)
        if path.stat().st_size > limit:
            raise DocumentError("document.too_large", name=name, limit=limit // 1_000_000)
        content = path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # a name no file can have, a link to itself
        raise DocumentError("document.unreadable", name=name) from error
    if b"%PDF-" not in content[:_HEAD]:
        raise DocumentError("document.not_pdf", name=name)
    return Document(path.name, content)

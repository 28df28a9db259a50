"""The PDFs that invoices name: files in Drive that are shared with the robot's account."""

from __future__ import annotations

import re

from relance.adapters.google_sheet.http import GoogleHttp
from relance.ports.errors import DocumentError, StoreError
from relance.ports.store import Document

_HEAD = 1024  # a PDF may have other bytes before its mark (ISO 32000-1, annex H.3.4.1)
_ID = r"[-\w]{20,}"
_ADDRESS = re.compile(
    rf"https://(?:drive|docs)\.google\.com/(?:\S*/)?(?:d/|open\?(?:\S*&)?id=|uc\?(?:\S*&)?id=)({_ID})(?:[/?#&]\S*)?"
)


def document(http: GoogleHttp, name: str, limit: int) -> Document:
    """The PDF with this Drive address or file id, at most `limit` bytes long.

    Raises DocumentError: `sheet.file_elsewhere` for any other address or name (nothing but Drive is ever asked),
    `sheet.file_not_shared`, `document.missing`, `document.unreadable`, `document.too_large`, `document.not_pdf`.
    """
    found = re.fullmatch(f"({_ID})", name.strip()) or _ADDRESS.fullmatch(name.strip())
    if found is None:
        raise DocumentError("sheet.file_elsewhere", name=name)
    try:
        about = http.file(found[1], "name,mimeType,size,trashed")
        if about.get("trashed"):
            raise DocumentError("document.missing", name=name)
        title = str(about.get("name", ""))
        if about.get("mimeType") != "application/pdf":
            raise DocumentError("document.not_pdf", name=title or name)
        if int(about.get("size", 0)) > limit:
            raise DocumentError("document.too_large", name=title or name, limit=limit // 1_000_000)
        content = http.download(found[1])
    except StoreError as error:
        if error.code in ("sheet.not_found", "sheet.no_access"):
            raise DocumentError("sheet.file_not_shared", name=name, account=http.account) from error
        raise DocumentError("document.unreadable", name=name) from error
    if len(content) > limit:
        raise DocumentError("document.too_large", name=title, limit=limit // 1_000_000)
    if b"%PDF-" not in content[:_HEAD]:
        raise DocumentError("document.not_pdf", name=title)
    return Document(title if title.lower().endswith(".pdf") else f"{title}.pdf", content)

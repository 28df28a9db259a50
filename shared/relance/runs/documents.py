"""The documents that a message carries, and why some do not come with it."""

from __future__ import annotations

from collections.abc import Mapping

from relance.domain.draft import Draft
from relance.domain.keys import InvoiceKey
from relance.domain.words import Reason, reason
from relance.ports.errors import DocumentError
from relance.ports.store import Document, RegisterStore

MAX_BYTES = 5_000_000  # of all documents of a message


def documents_of(store: RegisterStore, draft: Draft) -> tuple[tuple[Document, ...], Mapping[InvoiceKey, Reason]]:
    """The documents of a draft, each file once, and for the invoices left without theirs the reason."""
    found: dict[str, Document] = {}
    missing: dict[InvoiceKey, Reason] = {}
    left = MAX_BYTES
    for invoice, name in draft.documents:
        if name in found:  # instalments share one document
            continue
        try:
            found[name] = store.document(name, left)
            left -= len(found[name].content)
        except DocumentError as error:
            missing[invoice] = reason(error.code, **{**error.values, "limit": MAX_BYTES // 1_000_000})
    return tuple(found.values()), missing

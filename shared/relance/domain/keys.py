"""What an invoice and a file are known by."""

from __future__ import annotations

InvoiceKey = tuple[str, str, str]  # customer code, invoice number, instalment
FileKey = tuple[str, str]  # customer code, currency

"""Relance: receivables follow-up from a shared spreadsheet."""

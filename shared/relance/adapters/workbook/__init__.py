"""A register kept in an .xlsx file: read with its cached values, written by patching only the cells that are set."""

from __future__ import annotations

from relance.adapters.workbook.create import create
from relance.adapters.workbook.store import WorkbookStore

__all__ = ["WorkbookStore", "create"]

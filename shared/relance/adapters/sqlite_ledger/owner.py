"""Whose ledger lies in a folder, without opening it for work."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def owner_of(folder: Path) -> str:
    """The id of the register whose ledger is in the folder; empty when there is none that can be read."""
    path = folder / "ledger.sqlite"
    if not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            row = db.execute("SELECT value FROM facts WHERE name = 'register_id'").fetchone()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""

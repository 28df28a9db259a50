"""Where registers are, and where what is kept about each lies.

A workbook has its folder beside it; a Google Sheet in RELANCE_HOME, else in the user's data folder.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from relance.ports.errors import StoreError

_SHEET = re.compile(r"https?://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([-\w]{20,})(?:[/?#].*)?")


@dataclass(frozen=True, slots=True)
class SheetAddress:
    """Where a Google Sheet is."""

    spreadsheet_id: str

    @property
    def name(self) -> str:
        """What it is called in sentences."""
        return str(self)

    @property
    def stem(self) -> str:
        """What files made of it are called."""
        return self.spreadsheet_id

    def __str__(self) -> str:
        return f"https://docs.google.com/spreadsheets/d/{self.spreadsheet_id}"


Place = Path | SheetAddress  # where a register is


def place_of(typed: str) -> Place:
    """A workbook's path or a Google Sheet's address. Raises StoreError `sheet.bad_address` for any other address."""
    if not re.match(r"https?:", typed, re.I):
        return Path(typed)
    found = _SHEET.fullmatch(typed.strip())
    if found is None:
        raise StoreError("sheet.bad_address", address=typed)
    return SheetAddress(found[1])


def state_folder(place: Place) -> Path:
    """Where everything about a register is kept: `<name>.relance/` beside a workbook, or among the user's data."""
    if isinstance(place, Path):
        return place.with_name(f"{place.stem}.relance")
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("RELANCE_HOME") or Path(data) / "relance") / f"{place.spreadsheet_id}.relance"

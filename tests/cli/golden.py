"""What a person sees, kept in files: `RELANCE_UPDATE_GOLDEN=1` writes them anew, to be looked at."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def same_as_kept(name: str, shown: str) -> None:
    """Compare with the file of this name."""
    path = FOLDER / name
    if os.environ.get("RELANCE_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8"), f"{path} differs; RELANCE_UPDATE_GOLDEN=1 writes it anew"

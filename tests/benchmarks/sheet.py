"""One whole run over a Google Sheet, Google played by the emulator in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from relance.domain.tables import TABLES
from tests.adapters.google_sheet.desks import SheetDesk, fill
from tests.domain.lexicon import FR
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.model import new_sheet
from tests.emulators.sheets.server import SheetsServer


def serve(rows: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> None:
    """Serve a register with these rows until standard input ends."""
    with SheetsServer(validate=False) as google:
        desk = SheetDesk(google)
        book = desk.person.book
        book.sheets = []
        for table in TABLES:
            lines: list[list[Any]] = [[FR.headings[table.id][c.id] for c in table.columns]]
            lines += [[row.get(c.id) for c in table.columns] for row in rows.get(table.id, ())]
            book.sheets.append(new_sheet(book.new_id(), FR.tabs[table.id], len(lines) + 50, len(table.columns) + 2))
            fill(book.sheets[-1], lines)
        key = folder / "key.json"
        key.write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        print(json.dumps({"base": google.base, "key": str(key), "id": desk.file.id}), flush=True)
        for _ in sys.stdin:
            calls = google.log.calls
            print(json.dumps({
                "reads": google.log.reads(), "writes": google.log.writes(),
                "received": sum(c.bytes_out for c in calls), "sent": sum(c.bytes_in for c in calls),
            }), flush=True)  # fmt: skip
            google.log.clear()


class Served:
    """A sheet that is being served: its address, and what it was asked since the last time."""

    def __init__(self, child: subprocess.Popen[str], spreadsheet_id: str) -> None:
        self._child = child
        self.address = f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}"

    def calls(self) -> str:
        """In a few words."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write("calls\n")
        self._child.stdin.flush()
        told = json.loads(self._child.stdout.readline())
        return (
            f"{told['reads']} reads, {told['writes']} writes, {told['received'] / 1e6:.1f} MB received, "
            f"{told['sent'] / 1e6:.1f} MB sent"
        )


@contextmanager
def served(count: int) -> Iterator[Served]:
    """A sheet of so many invoices; the commands of this process and its children find it."""
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks", "serve", str(count), folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        assert child.stdin is not None
        try:
            told = json.loads(child.stdout.readline())
            os.environ |= {
                "GOOGLE_APPLICATION_CREDENTIALS": told["key"], "RELANCE_GOOGLE_ENDPOINT": told["base"],
                "RELANCE_HOME": folder,
            }  # fmt: skip
            yield Served(child, told["id"])
        finally:
            child.stdin.close()
            child.stdout.close()
            child.wait()

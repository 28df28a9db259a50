"""Small registers for the tests of commands, built and chased with the commands themselves."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from relance.cli import main

CUSTOMER = {"code": "C1", "name": "Dupont SARL", "kind": "business", "email": "compta@dupont.example", "scenario": "standard"}
DAY = "2026-10-05"


class Registers:
    """Runs `relance …` as a person would, in one folder."""

    def __init__(self, folder: Path, capsys: Any) -> None:
        self.folder = folder
        self.path = folder / "registre.xlsx"
        self._capsys = capsys

    def run(self, *arguments: str, code: int = 0) -> str:
        """The standard output of a command that must end with this exit code."""
        self._capsys.readouterr()
        with_register = [str(self.path) if a == "REG" else a for a in arguments]
        try:
            main(with_register)
            ended = 0
        except SystemExit as end:
            ended = int(end.code or 0)
        out, self.err = self._capsys.readouterr()
        assert ended == code, f"{arguments} ended with {ended}: {self.err or out}"
        return str(out)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The JSON document of a command."""
        return json.loads(self.run(*arguments, "--json", code=code))

    def chase(self, on: str = DAY, code: int = 0) -> Any:
        """One run of one day."""
        return self.json("chase", "REG", "--yes", "--on", on, code=code)

    def table(self, name: str, rows: Sequence[Mapping[str, object]], *more: str) -> Any:
        """Import these rows."""
        file = self.folder / f"{name}.csv"
        columns = list(dict.fromkeys(c for row in rows for c in row))
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.DictWriter(opened, columns)
            writer.writeheader()
            writer.writerows(rows)
        return self.json("import", "REG", str(file), "--table", name, *more)

    def live(self, *invoices: Mapping[str, object], up_to: str = "2026-10-02", **settings: object) -> None:
        """A live register with one customer and these invoices, payments entered up to that day."""
        self.run("new", "REG")
        pairs = {"mode": "live", "from_email": "compta@exemple.example", "payments_entered_up_to": up_to, **settings}
        self.run("settings", "REG", *(f"{key}={value}" for key, value in pairs.items()))
        self.table("customers", [CUSTOMER])
        if invoices:
            self.table("invoices", [{"customer": "C1", **invoice} for invoice in invoices])

    def type(self, tab: str, row: int, heading: str, value: Any) -> None:
        """Type into a cell with another program; rows count from 1."""
        book = load_workbook(self.path)
        cell = book[tab].cell(row, self._column(book[tab], heading))
        cell.value = value
        book.save(self.path)

    def type_setting(self, label: str, value: Any) -> None:
        """Type the value of a setting, also one that `relance settings` would refuse."""
        labels = [cell.value for cell in load_workbook(self.path)["Réglages"]["A"]]
        self.type("Réglages", labels.index(label) + 1, "Valeur", value)

    def cell(self, tab: str, row: int, heading: str) -> object:
        """What a cell shows."""
        sheet = load_workbook(self.path)[tab]
        return sheet.cell(row, self._column(sheet, heading)).value

    def _column(self, sheet: Any, heading: str) -> int:
        headings = [str(cell.value).removesuffix(" *") for cell in sheet[1]]
        return headings.index(heading) + 1

    @property
    def outbox(self) -> list[Path]:
        """The messages that left."""
        return sorted((self.path.with_suffix(".relance") / "outbox").glob("*.eml"))


def invoice(number: str, due: str, amount: object, **more: object) -> dict[str, object]:
    """One row of invoices.csv."""
    return {"invoice_no": number, "due_date": due, "amount": amount, **more}

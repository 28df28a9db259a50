"""A register of the deployment, as its people see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relance.domain.sheet import CellValue
from relance.domain.tables import TABLES
from tests.world.book import FR, Tables, rows_of, setting
from tests.world.sheets import InSheet

SENDER = "compta@exemple.example"
Rows = list[dict[str, CellValue]]


@dataclass
class Register:
    """Its name in the deployment, which is its id, too; and its sheet."""

    name: str
    place: InSheet

    @property
    def sheet(self) -> str:
        """The id of the spreadsheet."""
        return str(self.place.sheet.file.id)

    def fill(self, customers: Rows, invoices: Rows, **settings: CellValue) -> None:
        """Everything that people typed first."""
        rows = rows_of(customers, invoices, {"from_email": SENDER, **settings})
        self.place.sheet.type({
            FR.tabs[t.id]: [
                [FR.headings[t.id][c.id] for c in t.columns],
                *([row.get(c.id) for c in t.columns] for row in rows.get(t.id, ())),
            ]
            for t in TABLES
        })  # fmt: skip
        self.set(register_id=self.name)

    def shown(self, number: str, column: str) -> Any:
        """What the row of an invoice shows in a column."""
        table = self.place.look()["invoices"]
        return table.get(table.find("invoice_no", number), column)

    def type(self, number: str, **cells: CellValue) -> None:
        """A person types in the row of an invoice."""

        def change(tables: Tables) -> None:
            table = tables["invoices"]
            for column, value in cells.items():
                table.put(table.find("invoice_no", number), column, value)

        self.place.edit(change, False)

    def set(self, **values: CellValue) -> None:
        """A person types settings."""

        def change(tables: Tables) -> None:
            for name, value in values.items():
                setting(tables, name, value)

        self.place.edit(change, False)

"""The workbook from outside: made, read cell by cell, and edited as people do, whole rows included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell as OneCell
from python_calamine import CalamineWorkbook

from relance import bootstrap
from relance.domain.sheet import Cell, CellValue, CellWrite
from relance.domain.tables import BY_ID, TABLES

FR = bootstrap.languages()["fr"]
ROBOT = {t.id: frozenset(c.id for c in t.columns if c.robot) for t in TABLES}
STAMPS = ("register_id", "last_run", "last_run_at")  # the robot's own lines among the settings
IBAN = "FR7630006000011234567890189"


@dataclass
class Table:
    """One tab as it lies: all rows from the headings on, and where each known column stands."""

    title: str
    rows: list[list[Any]]
    columns: dict[str, int] = field(default_factory=dict)

    def get(self, row: int, column: str) -> Any:
        """A cell by row index and column id; None outside."""
        index = self.columns.get(column)
        cells = self.rows[row] if row < len(self.rows) else []
        return None if index is None or index >= len(cells) else cells[index]

    def put(self, row: int, column: str, value: Any) -> None:
        """Set a cell, adding what is missing before it."""
        index = self.columns[column]
        self.rows += [[] for _ in range(row + 1 - len(self.rows))]
        self.rows[row] += [None] * (index + 1 - len(self.rows[row]))
        self.rows[row][index] = value

    def used(self) -> list[int]:
        """The indices of the rows that hold anything, headings apart."""
        return [n for n in range(1, len(self.rows)) if any(c is not None for c in self.rows[n])]

    def find(self, column: str, value: Any) -> int:
        """The first row with this value; 0 when there is none."""
        return next((n for n in range(1, len(self.rows)) if self.get(n, column) == value), 0)

    def people(self) -> dict[tuple[int, int], Any]:
        """Every cell with something in it that is not the robot's, by place."""
        robot = {self.columns[c] for t in ROBOT if FR.tabs[t] == self.title for c in ROBOT[t] if c in self.columns}
        skip: set[int] = set()
        if self.title == FR.tabs["settings"]:
            own = {FR.settings[name]["label"] for name in STAMPS}
            skip = {n for n in range(1, len(self.rows)) if self.get(n, "setting") in own}
        return {
            (n, c): cell for n, row in enumerate(self.rows) if n not in skip
            for c, cell in enumerate(row) if cell is not None and (n == 0 or c not in robot)
        }  # fmt: skip


Tables = dict[str, Table]


def _plain(cell: Any) -> Any:
    if cell == "":
        return None
    return cell.date() if isinstance(cell, datetime) else cell


def table_of(title: str, rows: Iterable[Sequence[Any]]) -> Table:
    cells = [[_plain(cell) for cell in row] for row in rows]
    table_id = next((t for t, label in FR.tabs.items() if label == title), "")
    known = {heading: column for column, heading in FR.headings.get(table_id, {}).items()}
    heads = [str(h or "").removesuffix("*").strip() for h in (cells[0] if cells else ())]
    return Table(title, cells, {known[h]: n for n, h in enumerate(heads) if h in known})


def look_at(path: Path) -> Tables:
    """All tabs of a register by table id, read by calamine alone."""
    book = CalamineWorkbook.from_path(str(path))
    ids = {FR.tabs[t.id]: t.id for t in TABLES}
    sheets = ((n, book.get_sheet_by_name(n).to_python(skip_empty_area=False)) for n in book.sheet_names)
    return {ids.get(name, name): table_of(name, rows) for name, rows in sheets}


def people_of(tables: Tables) -> dict[tuple[str, int, int], Any]:
    """People's cells of the whole workbook; the tabs that are the robot's alone have none but their headings."""
    return {(t, n, c): cell for t, table in tables.items() for (n, c), cell in table.people().items()}


def edit(path: Path, change: Callable[[Tables], None], by_library: bool = False) -> None:
    """Change cells and save at once, as a person does; with openpyxl's own writer if asked."""
    before, after = look_at(path), look_at(path)
    change(after)
    cells = [w for t, table in after.items() for w in differences(before[t], table)]
    if not cells:
        return
    if not by_library:
        bootstrap.open_store(path).write(lambda _: cells)
        return
    book = load_workbook(path)
    for cell in cells:
        place = book[cell.tab].cell(cell.row + 1, cell.column + 1)
        place.value = cell.value
        if isinstance(cell.value, float) and isinstance(place, OneCell) and place.is_date:
            place.number_format = "General"
    saved = path.with_suffix(".saved")
    book.save(saved)
    saved.replace(path)


def differences(before: Table, after: Table) -> list[CellWrite]:
    """The cells that changed."""
    found = []
    for n in range(max(len(before.rows), len(after.rows))):
        old: list[Cell] = before.rows[n] if n < len(before.rows) else []
        new: list[Cell] = after.rows[n] if n < len(after.rows) else []
        for c in range(max(len(old), len(new))):
            was, now = old[c] if c < len(old) else None, new[c] if c < len(new) else None
            if was != now:
                found.append(CellWrite(before.title, n, c, now))  # type: ignore[arg-type]
    return found


def setting(tables: Tables, name: str, value: Any) -> None:
    """Type a setting."""
    table = tables["settings"]
    label = FR.settings[name]["label"]
    row = table.find("setting", label) or len(table.rows)
    table.put(row, "setting", label)
    table.put(row, "value", value)


def setting_of(tables: Tables, name: str) -> Any:
    """What stands as a setting's value."""
    table = tables["settings"]
    row = table.find("setting", FR.settings[name]["label"])
    return table.get(row, "value") if row else None


def make(
    path: Path,
    customers: Sequence[Mapping[str, CellValue]],
    invoices: Sequence[Mapping[str, CellValue]],
    settings: Mapping[str, CellValue] | None = None,
    **more: Sequence[Mapping[str, CellValue]],
) -> None:
    """A new workbook in live mode. Customers get what a reminder needs; `settings` by id as a person types them."""
    bootstrap.create_register(path, FR, {**rows_of(customers, invoices, settings), **more})


def rows_of(
    customers: Sequence[Mapping[str, CellValue]],
    invoices: Sequence[Mapping[str, CellValue]],
    settings: Mapping[str, CellValue] | None = None,
) -> dict[str, Sequence[Mapping[str, CellValue]]]:
    """The first rows of such a register, by table id."""
    given: dict[str, CellValue] = {
        "mode": FR.values["mode"]["live"], "from_email": "compta@exemple.example", "sender_name": "Exemple SAS",
        "iban": IBAN, "bic": "AGRIFRPP", "grouping": FR.values["grouping"]["account"], "payments_entered_up_to": None,
        "cap_per_day": None, "test_email": None, **(settings or {}), "register_id": "world-1", "last_run": None,
        "last_run_at": None,
    }  # fmt: skip
    typed = [{"setting": FR.settings[name]["label"], "value": value} for name, value in given.items()]
    usual = {"kind": FR.values["kind"]["business"], "scenario": "standard"}
    people = [
        {"name": f"Dupont {c['code']} SARL", "email": f"compta@{str(c['code']).lower()}.example", **usual, **c}
        for c in customers
    ]
    return {"settings": typed, "customers": people, "invoices": list(invoices)}


def open_elsewhere(path: Path) -> Path:
    """The lock file that LibreOffice keeps beside an open workbook."""
    lock = path.with_name(f".~lock.{path.name}#")
    lock.touch()
    return lock


def column_of(table: str, column: str) -> str:
    """The heading of a column."""
    assert BY_ID[table].column(column)
    return FR.headings[table][column]

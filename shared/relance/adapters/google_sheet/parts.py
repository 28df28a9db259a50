"""What one round of a write gives each tab, and what the tab holds once the answer is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relance.adapters.google_sheet.book import ANCHOR, Book, Sheet, names_of, robots
from relance.adapters.google_sheet.cells import received, same_as_received, sent, stored
from relance.domain.project import same
from relance.domain.sheet import Cell, CellFault, CellValue, CellWrite
from relance.domain.words import Lexicon
from relance.ports.errors import StoreError

ANSWERS = ("outcome", "promised_for", "posted_on")  # columns of the To do tab: what people type there acts on the line's number
# What identifies the rows of the long tabs; of any other tab all columns are read back.
KEYS = {"invoices": ("customer", "invoice_no", "instalment"), "customers": ("code", "name"), "planned": (), "journal": ()}
Columns = Mapping[str, Sequence[Any]]  # name -> the values of a column, from row 0, as the API gives them


@dataclass(slots=True)
class Part:
    """One tab in one round. `names`: the columns addressed, and where they lie in `sheet`; `cells`: name -> row -> value."""

    sheet: Sheet
    names: dict[str, int]
    cells: dict[str, dict[int, CellValue]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many cells it sets."""
        return sum(len(rows) for rows in self.cells.values())

    @property
    def bottom(self) -> int:
        """One more than the last row it sets."""
        return max((max(rows) + 1 for rows in self.cells.values() if rows), default=0)

    @property
    def peoples(self) -> list[str]:
        """The columns it sets that are not the robot's."""
        own = robots(self.sheet.table)
        return [name for name in self.cells if name not in own]

    @property
    def careful(self) -> bool:
        """Whether a row that moved could make it set a person's cell, so that the rows must be known as they are now."""
        return bool(self.peoples) or self.sheet.table not in KEYS


def parts_of(book: Book, writes: Sequence[CellWrite], lexicon: Lexicon) -> list[Part]:
    """The tabs that do not hold what they should; the last write to a cell wins."""
    sheets = {sheet.title: sheet for sheet in reversed(book.sheets)}
    parts: dict[int, Part] = {}
    for write in {(w.tab, w.row, w.column): w for w in writes}.values():
        sheet, value = sheets[write.tab], stored(write.value)
        if (write.row, write.column) in sheet.formulas or not same(sheet.cell(write.row, write.column), value):
            part = parts.get(sheet.id) or parts.setdefault(sheet.id, Part(sheet, names_of(sheet, lexicon)))
            name = next(name for name, column in part.names.items() if column == write.column)
            part.cells.setdefault(name, {})[write.row] = value
    for part in parts.values():
        table = part.sheet.table
        if table in KEYS:
            kept = {f"{table}.{key}" for key in KEYS[table]} | robots(table) | part.cells.keys()
            part.names = {name: column for name, column in part.names.items() if name in kept}
    return list(parts.values())


def request(part: Part) -> Iterator[dict[str, Any]]:
    """One data filter per column: values for the cells to set, null (leave as it is) for all others."""
    for name in part.names:
        rows = part.cells.get(name, {})
        values: list[Any] = [None] * max(1, 1 + max(rows, default=0))
        for row, value in rows.items():
            values[row] = sent(value)
        yield {"dataFilter": _filter(part.sheet.id, name), "majorDimension": "COLUMNS", "values": [values]}


def _filter(sheet_id: int, name: str) -> dict[str, Any]:
    return {
        "developerMetadataLookup": {
            "metadataKey": ANCHOR,
            "metadataValue": name,
            "locationType": "COLUMN",
            "metadataLocation": {"sheetId": sheet_id},
            "locationMatchingStrategy": "INTERSECTING_LOCATION",
            "visibility": "DOCUMENT",
        }
    }


def answered(part: Part, responses: Sequence[Mapping[str, Any]]) -> Columns | None:
    """The columns of a tab in the answer; None when Google did not say what they hold.

    Raises StoreError `sheet.column_gone` and `sheet.heading_changed` when a column is no longer what it was.
    """
    found: dict[str, Sequence[Any]] = {}
    silent = False
    for response in responses:
        lookup = response["dataFilter"]["developerMetadataLookup"]
        if lookup["metadataLocation"].get("sheetId", 0) != part.sheet.id:
            continue
        name = lookup["metadataValue"]
        if name in found:
            raise StoreError("sheet.heading_changed", tab=part.sheet.title, heading=name.partition(".")[2])
        silent |= "updatedData" not in response
        values = response.get("updatedData", {}).get("values") or [[]]
        found[name] = values[0]
    for name, column in part.names.items():
        heading = name.partition(".")[2]
        if name not in found:
            raise StoreError("sheet.column_gone", tab=part.sheet.title, heading=heading)
        if not silent and not same_as_received(part.sheet.cell(0, column), found[name][0] if found[name] else None):
            raise StoreError("sheet.heading_changed", tab=part.sheet.title, heading=heading)
    return None if silent else found


def settle(part: Part, columns: Columns) -> list[CellWrite]:
    """Bring the tab up to date with the answer; what must be put back where rows moved under a person's cell."""
    sheet = part.sheet
    back = [*_put_back(part, columns), *_taken_off(part, columns)]
    height = max((len(values) for values in columns.values()), default=0)
    keys = [name for name in part.names if sheet.table not in KEYS or name.partition(".")[2] in KEYS[sheet.table]]
    rows = _aligned(part, columns, keys, height) if sheet.table in KEYS and keys else sheet.rows
    sheet.rows = _overlaid(part, columns, rows, height)
    sheet.formulas -= {(row, part.names[name]) for name, cells in part.cells.items() for row in cells}
    return back


def _aligned(part: Part, columns: Columns, keys: Sequence[str], height: int) -> list[list[Cell]]:
    """The rows as they lie now: each key brings the cells that its row had; a new key has none."""
    sheet = part.sheet
    old = [[_after(part, row, key) for key in keys] for row in range(len(sheet.rows))]
    new = [[_at(columns[key], row) for key in keys] for row in range(height)]
    if len(old) == len(new) and all(map(_unmoved, old, new)):
        return sheet.rows
    known: dict[tuple[Any, ...], list[int]] = {}
    for row in range(len(old) - 1, -1, -1):
        if any(cell is not None for cell in old[row]):
            known.setdefault(tuple(_plain(cell) for cell in old[row]), []).append(row)
    rows: list[list[Cell]] = []
    for row, values in enumerate(new):
        if row < len(old) and _unmoved(old[row], values):
            rows.append(sheet.rows[row])
            continue
        places = known.get(tuple(values), [])
        rows.append(sheet.rows[places.pop() if len(places) > 1 else places[0]] if places else [])
    return rows


def _after(part: Part, row: int, name: str) -> Cell:
    """What a cell holds once the round has set it, unless rows moved."""
    written = part.cells.get(name, {})
    value = written.get(row) if row in written else part.sheet.cell(row, part.names[name])
    return float(value) if type(value) is int else value


def _unmoved(old: Sequence[Cell], new: Sequence[Any]) -> bool:
    return all(map(same_as_received, old, new))


def _plain(cell: Cell) -> Any:
    """A cell as the API gives it unformatted."""
    if cell is None or isinstance(cell, CellFault):
        return ""
    return getattr(cell, "shown", None) or sent(cell)


def _at(values: Sequence[Any], row: int) -> Any:
    return values[row] if row < len(values) else ""


def _overlaid(part: Part, columns: Columns, rows: Sequence[Sequence[Cell]], height: int) -> list[list[Cell]]:
    """The rows with the columns that were read back; a cell that did not change keeps its meaning (a chip, a format)."""
    sheet, found = part.sheet, []
    for row in range(max(height, len(rows))):
        cells = list(rows[row]) if row < len(rows) else []
        for name, column in part.names.items():
            value = _at(columns[name], row)
            cells.extend([None] * (column + 1 - len(cells)))
            if row in part.cells.get(name, {}) or not same_as_received(cells[column], value):
                cells[column] = received(value, row in sheet.days.get(column, ()))
        found.append(cells)
    while found and all(cell is None for cell in found[-1]):
        found.pop()
    return found


def _put_back(part: Part, columns: Columns) -> list[CellWrite]:
    """The person's cells that were set by mistake, since another row has come to lie there, with what they held."""
    sheet, peoples = part.sheet, part.peoples
    back: list[CellWrite] = []
    for row in sorted({row for name in peoples for row in part.cells[name]}):
        others = [name for name in part.names if row not in part.cells.get(name, {})]
        now = [_at(columns[name], row) for name in others]

        def held(line: int, others: Sequence[str] = others) -> list[Cell]:
            return [sheet.cell(line, part.names[name]) for name in others]

        if _unmoved(held(row), now) or not any(value not in (None, "") for value in now):
            continue
        origin = next((line for line in range(len(sheet.rows)) if _unmoved(held(line), now)), None)
        for name in peoples if origin is not None else ():
            cell = sheet.cell(origin or 0, part.names[name])
            if row in part.cells[name] and not isinstance(cell, CellFault):
                back.append(CellWrite(sheet.title, row, part.names[name], cell))
    return back


def _taken_off(part: Part, columns: Columns) -> Iterator[CellWrite]:
    """The cells of a new line, emptied where another with a person's answer has come to lie: it would answer the new one."""
    table = part.sheet.table
    for row in part.cells.get(f"{table}.no", {}) if table == "todo" else ():
        if any(_at(columns.get(f"{table}.{name}", ()), row) not in (None, "") for name in ANSWERS):
            yield from (
                CellWrite(part.sheet.title, row, part.names[n], None) for n, cells in part.cells.items() if row in cells
            )

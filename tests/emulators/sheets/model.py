"""What a spreadsheet is made of.

Cells and the JSON objects of a sheet (protections, filters…) are never changed in place, only replaced: copying a
spreadsheet before a write copies lists, not cells, and a refused write simply drops the copy.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]
Scalar = None | bool | int | float | str
PARTS = (
    "merges",
    "protectedRanges",
    "conditionalFormats",
    "filterViews",
    "bandedRanges",
    "tables",
    "rowGroups",
    "columnGroups",
)


class Formula(NamedTuple):
    """What was typed, with its leading `=`."""

    text: str


class CellError(NamedTuple):
    """A computed error: Google's locale-independent type (REF, N_A, LOADING…) and its message."""

    type: str
    message: str = ""


class Cell(NamedTuple):
    """One cell. `result` stands for a formula's value when the tester gives it."""

    value: Scalar | Formula = None
    format: Json | None = None
    note: str = ""
    validation: Json | None = None
    chips: tuple[Json, ...] = ()
    runs: tuple[Json, ...] = ()
    result: Scalar | CellError = None


EMPTY = Cell()


class Metadata(NamedTuple):
    """One developer metadata entry; where it is attached is where it is kept."""

    id: int
    key: str
    value: str
    visibility: str


@dataclass(slots=True)
class Row:
    """Cells may be fewer than the columns; None and a missing cell are the same."""

    cells: list[Cell | None] = field(default_factory=list)
    metadata: list[Metadata] = field(default_factory=list)
    size: int = 21
    hidden: bool = False
    filtered: bool = False

    def copy(self) -> "Row":
        """A row that can be changed apart."""
        return Row(self.cells[:], self.metadata[:] if self.metadata else [], self.size, self.hidden, self.filtered)

    def cell(self, column: int) -> Cell:
        """The cell, empty where there is none."""
        return (self.cells[column] or EMPTY) if column < len(self.cells) else EMPTY

    def put(self, column: int, cell: Cell) -> None:
        """Replace one cell."""
        if column >= len(self.cells):
            if cell == EMPTY:
                return
            self.cells.extend([None] * (column + 1 - len(self.cells)))
        self.cells[column] = cell


@dataclass(slots=True)
class Column:
    """A column's width in pixels, whether it is hidden, and its metadata."""

    metadata: list[Metadata] = field(default_factory=list)
    size: int = 100
    hidden: bool = False

    def copy(self) -> "Column":
        """A column that can be changed apart."""
        return Column(self.metadata[:], self.size, self.hidden)


@dataclass(slots=True)
class Sheet:
    """A tab. `extra` holds its other properties (frozen rows, tab colour, hidden…)."""

    id: int
    title: str
    rows: list[Row]
    columns: list[Column]
    extra: Json = field(default_factory=dict)
    grid: Json = field(default_factory=dict)
    parts: dict[str, list[Json]] = field(default_factory=lambda: {name: [] for name in PARTS})
    basic_filter: Json | None = None
    metadata: list[Metadata] = field(default_factory=list)

    def copy(self) -> "Sheet":
        """A tab that can be changed apart."""
        return Sheet(
            self.id,
            self.title,
            [row.copy() for row in self.rows],
            [column.copy() for column in self.columns],
            self.extra,
            self.grid,
            {name: items[:] for name, items in self.parts.items()},
            self.basic_filter,
            self.metadata[:],
        )

    def forget_metadata(self) -> None:
        """Take off the metadata of the tab, its rows and its columns."""
        self.metadata = []
        for row in self.rows:
            row.metadata = []
        for column in self.columns:
            column.metadata = []

    def cell(self, row: int, column: int) -> Cell:
        """The cell at 0-based coordinates, empty outside the grid."""
        return self.rows[row].cell(column) if 0 <= row < len(self.rows) and column >= 0 else EMPTY


@dataclass(slots=True)
class Spreadsheet:
    """A file's content."""

    title: str
    locale: str = "fr_FR"
    time_zone: str = "Europe/Paris"
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[Json] = field(default_factory=list)
    metadata: list[Metadata] = field(default_factory=list)
    last_id: int = 1_000_000

    def copy(self) -> "Spreadsheet":
        """A spreadsheet that can be changed apart."""
        return Spreadsheet(
            self.title,
            self.locale,
            self.time_zone,
            [sheet.copy() for sheet in self.sheets],
            self.named_ranges[:],
            self.metadata[:],
            self.last_id,
        )

    def new_id(self) -> int:
        """A number not used before in this file."""
        self.last_id += 1
        return self.last_id

    def by_id(self, sheet_id: int) -> Sheet | None:
        """The tab with this id."""
        return next((sheet for sheet in self.sheets if sheet.id == sheet_id), None)

    def by_title(self, title: str) -> Sheet | None:
        """The tab with this name; capitals do not count."""
        wanted = title.casefold()
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == wanted), None)

    def cells(self) -> int:
        """Size of all grids."""
        return sum(len(sheet.rows) * len(sheet.columns) for sheet in self.sheets)


def new_sheet(sheet_id: int, title: str, rows: int = 1000, columns: int = 26) -> Sheet:
    """An empty tab of Google's default size."""
    return Sheet(sheet_id, title, [Row() for _ in range(rows)], [Column() for _ in range(columns)])


def tidy(number: float) -> int | float:
    """A whole number without decimals, as JSON shows it."""
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else number


def deep(base: Json, over: Json) -> Json:
    """A format laid over another."""
    result = dict(base)
    for name, value in over.items():
        result[name] = deep(result[name], value) if isinstance(value, dict) and isinstance(result.get(name), dict) else value
    return result

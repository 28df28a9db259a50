"""A person's commands that write people's cells: `settings` and `import`. A run never does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from relance.domain.grid import open_tabs
from relance.domain.importing import ImportOptions, ImportResult, plan_import
from relance.domain.parse import parse
from relance.domain.register import Register
from relance.domain.sheet import Cell, CellValue, CellWrite, Snapshot, Tab
from relance.domain.words import Lexicon, Reason, Words, normalise
from relance.ports import RegisterStore

CHOICES = {
    "mode": "mode", "grouping": "grouping", "part_payments": "part_payments", "working_days_only": "yes_no",
    "promise_confirmation": "yes_no",
}  # fmt: skip


def change_settings(store: RegisterStore, lexicon: Lexicon, words: Words, pairs: Mapping[str, str]) -> Reason | None:
    """Set these settings (by id); when one is not understood, say why and write nothing."""
    snapshot = store.read()
    before = parse(snapshot, lexicon).refusal
    cells = _setting_cells(snapshot, lexicon, words, pairs)
    after: Register = parse(_with(snapshot, cells), lexicon)
    if after.refusal is not None and after.refusal != before and after.refusal.code.startswith("refusal.setting"):
        return after.refusal
    store.write(lambda now: _differing(now, _setting_cells(now, lexicon, words, pairs)))
    return None


def _setting_cells(snapshot: Snapshot, lexicon: Lexicon, words: Words, pairs: Mapping[str, str]) -> list[CellWrite]:
    grid = open_tabs(snapshot, lexicon)[0]["settings"]
    label, value = grid.columns["setting"], grid.columns["value"]
    here = {
        lexicon.settings.get(normalise(str(row[label])), ""): n
        for n, row in reversed(list(enumerate(grid.rows))) if n and len(row) > label and row[label]
    }  # fmt: skip
    below, found = len(grid.rows), []
    for setting, text in pairs.items():
        row = here.get(setting)
        if row is None:
            row, below = below, below + 1
            found.append(CellWrite(grid.title, row, label, words.settings[setting]["label"]))
        found.append(CellWrite(grid.title, row, value, _typed(setting, text, lexicon, words)))
    return found


def _typed(setting: str, text: str, lexicon: Lexicon, words: Words) -> CellValue:
    """The cell of a setting typed on the command line: dates as dates, choices as the register's words."""
    if not text:
        return None
    if setting in CHOICES:
        known = lexicon.value(CHOICES[setting], text)
        return words.value(CHOICES[setting], known) if known else text
    if setting == "payments_entered_up_to":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _with(snapshot: Snapshot, cells: Sequence[CellWrite]) -> Snapshot:
    """The snapshot as it would be after these writes."""
    tabs = []
    for tab in snapshot.tabs:
        mine = [c for c in cells if c.tab == tab.title]
        rows: list[list[Cell]] = [list(row) for row in tab.rows]
        for cell in mine:
            rows += [[] for _ in range(cell.row + 1 - len(rows))]
            rows[cell.row] += [None] * (cell.column + 1 - len(rows[cell.row]))
            rows[cell.row][cell.column] = float(cell.value) if type(cell.value) is int else cell.value
        formulas = tab.formulas - {(c.row, c.column) for c in mine}
        tabs.append(Tab(tab.title, rows, tab.merges, formulas) if mine else tab)
    return replace(snapshot, tabs=tuple(tabs))


def _differing(snapshot: Snapshot, cells: Sequence[CellWrite]) -> list[CellWrite]:
    tabs = {tab.title: tab for tab in snapshot.tabs}

    def now(cell: CellWrite) -> Cell:
        rows = tabs[cell.tab].rows
        row = rows[cell.row] if cell.row < len(rows) else ()
        return row[cell.column] if cell.column < len(row) else None

    return [c for c in cells if now(c) != c.value and not (now(c) in (None, "") and c.value in (None, ""))]


def import_rows(
    store: RegisterStore,
    lexicon: Lexicon,
    words: Words,
    table: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    options: ImportOptions,
) -> ImportResult:
    """Add or update rows by key, and say what was done."""
    result = plan_import(store.read(), lexicon, words, table, header, rows, options)
    if result.writes:
        store.write(lambda now: plan_import(now, lexicon, words, table, header, rows, options).writes)
    return result

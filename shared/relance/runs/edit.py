"""A person's commands that write people's cells: `settings` and `import`. A run never does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from relance.domain.grid import open_tabs
from relance.domain.importing import ImportOptions, ImportResult, plan_import
from relance.domain.parse_scenarios import read_scenarios
from relance.domain.parse_settings import setting_readers
from relance.domain.project import same
from relance.domain.scenarios import Names
from relance.domain.sheet import CellValue, CellWrite, Snapshot
from relance.domain.words import Lexicon, Reason, Words, normalise
from relance.ports.store import RegisterStore

# Settings whose value is one of a list, with the group of words that names it.
CHOICES = {
    "mode": "mode", "grouping": "grouping", "part_payments": "part_payments", "working_days_only": "yes_no",
    "promise_confirmation": "yes_no",
}  # fmt: skip


def change_settings(store: RegisterStore, lexicon: Lexicon, words: Words, pairs: Mapping[str, str]) -> Mapping[str, Reason]:
    """Set these settings (id -> what was typed, '' for the default); choices are written in the language of `words`.

    When some cannot be read, nothing is written and the problems are returned by id. KeyError for an unknown id or a
    register without a settings tab; raises StoreError.
    """
    ladders = read_scenarios(open_tabs(store.read(), lexicon)[0]["scenarios"], lexicon)
    readers = setting_readers(lexicon, Names(ladders.scenarios, lexicon), ladders.dropped)
    cells: dict[str, CellValue] = {}
    problems: dict[str, Reason] = {}
    for setting, text in pairs.items():
        value = readers[setting](text) if text else None
        if isinstance(value, Reason):
            problems[setting] = value
        else:
            cells[setting] = _cell(setting, text, value, words)
    if not problems:
        store.write(lambda snapshot: _setting_cells(snapshot, lexicon, words, cells))
    return problems


def _cell(setting: str, text: str, value: object, words: Words) -> CellValue:
    """What a person would have typed in the sheet: a day, a number, a word of the list, or the text itself."""
    if value is None:
        return None
    if setting in CHOICES:
        value_id = value if isinstance(value, str) else "yes" if value else "no"
        return words.value(CHOICES[setting], value_id)
    if isinstance(value, (int, Decimal)):
        return float(value)
    return value if isinstance(value, date) else text


def _setting_cells(snapshot: Snapshot, lexicon: Lexicon, words: Words, values: Mapping[str, CellValue]) -> list[CellWrite]:
    """The value cells that differ; a setting that has no row gets one below."""
    grid = open_tabs(snapshot, lexicon)[0]["settings"]
    label, value = grid.columns["setting"], grid.columns["value"]
    here: dict[str, int] = {}
    for index, row in enumerate(grid.rows[1:], 1):
        if len(row) > label and isinstance(row[label], str):
            here.setdefault(lexicon.settings.get(normalise(str(row[label])), ""), index)
    below, found = len(grid.rows), []
    for setting, content in values.items():
        index = here.get(setting, below)
        if index == below:
            below += 1
            found.append(CellWrite(grid.title, index, label, words.settings[setting]["label"]))
        cells = grid.rows[index] if index < len(grid.rows) else ()
        now = cells[value] if value < len(cells) else None
        if (index, value) in grid.formulas or not same(now, content):
            found.append(CellWrite(grid.title, index, value, content))
    return found


def import_rows(
    store: RegisterStore,
    lexicon: Lexicon,
    words: Words,
    table: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    options: ImportOptions,
) -> ImportResult:
    """Add or update rows by key, and say what was done. Raises StoreError."""
    result = plan_import(store.read(), lexicon, words, table, header, rows, options)
    if result.writes:
        store.write(lambda now: plan_import(now, lexicon, words, table, header, rows, options).writes)
    return result

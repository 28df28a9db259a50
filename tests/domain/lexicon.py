"""The shipped words, and snapshots of small registers written by column id."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from relance.domain.sheet import Cell, Snapshot, Tab
from relance.domain.tables import BY_ID
from relance.domain.words import Lexicon, Words

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def words(language: str) -> Words:
    """The words of a shipped language."""
    return Words.of(tomllib.loads((_TEMPLATES / language / "words.toml").read_text(encoding="utf-8")))


FR, EN = words("fr"), words("en")
LEXICON = Lexicon.of((FR, EN))

Row = Mapping[str, Cell]
DUPONT: Row = {"code": "DUP", "name": "Dupont SARL", "kind": "Professionnel", "email": "compta@dupont.example"}
MARTIN: Row = {"code": "MAR", "name": "Martin SAS"}


def tab(table_id: str, rows: Iterable[Row] = (), columns: Sequence[str] = (), said: Words = FR) -> Tab:
    """A tab with all columns of a table (or these), then people's own ones for keys that are no column id."""
    given = tuple(rows)
    known = tuple(columns) or tuple(column.id for column in BY_ID[table_id].columns)
    own = dict.fromkeys(key for row in given for key in row if key not in {c.id for c in BY_ID[table_id].columns})
    headings = [*(said.headings[table_id][column] for column in known), *own]
    return Tab(said.tabs[table_id], [headings, *([row.get(key) for key in (*known, *own)] for row in given)])


def spoken(
    said: Words, invoices: Iterable[Row] = (), customers: Iterable[Row] = (DUPONT, MARTIN), **tabs: Iterable[Row]
) -> Snapshot:
    """A register in this language with these rows by table id; `settings` are rows as well."""
    settings = tab("settings", tabs.pop("settings", ()), said=said)
    others = (tab(table_id, rows, said=said) for table_id, rows in tabs.items())
    return Snapshot((tab("invoices", invoices, said=said), tab("customers", customers, said=said), settings, *others))


def register(invoices: Iterable[Row] = (), customers: Iterable[Row] = (DUPONT, MARTIN), **tabs: Iterable[Row]) -> Snapshot:
    """A register in French."""
    return spoken(FR, invoices, customers, **tabs)


def setting(name: str, value: Cell) -> Row:
    """A row of the settings tab."""
    return {"setting": name, "value": value}

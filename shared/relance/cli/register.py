"""`new` and `settings`: a register and how it is set."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Json, Lang, Place, RefusedError, Reg, UsageError, clock, print_json, words_for
from relance.cli.sample import sample_rows
from relance.cli.screen import Column, progress, table
from relance.domain.grid import Grid, open_tabs
from relance.domain.layout import SETTING_GROUPS
from relance.domain.parse import parse
from relance.domain.scenarios import BUILT_IN
from relance.domain.settings import PROFILES, Settings
from relance.domain.sheet import Cell, CellFault, CellValue
from relance.domain.words import Lexicon, Words, normalise
from relance.places import place_of
from relance.runs.edit import CHOICES, change_settings

Rows = Mapping[str, Sequence[Mapping[str, CellValue]]]
ROBOT = ("register_id", "last_run", "last_run_at")


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(new)
    app.command()(settings)


def new(
    path: Annotated[Place, typer.Argument(parser=place_of)],
    lang: Lang = None,
    sample: Annotated[bool, typer.Option("--sample")] = False,
) -> None:
    """Make a new register with all its tabs, settings and scenarios: a workbook, or in a Google Sheet that was shared.

    A file that is there stays as it is; a Google Sheet gets what it lacks.
    """
    if lang is not None and lang not in bootstrap.languages():
        raise UsageError("cli.lang", lang=lang, known=", ".join(bootstrap.languages()))
    if isinstance(path, Path) and path.suffix.lower() != ".xlsx":
        raise UsageError("cli.not_xlsx", path=str(path))
    if isinstance(path, Path) and not path.parent.is_dir():
        raise RefusedError("cli.no_folder", folder=str(path.parent))
    words = bootstrap.languages()[lang or "fr"]
    today = clock().date()
    if not bootstrap.create_register(path, words, register_rows(words, sample_rows(words, today) if sample else {})):
        print(words.say_text("cli.repaired", path=str(path)))
        return
    tabs = {tab: words.tabs[tab] for tab in ("invoices", "customers")}
    print(words.say_text("cli.made", path=str(path)))
    print(words.say_text("cli.made_next", path=str(path), **tabs))


def register_rows(words: Words, rows: Rows, values: Mapping[str, CellValue] | None = None) -> Rows:
    """The first rows of a register: its settings, its scenarios, and these."""
    given = {"register_id": secrets.token_hex(8), "last_run": None, "last_run_at": None, **(values or {})}
    own = {str(r["setting"]): r["value"] for r in rows.get("settings", ())}
    settings_rows: list[Mapping[str, CellValue]] = [
        {"setting": texts["label"], "value": own.get(setting, given.get(setting, default_of(setting, words))),
         "explanation": texts["explanation"]}
        for group in SETTING_GROUPS.values() for setting in group for texts in (words.settings[setting],)
    ]  # fmt: skip
    return {**rows, "settings": settings_rows, "scenarios": _scenarios(words)}


def default_of(setting: str, words: Words) -> CellValue:
    """The value a new register shows for a setting."""
    settings = Settings(language=words.language)
    if setting.startswith("scenario_") and setting[9:] in PROFILES:
        return settings.scenario_of[setting[9:]]
    if setting not in {f.name for f in fields(Settings)}:
        return None
    value = getattr(settings, setting)
    if setting in CHOICES:
        return words.value(CHOICES[setting], value if isinstance(value, str) else "yes" if value else "no")
    if isinstance(value, (Decimal, int)):
        return float(value)
    return value or None


def _scenarios(words: Words) -> list[Mapping[str, CellValue]]:
    yes_no = {True: words.value("yes_no", "yes"), False: words.value("yes_no", "no")}
    found: list[Mapping[str, CellValue]] = []
    for scenario in BUILT_IN.values():
        for step in scenario.steps:
            after = step.after_previous is not None
            found.append({
                "scenario": scenario.name, "step": step.code, "days": step.after_previous if after else step.offset,
                "counted_from": words.value("counted_from", "previous_step" if after else "due_date"),
                "channel": words.value("channel", step.channel), "approval": yes_no[step.approval],
                "late_charges": words.value("late_charges", step.late_charges),
                "days_granted": step.days_granted or None, "minimum_amount": float(step.minimum_amount) or None,
                "active": yes_no[step.active],
            })  # fmt: skip
    return found


def settings(
    reg: Reg,
    pairs: Annotated[list[str] | None, typer.Argument()] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the settings, or change some: all of them, or none when one cannot be understood."""
    store, lexicon, languages = bootstrap.open_store(reg), bootstrap.lexicon(), bootstrap.languages()
    with progress(words_for(lang).say_text("cli.reading", path=reg.name)):
        register = parse(snapshot := store.read(), lexicon)
    words = words_for(lang, register.settings)
    changes = dict(_change(pair, lexicon) for pair in pairs or ())
    grid = open_tabs(snapshot, lexicon)[0]["settings"]
    if not grid.columns:
        raise RefusedError("cli.no_settings", tab="settings")
    if changes:
        store.check_writable()
        own = languages.get(register.settings.language) or languages["fr"]
        problems = change_settings(store, lexicon, own, changes)
        if problems:
            setting, problem = next(iter(problems.items()))
            raise UsageError("cli.bad_setting", setting=setting, problem=problem)
        grid = open_tabs(store.read(), lexicon)[0]["settings"]
    if as_json:
        print_json({setting: _plain(setting, value, lexicon) for setting, _, value in _rows_of(grid, lexicon)})
    elif changes:
        print(words.say_text("cli.settings_changed", count=len(changes)))
    else:
        h = words.headings["settings"]
        explained = {setting: texts["explanation"] for setting, texts in words.settings.items()}
        rows = [(s, label, _shown(value), explained.get(s, "")) for s, label, value in _rows_of(grid, lexicon)]
        columns = (Column("id"), Column(h["setting"], spare=1), Column(h["value"]), Column(h["explanation"], spare=2))
        table(words.tabs["settings"], columns, rows)


def _change(pair: str, lexicon: Lexicon) -> tuple[str, str]:
    """The id of the setting and what it is to hold."""
    key, equals, value = pair.partition("=")
    setting = lexicon.settings.get(normalise(key))
    if not equals or setting is None or setting in ROBOT:
        raise UsageError("cli.setting", text=pair)
    return setting, value.strip()


def _rows_of(grid: Grid, lexicon: Lexicon) -> list[tuple[str, str, Cell]]:
    """The settings in the order of the tab: id (the label itself when unknown), label, value."""
    label, value = grid.columns["setting"], grid.columns["value"]
    found = []
    for row in grid.rows[1:]:
        named = row[label] if len(row) > label else None
        if isinstance(named, str) and named:
            found.append((lexicon.settings.get(normalise(named), named), named, row[value] if len(row) > value else None))
    return found


def _plain(setting: str, value: Cell, lexicon: Lexicon) -> str | None:
    """The value for a program: ids for choices, ISO dates."""
    shown = _shown(value)
    return (lexicon.value(CHOICES[setting], shown) or shown) if shown and setting in CHOICES else shown


def _shown(value: Cell) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, CellFault):
        return value.text
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)

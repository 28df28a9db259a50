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
from relance.cli.base import Json, Lang, Reg, UsageError, clock, example, print_json, table, words_for
from relance.cli.sample import sample_rows
from relance.domain.grid import open_tabs
from relance.domain.scenarios import BUILT_IN
from relance.domain.settings import PROFILES, Settings
from relance.domain.sheet import CellFault, CellValue
from relance.domain.words import Words, normalise
from relance.runs.edit import CHOICES, change_settings

Rows = Mapping[str, Sequence[Mapping[str, CellValue]]]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command(epilog=example("relance new registre.xlsx", "relance new register.xlsx --lang en --sample"))(new)
    app.command(epilog=example("relance settings registre.xlsx mode=live payments_entered_up_to=2026-11-23"))(settings)


def new(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The workbook to make.")],
    lang: Lang = None,
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with example invoices.")] = False,
) -> None:
    """Make a new register: a workbook with all its tabs, settings and scenarios."""
    if lang is not None and lang not in bootstrap.languages():
        raise UsageError("cli.lang", lang=lang, known=", ".join(bootstrap.languages()))
    words = bootstrap.languages()[lang or "fr"]
    today = clock().date()
    bootstrap.create_register(path, words, register_rows(words, sample_rows(words, today) if sample else {}))
    print(words.say_text("cli.made", path=str(path)))


def register_rows(words: Words, rows: Rows, values: Mapping[str, CellValue] | None = None) -> Rows:
    """The first rows of a register: its settings, its scenarios, its help, and these."""
    given = {"register_id": secrets.token_hex(8), "last_run": None, "last_run_at": None, **(values or {})}
    own = {str(r["setting"]): r["value"] for r in rows.get("settings", ())}
    settings_rows: list[Mapping[str, CellValue]] = [
        {"setting": texts["label"], "value": own.get(setting, given.get(setting, default_of(setting, words))),
         "explanation": texts["explanation"]}
        for setting, texts in words.settings.items()
    ]  # fmt: skip
    text = [{"text": words.texts[f"help.{n}"]} for n in range(1, 100) if f"help.{n}" in words.texts]
    return {**rows, "settings": settings_rows, "scenarios": _scenarios(words), "help": text}


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
    return value if isinstance(value, str) and value else None


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
    pairs: Annotated[list[str] | None, typer.Argument(metavar="[key=value…]", help="Settings to change.")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the settings, or change some."""
    store, lexicon = bootstrap.open_store(reg), bootstrap.lexicon()
    words = words_for(lang)
    changes: dict[str, str] = {}
    for pair in pairs or ():
        key, equals, value = pair.partition("=")
        setting = lexicon.settings.get(normalise(key))
        if not equals or setting is None or setting in ("register_id", "last_run", "last_run_at"):
            raise UsageError("cli.setting", text=pair)
        changes[setting] = value.strip()
    grid = open_tabs(store.read(), lexicon)[0]["settings"]
    if changes:
        store.check_writable()
        own = next((w for w in bootstrap.languages().values() if w.tabs["settings"] == grid.title), words)
        why = change_settings(store, lexicon, own, changes)
        if why is not None:
            raise UsageError("cli.bad_setting", why=words.say(why))
        if not as_json:
            print(words.say_text("cli.settings_changed", count=len(changes)))
            return
        grid = open_tabs(store.read(), lexicon)[0]["settings"]
    shown = []
    at = grid.columns
    for row in grid.rows[1:]:
        label: object = row[at["setting"]] if len(row) > at["setting"] else None
        content = row[at["value"]] if len(row) > at["value"] else None
        if isinstance(label, str) and label:
            known = lexicon.settings.get(normalise(label))
            shown.append((known or label, label, _shown(content)))
    if as_json:
        print_json({setting: value for setting, _, value in shown})
    else:
        table(words.tabs["settings"], [words.headings["settings"]["setting"], "id", words.headings["settings"]["value"]],
              [(label, setting, value) for setting, label, value in shown])  # fmt: skip


def _shown(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, CellFault):
        return value.text
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value)

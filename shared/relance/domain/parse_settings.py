"""The settings tab: rows of label and value -> typed settings. One that cannot be read refuses the register."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from . import codes
from .addresses import one_email
from .grid import Grid, Line, read
from .no_send import no_send_days
from .scenarios import Names
from .settings import PROFILES, Settings
from .sheet import Cell, Shown
from .values import Reader, bad, choice, day, identifier, integer, lines, positive, shown, then, yes_no
from .words import Lexicon, Reason, normalise, reason
from .workdays import known_country

_DAYS = integer(0, 3650)
_CASH_DATE = "payments_entered_up_to"
_ROBOT = {"registerid": "register_id", "lastrun": "last_run", "lastrunat": "last_run_at"}


@dataclass(frozen=True, slots=True)
class SettingsTab:
    """The settings, and why they may not be used."""

    settings: Settings
    refusal: Reason | None
    notices: tuple[Reason, ...]
    register_id: str
    last_run: int


def read_settings(grid: Grid, lexicon: Lexicon, names: Names, dropped: frozenset[str]) -> SettingsTab:
    """The settings; an empty value is the default. `dropped` are scenarios with a fault: known, not usable."""
    readers = setting_readers(lexicon, names, dropped)
    values: dict[str, Any] = {}
    rows: dict[str, int] = {}
    refusals: list[Reason] = []
    notices: list[Reason] = []
    for line, setting in setting_rows(grid, lexicon):
        if setting not in readers:
            notices.append(reason("notice.setting_unknown", row=line.row, setting=shown(line.values.get("setting"))))
            continue
        value = readers[setting](line.values.get("value"))
        if setting in rows:
            value = reason("fault.duplicate", rows=f"{rows[setting]}, {line.row}")
        rows.setdefault(setting, line.row)
        if setting == _CASH_DATE and (line.row - 1, grid.columns["value"]) in grid.formulas:
            refusals.append(reason("refusal.setting_formula", setting=setting, row=line.row))
        elif isinstance(value, Reason) and setting not in _ROBOT.values():
            refusals.append(reason("refusal.setting", setting=setting, row=line.row, problem=value))
        elif value is not None and not isinstance(value, Reason):
            values[setting] = value
    register_id, last_run = values.pop("register_id", ""), values.pop("last_run", 0)
    return SettingsTab(_settings(values), refusals[0] if refusals else None, tuple(notices), register_id, last_run)


def setting_rows(grid: Grid, lexicon: Lexicon) -> list[tuple[Line, str]]:
    """The rows of the tab that name a setting, their cells as they stand, with the id of it ('' when unknown)."""
    found = []
    for line in read(grid, {"setting": lambda cell: cell if shown(cell) else None, "value": lambda cell: cell}):
        word = normalise(shown(line.values.get("setting")))
        if word:
            found.append((line, lexicon.settings.get(word) or _ROBOT.get(word, "")))
    return found


def _settings(values: dict[str, Any]) -> Settings:
    scenario_of = {p: values.pop(f"scenario_{p}", p) for p in PROFILES}
    if "no_send_days" in values:
        values["no_send_weekdays"], values["no_send_ranges"] = values.pop("no_send_days")
    return Settings(**values, scenario_of=scenario_of)


def setting_readers(lexicon: Lexicon, names: Names, dropped: frozenset[str]) -> Mapping[str, Reader]:
    """How each setting is read, by id."""
    flag = yes_no(lexicon)
    text_fields = {field.name: identifier for field in fields(Settings) if field.default == ""}
    by_id: dict[str, Reader] = {
        **text_fields,
        **dict.fromkeys(("from_email", "reply_to", "test_email"), one_email),
        **dict.fromkeys(("iban", "bic"), then(identifier, _bank_code)),
        **dict.fromkeys(("working_days_only", "promise_confirmation"), flag),
        **dict.fromkeys(("tolerance", "floor", "ceiling", "compensation_min_invoice"), positive),
        **dict.fromkeys(("min_gap_days", "repeat_days", "promise_grace_days"), _DAYS),
        **dict.fromkeys(("max_stale_working_days", "bank_days"), _DAYS),
        "sender_address": lines,
        "currency": then(identifier, codes.currency),
        "language": then(identifier, codes.language),
        "holidays_country": then(identifier, _holidays_country),
        "no_send_days": no_send_days(lexicon),
        "mode": choice("mode", lexicon),
        "grouping": choice("grouping", lexicon),
        "part_payments": choice("part_payments", lexicon),
        "cap_per_day": integer(),
        "day_count": integer(360, 366),
        _CASH_DATE: day,
        "catch_up_start": then(identifier, names.step),
        "contract_rate": percent,
        "time_zone": then(identifier, _time_zone),
        "register_id": identifier,
        "last_run": integer(),
        "last_run_at": lambda cell: None,  # shown to people, never read
    }

    def scenario(typed: str) -> str | Reason:
        return typed if typed.casefold() in dropped else names.scenario(typed)

    return by_id | {f"scenario_{profile}": then(identifier, scenario) for profile in PROFILES}


def _bank_code(typed: str) -> str | Reason:
    code = re.sub(r"\s", "", typed).upper()
    return code if re.fullmatch("[A-Z0-9]{8,34}", code) else bad("fault.setting_value", typed)


def _holidays_country(typed: str) -> str | Reason:
    found = codes.country(typed)
    return bad("fault.country", typed) if isinstance(found, str) and not known_country(found) else found


def _time_zone(typed: str) -> str | Reason:
    try:
        ZoneInfo(typed)
    except (KeyError, ValueError, OSError):
        return bad("fault.setting_value", typed)
    return typed


def percent(cell: Cell) -> Decimal | Reason | None:
    """A rate in percent a year: `12,5 %`, `12.5`, or a cell that shows 0.125 as `12,5 %`."""
    if isinstance(cell, Shown) and "%" in cell.text:
        found = Decimal(repr(float(cell))).scaleb(2) if 0 <= cell <= 1 else None
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        found = Decimal(repr(float(cell))) if 0 <= cell <= 100 else None
    else:
        typed = identifier(cell)
        if not isinstance(typed, str):
            return typed
        match = re.fullmatch("([0-9]{1,3})(?:[.,]([0-9]{1,4}))?[ \u00a0\u202f]*%?", typed)
        found = Decimal(f"{match[1]}.{match[2] or 0}") if match else None
    if found is None or found > 100:
        return bad("fault.setting_value", cell)
    return found

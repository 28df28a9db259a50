"""Checks, colours, views and protections of a register's tabs: the robot's own are made anew, people's stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from relance.adapters.google_sheet.book import blocks, letters
from relance.adapters.google_sheet.create_tabs import Tab, setting_of
from relance.adapters.google_sheet.looks import Json, Places, formula, put, quoted, rgb, span
from relance.domain.layout import setting_column
from relance.domain.layout_rules import LATE, Check, Tone, check_of, note_of, robot_is_late, rules_of
from relance.domain.tables import BY_ID, Column
from relance.domain.values import shown
from relance.domain.words import Words

MADE_BY = "Relance"  # in the description of each protection
ROBOTS_OWN = ("planned", "journal")
_DATES = {"type": "DATE_IS_VALID"}
_ROW = re.compile(r"(?<=[A-Z])\d+")


def checks(tab: Tab, places: Places, words: Words) -> Iterator[Json]:
    """Lists and checks of people's columns, and a note on each new heading. Nothing typed is refused.

    The robot's columns have none: a Google Sheet would mark each cell that the robot writes.
    """
    sheet, table = tab.sheet, tab.sheet.table
    for column in BY_ID[table].columns:
        place = tab.columns[column.id]
        if column.id in tab.added:
            yield put(sheet.id, 0, place, [[{"note": note_of(table, column, words)}]], "note")
        if (table, column.id) != ("settings", "value"):
            yield from _validation(column, span(sheet.id, (1, None), (place, place + 1)), table, 2, places, words)
    if table == "settings":
        place, label = tab.columns["value"], tab.columns["setting"]
        lines: Sequence[Any] = [row.get("setting") for row in tab.rows] or [
            sheet.cell(n, label) for n in range(1, len(sheet.rows))
        ]
        for row, text in enumerate(lines, start=1):
            setting = setting_of(shown(text) if text is not None else None, words)
            if setting:
                area = span(sheet.id, (row, row + 1), (place, place + 1))
                yield from _validation(setting_column(setting), area, table, row + 1, places, words)


def _validation(column: Column, area: Json, table: str, row: int, places: Places, words: Words) -> Iterator[Json]:
    check = None if column.robot else check_of(table, column, words)
    if check is None:
        return
    condition = _condition(check, table, row, places, words)
    if column.kind == "yes_no":  # a box to tick, whose cell says oui or non
        condition["type"] = "BOOLEAN"
    rule: Json = {"condition": condition, "strict": False, "showCustomUi": True}
    if check.message:
        rule["inputMessage"] = check.message
    yield {"setDataValidation": {"range": area, "rule": rule}}


def _condition(check: Check, table: str, row: int, places: Places, words: Words) -> Json:
    if check.options:
        return {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": option} for option in check.options]}
    if check.source:
        return {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": _source(check.source, places, words)}]}
    if check.kind == "date":
        return _DATES
    if check.kind == "formula":
        return {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula(check.formula, words, places, table, row)}]}
    bounds = ("-1000000000", "1000000000") if check.kind == "amount" else ("-100000", "1000000")
    return {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": bound} for bound in bounds]}


def _source(source: str, places: Places, words: Words) -> str:
    """Customers are offered by name and, where the columns lie side by side, by code: the robot takes both."""
    table, _, column = source.partition(".")
    first = last = places[table][column]
    if source == "customers.name" and places[table]["code"] == first - 1:
        first -= 1
    return f"={quoted(words.tabs[table])}!${letters(first)}$2:${letters(last)}"


def colours(tab: Tab, old: Sequence[Mapping[str, Any]], places: Places, words: Words) -> Iterator[Json]:
    """The coloured cells. `old`: the rules of the tab, of which those with a formula of ours go (pasting splits them)."""
    sheet, table = tab.sheet, tab.sheet.table
    made: list[Json] = []
    for rule in (r for r in rules_of(table, words) if r.tone.text or r.tone.ground or r.tone.bold):
        columns = sorted(tab.columns[column] for column in rule.columns)
        text = formula(rule.formula, words, places, table, rule=True)
        made.append(_rule(sheet.id, _runs(columns), (1, None), text, rule.tone))
    robots = sorted(tab.columns[column.id] for column in BY_ID[table].columns if column.robot)
    if robots:
        made.append(_rule(sheet.id, _runs(robots), (0, 1), formula(robot_is_late(words), words, places, rule=True), LATE))
    ours = {_shape(rule) for rule in made}
    for index in range(len(old) - 1, -1, -1):
        if _shape(old[index]) in ours:
            yield {"deleteConditionalFormatRule": {"sheetId": sheet.id, "index": index}}
    for index, one in enumerate(made):
        yield {"addConditionalFormatRule": {"rule": one, "index": index}}


def _rule(sheet_id: int, runs: Sequence[tuple[int, int]], rows: tuple[int, int | None], text: str, tone: Tone) -> Json:
    look: Json = {}
    if tone.ground:
        look["backgroundColorStyle"] = rgb(tone.ground)
    if tone.text or tone.bold:
        colour = {"foregroundColorStyle": rgb(tone.text)} if tone.text else {}
        look["textFormat"] = colour | ({"bold": True} if tone.bold else {})
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": text}]}
    return {
        "ranges": [span(sheet_id, rows, run) for run in runs],
        "booleanRule": {"condition": condition, "format": look},
    }


def _shape(rule: Mapping[str, Any]) -> str:
    """The formula of a rule, whatever row it is written for."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    return _ROW.sub("#", str((condition.get("values") or [{}])[0].get("userEnteredValue", "")))


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    skipped = set(range(max(columns) + 1)) - set(columns)
    return [(start, max(columns) + 1 if end is None else end) for start, end in blocks(skipped, max(columns) + 1)]


def views(tabs: Mapping[str, Tab], there: frozenset[str], places: Places, words: Words) -> Iterator[Json]:
    """The filter views that are not there; each person applies them without moving a row for the others."""

    def text(value_id: str) -> Json:
        return {"type": "TEXT_EQ", "values": [{"userEnteredValue": words.value("status", value_id)}]}

    week = "TODAY()-WEEKDAY(TODAY(),2)"
    promised = formula(f"AND(N({{promised_for}})>{week},N({{promised_for}})<={week}+7)", words, places, "invoices")
    not_closed = {"type": "TEXT_NOT_EQ", "values": [{"userEnteredValue": words.value("priority", "done")}]}
    for code, table, column, condition, order in (
        ("sheet.view_to_chase", "invoices", "next_date", {"type": "NOT_BLANK"}, "next_date"),
        ("sheet.view_blocked", "invoices", "problem", {"type": "NOT_BLANK"}, ""),
        ("sheet.view_to_approve", "invoices", "status", text("to_approve"), ""),
        ("sheet.view_promises", "invoices", "promised_for",
         {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": promised}]}, "promised_for"),
        ("sheet.view_disputes", "invoices", "status", text("disputed"), "due_date"),
        ("sheet.view_by_owner", "todo", "priority", not_closed, "owner"),
    ):  # fmt: skip
        if words.texts[code] in there:
            continue
        tab = tabs[table]
        view: Json = {
            "title": words.texts[code],
            "range": span(tab.sheet.id, (0, None), (0, max(tab.columns.values()) + 1)),
            "filterSpecs": [{"columnIndex": tab.columns[column], "filterCriteria": {"condition": condition}}],
        }
        if order:
            view["sortSpecs"] = [{"dimensionIndex": tab.columns[order], "sortOrder": "ASCENDING"}]
        yield {"addFilterView": {"filter": view}}


def protections(tab: Tab, old: Sequence[Mapping[str, Any]], account: str) -> Iterator[Json]:
    """A warning on the robot's columns, so that rows can still be sorted; the robot's own tabs are closed to people."""
    for protection in old:
        if protection.get("description") == MADE_BY:
            yield {"deleteProtectedRange": {"protectedRangeId": protection["protectedRangeId"]}}
    sheet, table = tab.sheet, tab.sheet.table
    if table in ROBOTS_OWN:
        made: Json = {
            "range": {"sheetId": sheet.id},
            "description": MADE_BY,
            "editors": {"users": [account] if account else []},
        }
        yield {"addProtectedRange": {"protectedRange": made}}
        return
    robots = sorted(tab.columns[column.id] for column in BY_ID[table].columns if column.robot)
    for run in _runs(robots) if robots else ():
        warned = {"range": span(sheet.id, (0, None), run), "description": MADE_BY, "warningOnly": True}
        yield {"addProtectedRange": {"protectedRange": warned}}

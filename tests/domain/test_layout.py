"""How the register looks: every column has its place, every status its colour, and all of it is readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import get_type_hints

import pytest

from relance.domain import layout, layout_pages, layout_rules
from relance.domain.layout import SETTING_GROUPS, VIEWS, setting_column
from relance.domain.layout_rules import STATUS_TONES, Check, Tone, check_of, note_of, robot_is_late, rules_of
from relance.domain.settings import Settings
from relance.domain.tables import BY_ID, TABLES, Column
from relance.domain.words import Words
from relance.runs.edit import CHOICES
from tests.domain.lexicon import EN, FR

BOTH = pytest.mark.parametrize("words", [FR, EN], ids=["fr", "en"])
SCREEN, ROW_NUMBERS, PIXELS_PER_DIGIT = 1920, 60, 7  # a digit of Calibri 11 at 100 %; row numbers and scroll bar
CORE = (
    "invoice_no", "customer", "due_date", "amount", "invoice_date", "paid", "paid_on", "situation", "promised_for",
)  # fmt: skip


def open_columns(table_id: str) -> list[Column]:
    return [column for column, _, folded in layout.columns_of(table_id) if not folded]


def tones() -> Iterator[Tone]:
    """Every tone that some cell may take."""
    for words in (FR, EN):
        for table in TABLES:
            yield from (rule.tone for rule in rules_of(table.id, words))
        yield from (line.tone for line in layout_pages.aged_lines(words))
    yield from STATUS_TONES.values()
    yield layout_rules.LATE


def luminance(colour: str) -> float:
    """Relative luminance of RRGGBB, as WCAG 2.1 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, ground: str) -> float:
    lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_column_of_every_table_has_its_place_once() -> None:
    assert set(VIEWS) == set(BY_ID)
    for table in TABLES:
        assert sorted(VIEWS[table.id].columns) == sorted(c.id for c in table.columns), table.id
        assert all(width >= 7 for _, width, _ in layout.columns_of(table.id))


def test_nine_columns_of_people_stand_first_and_the_other_ones_are_folded() -> None:
    assert VIEWS["invoices"].columns[:9] == CORE
    assert {c.id for c in open_columns("invoices") if not c.robot} == set(CORE)


@pytest.mark.parametrize("table", ["invoices", "customers"])
def test_the_robot_s_columns_stand_at_the_right_and_none_that_is_required_is_folded(table: str) -> None:
    robot = [BY_ID[table].column(column).robot for column in VIEWS[table].columns]
    assert robot == sorted(robot)
    assert not any(column.required for column, _, folded in layout.columns_of(table) if folded)


def test_why_can_be_read_without_scrolling_on_a_full_hd_screen() -> None:
    right, shown = ROW_NUMBERS, {}
    for column, width, folded in layout.columns_of("invoices"):
        right += 0 if folded else width * PIXELS_PER_DIGIT
        shown[column.id] = right
    assert shown["why"] <= SCREEN
    assert shown["next_date"] <= SCREEN
    assert VIEWS["invoices"].width("why") >= 70  # most reasons on one line


def test_every_setting_is_listed_once_with_its_robot_s_ones_known() -> None:
    listed = [setting for group in SETTING_GROUPS.values() for setting in group]
    assert sorted(listed) == sorted(FR.settings)
    assert set(layout.ROBOT_SETTINGS) == {"register_id", "last_run", "last_run_at"}
    assert set(layout.NEEDED_SETTINGS) < set(listed)
    assert SETTING_GROUPS["daily"][0] == "payments_entered_up_to"


def test_a_setting_is_shown_as_what_it_is() -> None:
    kinds = {bool: "yes_no", int: "integer", Decimal: "amount", Decimal | None: "amount", date | None: "date"}
    hints = get_type_hints(Settings)
    for field in fields(Settings):
        kind = kinds.get(hints[field.name])
        if kind and field.name != "contract_rate":  # a percentage
            assert setting_column(field.name).kind == kind, field.name
    choices = {s: setting_column(s) for s in FR.settings}
    lists = {s: c.values or "yes_no" for s, c in choices.items() if c.kind in ("choice", "yes_no")}
    assert lists == CHOICES


@BOTH
def test_every_status_and_situation_has_a_colour_for_its_word(words: Words) -> None:
    assert set(STATUS_TONES) == set(words.values["status"])
    said: dict[tuple[str, str], Tone] = {}
    for rule in rules_of("invoices", words):
        for column in rule.columns:
            said.setdefault((column, rule.formula), rule.tone)  # the first that holds wins
    for status, tone in STATUS_TONES.items():
        word = words.values["status"][status]
        assert said[("status", f'{{status}}="{word}"')] == tone
        if status in words.values["situation"]:
            assert said[("situation", f'{{situation}}="{word}"')] == tone


@BOTH
def test_every_priority_and_outcome_of_the_robot_s_words_is_used_as_it_is_written(words: Words) -> None:
    formulas = [rule.formula for rule in rules_of("todo", words)]
    assert all(any(f'="{label}"' in formula for formula in formulas) for label in words.values["priority"].values())


def test_text_stands_out_from_its_ground() -> None:
    found = list(tones())
    assert len(found) > 60
    for tone in found:
        for ground in [tone.ground] if tone.ground else [layout.WHITE, layout.ROBOT_GROUND]:
            assert contrast(tone.text or layout.INK, ground) >= 4.5, tone
    for heading in (layout.NAVY, layout.SLATE, layout.ALARM):
        assert contrast(layout.WHITE, heading) >= 4.5


@BOTH
def test_every_choice_column_offers_its_words_and_lets_others_pass_with_a_message(words: Words) -> None:
    for table in TABLES:
        for column in table.columns:
            check = check_of(table.id, column, words)
            if column.kind == "choice":
                assert check == Check("list", words.texts["look.check_choice"], tuple(words.values[column.values].values()))
            elif column.robot:
                assert check is not None
                assert check.message == words.texts["look.robot"]
            elif column.kind in ("date", "amount", "integer", "emails", "yes_no"):
                assert check is not None
                assert check.message


@BOTH
def test_names_that_people_make_up_are_offered_and_never_questioned(words: Words) -> None:
    offered = {
        ("invoices", "customer"): "customers.name", ("payments", "customer"): "customers.name",
        ("invoices", "scenario"): "scenarios.scenario", ("customers", "scenario"): "scenarios.scenario",
    }  # fmt: skip
    for (table, column), source in offered.items():
        assert check_of(table, BY_ID[table].column(column), words) == Check("list", source=source)
    assert check_of("settings", setting_column("scenario_good"), words) == Check("list", source="scenarios.scenario")


def test_a_person_s_own_line_of_things_to_do_is_not_questioned() -> None:
    own = check_of("todo", BY_ID["todo"].column("customer"), FR)
    number = check_of("todo", BY_ID["todo"].column("no"), FR)
    assert own is not None
    assert number is not None
    assert (own.formula, number.formula) == ('{no}=""', "FALSE")


@BOTH
def test_what_a_program_shows_beside_a_cell_fits_its_limits(words: Words) -> None:
    """Excel takes 32 characters of a title, 255 of a note and 225 of a warning."""
    assert len(words.texts["look.check"]) <= 32
    for table in TABLES:
        for column in table.columns:
            assert 3 < len(note_of(table.id, column, words)) <= 255
            assert len(words.headings[table.id][column.id]) <= 32
            check = check_of(table.id, column, words)
            assert check is None or len(check.message) <= 225


@BOTH
def test_formulas_name_columns_that_exist(words: Words) -> None:
    formulas = [(table.id, rule.formula) for table in TABLES for rule in rules_of(table.id, words)]
    formulas += [("", part) for line in layout_pages.aged_lines(words) for part in (line.amount, line.share, line.count)]
    formulas += [("", robot_is_late(words)), ("", layout_pages.currency_formula(words))]
    for table_id, formula in formulas:
        for other, column in re.findall(r"\{(?:([a-z]+)\.)?([a-z0-9_]+)[\^:]?\}", formula):
            assert BY_ID[other or table_id].column(column)
        assert re.sub(r'"[^"]*"', "", formula).count("(") == re.sub(r'"[^"]*"', "", formula).count(")")


@BOTH
def test_the_day_of_the_last_run_is_taken_from_its_text_as_the_robot_writes_it(words: Words) -> None:
    parts = re.findall(r",(\d+),(\d+)\)", robot_is_late(words).partition("DATE(")[2])
    text = f"{words.date(date(2026, 1, 9))} 08:30"
    assert [int(text[int(start) - 1 : int(start) - 1 + int(length)]) for start, length in parts] == [2026, 1, 9]


@BOTH
def test_the_help_leads_to_every_tab_and_has_every_text(words: Words) -> None:
    assert {tab for _, tab in layout_pages.HELP if tab} == {*BY_ID, "aged"}
    for section, _ in layout_pages.HELP:
        assert words.texts[f"help.{section}.title"]
        assert words.texts[f"help.{section}.text"]
    assert {code.rpartition(".")[2] for code in words.texts if code.startswith("help.status.")} == set(STATUS_TONES)

"""The words of every language: complete, alike, and fit for what the code says."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from relance.domain import history, register, settings, tables
from relance.domain.words import Lexicon, Words, normalise, reason

ROOT = Path(__file__).parents[2]
LANGUAGES = tuple(sorted(path.parent.name for path in (ROOT / "templates").glob("*/words.toml")))
WORDS = {lang: Words.of(tomllib.loads((ROOT / "templates" / lang / "words.toml").read_text("utf-8"))) for lang in LANGUAGES}
FRENCH, ENGLISH = WORDS["fr"], WORDS["en"]
NOT_SETTINGS = {"no_send_weekdays", "no_send_ranges", "scenario_of"}  # fields that other rows of the sheet fill
ROBOT_SETTINGS = {"register_id", "last_run", "last_run_at"}
NOT_TEXTS = {"ledger.sqlite"}  # a file's name
SAID = re.compile("(?:{})[.][a-z_]+".format("|".join(sorted({code.partition(".")[0] for code in ENGLISH.texts}))))
SAMPLES = {
    "amount": Decimal("123456.78"), "net": Decimal("123456.78"), "floor": Decimal(20), "ceiling": Decimal(50_000),
    "step": "APPEL", "scenario": "standard", "no": 1234, "problem": "…", "mode": "direct_debit",
}  # fmt: skip


def fields_of(text: str) -> set[str]:
    """The placeholders of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def keys(words: Words) -> set[str]:
    """Every key of a language, aliases apart."""
    found = {f"tabs.{k}" for k in words.tabs} | {f"texts.{k}" for k in words.texts}
    for section, groups in (("headings", words.headings), ("values", words.values), ("settings", words.settings)):
        found |= {f"{section}.{group}.{key}" for group, entries in groups.items() for key in entries}
    return found


def said_in_code() -> Iterator[tuple[str, str, set[str] | None]]:
    """Every text the code names: its place, its code, and what fills it (None when not written out)."""
    for path in sorted((ROOT / "shared" / "relance").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.func, (ast.Name, ast.Attribute))):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called in ("reason", "bad") or re.fullmatch(r"[A-Z]\w*Error", called):
                given = {k.arg for k in node.keywords if k.arg} | ({"text"} if called == "bad" else set())
                whole = all(k.arg for k in node.keywords)
                for code in ast.walk(node.args[0]):
                    if isinstance(code, ast.Constant) and SAID.fullmatch(str(code.value)):
                        yield f"{path.name}:{node.lineno}", str(code.value), given if whole else None


def codes_in_code() -> set[str]:
    """Every string of the code that looks like the code of a text."""
    sources = [path.read_text("utf-8") for path in (ROOT / "shared" / "relance").rglob("*.py")]
    return {code for source in sources for code in re.findall(rf'"({SAID.pattern})"', source)} - NOT_TEXTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert keys(WORDS[language]) == keys(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_its_sentences_with_the_same_values(language: str) -> None:
    for code, text in WORDS[language].texts.items():
        assert fields_of(text) == fields_of(ENGLISH.texts[code]), code


@pytest.mark.parametrize("words", WORDS.values(), ids=LANGUAGES)
def test_every_tab_column_and_setting_has_words(words: Words) -> None:
    assert set(words.tabs) == {*tables.BY_ID, "help"}
    assert {t: list(c) for t, c in words.headings.items()} == {t.id: [c.id for c in t.columns] for t in tables.TABLES}
    own = {field.name for field in fields(settings.Settings)} - NOT_SETTINGS
    assert set(words.settings) == own | ROBOT_SETTINGS | {"no_send_days"} | {f"scenario_{p}" for p in settings.PROFILES}
    assert all(texts["label"] and texts["explanation"] for texts in words.settings.values())


@pytest.mark.parametrize("words", WORDS.values(), ids=LANGUAGES)
def test_every_value_a_cell_may_hold_has_a_word(words: Words) -> None:
    choices = {column.values for table in tables.TABLES for column in table.columns if column.kind == "choice"}
    assert choices <= set(words.values)
    groups = {
        "task": get_args(history.TaskKind), "message_kind": get_args(history.MessageKind), "profile": settings.PROFILES,
        "mode": get_args(settings.Mode), "grouping": get_args(settings.Grouping), "yes_no": ("yes", "no"),
        "priority": ("1", "2", "3", "done"),
        "status": (
            "not_due", "overdue", "reminded", "formal_notice", "to_approve", "promised", "uncertain", "faulty", "paid",
            "not_chased", *words.values["situation"],
        ),
    }  # fmt: skip
    for group, ids in groups.items():
        assert set(words.values[group]) == set(ids), group
    assert all(f"({code})" in label for code, label in words.values["step"].items())


@pytest.mark.parametrize("words", WORDS.values(), ids=LANGUAGES)
def test_whatever_the_code_says_has_a_text_and_what_fills_it(words: Words) -> None:
    said = list(said_in_code())
    assert len(said) > 50
    assert codes_in_code() - set(words.texts) == set()
    short = [(p, c, fields_of(words.texts[c]) - given) for p, c, given in said if given is not None]
    assert [entry for entry in short if entry[2]] == []


@pytest.mark.parametrize("words", WORDS.values(), ids=LANGUAGES)
def test_a_reason_fits_in_a_cell(words: Words) -> None:
    for code, text in words.texts.items():
        if code.startswith("why."):
            values = {name: SAMPLES.get(name, date(2026, 12, 28)) for name in fields_of(text)}
            said = words.say(reason(code, currency="EUR", **values))
            assert len(said) <= 110, said


def test_french_sentences_have_no_break_spaces_where_typography_wants_them() -> None:
    texts = [*FRENCH.texts.values(), *(text for s in FRENCH.settings.values() for text in s.values())]
    texts += [path.read_text("utf-8") for path in (ROOT / "templates" / "fr" / "mail").glob("*.j2")]
    for text in texts:
        prose = re.sub(r"\{[{%].*?[%}]\}|`[^`]*`", "", text)
        assert not re.search(r"(?<![\u00a0])[:;?!»](\s|$)|«(?!\u00a0)| [:;?!»]|'\s", prose), prose


def test_french_amounts_and_dates_are_french() -> None:
    assert FRENCH.amount(Decimal("4800"), "EUR") == "4\u00a0800,00\u00a0EUR"
    assert FRENCH.date(date(2026, 10, 5)) == "05/10/2026"
    assert ENGLISH.amount(Decimal("-1234.5")) == "-1,234.50"


def test_no_heading_or_alias_leads_to_two_columns() -> None:
    for table in tables.TABLES:
        found: dict[str, str] = {}
        for words in WORDS.values():
            typed = [(heading, column) for column, heading in words.headings[table.id].items()]
            typed += [(a, column) for column, others in words.aliases.get(table.id, {}).items() for a in others]
            for heading, column in typed:
                assert normalise(heading)
                assert found.setdefault(normalise(heading), column) == column, (table.id, heading)


def test_no_word_leads_to_two_values_tabs_or_settings() -> None:
    for group in ENGLISH.values:
        for words in WORDS.values():
            known = {normalise(label) for label in words.values[group].values()}
            assert len(known) == len(words.values[group]), group
    lexicon = Lexicon.of(tuple(WORDS.values()))
    for words in WORDS.values():
        assert {lexicon.tabs[normalise(title)]: title for title in words.tabs.values()} == words.tabs
        for setting, said in words.settings.items():
            assert lexicon.settings[normalise(said["label"])] == setting
        for group, labels in words.values.items():
            for value_id, label in labels.items():
                assert lexicon.value(group, label) == value_id, (group, label)
                assert lexicon.value(group, value_id) == value_id, (group, value_id)


def test_aliases_are_of_columns_that_exist() -> None:
    for words in WORDS.values():
        for table, columns in words.aliases.items():
            assert set(columns) <= {column.id for column in tables.BY_ID[table].columns}


def test_situations_are_the_same_whether_shown_as_situation_or_status() -> None:
    for words in WORDS.values():
        assert all(words.values["status"][s] == label for s, label in words.values["situation"].items())


def test_every_channel_a_step_may_have_is_named() -> None:
    written = [c for c in ENGLISH.values["channel"] if register.Step("X", 0, c).is_written]
    assert written == ["email", "letter", "registered_letter"]

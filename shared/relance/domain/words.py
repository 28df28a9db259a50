"""The words of a register: headings, values and sentences, per language, and how they are recognised when read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

NBSP = "\u00a0"


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """A heading or a word reduced to what counts: no accents, case, spaces, punctuation, or trailing `*`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^0-9a-z<>%]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence to be said in the reader's language: the key of its text and what fills it."""

    code: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return f"{self.code}({', '.join(f'{k}={v}' for k, v in self.values)})"


def reason(code: str, **values: object) -> Reason:
    """A reason with its values; dates, amounts (`Decimal`) and `Reason`s are formatted when it is said."""
    return Reason(code, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Words:
    """All the words of one language."""

    language: str
    tabs: Mapping[str, str]
    headings: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, str]]
    settings: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, str]
    aliases: Mapping[str, Mapping[str, tuple[str, ...]]]  # table -> column id -> other headings
    decimal: str
    thousands: str
    date_format: str

    @staticmethod
    def of(data: Mapping[str, Any]) -> Words:
        """The words in the parsed `words.toml` of a language."""
        aliases = {t: {c: tuple(a) for c, a in columns.items()} for t, columns in data.get("aliases", {}).items()}
        return Words(
            data["language"], data["tabs"], data["headings"], data["values"], data["settings"],
            _flatten(data["texts"]), aliases, data["decimal"], data["thousands"], data["date_format"],
        )  # fmt: skip

    def date(self, day: date) -> str:
        """A date as people of this language write it in a sheet, e.g. `05/10/2026`."""
        return day.strftime(self.date_format)

    def amount(self, amount: Decimal, currency: str = "") -> str:
        """An amount with two decimals, e.g. `4 800,00 EUR`, its spaces unbreakable."""
        text = f"{amount:,.2f}".replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)
        return f"{text}{NBSP}{currency}" if currency else text

    def value(self, group: str, value_id: str) -> str:
        """The label of a value id; the id itself when it has none (a scenario's own step, for instance)."""
        return self.values.get(group, {}).get(value_id, value_id)

    def say(self, said: Reason | None) -> str:
        """The sentence of a reason; an empty text for None. KeyError when the language lacks it."""
        if said is None:
            return ""
        values = dict(said.values)
        currency = str(values.get("currency", ""))
        return self.texts[said.code].format(**{k: self._shown(self._name(k, v), currency) for k, v in values.items()})

    def say_text(self, code: str, **values: object) -> str:
        """The sentence of a text. KeyError when the language lacks it."""
        return self.say(Reason(code, tuple(values.items())))

    def _name(self, key: str, value: object) -> object:
        """What readers call a thing that a reason names by its id: a tab, a heading, a setting, a payment mode."""
        if key == "fields" and isinstance(value, tuple):
            return tuple(self._name("setting", v) for v in value)
        if not isinstance(value, str):
            return value
        if key == "tab":
            return self.tabs.get(value, value)
        if key == "setting":
            return self.settings.get(value, {}).get("label", value)
        if key == "step":  # a message about a promise has no step: its kind is named
            return self.value("message_kind", value)
        if key == "mode":
            return self.value("payment_mode", value)
        if key == "heading":
            return next((columns[value] for columns in self.headings.values() if value in columns), value)
        return value

    def _shown(self, value: object, currency: str) -> object:
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, Decimal):
            return self.amount(value, currency)
        if isinstance(value, Reason):
            return self.say(value)
        if isinstance(value, tuple):
            return ", ".join(str(self._shown(v, currency)) for v in value)
        return value


def _flatten(texts: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in texts.items():
        if isinstance(value, Mapping):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How typed headings and values of any known language lead to ids. The first language given wins a conflict."""

    tabs: Mapping[str, str]
    headings: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, str]]
    settings: Mapping[str, str]
    languages: frozenset[str]  # those in which messages can be worded

    @staticmethod
    def of(languages: tuple[Words, ...]) -> Lexicon:
        """The lexicon of these languages, of the ids themselves and of the aliases."""
        tabs: dict[str, str] = {}
        headings: dict[str, dict[str, str]] = {}
        values: dict[str, dict[str, str]] = {}
        settings: dict[str, str] = {}
        for words in languages:
            for tab_id, title in words.tabs.items():
                tabs.setdefault(normalise(title), tab_id)
            for table, columns in words.headings.items():
                known = headings.setdefault(table, {})
                for column, heading in columns.items():
                    known.setdefault(normalise(heading), column)
            for group, labels in words.values.items():
                for value_id, label in labels.items():
                    values.setdefault(group, {}).setdefault(normalise(label), value_id)
            for setting, texts in words.settings.items():
                settings.setdefault(normalise(texts["label"]), setting)
        for words in languages:
            _add_ids_and_aliases(words, tabs, headings, values, settings)
        return Lexicon(tabs, headings, values, settings, frozenset(words.language for words in languages))

    def value(self, group: str, typed: str) -> str | None:
        """The id of a typed value, or None when no language knows it."""
        return self.values.get(group, {}).get(normalise(typed))


def _add_ids_and_aliases(
    words: Words,
    tabs: dict[str, str],
    headings: dict[str, dict[str, str]],
    values: dict[str, dict[str, str]],
    settings: dict[str, str],
) -> None:
    """Ids, then aliases: what a heading says comes first."""
    for tab_id in words.tabs:
        tabs.setdefault(normalise(tab_id), tab_id)
    for table, columns in words.headings.items():
        for column in columns:
            headings[table].setdefault(normalise(column), column)
        for column, others in words.aliases.get(table, {}).items():
            for other in others:
                headings[table].setdefault(normalise(other), column)
    for group, labels in words.values.items():
        for value_id in labels:
            values[group].setdefault(normalise(value_id), value_id)
    for setting in words.settings:
        settings.setdefault(normalise(setting), setting)

"""Where the columns of a new register stand, and the formulas of the layout as formulas of a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping

from relance.adapters.workbook.tokens import column_letters
from relance.domain.layout import LAST_ROW, VIEWS
from relance.domain.words import Words

_PLACE = re.compile(r"\{(?:([a-z]+)\.)?([a-z0-9_]+)([\^:]?)\}")
LETTERS: Mapping[str, Mapping[str, str]] = {
    table_id: {column: column_letters(index).decode() for index, column in enumerate(view.columns)}
    for table_id, view in VIEWS.items()
}


def formula(text: str, words: Words, table_id: str = "", row: int = 2) -> str:
    """A formula of the layout for a row of a tab, without a leading `=`."""

    def place(match: re.Match[str]) -> str:
        other, column, mark = match.groups()
        letter = LETTERS[other or table_id][column]
        if other:
            return f"{sheet_name(words.tabs[other])}!${letter}$2:${letter}${LAST_ROW}"
        if mark == ":":
            return f"${letter}$2:${letter}${LAST_ROW}"
        return f"${letter}{row - 1 if mark == '^' else row}"

    return _PLACE.sub(place, text)


def sheet_name(title: str) -> str:
    """The title of a tab as formulas and links name it."""
    return "'{}'".format(title.replace("'", "''"))


def below_heading(letter: str) -> str:
    """The cells of a column under its heading."""
    return f"{letter}2:{letter}{LAST_ROW}"

"""The looks of the layout as formats of the Sheets API, and its formulas as formulas of a Google Sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from relance.adapters.google_sheet.book import letters
from relance.adapters.google_sheet.cells import sent, stored
from relance.domain.layout import FONT, INK, NAVY, ROBOT_GROUND, RULE_LINE, SLATE, WHITE, centred, number_format, wrapped
from relance.domain.sheet import CellValue
from relance.domain.tables import Column
from relance.domain.words import Words

Json = dict[str, Any]
Places = Mapping[str, Mapping[str, int]]  # table -> column id -> where it stands

_PLACE = re.compile(r"\{(?:([a-z]+)\.)?([a-z0-9_]+)([\^:]?)\}")
_STRING_OR_COMMA = re.compile(r'"(?:[^"]|"")*"|,')
DAY = {"type": "DATE", "pattern": "dd/mm/yyyy"}


def formula(text: str, words: Words, places: Places, table: str = "", row: int = 2, rule: bool = False) -> str:
    """A formula of the layout for a row of a tab.

    Arguments are parted by `;`, which every locale reads. A `rule` (conditional format) may name other tabs only
    through INDIRECT: https://support.google.com/docs/answer/78413.
    """

    def place(match: re.Match[str]) -> str:
        other, column, mark = match.groups()
        letter = letters(places[other or table][column])
        if other:
            cells = f"{quoted(words.tabs[other])}!${letter}$2:${letter}"
            return f'INDIRECT("{cells}")' if rule else cells
        if mark == ":":
            return f"${letter}$2:${letter}"
        return f"${letter}{row - 1 if mark == '^' else row}"

    parted = _STRING_OR_COMMA.sub(lambda m: ";" if m[0] == "," else m[0], text)
    return f"={_PLACE.sub(place, parted)}"


def quoted(title: str) -> str:
    """The title of a tab as formulas and ranges name it."""
    return "'{}'".format(title.replace("'", "''"))


def rgb(colour: str) -> Json:
    """A ColorStyle of RRGGBB."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def text_look(size: int = 10, bold: bool = False, colour: str = INK) -> Json:
    """A TextFormat."""
    return {"fontFamily": FONT, "fontSize": size, "bold": bold, "foregroundColorStyle": rgb(colour)}


def number_look(column: Column) -> Json | None:
    """The NumberFormat of a column; None for plain text."""
    pattern = number_format(column)
    if column.kind == "date":
        return DAY
    if pattern == "@":
        return {"type": "TEXT"}
    return {"type": "NUMBER", "pattern": pattern} if pattern else None


def heading_look(column: Column) -> Json:
    """The CellFormat of a heading: people's and the robot's differ."""
    return {
        "textFormat": text_look(bold=True, colour=WHITE),
        "backgroundColorStyle": rgb(SLATE if column.robot else NAVY),
        "horizontalAlignment": "CENTER" if centred(column) or column.kind == "amount" else "LEFT",
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP",
    }


def column_look(column: Column) -> Json:
    """The CellFormat of the cells under a heading."""
    look: Json = {
        "textFormat": text_look(),
        "horizontalAlignment": "CENTER" if centred(column) else "RIGHT" if column.kind == "amount" else "LEFT",
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP" if wrapped(column) else "CLIP",
        "borders": {"bottom": {"style": "SOLID", "colorStyle": rgb(RULE_LINE)}},
    }
    shape = number_look(column)
    if shape:
        look["numberFormat"] = shape
    if column.robot:
        look["backgroundColorStyle"] = rgb(ROBOT_GROUND)
    return look


def value(content: CellValue) -> Json:
    """A CellData that holds a value; text is never a formula."""
    plain = sent(stored(content))
    if plain == "":
        return {}
    kind = "boolValue" if isinstance(plain, bool) else "stringValue" if isinstance(plain, str) else "numberValue"
    found: Json = {"userEnteredValue": {kind: plain}}
    if isinstance(content, date):
        found["userEnteredFormat"] = {"numberFormat": DAY}
    return found


def span(sheet_id: int, rows: tuple[int, int | None] = (0, None), columns: tuple[int, int | None] = (0, None)) -> Json:
    """A GridRange; an open end reaches as far as the grid."""
    area: Json = {"sheetId": sheet_id, "startRowIndex": rows[0], "startColumnIndex": columns[0]}
    area |= {} if rows[1] is None else {"endRowIndex": rows[1]}
    return area | ({} if columns[1] is None else {"endColumnIndex": columns[1]})


def put(sheet_id: int, row: int, column: int, lines: Sequence[Sequence[Json]], fields: str) -> Json:
    """Cells from a place on, one list per row."""
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": list(line)} for line in lines], "fields": fields}}


def paint(area: Json, look: Json, fields: str) -> Json:
    """The same look for all cells of an area."""
    return {"repeatCell": {"range": area, "cell": {"userEnteredFormat": look}, "fields": fields}}

"""The two pages of a register that are no table: the help, and the aged balance made of formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relance.adapters.google_sheet.looks import DAY, Json, Places, formula, paint, put, rgb, span, text_look, value
from relance.domain.layout import ALARM, INK, LINK, MUTED, NAVY, RULE_LINE, WHITE, setting_column
from relance.domain.layout_pages import AGED_HEADINGS, HELP, STATE, AgedLine, aged_lines, currency_formula
from relance.domain.layout_rules import LATE, STATUS_TONES, Tone, robot_is_late, setting_value
from relance.domain.words import Words

_FIELDS = "userEnteredValue,userEnteredFormat"
_AGED_WIDTHS, _HELP_WIDTHS = (20, 280, 130, 90, 90), (20, 210, 790)
_AMOUNT = {"type": "NUMBER", "pattern": '#,##0.00;-#,##0.00;"–"'}
_FIRST_SECTION = 8  # row of the help page, from 1


def aged_page(sheet_id: int, places: Places, words: Words) -> Iterator[Json]:
    """What is owed by age, in formulas over the invoices."""
    say, lines = words.texts, aged_lines(words)
    yield from _page(sheet_id, say["look.aged_tab"], _AGED_WIDTHS, len(lines) + 20, "0F766E")
    last_run = formula(f'{setting_value("last_run_at", words)}&""', words, places)
    currency = formula(currency_formula(words), words, places)
    yield put(sheet_id, 0, 1, [
        [_text(say["look.aged_tab"], size=16, bold=True, colour=NAVY)],
        [_text(words.settings["last_run_at"]["label"], colour=MUTED), _formula(last_run)],
        [_text(words.settings["currency"]["label"], colour=MUTED), _formula(currency)],
        [],
        [_text(say[f"look.aged_{name}"], bold=True, colour=WHITE, ground=NAVY, side=side) for name, side in
         (("age", "LEFT"), ("amount", "RIGHT"), ("share", "CENTER"), ("count", "CENTER"))],
        *([*_aged(line, places, words)] for line in lines),
        [],
        [_text(say["look.aged_note"], colour=MUTED)],
    ], _FIELDS)  # fmt: skip
    ruled = span(sheet_id, (AGED_HEADINGS, AGED_HEADINGS + len(lines)), (1, 5))
    line = {"borders": {"bottom": {"style": "SOLID", "colorStyle": rgb(RULE_LINE)}}}
    yield paint(ruled, line, "userEnteredFormat.borders.bottom")
    yield _late(sheet_id, 1, words, places, LATE)


def _aged(line: AgedLine, places: Places, words: Words) -> Iterator[Json]:
    yield _text(line.label, bold=line.total, colour=line.tone.text or INK, ground=line.tone.ground)
    for text, shape, side in (
        (line.amount, _AMOUNT, "RIGHT"), (line.share, {"type": "PERCENT", "pattern": "0 %"}, "CENTER"),
        (line.count, {"type": "NUMBER", "pattern": "0"}, "CENTER"),
    ):  # fmt: skip
        cell = _formula(formula(text, words, places), bold=line.total, side=side) if text else {}
        if text:
            cell["userEnteredFormat"]["numberFormat"] = shape
        yield cell


def help_page(sheet_id: int, ids: Mapping[str, int], places: Places, words: Words) -> Iterator[Json]:
    """How to use the register: where it stands, what each tab is for (`ids` leads there), what the colours say."""
    say = words.texts
    yield from _page(sheet_id, words.tabs["help"], _HELP_WIDTHS, len(HELP) + len(STATUS_TONES) + 20, "16A34A")
    lines: list[list[Json]] = [
        [_text(say["help.title"], size=18, bold=True, colour=NAVY)],
        [_text(say["help.intro"], size=11)],
        [],
    ]
    for setting in STATE:
        day = setting_column(setting).kind == "date"
        cell = _formula(formula(setting_value(setting, words) + ("" if day else '&""'), words, places), bold=True)
        cell["userEnteredFormat"] |= {"numberFormat": DAY} if day else {}
        lines.append([_text(words.settings[setting]["label"], colour=MUTED), cell])
    lines += [[] for _ in range(_FIRST_SECTION - 1 - len(lines))]
    for section, tab in HELP:
        title = _text(say[f"help.{section}.title"], size=11, bold=True, colour=LINK if tab else NAVY)
        if tab:
            title["userEnteredFormat"]["textFormat"] |= {"link": {"uri": f"#gid={ids[tab]}"}, "underline": True}
        lines.append([title, _text(say[f"help.{section}.text"], wrap=True)])
    lines += [[], [_text(say["help.legend"], size=13, bold=True, colour=NAVY)]]
    for status, tone in STATUS_TONES.items():
        word = _text(words.value("status", status), bold=tone.bold, colour=tone.text, ground=tone.ground, side="CENTER")
        lines.append([word, _text(say[f"help.status.{status}"])])
    yield put(sheet_id, 0, 1, lines, _FIELDS)
    yield _late(sheet_id, 3, words, places, Tone(ALARM, bold=True))


def _page(sheet_id: int, title: str, widths: tuple[int, ...], rows: int, colour: str) -> Iterator[Json]:
    grid = {"rowCount": rows, "columnCount": len(widths) + 1, "hideGridlines": True}
    properties = {"sheetId": sheet_id, "title": title, "tabColorStyle": rgb(colour), "gridProperties": grid}
    yield {"addSheet": {"properties": properties}}
    for place, width in enumerate(widths):
        area = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
        yield {"updateDimensionProperties": {"range": area, "properties": {"pixelSize": width}, "fields": "pixelSize"}}


def _late(sheet_id: int, row: int, words: Words, places: Places, tone: Tone) -> Json:
    """The cell that shows the last run takes this tone when the robot is late."""
    look: Json = {"textFormat": {"bold": tone.bold, "foregroundColorStyle": rgb(tone.text)}}
    look |= {"backgroundColorStyle": rgb(tone.ground)} if tone.ground else {}
    text = formula(robot_is_late(words), words, places, rule=True)
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": text}]}
    rule = {"ranges": [span(sheet_id, (row, row + 1), (2, 3))], "booleanRule": {"condition": condition, "format": look}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def _text(
    text: str, size: int = 10, bold: bool = False, colour: str = INK, ground: str = "", side: str = "LEFT", wrap: bool = False
) -> Json:
    return value(text) | {"userEnteredFormat": _look(size, bold, colour, ground, side, wrap)}


def _formula(text: str, bold: bool = False, side: str = "LEFT") -> Json:
    return {"userEnteredValue": {"formulaValue": text}, "userEnteredFormat": _look(10, bold, INK, "", side, False)}


def _look(size: int, bold: bool, colour: str, ground: str, side: str, wrap: bool) -> Json:
    look: Json = {"textFormat": text_look(size, bold, colour), "horizontalAlignment": side, "verticalAlignment": "MIDDLE"}
    look |= {"backgroundColorStyle": rgb(ground)} if ground else {}
    return look | ({"wrapStrategy": "WRAP"} if wrap else {})

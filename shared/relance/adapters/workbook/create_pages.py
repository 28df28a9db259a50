"""The two pages of a new register that are no table: the aged balance, and the help with its links and colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relance.adapters.workbook.create_formulas import formula, sheet_name
from relance.adapters.workbook.create_rules import add_late_colour
from relance.adapters.workbook.create_table import print_well, put
from relance.domain.layout import ALARM, FONT, INK, LINK, MUTED, NAVY, RULE_LINE, WHITE, number_format, setting_column
from relance.domain.layout_pages import AGED_HEADINGS, HELP, STATE, AgedLine, aged_lines, currency_formula
from relance.domain.layout_rules import LATE, STATUS_TONES, Tone, setting_value
from relance.domain.words import Words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_AGED_TAB, _HELP_TAB = "0F766E", "16A34A"
_AGED_WIDTHS = {"A": 3, "B": 40, "C": 18, "D": 12, "E": 12, "F": 4}
_HELP_WIDTHS = {"A": 3, "B": 30, "C": 112}
_HELP_LINE = 122  # characters of a line in column C


def add_aged_balance(book: Workbook, words: Words) -> None:
    """What is owed by age, in formulas over the invoices, with a chart."""
    sheet = _page(book, words.texts["look.aged_tab"], _AGED_WIDTHS, _AGED_TAB)
    _write(sheet["B1"], words.texts["look.aged_tab"], size=18, bold=True, colour=NAVY)
    sheet.row_dimensions[1].height = 34
    _label(sheet["B2"], words.settings["last_run_at"]["label"])
    _formula(sheet["C2"], f'{setting_value("last_run_at", words)}&""', words)
    add_late_colour(sheet, "C2", LATE)
    _label(sheet["B3"], words.settings["currency"]["label"])
    _formula(sheet["C3"], currency_formula(words), words)
    for letter, name in zip("BCDE", ("age", "amount", "share", "count"), strict=True):
        cell = sheet[f"{letter}{AGED_HEADINGS}"]
        right, middle = letter == "C", letter in "DE"
        _write(cell, words.texts[f"look.aged_{name}"], bold=True, colour=WHITE, ground=NAVY, right=right, middle=middle)
    sheet.row_dimensions[AGED_HEADINGS].height = 22
    lines = aged_lines(words)
    for row, line in enumerate(lines, start=AGED_HEADINGS + 1):
        _aged_line(sheet, row, line, words)
    _write(sheet[f"B{AGED_HEADINGS + len(lines) + 2}"], words.texts["look.aged_note"], colour=MUTED)
    _chart(sheet, [line.bar for line in lines if line.bar])


def _aged_line(sheet: Worksheet, row: int, line: AgedLine, words: Words) -> None:
    from openpyxl.styles import Border, Side

    sheet.row_dimensions[row].height = 20
    _write(sheet[f"B{row}"], line.label, bold=line.total, colour=line.tone.text or INK, ground=line.tone.ground)
    for letter, text, code in (("C", line.amount, '#,##0.00;-#,##0.00;"–"'), ("D", line.share, "0 %"), ("E", line.count, "0")):
        cell = sheet[f"{letter}{row}"]
        if text:
            _formula(cell, text, words, bold=line.total, right=letter == "C", middle=letter in "DE")
            cell.number_format = code
    for letter in "BCDE":
        top = Side("thin", color=INK) if line.total else None
        sheet[f"{letter}{row}"].border = Border(top=top, bottom=Side("thin", color=RULE_LINE))


def _chart(sheet: Worksheet, bars: list[str]) -> None:
    from openpyxl.chart import BarChart, Reference
    from openpyxl.chart.axis import ChartLines
    from openpyxl.chart.marker import DataPoint
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    chart, last = BarChart(), AGED_HEADINGS + len(bars)
    chart.type, chart.gapWidth, chart.legend = "col", 45, None
    chart.width, chart.height, chart.roundedCorners = 20, 10, False
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.add_data(Reference(sheet, min_col=3, min_row=AGED_HEADINGS + 1, max_row=last))
    chart.set_categories(Reference(sheet, min_col=2, min_row=AGED_HEADINGS + 1, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=RULE_LINE)))
    for number, colour in enumerate(bars):
        point = DataPoint(idx=number)
        point.graphicalProperties.solidFill = point.graphicalProperties.line.solidFill = colour
        chart.series[0].dPt.append(point)
    sheet.add_chart(chart, f"G{AGED_HEADINGS}")


def add_help(book: Workbook, words: Words) -> None:
    """How to use the register: where it stands, what each tab is for, what the colours say. One page, upright."""
    say = words.texts
    sheet = _page(book, words.tabs["help"], _HELP_WIDTHS, _HELP_TAB)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1
    _write(sheet["B1"], say["help.title"], size=20, bold=True, colour=NAVY)
    sheet.row_dimensions[1].height = 40
    _write(sheet["B2"], say["help.intro"], size=12)
    for row, setting in enumerate(STATE, start=4):
        _label(sheet[f"B{row}"], words.settings[setting]["label"])
        column, cell = setting_column(setting), sheet[f"C{row}"]
        _formula(cell, setting_value(setting, words) + ("" if column.kind == "date" else '&""'), words, bold=True)
        cell.number_format = f"{number_format(column)};;" if column.kind == "date" else "General"
        sheet.row_dimensions[row].height = 18
    add_late_colour(sheet, "C4", Tone(ALARM, bold=True))
    for row, (section, tab) in enumerate(HELP, start=8):
        _section(sheet, row, say[f"help.{section}.title"], say[f"help.{section}.text"])
        if tab:
            _link(sheet[f"B{row}"], say["look.aged_tab"] if tab == "aged" else words.tabs[tab])
    _legend(sheet, 8 + len(HELP) + 1, words)


def _section(sheet: Worksheet, row: int, title: str, text: str) -> None:
    from openpyxl.styles import Border, Side

    _write(sheet[f"B{row}"], title, size=12, bold=True, colour=NAVY, wrap=True)
    _write(sheet[f"C{row}"], text, wrap=True)
    for letter in "BC":
        sheet[f"{letter}{row}"].border = Border(top=Side("thin", color=RULE_LINE))
    lines = sum(math.ceil(len(line) / _HELP_LINE) for line in text.split("\n"))
    sheet.row_dimensions[row].height = 15 * lines + 9


def _link(cell: Cell, title: str) -> None:
    """A click on the cell opens that tab."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{sheet_name(title)}!A1", tooltip=title)
    cell.font = Font(name=FONT, size=12, bold=True, color=LINK, underline="single")


def _legend(sheet: Worksheet, row: int, words: Words) -> None:
    """Every status in its own colours, and what it means."""
    from openpyxl.styles import Border, Side

    _write(sheet[f"B{row}"], words.texts["help.legend"], size=14, bold=True, colour=NAVY)
    sheet.row_dimensions[row].height = 30
    for number, (status, tone) in enumerate(STATUS_TONES.items(), start=row + 1):
        cell = sheet[f"B{number}"]
        _write(cell, words.value("status", status), bold=tone.bold, colour=tone.text, ground=tone.ground, middle=True)
        cell.border = Border(bottom=Side("medium", color=WHITE))
        _write(sheet[f"C{number}"], words.texts[f"help.status.{status}"])
        sheet.row_dimensions[number].height = 20


def _page(book: Workbook, title: str, widths: dict[str, int], tab: str) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    print_well(sheet, tab)
    return sheet


def _label(cell: Cell, text: str) -> None:
    _write(cell, text, colour=MUTED)


def _formula(cell: Cell, text: str, words: Words, bold: bool = False, right: bool = False, middle: bool = False) -> None:
    _write(cell, None, bold=bold, right=right, middle=middle)
    cell.value = f"={formula(text, words)}"


def _write(
    cell: Cell, text: str | None, size: int = 11, bold: bool = False, colour: str = INK, ground: str = "",
    wrap: bool = False, right: bool = False, middle: bool = False,
) -> None:  # fmt: skip
    from openpyxl.styles import Alignment, Font, PatternFill

    put(cell, text)
    cell.font = Font(name=FONT, size=size, bold=bold, color=colour)
    horizontal = "right" if right else "center" if middle else "left"
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=wrap, indent=0 if middle else 1)
    if ground:
        cell.fill = PatternFill("solid", fgColor=ground)

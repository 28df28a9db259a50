"""A tab as a page, for pictures: what people would see in their browser."""

from datetime import datetime
from html import escape
from pathlib import Path

from tests.emulators.sheets.conditions import conditional_format, shown
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.looks import band, css
from tests.emulators.sheets.model import Cell, CellError, Json, Sheet, Spreadsheet, deep
from tests.emulators.sheets.refs import area_of, letters

_STYLE = Path(__file__).with_suffix(".css").read_text("utf-8")


def render(book: Spreadsheet, tab: str, now: datetime) -> str:
    """The HTML of a tab, by name (the first one without a name or with an unknown one)."""
    sheet = book.by_title(tab) or book.sheets[0]
    title = escape(book.title)
    return (
        f'<!doctype html><html lang="{book.locale[:2]}"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<header><i></i><b>{title}</b>{_views(sheet)}</header>{_Page(book, sheet, now).table()}{_tabs(book, sheet)}</html>"
    )


def _views(sheet: Sheet) -> str:
    titles = " · ".join(escape(str(view.get("title", ""))) for view in sheet.parts["filterViews"])
    return f'<span class="views">☰ {titles}</span>' if titles else ""


def _tabs(book: Spreadsheet, here: Sheet) -> str:
    spans = []
    for sheet in book.sheets:
        if sheet.extra.get("hidden"):
            continue
        tint = css(
            {"backgroundColor": sheet.extra.get("tabColor"), "backgroundColorStyle": sheet.extra.get("tabColorStyle")}, ""
        )
        line = f' style="border-color:{tint.partition(":")[2]}"' if tint else ""
        spans.append(f'<span class="{"here" if sheet is here else ""}"{line}>{escape(sheet.title)}</span>')
    return f"<nav>{''.join(spans)}</nav>"


def _rule(cell: Cell) -> str:
    return str(((cell.validation or {}).get("condition") or {}).get("type", ""))


class _Page:
    def __init__(self, book: Spreadsheet, sheet: Sheet, now: datetime) -> None:
        self.book, self.sheet = book, sheet
        self.calculator = Calculator(book, now)
        filled = [
            (row, column)
            for row, line in enumerate(sheet.rows)
            for column, cell in enumerate(line.cells)
            if cell is not None and cell.value is not None
        ]
        bottom = min(len(sheet.rows), max((row for row, _ in filled), default=0) + 9)
        right = min(len(sheet.columns), max((column for _, column in filled), default=0) + 2)
        self.rows = [row for row in range(bottom) if not sheet.rows[row].hidden and not sheet.rows[row].filtered]
        self.columns = [column for column in range(right) if not sheet.columns[column].hidden]
        self.spans = self._merges()

    def _merges(self) -> dict[tuple[int, int], tuple[int, int] | None]:
        """Merged cells: the first one's spans, nothing for the others."""
        spans: dict[tuple[int, int], tuple[int, int] | None] = {}
        for merge in self.sheet.parts["merges"]:
            box = area_of(self.book, merge).box()
            rows = [row for row in self.rows if box.top <= row < box.bottom]
            columns = [column for column in self.columns if box.left <= column < box.right]
            spans.update({(row, column): None for row in rows for column in columns})
            if rows and columns:
                spans[rows[0], columns[0]] = (len(rows), len(columns))
        return spans

    def table(self) -> str:
        sheet = self.sheet
        widths = [46, *(sheet.columns[column].size for column in self.columns)]
        columns = "".join(f'<col style="width:{width}px">' for width in widths)
        heads = "".join(
            f'<th class="{self._edge(column)} {self._gap(column)}">{letters(column)}</th>' for column in self.columns
        )
        lines = "".join(self._row(row) for row in self.rows)
        return f'<table style="width:{sum(widths)}px">{columns}<tr><th></th>{heads}</tr>{lines}</table>'

    def _edge(self, column: int) -> str:
        return "edge" if column + 1 == self.sheet.grid.get("frozenColumnCount") else ""

    def _gap(self, column: int) -> str:
        """A mark where columns are hidden or folded."""
        following = column + 1
        return "gap" if following < len(self.sheet.columns) and self.sheet.columns[following].hidden else ""

    def _row(self, row: int) -> str:
        chosen = self.sheet.basic_filter
        filtered = chosen is not None and area_of(self.book, chosen["range"]).box().top == row
        names = ["frozen"] * (row + 1 == self.sheet.grid.get("frozenRowCount")) + ["filter"] * filtered
        cells = "".join(self._cell(row, column) for column in self.columns)
        return f'<tr class="{" ".join(names)}" style="height:{self.sheet.rows[row].size}px"><th>{row + 1}</th>{cells}</tr>'

    def _cell(self, row: int, column: int) -> str:
        span = self.spans.get((row, column), (1, 1))
        if span is None:
            return ""
        cell, spot = self.sheet.cell(row, column), (self.sheet, row, column)
        value = self.calculator.value(*spot)
        form = deep(band(self.book, self.sheet, row, column), cell.format or {})
        form = deep(form, conditional_format(self.calculator, spot)) if self.sheet.parts["conditionalFormats"] else form
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        boxed = isinstance(value, (bool, CellError)) or _rule(cell) == "BOOLEAN"
        align = "center" if boxed else "right" if number else "left"
        names = [self._edge(column)] + ["note"] * bool(cell.note) + ["over"] * self._overflows(row, column, cell, form)
        spans = (f' rowspan="{span[0]}"' if span[0] > 1 else "") + (f' colspan="{span[1]}"' if span[1] > 1 else "")
        inner = self._inner(cell, shown(self.calculator, spot), value)
        return f'<td class="{" ".join(filter(None, names))}" style="{css(form, align)}"{spans}>{inner}</td>'

    def _overflows(self, row: int, column: int, cell: Cell, form: Json) -> bool:
        """A long text runs over an empty neighbour."""
        free = self.sheet.cell(row, column + 1).value is None and cell.validation is None
        return isinstance(cell.value, str) and free and form.get("wrapStrategy") not in ("WRAP", "CLIP")

    def _inner(self, cell: Cell, text: str, value: object) -> str:
        kind = _rule(cell)
        said = escape(text)
        if kind == "BOOLEAN":
            own = [v.get("userEnteredValue") for v in (cell.validation or {})["condition"].get("values", ())]
            ticked = value == own[0] if own else value is True
            return f'<span class="box{" on" if ticked else ""}">{"✓" if ticked else ""}</span>'
        if kind in ("ONE_OF_LIST", "ONE_OF_RANGE") and (cell.validation or {}).get("showCustomUi", True):
            return f'<span class="chip{"" if text else " none"}">{said}</span>'
        if isinstance(value, CellError):
            return f'<span class="error">{said}</span>'
        if cell.chips:
            return f'<span class="smart">{said}</span>'
        linked = "link" in ((cell.format or {}).get("textFormat") or {})
        return f'<span class="link">{said}</span>' if linked else said

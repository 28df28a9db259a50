"""The checks, lists and colours of the layout, as data validations and conditional formats of a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from relance.adapters.workbook.create_formulas import LETTERS, below_heading, formula, sheet_name
from relance.domain.layout import LAST_ROW, SLATE
from relance.domain.layout_rules import LATE, Check, Tone, check_of, note_of, robot_is_late, rules_of
from relance.domain.tables import BY_ID
from relance.domain.words import Words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.formatting.rule import Rule
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

LATE_NAME = "relance_late"  # true when the robot has not come for more than a working day
_SOURCES = {"customers.name": "relance_customers", "scenarios.scenario": "relance_scenarios"}
_SCENARIOS, _SCENARIO_ROWS = 40, 500  # names offered, and how far down they are looked for
_Type = Literal["list", "custom", "date", "decimal", "whole"]
_MAX_INLINE = 255  # characters of a list in the cell itself
_BOUNDS: Mapping[str, tuple[_Type, str, str | None]] = {
    "date": ("date", "36526", "73050"),  # 2000-01-01 to 2099-12-31
    "amount": ("decimal", "-1000000000", "1000000000"),
    "whole": ("whole", "-100000", "1000000"),
}


def add_colours(sheet: Worksheet, table_id: str, words: Words) -> None:
    """The colours of a tab; the robot's headings turn red when it is late."""
    letters = LETTERS[table_id]
    for rule in rules_of(table_id, words):
        cells = " ".join(_areas(letters[column] for column in rule.columns))
        sheet.conditional_formatting.add(cells, _coloured(formula(rule.formula, words, table_id), rule.tone))
    robot = [f"{letters[c.id]}1" for c in BY_ID[table_id].columns if c.robot]
    if robot:
        add_late_colour(sheet, " ".join(robot), LATE)


def _areas(columns: Iterable[str]) -> list[str]:
    return [below_heading(letter) for letter in columns]


def _coloured(text: str, tone: Tone) -> Rule:
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Border, Font, PatternFill, Side
    from openpyxl.styles.differential import DifferentialStyle

    look = DifferentialStyle(
        font=Font(color=tone.text or None, bold=tone.bold or None) if tone.text or tone.bold else None,
        fill=PatternFill("solid", start_color=tone.ground, end_color=tone.ground) if tone.ground else None,
        border=Border(top=Side("thin", color=SLATE)) if tone.line_above else None,
    )
    return Rule("expression", dxf=look, formula=[text])


def add_late_colour(sheet: Worksheet, cells: str, tone: Tone) -> None:
    """Cells that take this tone when the robot is late."""
    sheet.conditional_formatting.add(cells, _coloured(LATE_NAME, tone))


class Checks:
    """Adds checks to tabs, and a hidden tab for the lists that need cells of their own."""

    def __init__(self, book: Workbook, words: Words) -> None:
        self._book = book
        self._words = words
        self._lists: dict[tuple[str, ...], str] = {}

    def add(self, sheet: Worksheet, table_id: str) -> None:
        """The checks of a tab, and what its headings explain when they are selected."""
        places: dict[Check, list[str]] = {}
        for column in BY_ID[table_id].columns:
            letter = LETTERS[table_id][column.id]
            self._explain(
                sheet, f"{letter}1", self._words.headings[table_id][column.id], note_of(table_id, column, self._words)
            )
            check = check_of(table_id, column, self._words)
            if check is not None:
                places.setdefault(check, []).append(below_heading(letter))
        for check, areas in places.items():
            self.place(sheet, table_id, check, areas)

    def place(self, sheet: Worksheet, table_id: str, check: Check, areas: Sequence[str], row: int = 2) -> None:
        """A check in these areas, which begin in this row."""
        validation = self._validation(check, table_id, row)
        for area in areas:
            validation.add(area)
        sheet.add_data_validation(validation)

    def _validation(self, check: Check, table_id: str, row: int) -> DataValidation:
        from openpyxl.worksheet.datavalidation import DataValidation

        kind, first, last = _BOUNDS.get(check.kind, ("custom", formula(check.formula, self._words, table_id, row), None))
        if check.kind == "list":
            kind, first = "list", self._list(check)
        return DataValidation(
            kind, first, last, operator="between", allow_blank=True, errorStyle="warning",
            showErrorMessage=bool(check.message), error=check.message or None,
            errorTitle=self._words.texts["look.check"] if check.message else None,
        )  # fmt: skip

    def _list(self, check: Check) -> str:
        if check.source:
            return _SOURCES[check.source]
        inline = '"{}"'.format(",".join(check.options).replace('"', '""'))
        if not any("," in option for option in check.options) and len(inline) <= _MAX_INLINE:
            return inline
        return self._lists.setdefault(check.options, f"relance_list_{len(self._lists) + 1}")

    def _explain(self, sheet: Worksheet, cell: str, title: str, text: str) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        note = DataValidation(promptTitle=title, prompt=text, showInputMessage=True, showErrorMessage=False)
        note.add(cell)
        sheet.add_data_validation(note)

    def finish(self) -> None:
        """The hidden tab of lists, and the names that checks and colours go by. Nothing is checked after."""
        words, title = self._words, self._words.texts["look.lists_tab"]
        sheet = self._book.create_sheet(title)
        sheet.sheet_state = "veryHidden"
        self._add_scenarios(sheet)
        here = sheet_name(title)
        for number, (options, name) in enumerate(self._lists.items(), start=2):
            for row, option in enumerate((name, *options), start=1):
                cell = sheet.cell(row, number, option)
                cell.data_type = "s"
            letter = sheet.cell(1, number).column_letter
            self._name(name, f"{here}!${letter}$2:${letter}${len(options) + 1}")
        first, cells = formula("{customers.name}", words).partition(":")[0], formula("{customers.name}", words)
        self._name("relance_customers", f"OFFSET({first},0,0,MAX(1,COUNTA({cells})),1)")
        filled = f"SUMPRODUCT(--(LEN({here}!$A$2:$A${_SCENARIOS + 1})>0))"
        self._name("relance_scenarios", f"OFFSET({here}!$A$2,0,0,MAX(1,{filled}),1)")
        self._name(LATE_NAME, formula(robot_is_late(words), words))

    def _add_scenarios(self, sheet: Worksheet) -> None:
        """The name of each scenario once, worked out by the spreadsheet, so that people's own are offered too."""
        from openpyxl.worksheet.formula import ArrayFormula

        sheet["A1"] = "relance_scenarios"
        names = formula("{scenarios.scenario}", self._words).replace(f"${LAST_ROW}", f"${_SCENARIO_ROWS + 1}")
        for row in range(2, _SCENARIOS + 2):
            new = f'MATCH(0,COUNTIF(A$1:A{row - 1},{names})+({names}=""),0)'
            sheet[f"A{row}"] = ArrayFormula(f"A{row}", f'=IF(TODAY()>0,IFERROR(INDEX({names},{new}),""))')

    def _name(self, name: str, text: str) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        self._book.defined_names[name] = DefinedName(name, attr_text=text)

"""What a new register checks as people type, and how its cells are coloured.

Formulas are those of any spreadsheet, in English, for the first row of a table (row 2). `{column}` stands for that
column's cell in the same row, `{column^}` for the cell above, `{column:}` for the whole column, `{table.column}` for a
whole column of another tab.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .layout import ALARM, INK, MUTED, NEEDED_SETTINGS, ROBOT_SETTINGS, VIEWS
from .tables import Column
from .words import Words

CheckKind = Literal["list", "date", "amount", "whole", "formula"]
STEPS_DONE = ("R1", "R2", "R3", "MED")  # what may have been said before the robot


@dataclass(frozen=True, slots=True)
class Tone:
    """How a coloured cell looks; '' keeps what is there. The word in the cell always says the same as its colour."""

    text: str = ""
    ground: str = ""
    bold: bool = False
    line_above: bool = False


NO_TONE = Tone()


@dataclass(frozen=True, slots=True)
class Rule:
    """Cells of these columns take a tone where the formula holds for their row. Of several rules the first wins."""

    columns: tuple[str, ...]
    formula: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Check:
    """What a cell should hold. Anything else is answered by `message` and let pass; without one, nothing is said.

    A list offers `options`, or the cells of another tab named by `source` (`customers.name`).
    """

    kind: CheckKind
    message: str = ""
    options: tuple[str, ...] = ()
    source: str = ""
    formula: str = ""


_SLATE, _AMBER, _BLUE = Tone("475569", "E8EDF3"), Tone("854D0E", "FEF3C7"), Tone("1E40AF", "DBEAFE")
_VIOLET, _ORANGE, _TEAL = Tone("5B21B6", "EDE9FE"), Tone("9A3412", "FFE4CC", bold=True), Tone("115E59", "CCF1EA")
_PINK, _RED, _GREEN = Tone("9D174D", "FCE7F3", bold=True), Tone("991B1B", "FEE2E2", bold=True), Tone("166534", "DCFCE7")
_ROSE, _STONE, _SAND = Tone("9F1239", "FFE4E9"), Tone("44403C", "E2DEDB"), Tone("5F4B1B", "F4ECD0")
_PAPER, _PLAIN = Tone("4B5563", "E5E7EB"), Tone(MUTED)
_LINE, _FIRST = Tone(line_above=True), Tone(INK, bold=True, line_above=True)

STATUS_TONES: Mapping[str, Tone] = {
    "not_due": _SLATE, "overdue": _AMBER, "reminded": _BLUE, "formal_notice": _VIOLET, "to_approve": _ORANGE,
    "promised": _TEAL, "uncertain": _PINK, "faulty": _RED, "paid": _GREEN, "not_chased": _PAPER, "disputed": _ROSE,
    "refused": _ROSE, "returned": _ROSE, "on_hold": _SAND, "to_check": _SAND, "in_collection": _STONE,
    "insolvency": _STONE, "assigned": _STONE, "written_off": _STONE,
}  # fmt: skip
# The older the debt, the deeper the ground: days overdue from, and the bucket of the aged balance.
AGES: Mapping[str, tuple[int, Tone]] = {
    "late_over_90": (91, Tone("7A2014", "F6C9BC")), "late_61_90": (61, Tone("7C2D12", "FAD9C4")),
    "late_31_60": (31, Tone("7C2D12", "FDE8D0")), "late_1_30": (1, Tone("7C4A12", "FEF5DF")),
}  # fmt: skip
LATE = Tone("FFFFFF", ALARM, bold=True)  # the robot has not come for more than a working day
_PRIORITIES: Mapping[str, Tone] = {"1": _RED, "2": _AMBER, "3": _SLATE, "done": _PLAIN}
_EVENTS: Mapping[str, Tone] = {"refused": _ROSE, "bounced": _ROSE, "uncertain": _PINK}
_CLASSES: Mapping[str, Tone] = {"A": _GREEN, "B": _SLATE, "C": _AMBER, "D": _ROSE}
_MODES: Mapping[str, Tone] = {"draft": _SLATE, "test": _AMBER, "live": _GREEN}


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"{}"'.format(text.replace('"', '""'))


def setting_value(setting: str, words: Words) -> str:
    """A formula for the value of a setting, wherever its row is."""
    return f"INDEX({{settings.value}},MATCH({quoted(words.settings[setting]['label'])},{{settings.setting}},0))"


def robot_is_late(words: Words) -> str:
    """A formula that holds when the last run is older than one working day; not before the first run."""
    shown = words.date(date(2033, 11, 22))  # where year, month and day stand in a date as the robot writes it
    at, value = {part: shown.index(part) + 1 for part in ("2033", "11", "22")}, setting_value("last_run_at", words)
    parts = [f"MID({value},{at[part]},{len(part)})" for part in ("2033", "11", "22")]
    day = f"IF(ISNUMBER({value}),INT({value}),DATE({','.join(parts)}))"
    return f'IFERROR(AND({value}<>"",NETWORKDAYS({day},TODAY())>2),FALSE)'


def note_of(table_id: str, column: Column, words: Words) -> str:
    """What the heading of a column explains."""
    return words.texts[f"column.{table_id}.{column.id}"]


def check_of(table_id: str, column: Column, words: Words) -> Check | None:
    """What to check in the cells of a column, or None."""
    say = words.texts
    if column.robot:
        typed_by_people = table_id == "todo" and column.id != "no"  # a line of their own
        return Check("formula", say["look.robot"], formula='{no}=""' if typed_by_people else "FALSE")
    if column.kind == "choice":
        return Check("list", say["look.check_choice"], tuple(words.values[column.values].values()))
    if column.kind == "yes_no":
        return Check("list", say["look.check_choice"], tuple(words.value("yes_no", answer) for answer in ("yes", "no")))
    if column.kind == "date":
        return Check("date", say["look.check_date"])
    if column.kind == "integer":
        return Check("whole", say["look.check_whole"])
    if column.kind in ("amount", "number"):
        return Check("amount", say["look.check_amount"])
    if column.kind == "emails":
        cell = "{value}" if table_id == "settings" else f"{{{column.id}}}"
        return Check("formula", say["look.check_email"], formula=f'ISNUMBER(FIND("@",{cell}))')
    return _suggestion(table_id, column, words)


def _suggestion(table_id: str, column: Column, words: Words) -> Check | None:
    """A list to choose from that says nothing about other texts: the robot accepts more than it can show."""
    if column.id == "customer" and table_id in ("invoices", "payments"):
        return Check("list", source="customers.name")
    if column.id.startswith("scenario") and table_id != "scenarios":
        return Check("list", source="scenarios.scenario")
    if column.id in ("last_step_done", "catch_up_start"):
        return Check("list", options=STEPS_DONE)
    return None


def rules_of(table_id: str, words: Words) -> tuple[Rule, ...]:
    """The colours of a tab, the first that holds for a cell winning."""
    made = {
        "invoices": _invoices, "customers": _customers, "todo": _todo, "planned": _planned, "scenarios": _scenarios,
        "journal": _journal, "settings": _settings,
    }  # fmt: skip
    return tuple(made[table_id](words)) if table_id in made else ()


def _words(column: str, group: str, tones: Mapping[str, Tone], words: Words) -> Iterator[Rule]:
    """One rule for each word that a column may show."""
    for value_id, tone in tones.items():
        yield Rule((column,), f"{{{column}}}={quoted(words.value(group, value_id))}", tone)


def _invoices(words: Words) -> Iterator[Rule]:
    yield from _words("status", "status", STATUS_TONES, words)
    yield from _words("situation", "status", {s: STATUS_TONES[s] for s in words.values["situation"]}, words)
    same = "*".join(f"({{{key}:}}={{{key}}})" for key in ("invoice_no", "customer", "instalment"))
    yield Rule(("invoice_no",), f'IF({{invoice_no}}="",FALSE,SUMPRODUCT({same})>1)', _RED)
    yield Rule(("problem",), "LEN({problem})>0", _RED)
    paid = f"{{status}}={quoted(words.value('status', 'paid'))}"
    yield Rule(VIEWS["invoices"].columns, paid, _PLAIN)
    yield from (Rule(("days_late",), f"N({{days_late}})>={days}", tone) for days, tone in AGES.values())
    yield Rule(("next_date",), "{next_date}=TODAY()", Tone(INK, bold=True))


def _customers(words: Words) -> Iterator[Rule]:
    yield Rule(("problem",), "LEN({problem})>0", _RED)
    yield from (Rule((bucket,), f"N({{{bucket}}})>0", tone) for bucket, (_, tone) in AGES.items())
    yield from _words("payer_class", "", _CLASSES, words)
    yield Rule(("do_not_chase",), f"{{do_not_chase}}={quoted(words.value('yes_no', 'yes'))}", _STONE)
    yield Rule(("outstanding",), "N({outstanding})>0", Tone(INK, bold=True))


def _todo(words: Words) -> Iterator[Rule]:
    closed = quoted(words.value("priority", "done"))
    yield Rule(VIEWS["todo"].columns, f"{{priority}}={closed}", _PLAIN)
    yield from _words("priority", "priority", _PRIORITIES, words)
    open_line = f'{{no}}<>"",{{priority}}<>{closed}'
    yield Rule(("due",), f"AND({open_line},N({{due}})>0,N({{due}})<TODAY())", _RED)
    yield Rule(("outcome",), f'AND({open_line},{{outcome}}="")', _AMBER)


def _families(table_id: str, column: str) -> Iterator[Rule]:
    """Rows that share a value stand together: a line above the first, its value bold, and grey where it is repeated."""
    same, first = f"{{{column}}}={{{column}^}}", f"{{{column}}}<>{{{column}^}}"
    yield Rule((column,), same, _PLAIN)
    yield Rule((column,), first, _FIRST)
    yield Rule(tuple(c for c in VIEWS[table_id].columns if c != column), first, _LINE)


def _planned(words: Words) -> Iterator[Rule]:
    yield from _families("planned", "date")


def _scenarios(words: Words) -> Iterator[Rule]:
    yield Rule(VIEWS["scenarios"].columns, f"{{active}}={quoted(words.value('yes_no', 'no'))}", _PLAIN)
    yield from _families("scenarios", "scenario")


def _journal(words: Words) -> Iterator[Rule]:
    yield from _words("event", "event", _EVENTS, words)
    yield from _families("journal", "date")


def _settings(words: Words) -> Iterator[Rule]:
    def named(*settings: str) -> str:
        labels = (quoted(words.settings[setting]["label"]) for setting in settings)
        return "OR({})".format(",".join(f"{{setting}}={label}" for label in labels))

    yield Rule(("value",), f"AND({named('last_run_at')},{robot_is_late(words)})", LATE)
    yield Rule(("value",), f'AND({named(*NEEDED_SETTINGS)},{{value}}="")', _ORANGE)
    stale = f"AND({named('payments_entered_up_to')},N({{value}})<WORKDAY(TODAY(),-1))"
    yield Rule(("value",), stale, _ORANGE)
    for mode, tone in _MODES.items():
        yield Rule(("value",), f"AND({named('mode')},{{value}}={quoted(words.value('mode', mode))})", tone)
    yield Rule(("value",), named(*ROBOT_SETTINGS), Tone(MUTED, "F3F4F6"))

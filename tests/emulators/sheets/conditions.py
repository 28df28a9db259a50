"""BooleanConditions: conditional formats and filters."""

import re
from typing import Any

from tests.emulators.sheets.auto_format import number_format
from tests.emulators.sheets.errors import not_built
from tests.emulators.sheets.formats import show
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.locales import locale_of
from tests.emulators.sheets.model import CellError, Json, Scalar, Sheet, deep
from tests.emulators.sheets.refs import area_of
from tests.emulators.sheets.structure import shifted
from tests.emulators.sheets.typed import read

Spot = tuple[Sheet, int, int]


def holds(calculator: Calculator, condition: Json, spot: Spot, origin: tuple[int, int]) -> bool:
    """Whether a condition holds for a cell; a custom formula is written for the origin and moves along.

    Raises: ApiError 501 for a kind that is not built.
    """
    sheet, row, column = spot
    kind, value = str(condition["type"]), calculator.value(sheet, row, column)
    wanted = [_wanted(calculator, item, spot, origin) for item in condition.get("values", ())]
    if kind == "CUSTOM_FORMULA":
        return bool(wanted[0]) and not isinstance(wanted[0], CellError)
    if kind in ("BLANK", "NOT_BLANK"):
        return (value is None or value == "") == (kind == "BLANK")
    if kind.startswith("TEXT_"):
        return _text(kind, shown(calculator, spot).casefold(), str(wanted[0] if wanted else "").casefold())
    if kind.startswith(("NUMBER_", "DATE_")):
        return _number(kind, value, wanted)
    if kind == "ONE_OF_LIST":
        return any(value == other for other in wanted)
    raise not_built(f"the condition {kind}")


def shown(calculator: Calculator, spot: Spot) -> str:
    """The text a cell shows."""
    sheet, row, column = spot
    form = number_format(calculator, sheet, sheet.cell(row, column))
    return show(calculator.value(sheet, row, column), form, calculator.book.locale)


def _wanted(calculator: Calculator, item: Json, spot: Spot, origin: tuple[int, int]) -> Scalar | CellError:
    text = str(item.get("userEnteredValue", ""))
    if "relativeDate" in item:
        raise not_built("relative dates in conditions")
    if text.startswith("="):
        sheet, row, column = spot
        return calculator.formula(shifted(text, row - origin[0], column - origin[1]), sheet)
    value = read(text, locale_of(calculator.book.locale), 2000)[0]
    return None if isinstance(value, tuple) else value


def _text(kind: str, text: str, wanted: str) -> bool:
    answers = {
        "TEXT_EQ": text == wanted,
        "TEXT_NOT_EQ": text != wanted,
        "TEXT_CONTAINS": wanted in text,
        "TEXT_NOT_CONTAINS": wanted not in text,
        "TEXT_STARTS_WITH": text.startswith(wanted),
        "TEXT_ENDS_WITH": text.endswith(wanted),
        "TEXT_IS_EMAIL": re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None,
    }
    if kind not in answers:
        raise not_built(f"the condition {kind}")
    return answers[kind]


def _number(kind: str, value: Scalar | CellError, wanted: list[Any]) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    if any(not isinstance(other, (int, float)) for other in wanted):
        return False
    if kind == "DATE_IS_VALID":
        return True
    first, last = wanted[0], wanted[-1]
    answers: dict[str, bool] = {
        "NUMBER_GREATER": value > first,
        "NUMBER_GREATER_THAN_EQ": value >= first,
        "NUMBER_LESS": value < first,
        "NUMBER_LESS_THAN_EQ": value <= first,
        "NUMBER_EQ": value == first,
        "NUMBER_NOT_EQ": value != first,
        "NUMBER_BETWEEN": first <= value <= last,
        "NUMBER_NOT_BETWEEN": not first <= value <= last,
        "DATE_BEFORE": value < first,
        "DATE_AFTER": value > first,
        "DATE_EQ": value == first,
    }
    if kind not in answers:
        raise not_built(f"the condition {kind}")
    return answers[kind]


def conditional_format(calculator: Calculator, spot: Spot) -> Json:
    """The format the tab's rules give a cell, over its own; for each property the first rule that holds wins."""
    sheet, row, column = spot
    result: Json = {}
    for rule in sheet.parts["conditionalFormats"]:
        if "booleanRule" not in rule:
            continue
        boxes = [area_of(calculator.book, spot_).box() for spot_ in rule["ranges"]]
        if not any(box.top <= row < box.bottom and box.left <= column < box.right for box in boxes):
            continue
        if holds(calculator, rule["booleanRule"]["condition"], spot, (boxes[0].top, boxes[0].left)):
            result = deep(rule["booleanRule"].get("format", {}), result)
    return result


def apply_filter(calculator: Calculator, sheet: Sheet) -> None:
    """Hide the rows the tab's basic filter leaves out; its first row is the heading."""
    chosen = sheet.basic_filter
    if chosen is None:
        return
    box = area_of(calculator.book, chosen["range"]).box()
    criteria = {int(column): item for column, item in (chosen.get("criteria") or {}).items()}
    for spec in chosen.get("filterSpecs") or ():
        criteria[spec.get("columnIndex") or 0] = spec.get("filterCriteria") or {}
    for row in range(box.top + 1, box.bottom):
        sheet.rows[row].filtered = any(
            not _passes(calculator, item, (sheet, row, column), (box.top + 1, column)) for column, item in criteria.items()
        )


def _passes(calculator: Calculator, item: Json, spot: Spot, origin: tuple[int, int]) -> bool:
    if shown(calculator, spot) in (item.get("hiddenValues") or ()):
        return False
    condition = item.get("condition")
    return condition is None or holds(calculator, condition, spot, origin)

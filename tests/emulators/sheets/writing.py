"""Putting values into cells: input options, limits, protections."""

from typing import Any

from tests.emulators.sheets.calls import Call
from tests.emulators.sheets.errors import TEXT_LIMIT, invalid, protected
from tests.emulators.sheets.model import Json, Scalar, tidy
from tests.emulators.sheets.refs import Area, Box, area_of, beyond, letters
from tests.emulators.sheets.typed import raw, typed


def may_edit(call: Call, protection: Json) -> bool:
    """Whether the caller may edit a protected range (a warning stops nobody)."""
    assert call.file is not None
    if protection.get("warningOnly") or call.file.role(call.account) == "owner":
        return True
    return call.account in protection.get("editors", {}).get("users", ())


def check_protection(call: Call, box: Box) -> None:
    """Raises: ApiError 400 when a protection of the tab stands in the way of the caller."""
    for protection in box.sheet.parts["protectedRanges"]:
        held = _boxes(call, protection)
        if held is None or not held.meets(box) or may_edit(call, protection):
            continue
        free = [area_of(call.book, spot).box() for spot in protection.get("unprotectedRanges", ())]
        if not any(_holds(area, box) for area in free):
            raise protected()


def _boxes(call: Call, protection: Json) -> Box | None:
    spot = protection.get("range")
    if spot is None:
        named = next((item for item in call.book.named_ranges if item["namedRangeId"] == protection.get("namedRangeId")), None)
        spot = named["range"] if named else None
    return None if spot is None else area_of(call.book, spot).box()


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.sheet.id == inner.sheet.id
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
        and outer.left <= inner.left
        and inner.right <= outer.right
    )


def lines(values: Any, columns: bool) -> list[list[Any]]:
    """The values row by row; a ragged list of columns is squared with nulls."""
    if not columns:
        return values or []
    height = max((len(line) for line in values), default=0)
    return [[line[row] if row < len(line) else None for line in values] for row in range(height)]


def write_values(call: Call, area: Area, body: Json, option: str, place: str = "") -> Json:
    """Write a ValueRange's values at an area; null leaves a cell as it is, "" empties it.

    Returns the updated range and counts, as the API answers them, plus `box`, the range to read back.
    Raises: ApiError 400 beyond the range, the grid, the text limit, or a protection.
    """
    rows = lines(body.get("values"), body.get("majorDimension") == "COLUMNS")
    width = max((len(row) for row in rows), default=0)
    bounds, sheet = area.box(), area.sheet
    top, left = bounds.top, bounds.left
    if not area.one_cell():
        _within(area, bounds, top + len(rows), left + width)
    target = Box(sheet, top, top + len(rows), left, left + width)
    if target.bottom > len(sheet.rows) or target.right > len(sheet.columns):
        raise beyond(Area(*target))
    written = _store(call, target, rows, option, place)
    shown = Box(sheet, top, max(target.bottom, top + 1), left, max(target.right, left + 1))
    return {
        "updatedRange": shown.a1(),
        "updatedRows": len({row for row, _ in written}),
        "updatedColumns": len({column for _, column in written}),
        "updatedCells": len(written),
        "box": shown if area.one_cell() else bounds,
    }


def _within(area: Area, bounds: Box, bottom: int, right: int) -> None:
    where = f"Requested writing within range [{area.a1() if area.bottom is not None else bounds.a1()}]"
    if bottom > bounds.bottom:
        raise invalid(f"{where}, but tried writing to row [{bounds.bottom + 1}]")
    if right > bounds.right:
        raise invalid(f"{where}, but tried writing to column [{letters(bounds.right)}]")


def _store(call: Call, target: Box, rows: list[list[Any]], option: str, place: str) -> list[tuple[int, int]]:
    sheet, year, locale = target.sheet, call.now.year, call.book.locale
    held = sheet.parts["protectedRanges"]
    written = []
    for index, line in enumerate(rows):
        row = sheet.rows[target.top + index]
        for offset, value in enumerate(line):
            if value is None:
                continue
            column = target.left + offset
            if held:
                check_protection(call, Box(sheet, target.top + index, target.top + index + 1, column, column + 1))
            value = scalar(value, f"{place}values[{index}][{offset}]")
            if option == "RAW" or not isinstance(value, str):
                row.put(column, raw(row.cell(column), value))
            else:
                row.put(column, typed(row.cell(column), value, locale, year))
            written.append((target.top + index, column))
    return written


def scalar(value: Any, place: str) -> Scalar:
    """A value a cell can hold.

    Raises: ApiError 400 for a list, an object, or more than 50 000 characters.
    """
    if value.__class__ is str:
        if len(value) > TEXT_LIMIT:
            raise invalid(f"Your input contains more than the maximum of {TEXT_LIMIT} characters in a single cell.")
        return str(value)
    if isinstance(value, (list, dict)):
        kind = "list_value" if isinstance(value, list) else "struct_value"
        raise invalid(f"Invalid {place}: {kind} {{}}")
    return tidy(value) if isinstance(value, float) else value

"""Whatever is inserted, deleted, moved or sorted: metadata stays with its line, formulas with their cell, ranges in place."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulators.sheets.calls import Readings
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.model import Cell, CellError, Formula, Metadata, Sheet, Spreadsheet, new_sheet
from tests.emulators.sheets.moving import order_rows
from tests.emulators.sheets.refs import Box, letters
from tests.emulators.sheets.structure import delete, insert, move, size

SIDE = 6
NOW = datetime(2026, 11, 25, tzinfo=UTC)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("insert", "delete", "move", "shuffle")),
        st.sampled_from(("ROWS", "COLUMNS")),
        st.integers(0, 99),
        st.integers(0, 99),
        st.randoms(use_true_random=False),
    ),
    max_size=12,
)


def labelled() -> Spreadsheet:
    """A tab whose cells are called by their first place, whose lines carry that name, and a tab of formulas on each cell."""
    sheet, mirror = new_sheet(0, "Source", SIDE, SIDE), new_sheet(1, "Miroir", SIDE, SIDE)
    for row in range(SIDE):
        sheet.rows[row].metadata = [Metadata(row + 1, "row", f"{row}", "DOCUMENT")]
        for column in range(SIDE):
            sheet.columns[column].metadata = [Metadata(100 + column, "column", f"{column}", "DOCUMENT")]
            sheet.rows[row].put(column, Cell(f"{row}/{column}"))
            mirror.rows[row].put(column, Cell(Formula(f"=Source!{letters(column)}{row + 1}")))
    return Spreadsheet("Essai", sheets=[sheet, mirror])


def carry_out(book: Spreadsheet, sheet: Sheet, act: Any) -> bool:
    """Do one act if it is possible; whether a formula may have lost its cell to a sort."""
    kind, dimension, one, two, rng = act
    total = size(sheet, dimension)
    start, end = sorted((one % total, two % total))
    if kind == "insert":
        insert(book, sheet, dimension, start, two % 3 + 1)
    elif kind == "delete" and end - start + 1 < total:
        delete(book, sheet, dimension, start, end + 1)
    elif kind == "move":
        to = rng.randint(0, total)
        if not start < to < end + 1:
            move(book, sheet, dimension, start, end + 1, to)
    elif kind == "shuffle":
        rows = list(range(len(sheet.rows)))
        rng.shuffle(rows)
        order_rows(Box(sheet, 0, len(rows), 0, len(sheet.columns)), rows, Readings())
        return True
    return False


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_metadata_stays_with_its_line_and_formulas_with_their_cell(acts: list[Any]) -> None:
    book = labelled()
    sheet, mirror = book.sheets
    sorted_once = False
    for act in acts:
        sorted_once |= carry_out(book, sheet, act)
    for row in sheet.rows:
        for column, cell in enumerate(row.cells):
            if cell is not None and cell.value is not None:
                first, _, second = str(cell.value).partition("/")
                assert [item.value for item in row.metadata] == [first]
                assert [item.value for item in sheet.columns[column].metadata] == [second]
    calculator = Calculator(book, NOW)
    for index in range(SIDE * SIDE):
        place = divmod(index, SIDE)
        value = calculator.value(mirror, *place)
        if not sorted_once:  # a sort moves cells, not what other tabs point at
            assert value == f"{place[0]}/{place[1]}" or (isinstance(value, CellError) and value.type == "REF")


@settings(max_examples=150, deadline=None)
@given(ACTS, st.integers(0, SIDE - 1), st.integers(1, SIDE))
def test_a_range_lies_around_the_lines_it_held(acts: list[Any], start: int, length: int) -> None:
    book = labelled()
    sheet = book.sheets[0]
    end = min(SIDE, start + length)
    spot = {"sheetId": 0, "startRowIndex": start, "endRowIndex": end, "startColumnIndex": 0, "endColumnIndex": SIDE}
    sheet.parts["protectedRanges"] = [{"protectedRangeId": 1, "range": spot}]
    for act in acts:
        if act[0] in ("insert", "delete"):
            carry_out(book, sheet, act)
    held = {f"{row}" for row in range(start, end)}
    alive = [index for index, row in enumerate(sheet.rows) if {item.value for item in row.metadata} & held]
    found = sheet.parts["protectedRanges"]
    if not found:
        assert not alive or not any(column.metadata for column in sheet.columns)
        return
    inside = range(found[0]["range"]["startRowIndex"], found[0]["range"]["endRowIndex"])
    assert [index for index in inside if sheet.rows[index].metadata] == alive

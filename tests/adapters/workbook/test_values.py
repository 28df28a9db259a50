from __future__ import annotations

from datetime import date, datetime

import pytest

from relance.adapters.workbook.values import MAX_TEXT, cell_xml, clean, held, serial, stored
from relance.domain.sheet import Cell, CellFault, CellValue, Shown


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("", None),
        ("\x00\x0b", None),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\ufffe\ud800b", "ab"),
        (3, 3.0),
        (True, True),
        (date(1900, 1, 1), "1900-01-01"),
        (datetime.fromisoformat("2026-03-04T10:00:00+00:00"), date(2026, 3, 4)),
    ],
)
def test_a_value_is_reduced_to_what_a_sheet_can_hold(value: CellValue, kept: Cell) -> None:
    assert stored(value, from_1904=False) == kept


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_a_fault_of_the_program(value: float) -> None:
    with pytest.raises(ValueError, match="number"):
        stored(value, from_1904=False)


def test_a_long_text_is_cut_where_the_cell_is_full() -> None:
    assert clean("x" * MAX_TEXT) == "x" * MAX_TEXT
    assert clean("x" * (MAX_TEXT + 1)) == "x" * (MAX_TEXT - 1) + "…"
    cut = clean("😀" * MAX_TEXT)
    assert len(cut.encode("utf-16-le")) <= MAX_TEXT * 2
    assert cut.endswith("😀…")


def test_a_cell_holds_a_value_of_the_same_kind_only() -> None:
    assert held(Shown(5, "00005"), 5.0)
    assert held(None, None)
    assert not held(True, 1.0)
    assert not held(1.0, True)
    assert not held("5", 5.0)
    assert not held(CellFault("#REF!"), None)
    assert not held(None, "text")


def test_days_are_counted_from_either_origin() -> None:
    assert serial(date(2023, 3, 15), from_1904=False) == 45000
    assert serial(date(2027, 3, 16), from_1904=True) == 45000


def test_text_is_written_inline_escaped_and_with_its_spaces() -> None:
    xml = cell_xml(b"", 0, 1, 3, " <é_x0041_ ", from_1904=False)
    assert xml == b'<c r="B1" s="3" t="inlineStr"><is><t xml:space="preserve"> &lt;&#233;_x005F_x0041_ </t></is></c>'


def test_an_empty_cell_keeps_its_style() -> None:
    assert cell_xml(b"x:", 4, 27, 2, None, from_1904=False) == b'<x:c r="AB5" s="2"/>'


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (12.0, b'<c r="A1"><v>12</v></c>'),
        (0.1, b'<c r="A1"><v>0.1</v></c>'),
        (1e300, b'<c r="A1"><v>1e+300</v></c>'),
        (True, b'<c r="A1" t="b"><v>1</v></c>'),
    ],
)
def test_numbers_and_answers_are_written_as_such(value: float, xml: bytes) -> None:
    assert cell_xml(b"", 0, 0, None, value, from_1904=False) == xml

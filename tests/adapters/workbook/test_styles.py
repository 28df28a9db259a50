from __future__ import annotations

import re

import pytest

from relance.adapters.workbook.styles import Styles
from tests.adapters.workbook.samples import NS, STYLES

BARE = f'<x:styleSheet xmlns:x="{NS}"><x:cellXfs count="1"><x:xf numFmtId="0" fillId="3"/></x:cellXfs></x:styleSheet>'


def test_a_style_that_shows_days_serves_for_days() -> None:
    styles = Styles(STYLES.encode())
    before = styles.xml
    assert styles.for_date(1) == 1
    assert styles.xml is before


def test_a_style_for_days_is_the_same_style_with_another_format_added_once() -> None:
    styles = Styles(BARE.encode())
    assert styles.for_date(0) == 1
    assert styles.for_date(0) == 1
    assert styles.code(1) == "dd/mm/yyyy"
    assert b'<x:numFmts count="1"><x:numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></x:numFmts>' in styles.xml
    assert b'<x:cellXfs count="2">' in styles.xml
    assert re.search(rb'<x:xf numFmtId="164" fillId="3" applyNumberFormat="1"/></x:cellXfs>', styles.xml)
    assert Styles(styles.xml).for_date(0) == 1


def test_a_known_format_of_days_is_used_again() -> None:
    styles = Styles(STYLES.encode())
    assert styles.for_date(2) == 9
    assert styles.xml.count(b"dd/mm/yyyy") == 1
    assert b'<numFmts count="5">' in styles.xml


def test_a_time_does_not_serve_for_days() -> None:
    assert Styles(STYLES.encode()).for_date(6) == 9


def test_a_number_does_not_take_a_style_of_days_or_times() -> None:
    styles = Styles(STYLES.encode())
    assert [styles.for_number(style) for style in (0, 2, 4, 5)] == [0, 2, 4, 5]
    assert styles.code(styles.for_number(1)) == ""
    assert styles.code(styles.for_number(6)) == ""


def test_formats_of_conditional_formats_are_none_of_the_cells() -> None:
    assert "yyyy" not in Styles(STYLES.encode()).codes.values()


def test_an_unknown_style_shows_plain_numbers() -> None:
    assert Styles(STYLES.encode()).code(99) == ""


@pytest.mark.parametrize("xml", [b"<a/>", f'<styleSheet xmlns="{NS}"></styleSheet>'.encode()])
def test_a_part_without_cell_formats_is_refused(xml: bytes) -> None:
    with pytest.raises(ValueError, match="no "):
        Styles(xml)

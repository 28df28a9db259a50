from __future__ import annotations

from datetime import date

import pytest

from relance.adapters.workbook.patch import SheetPatch
from relance.adapters.workbook.scan import Place
from relance.adapters.workbook.styles import Styles
from relance.adapters.workbook.values import Stored
from tests.adapters.workbook.samples import STYLES, sheet

X = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
STYLED = '<c r="A1" s="4" t="inlineStr"><is><t>x</t></is></c>'


def patched(xml: str, cells: dict[Place, Stored]) -> str:
    return SheetPatch(xml.encode(), cells, Styles(STYLES.encode()), from_1904=False).apply().decode()


@pytest.mark.parametrize(
    ("data", "place", "result"),
    [
        ("", (0, 0), f'<row r="1">{X.format("A1")}</row>'),
        ('<row r="2" ht="9"/>', (1, 1), f'<row r="2" ht="9">{X.format("B2")}</row>'),
        ('<row r="2"></row>', (0, 0), f'<row r="1">{X.format("A1")}</row><row r="2"></row>'),
        ('<row r="1"/><row r="5"/>', (2, 0), f'<row r="1"/><row r="3">{X.format("A3")}</row><row r="5"/>'),
        ('<row r="1"/>\n ', (2, 0), f'<row r="1"/>\n <row r="3">{X.format("A3")}</row>'),
        ('<row r="1"><c r="B1"/></row>', (0, 0), f'<row r="1">{X.format("A1")}<c r="B1"/></row>'),
        ('<row r="1"> <c r="B1"/> </row>', (0, 2), f'<row r="1"> <c r="B1"/> {X.format("C1")}</row>'),
        ("<row><c/><c><v>1</v></c><c/></row>", (0, 1), f"<row><c/>{X.format('B1')}<c/></row>"),
        ('<row r="1" spans="1:2"><c r="A1"/></row>', (0, 3), f'<row r="1" spans="1:4"><c r="A1"/>{X.format("D1")}</row>'),
        ('<row r="1"><c r="A1" cm="1"><f t="array">1</f><v>1</v></c></row>', (0, 0), f'<row r="1">{X.format("A1")}</row>'),
        ('<row r="1"><!-- <c r="A1"/> --></row>', (0, 0), f'<row r="1"><!-- <c r="A1"/> -->{X.format("A1")}</row>'),
        ("<row r='1'><c r='A1' s='4'/></row>", (0, 0), f"<row r='1'>{STYLED}</row>"),
    ],
)  # fmt: skip
def test_a_cell_is_set_in_its_place_and_the_rest_stays(data: str, place: Place, result: str) -> None:
    assert patched(sheet(data), {place: "x"}) == sheet(result)


def test_a_sheet_without_any_row_gets_one() -> None:
    xml = sheet("").replace("<sheetData></sheetData>", "<sheetData />")
    assert patched(xml, {(1, 0): "x"}) == sheet(f'<row r="2">{X.format("A2")}</row>')


def test_prefixed_elements_stay_prefixed() -> None:
    xml = '<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"/></x:sheetData></x:worksheet>'
    assert '<x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row>' in patched(xml, {(0, 0): 5.0})


def test_rows_out_of_order_are_found() -> None:
    xml = sheet('<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>')
    assert patched(xml, {(0, 0): 9.0}) == xml.replace("<v>1</v>", "<v>9</v>")


def test_the_used_area_grows_with_what_is_set() -> None:
    before = '<dimension ref="B2:C5"/>'
    assert '<dimension ref="B2:D9"/>' in patched(sheet("", before), {(8, 3): 1.0})
    assert '<dimension ref="A1:C5"/>' in patched(sheet("", before), {(0, 0): 1.0})
    assert before in patched(sheet("", before), {(3, 1): 1.0})
    assert '<dimension ref="A1:C1"/>' in patched(sheet("", '<dimension ref="A1"/>'), {(0, 2): 1.0})


def test_emptying_keeps_the_style() -> None:
    xml = sheet('<row r="1"><c r="A1" s="4"><v>1</v></c></row>')
    assert patched(xml, {(0, 0): None}) == sheet('<row r="1"><c r="A1" s="4"/></row>')


def test_a_new_cell_takes_the_style_of_its_column_else_of_the_cell_above() -> None:
    columns = '<cols><col min="1" max="2" style="4" width="9"/></cols>'
    data = '<row r="1"><c r="C1" s="2"/></row><row r="2"><c r="A2" s="2"/><c r="C2" s="5"/></row>'
    cells: dict[Place, Stored] = {(r, c): 1.0 for r in (2, 3) for c in (0, 2, 3)}
    found = patched(sheet(data, columns), cells)
    assert '<c r="A3" s="4"><v>1</v></c><c r="C3" s="5"><v>1</v></c><c r="D3"><v>1</v></c>' in found
    assert '<c r="A4" s="4"><v>1</v></c><c r="C4" s="5"><v>1</v></c>' in found


def test_a_heading_gives_its_style_to_no_cell_below() -> None:
    assert '<c r="A2"><v>1</v></c>' in patched(sheet('<row r="1"><c r="A1" s="2"/></row>'), {(1, 0): 1.0})


def test_a_day_keeps_a_style_of_days_and_gets_one_otherwise() -> None:
    xml = sheet('<row r="1"><c r="A1" s="1"/><c r="B1" s="5"/></row>')
    found = patched(xml, {(0, c): date(2023, 3, 15) for c in range(3)})
    assert '<c r="A1" s="1"><v>45000</v></c><c r="B1" s="9"><v>45000</v></c><c r="C1" s="9"><v>45000</v></c>' in found


def test_a_number_in_a_style_of_days_shows_as_a_number() -> None:
    xml = sheet('<row r="1"><c r="A1" s="1"/></row>')
    assert '<c r="A1" s="9"><v>45000</v></c>' in patched(xml, {(0, 0): 45000.0})


def test_a_formula_lost_is_told() -> None:
    xml = sheet('<row r="1"><c r="A1"><f>1</f><v>1</v></c><c r="B1"/></row>').encode()
    for place, lost in (((0, 0), True), ((0, 1), False)):
        patch = SheetPatch(xml, {place: "x"}, None, from_1904=False)
        patch.apply()
        assert patch.formula_lost is lost

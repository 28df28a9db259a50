from __future__ import annotations

from datetime import date

import pytest

from relance.adapters.workbook.container import Package
from relance.adapters.workbook.read import snapshot
from relance.domain.sheet import Cell, CellFault, Shown, Tab
from relance.ports.errors import StoreError
from tests.adapters.workbook.samples import members, package, sheet, zipped


def read(raw: bytes) -> Tab:
    return snapshot(Package(raw, "r.xlsx")).tabs[0]


def row(cells: str, shared: str = "", properties: str = "<workbookPr/>") -> list[Cell]:
    raw = package({"T": sheet(f'<row r="1">{cells}</row>')}, shared=shared, properties=properties)
    return [*read(raw).rows[0]]


def test_shared_inline_rich_and_formula_texts_are_read() -> None:
    shared = "<si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r></si><si><t></t></si>"
    cells = (
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><t xml:space="preserve"> in </t></is></c>'
        '<c r="D1" t="str"><f>"a"</f><v>a&amp;b</v></c><c r="E1" t="s"><v>2</v></c><c r="F1"><v>1</v></c>'
    )
    assert row(cells, shared) == ["plain", "rich", " in ", "a&b", None, 1.0]


def test_an_error_is_a_fault_that_says_what_the_cell_shows() -> None:
    assert row('<c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>') == [
        CellFault("#REF!"),
        CellFault("#DIV/0!"),
    ]


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
def test_a_formula_without_a_cached_value_is_a_fault_that_says_the_formula(value: str) -> None:
    assert row(f'<c r="A1"><f>B1&lt;C1</f>{value}</c>') == [CellFault("=B1<C1")]


def test_a_user_of_a_shared_formula_without_a_value_says_that_formula() -> None:
    cells = '<c r="A1"><f t="shared" ref="A1:B1" si="0">D1+1</f><v>2</v></c><c r="B1"><f t="shared" si="0"/></c>'
    assert row(cells) == [2.0, CellFault("=D1+1")]


@pytest.mark.parametrize("value", ["<v/>", "<v></v>"])
def test_a_formula_whose_text_is_empty_is_an_empty_cell(value: str) -> None:
    assert row(f'<c r="A1" t="str"><f>""</f>{value}</c><c r="B1"><v>1</v></c>') == [None, 1.0]


def test_formulas_are_listed_by_place() -> None:
    data = '<row r="2"><c r="B2"><f>1</f><v>1</v></c><c r="C2"><v>1</v></c><c t="b"><f>TRUE()</f><v>1</v></c></row>'
    assert read(package({"T": sheet(data)})).formulas == {(1, 1), (1, 3)}


def test_numbers_shown_as_another_text_carry_it() -> None:
    cells = "".join(f'<c r="{c}1" s="{s}"><v>123</v></c>' for c, s in zip("ABCDEF", (0, 2, 3, 4, 5, 8), strict=True))
    found = row(cells)
    assert found == [123.0] * 6
    assert [c.text if isinstance(c, Shown) else None for c in found] == [None, "00123", "F-123", None, None, None]


def test_a_text_or_answer_in_a_padded_format_stays_what_it_is() -> None:
    assert row('<c r="A1" s="2" t="str"><v>12</v></c><c r="B1" s="2" t="b"><v>1</v></c>') == ["12", True]


def test_dates_are_days_and_times_are_numbers() -> None:
    cells = '<c r="A1" s="1"><v>45000</v></c><c r="B1" s="1"><v>45000.75</v></c><c r="C1" s="6"><v>0.5</v></c>'
    assert row(cells + '<c r="D1" t="d"><v>2026-03-04</v></c>') == [
        date(2023, 3, 15), date(2023, 3, 15), 0.5, date(2026, 3, 4),
    ]  # fmt: skip


def test_days_counted_from_1904_are_honoured() -> None:
    assert row('<c r="A1" s="1"><v>45000</v></c>', properties='<workbookPr date1904="true"/>') == [date(2027, 3, 16)]


def test_rows_and_columns_count_from_the_corner_of_the_sheet() -> None:
    tab = read(package({"T": sheet('<row r="3"><c r="C3"><v>1</v></c></row><row r="9"><c r="A9" s="1"/></row>')}))
    assert [list(r) for r in tab.rows] == [[None] * 3, [None] * 3, [None, None, 1.0]]


def test_rows_and_cells_without_places_follow_those_before() -> None:
    data = '<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row r="3"><c r="B3"><f>1</f></c><c t="e"><v>#N/A</v></c></row>'
    tab = read(package({"T": sheet(data)}))
    assert list(tab.rows[0][:2]) == [1.0, CellFault("#N/A")]
    assert list(tab.rows[2]) == [None, CellFault("=1"), CellFault("#N/A")]


def test_prefixed_elements_are_read() -> None:
    xml = sheet(
        '<row r="1"><c r="A1" t="e"><f>1</f><v>#N/A</v></c></row>', after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    )
    for name in ("worksheet", "sheetData", "row", "c", "f", "v", "mergeCells", "mergeCell"):
        xml = xml.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>").replace(f"</{name}>", f"</x:{name}>")
    tab = read(package({"T": xml.replace("xmlns=", "xmlns:x=")}))
    assert list(tab.rows[0]) == [CellFault("#N/A")]
    assert tab.merges == ("A1:B1",)
    assert tab.formulas == {(0, 0)}


def test_hidden_rows_and_merges_are_read() -> None:
    data = '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>'
    merges = '<mergeCells count="2"><mergeCell ref="B3:C4"/><mergeCell ref="D1:D2"/></mergeCells>'
    tab = read(package({"T": sheet(data, after=merges)}))
    assert (list(tab.rows[0]), tab.merges) == ([1.0], ("B3:C4", "D1:D2"))


def test_what_looks_like_cells_in_a_comment_is_none() -> None:
    data = '<!-- <row r="1"><c r="B1" t="e"><v>#REF!</v></c></row> --><row r="1"><c r="A1"><v>1</v></c></row>'
    assert [list(r) for r in read(package({"T": sheet(data)})).rows] == [[1.0]]


def test_a_workbook_without_styles_is_read() -> None:
    assert read(package({"T": sheet('<row r="1"><c r="A1" s="3"><v>1</v></c></row>')}, styles=None)).rows == [[1.0]]


def test_titles_are_unescaped_and_charts_are_no_tabs() -> None:
    parts = members(package({"A &amp; B": sheet(""), "Chart": sheet("")}))
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b'worksheet" Target="worksheets/sheet2', b'chartsheet" Target="worksheets/sheet2')
    assert [t.title for t in snapshot(Package(zipped(parts), "r.xlsx")).tabs] == ["A & B"]


def test_one_cell_far_away_is_named_not_loaded() -> None:
    far = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="9000"><c r="XFD9000"><v>1</v></c><c s="1"/></row>')
    with pytest.raises(StoreError) as error:
        read(package({"T": far}))
    assert (error.value.code, error.value.values["cell"]) == ("store.far_cell", "XFD9000")


def test_styled_empty_cells_far_away_are_nothing() -> None:
    far = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert read(package({"T": far})).rows == [[1.0]]

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle

from relance.adapters.workbook.container import Package
from relance.adapters.workbook.read import snapshot
from relance.adapters.workbook.store import WorkbookStore
from relance.adapters.workbook.values import stored
from relance.domain.sheet import CellValue, CellWrite, Snapshot
from relance.ports.errors import StoreError
from relance.ports.store import RegisterStore
from tests.adapters.store_contract import INVOICES, Desk, Grid, StoreContract, cell, tab
from tests.adapters.workbook.samples import members, package, save_grids, sheet, zipped


class WorkbookDesk:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, tabs: Mapping[str, Grid]) -> RegisterStore:
        self.type(tabs)
        return WorkbookStore(self.path)

    def type(self, tabs: Mapping[str, Grid]) -> None:
        save_grids(self.path, tabs)


class TestWorkbookStore(StoreContract):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        return WorkbookDesk(tmp_path / "register.xlsx")


def saved_by_a_team() -> bytes:
    """Formulas with cached values, a chart, a comment, a conditional format, a filter, own columns and own tabs."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Factures"
    page.append(["N°", "Montant", "Mon calcul", "Statut", "Prochaine date", "Ma note"])
    for i in range(2, 30):
        page.append([f"F-{i}", i * 10.5, f"=B{i}*2", "old" if i % 2 else None, None, f"note {i}"])
    page["A3"].comment = Comment("à voir", "Équipe")
    red = DifferentialStyle(fill=PatternFill("solid", "FFFF0000"))
    page.conditional_formatting.add("B2:B29", Rule("cellIs", operator="greaterThan", formula=["100"], dxf=red))
    page.auto_filter.ref = "A1:F29"
    page.row_dimensions[5].hidden = True
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=1, max_row=29), titles_from_data=True)
    page.add_chart(chart, "H2")
    other = book.create_sheet("Notes & idées")
    other["B2"] = "=SUM(Factures!B2:B29)"
    out = io.BytesIO()
    book.save(out)
    parts = members(out.getvalue())
    for name in list(parts):
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb"(</f>)<v\s*/>|(</f>)<v></v>", rb"</f><v>42</v>", parts[name])
    return zipped(parts)


def without_cells(xml: bytes, references: set[str]) -> bytes:
    for reference in references:
        xml = re.sub(rb'<c r="%s"[^>]*?(?:/>|>.*?</c>)' % reference.encode(), b"", xml)
    return xml


def write_all(path: Path, targets: Mapping[tuple[str, int, int], CellValue]) -> int:
    def wanted(now: Snapshot) -> list[CellWrite]:
        return [CellWrite(*place, value) for place, value in targets.items() if cell(now, *place) != value]

    return WorkbookStore(path).write(wanted)


def test_everything_but_the_cells_set_is_kept_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(saved_by_a_team())
    before = members(path.read_bytes())
    assert write_all(path, {("Factures", r, 3): f"étape {r}" for r in range(1, 29)}) == 28
    after = members(path.read_bytes())
    assert list(after) == list(before)
    changed = "xl/worksheets/sheet1.xml"
    assert {n for n in before if before[n] != after[n]} == {changed}
    references = {f"D{r}" for r in range(2, 30)}
    assert without_cells(before[changed], references) == without_cells(after[changed], references)
    assert WorkbookStore(path).read().tabs[1].rows[1][1] == 42.0


def test_a_first_date_changes_the_styles_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(saved_by_a_team())
    before = members(path.read_bytes())
    write_all(path, {("Factures", 1, 4): date(2026, 5, 4)})
    after = members(path.read_bytes())
    assert {n for n in before if before[n] != after[n]} == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
    write_all(path, {("Factures", r, 4): date(2026, 5, 4) for r in range(2, 29)})
    assert members(path.read_bytes())["xl/styles.xml"] == after["xl/styles.xml"]


def test_openpyxl_opens_and_saves_again_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(saved_by_a_team())
    targets: dict[tuple[str, int, int], CellValue] = {
        ("Factures", 1, 3): "=HYPERLINK()", ("Factures", 2, 4): date(2026, 5, 4), ("Factures", 40, 3): " x\ny ",
        ("Notes & idées", 0, 0): 12.5,
    }  # fmt: skip
    write_all(path, targets)
    book = load_workbook(path)
    assert book["Factures"]["C2"].value == "=B2*2"
    assert book["Factures"]["D2"].data_type == "s"
    assert book["Factures"]["E3"].number_format == "dd/mm/yyyy"
    book.save(path)
    again = WorkbookStore(path).read()
    assert {place: cell(again, *place) for place in targets} == targets


def test_an_overwritten_formula_leaves_the_calculation_chain(tmp_path: Path) -> None:
    parts = members(package({"T": sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>3</f><v>3</v></c></row>')}))
    parts["xl/calcChain.xml"] = b'<calcChain><c r="A1" i="1"/><c r="B1"/></calcChain>'
    override = b'<Override PartName="/xl/calcChain.xml" ContentType="application/x"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override)
    relation = b'<Relationship Id="rId9" Type="http://x/calcChain" Target="calcChain.xml"/></Relationships>'
    rels = "xl/_rels/workbook.xml.rels"
    whole = parts[rels]
    parts[rels] = whole.replace(b"</Relationships>", relation)
    path = tmp_path / "chain.xlsx"
    path.write_bytes(zipped(parts))
    assert write_all(path, {("T", 0, 0): "done"}) == 1
    after = members(path.read_bytes())
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"]
    assert after[rels] == whole
    assert tab(WorkbookStore(path).read(), "T").formulas == {(0, 1)}


def test_a_formula_that_shows_the_value_wanted_is_replaced_by_it(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    path.write_bytes(package({"T": sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')}))
    store = WorkbookStore(path)
    assert store.write(lambda now: [CellWrite("T", 0, 0, 2)] if tab(now, "T").formulas else []) == 1
    assert (cell(store.read(), "T", 0, 0), tab(store.read(), "T").formulas) == (2.0, frozenset())


def test_nothing_to_set_leaves_the_file_untouched(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    save_grids(path, {"Factures": INVOICES})
    before = path.stat()
    WorkbookStore(path).write(lambda _: [])
    WorkbookStore(path).write(lambda _: [CellWrite("Factures", 2, 5, "overdue")])
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_what_a_sheet_cannot_hold_is_written_once_as_it_can(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    save_grids(path, {"T": [("a",)]})
    values: list[CellValue] = ["bell\x07 and\r\nline", "x" * 40_000, date(1850, 1, 1), "", 7]
    writes = [CellWrite("T", 1, i, value) for i, value in enumerate(values)]
    assert WorkbookStore(path).write(lambda _: writes) == 4
    assert WorkbookStore(path).write(lambda _: writes) == 0
    row = WorkbookStore(path).read().tabs[0].rows[1]
    assert list(row) == ["bell and\nline", "x" * 32_766 + "…", "1850-01-01", None, 7.0]


def test_a_day_needs_styles(tmp_path: Path) -> None:
    path = tmp_path / "bare.xlsx"
    path.write_bytes(package({"T": sheet("")}, styles=None))
    assert write_all(path, {("T", 0, 0): "text"}) == 1
    with pytest.raises(StoreError) as error:
        write_all(path, {("T", 0, 0): date(2026, 1, 1)})
    assert error.value.code == "store.no_styles"


def test_days_follow_the_workbooks_own_calendar(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    path.write_bytes(package({"T": sheet("")}, properties='<workbookPr date1904="1"/>'))
    assert write_all(path, {("T", 0, 0): date(2026, 1, 1)}) == 1
    assert cell(WorkbookStore(path).read(), "T", 0, 0) == date(2026, 1, 1)


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.one_of(
    st.none(), TEXT, st.booleans(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1901, 1, 1), date(2099, 12, 31)), st.sampled_from(["=1+1", "_x0041_", "]]>", " a ", "\t", "\r\n"]),
)  # fmt: skip
PLACES = st.tuples(st.just("T"), st.integers(0, 9), st.integers(0, 30))


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """The XML of a sheet, in one of the many ways it can be spelled."""
    p, pretty = draw(st.sampled_from(["", "x:"])), draw(st.sampled_from(["", "\n  "]))
    rows, number = [], 0
    for _ in range(draw(st.integers(0, 6))):
        step = draw(st.integers(1, 3))
        number += step
        cells, column = [], 0
        for _ in range(draw(st.integers(0, 5))):
            gap = draw(st.integers(1, 3))
            column += gap
            place = f' r="{chr(64 + column)}{number}"' if gap > 1 or draw(st.booleans()) else ""
            style = draw(st.sampled_from(["", *(f' s="{i}"' for i in range(9))]))
            kind = draw(st.sampled_from(["empty", "number", "text", "formula", "bool"]))
            cells.append(_spelled(p, place + style, kind))
        said = f' r="{number}" spans="1:3"' if step > 1 or draw(st.booleans()) else ""
        body = pretty.join(cells)
        rows.append(f"<{p}row{said}>{body}</{p}row>" if body else f"<{p}row{said}/>")
    data = pretty.join(rows)
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    whole = f"<{p}sheetData>{data}</{p}sheetData>" if data else f"<{p}sheetData/>"
    columns = draw(st.sampled_from(["", f'<{p}cols><{p}col min="2" max="4" width="9" style="1"/></{p}cols>']))
    return f'<{p}worksheet xmlns{":x" if p else ""}="{ns}"><{p}dimension ref="A1:C3"/>{columns}{whole}</{p}worksheet>'


def _spelled(p: str, attributes: str, kind: str) -> str:
    inner, more = {
        "empty": ("", ""),
        "number": (f"<{p}v>12.5</{p}v>", ""),
        "text": (f"<{p}is><{p}t>a &lt;c&gt;</{p}t></{p}is>", ' t="inlineStr"'),
        "formula": (f"<{p}f>1+1</{p}f><{p}v>2</{p}v>", ""),
        "bool": (f"<{p}v>1</{p}v>", ' t="b"'),
    }[kind]
    return f"<{p}c{attributes}{more}>{inner}</{p}c>" if inner else f"<{p}c{attributes}/>"


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(xml=sheets(), targets=st.dictionaries(PLACES, VALUES, min_size=1, max_size=8))
def test_any_write_to_any_sheet_reads_back_and_touches_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, xml: str, targets: dict[tuple[str, int, int], CellValue]
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    path.write_bytes(package({"T": xml, "U": sheet("")}))
    before = WorkbookStore(path).read()
    WorkbookStore(path).write(lambda _: [CellWrite(*place, value) for place, value in targets.items()])
    after = snapshot(Package(path.read_bytes(), "any.xlsx"))
    for row in range(25):
        for column in range(31):
            place = ("T", row, column)
            expected = stored(targets[place], False) if place in targets else cell(before, *place)
            assert cell(after, *place) == expected
    assert after.tabs[1] == before.tabs[1]
    load_workbook(path)

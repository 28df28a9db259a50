from __future__ import annotations

from relance.adapters.workbook.container import Package
from relance.adapters.workbook.formulas import unshare, without_calculation_chain
from tests.adapters.workbook.samples import package, sheet

SHARED = sheet(
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1&amp;$C$1</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="A3" s="4"><f t="shared" si="0"></f><v>3</v></c></row>'
    '<row r="4"><c r="A4"><f t="shared" ref="A4:A5" si="1">D4</f><v>4</v></c></row>'
    '<row r="5"><c r="A5"><f t="shared" si="1"/><v>5</v></c></row>'
).encode()


def test_users_of_an_overwritten_shared_formula_get_their_own() -> None:
    found = unshare(SHARED, frozenset({(0, 0), (1, 0)}))
    assert found == SHARED.replace(b'<f t="shared" si="0"></f>', b"<f>B3&amp;$C$1</f>")


def test_shared_formulas_that_stay_are_left_alone() -> None:
    assert unshare(SHARED, frozenset({(1, 0), (9, 9)})) == SHARED


def test_a_workbook_without_a_calculation_chain_has_none_to_drop() -> None:
    assert without_calculation_chain(Package(package({"T": sheet("")}), "r.xlsx")) == {}

"""Formulas: what they are, what they give, and how they follow what moves."""

from typing import Any

import pytest

from tests.emulators.scene import Scene
from tests.emulators.sheets.model import CellError
from tests.emulators.sheets.server import SheetsServer


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    return Scene(google)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1", 10),
        ("=A1+B1*2", 15),
        ("=(A1+B1)*2", 25),
        ("=-A1+1", -9),
        ("=A1/4", 2.5),
        ("=2^3", 8),
        ("=50%", 0.5),
        ('=A1&" jours"', "10 jours"),
        ("=SUM(A1:B2;1)", 15.5),
        ("=SOMME(A:A)", 12),
        ('=IF(A1>5;"oui";"non")', "oui"),
        ('=SI(ET(A1>5;B1<1);"oui";"non")', "non"),
        ("=TODAY()-TODAY()", 0),
        ("=ROUND(2,345;2)", 2.35),
        ('=COUNTIF(A1:A2;">5")', 1),
        ('=SUMIF(A1:A2;">1";B1:B2)', 2.5),
        ("=VLOOKUP(2;A1:B2;2;FALSE)", "deux"),
        ("=Clients!A1", "Exemple SA"),
        ("=IFERROR(1/0;7)", 7),
        ("=1/0", "#DIV/0! (Function DIVIDE parameter 2 cannot be zero.)"),
        ("=A1+B2", None),
        ("=INCONNUE(1)", "#NAME? (Unknown function: 'INCONNUE'.)"),
        ("=Absent!A1", "#REF! (Unresolved sheet name 'Absent'.)"),
        ("=A1+", "#ERROR!"),
    ],
)
def test_a_formula_gives(scene: Scene, formula: str, value: Any) -> None:
    scene.put("Factures!A1", [[10, 2.5], [2, "deux"]])
    scene.put("Clients!A1", [["Exemple SA"]])
    scene.put("Factures!D1", [[formula]], "USER_ENTERED")
    got = scene.get("Factures!D1")[0][0]
    assert got == value if value is not None else str(got).startswith("#VALUE!")


def test_the_text_of_a_formula_is_kept_and_can_be_read(scene: Scene) -> None:
    scene.put("Factures!A1", [[3]])
    scene.put("Factures!B1", [["=A1*2"]], "USER_ENTERED")
    assert scene.get("Factures!A1:B1", valueRenderOption="FORMULA") == [[3, "=A1*2"]]
    cell = scene.grid("sheets.data.rowData.values(userEnteredValue,effectiveValue,formattedValue)", ranges="Factures!B1")
    assert cell["sheets"][0]["data"][0]["rowData"][0]["values"][0] == {
        "userEnteredValue": {"formulaValue": "=A1*2"},
        "effectiveValue": {"numberValue": 6},
        "formattedValue": "6",
    }


def test_a_formula_takes_its_format_from_what_it_refers_to(scene: Scene) -> None:
    scene.put(
        "Factures!A1", [["31/12/2026", "1 200,00 €", "=A1+30", "=B1*2", "=A1-A1", "=SUM(B1:B1)", "=A1>B1"]], "USER_ENTERED"
    )
    money = "\u202f".join(("2", "400,00\u00a0€"))
    assert scene.shown("Factures!C1:G1") == [["30/01/2027", money, "0", "1\u202f200,00\u00a0€", "VRAI"]]
    scene.put("Factures!A2", [["=DATE(2026;11;25)"]], "USER_ENTERED")
    form = scene.grid("sheets.data.rowData.values(formattedValue,effectiveFormat.numberFormat)", ranges="Factures!A2")
    cell = form["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    assert cell == {"formattedValue": "25/11/2026", "effectiveFormat": {"numberFormat": {"type": "DATE"}}}


def test_a_circle_of_formulas_is_an_error(scene: Scene) -> None:
    scene.put("Factures!A1", [["=B1", "=A1"]], "USER_ENTERED")
    assert scene.shown("Factures!A1:B1") == [["#REF!", "#REF!"]]


def test_a_tester_says_what_a_formula_gives(scene: Scene) -> None:
    scene.put("Factures!A1", [['=IMPORTRANGE("x";"y")']], "USER_ENTERED")
    scene.person.result("Factures", "A1", CellError("LOADING", "Loading data..."))
    assert scene.shown("Factures!A1") == [["Loading..."]]
    cell = scene.grid("sheets.data.rowData.values.effectiveValue", ranges="Factures!A1")
    error = cell["sheets"][0]["data"][0]["rowData"][0]["values"][0]["effectiveValue"]["errorValue"]
    assert error == {"type": "LOADING", "message": "Loading data..."}


def formulas(scene: Scene, range: str) -> list[list[Any]]:
    return scene.get(range, valueRenderOption="FORMULA")


def test_formulas_follow_inserted_deleted_and_moved_lines(scene: Scene) -> None:
    scene.put("Factures!A1", [[1], [2], [3]])
    scene.put("Clients!A1", [["=Factures!A3", "=SUM(Factures!A1:A3)", "=Factures!$A$1"]], "USER_ENTERED")
    scene.person.insert_rows("Factures", 2)
    assert formulas(scene, "Clients!A1:C1") == [["=Factures!A4", "=SUM(Factures!A1:A4)", "=Factures!$A$1"]]
    scene.person.insert_columns("Factures", "A")
    assert formulas(scene, "Clients!A1:C1") == [["=Factures!B4", "=SUM(Factures!B1:B4)", "=Factures!$B$1"]]
    scene.person.move_rows("Factures", 4, 1)
    assert formulas(scene, "Clients!A1") == [["=Factures!B1"]]
    scene.person.delete_rows("Factures", 1)
    assert formulas(scene, "Clients!A1") == [["=#REF!"]]
    assert scene.shown("Clients!A1") == [["#REF!"]]


def test_a_sort_keeps_formulas_on_their_own_row(scene: Scene) -> None:
    scene.put("Factures!A1", [["N°", "Montant", "Double"]])
    scene.put("Factures!A2", [["b", 2, "=B2*2"], ["a", 1, "=B3*2"]], "USER_ENTERED")
    scene.person.sort("Factures", "A")
    assert scene.get("Factures!A2:C3") == [["a", 1, 2], ["b", 2, 4]]
    assert formulas(scene, "Factures!C2:C3") == [["=B2*2"], ["=B3*2"]]


def test_a_cut_takes_its_references_along_and_a_copy_shifts_them(scene: Scene) -> None:
    scene.put("Factures!A1", [[5, "=A1*2"]], "USER_ENTERED")
    scene.person.cut("Factures", "A1", "A5")
    assert formulas(scene, "Factures!B1") == [["=A5*2"]]
    scene.person.duplicate_row("Factures", 1, 2)
    assert formulas(scene, "Factures!B2") == [["=A6*2"]]


def test_formulas_follow_a_tab_that_is_renamed(scene: Scene) -> None:
    scene.put("Factures!A1", [[7]])
    scene.put("Clients!A1", [["=Factures!A1&'Factures'!A1&\"Factures!A1\""]], "USER_ENTERED")
    scene.person.rename_tab("Factures", "Les ventes")
    assert formulas(scene, "Clients!A1") == [["='Les ventes'!A1&'Les ventes'!A1&\"Factures!A1\""]]
    assert scene.shown("Clients!A1") == [["77Factures!A1"]]

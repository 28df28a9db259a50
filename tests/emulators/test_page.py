"""The page of a tab shows what people would see."""

import re

import pytest
import requests

from tests.emulators.scene import Scene, box
from tests.emulators.sheets.server import SheetsServer


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    scene = Scene(google)
    scene.person.put("Factures", "A1", [["N°", "Montant", "Statut", "Payée"], ["F-<1>", 1234.5, "Litige", True]])
    return scene


def page(scene: Scene, tab: str = "Factures") -> str:
    got = requests.get(f"{scene.google.base}/render/{scene.file.id}", params={"tab": tab}, timeout=5)
    assert got.status_code == 200
    return got.text


def cell(html: str, text: str) -> str:
    found = re.search(rf"<td[^>]*>(?:<span[^>]*>)?{re.escape(text)}", html)
    assert found is not None, f"{text} is not shown"
    return found[0]


def test_values_are_shown_formatted_and_escaped(scene: Scene) -> None:
    money = {"userEnteredFormat": {"numberFormat": {"type": "CURRENCY", "pattern": '#,##0.00 "€"'}}}
    scene.batch({"repeatCell": {"range": box(1, 2, 1, 2), "cell": money, "fields": "userEnteredFormat.numberFormat"}})
    html = page(scene)
    assert "1\u202f234,50 €" in html
    assert "F-&lt;1&gt;" in html
    assert "text-align:right" in cell(html, "1\u202f234,50 €")


def test_the_first_rule_that_holds_colours_a_cell(scene: Scene) -> None:
    def rule(kind: str, text: str, red: float) -> dict[str, object]:
        condition = {"type": kind, "values": [{"userEnteredValue": text}]}
        form = {"backgroundColor": {"red": red, "green": 0, "blue": 0}}
        return {"ranges": [box(1, 9, 2, 3)], "booleanRule": {"condition": condition, "format": form}}

    scene.batch(
        {"addConditionalFormatRule": {"rule": rule("CUSTOM_FORMULA", "=$B2>1000", 0.2), "index": 0}},
        {"addConditionalFormatRule": {"rule": rule("TEXT_EQ", "Litige", 0.6), "index": 1}},
    )
    assert "background:#330000" in cell(page(scene), "Litige")
    scene.put("Factures!B2", [[5]])
    assert "background:#990000" in cell(page(scene), "Litige")


def test_dropdowns_checkboxes_and_notes_are_seen(scene: Scene) -> None:
    listed = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Litige"}]}, "showCustomUi": True}
    scene.batch(
        {"setDataValidation": {"range": box(1, 2, 2, 3), "rule": listed}},
        {"setDataValidation": {"range": box(1, 2, 3, 4), "rule": {"condition": {"type": "BOOLEAN"}}}},
    )
    scene.person.note("Factures", "A2", "à vérifier")
    html = page(scene)
    assert '<span class="chip">Litige</span>' in html
    assert '<span class="box on">✓</span>' in html
    assert 'class="note' in html


def test_hidden_columns_and_filtered_rows_are_left_out(scene: Scene) -> None:
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    scene.batch({"updateDimensionProperties": {"range": span, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}})
    scene.person.filter("Factures", "C", ("Litige",))
    html = page(scene)
    assert "Montant" not in html
    assert "F-&lt;1&gt;" not in html
    assert "Statut" in html


def test_a_rule_that_is_not_built_is_said_and_not_skipped(scene: Scene) -> None:
    rule = {"ranges": [box(1, 9, 0, 1)], "booleanRule": {"condition": {"type": "TEXT_IS_URL"}, "format": {}}}
    scene.batch({"addConditionalFormatRule": {"rule": rule}})
    got = requests.get(f"{scene.google.base}/render/{scene.file.id}", timeout=5)
    assert got.status_code == 501
    assert "TEXT_IS_URL" in got.text


def test_an_unknown_spreadsheet_has_no_page(scene: Scene) -> None:
    assert requests.get(f"{scene.google.base}/render/inconnu", timeout=5).status_code == 404

"""What lies over the cells: rules, filters, bands, names, protections."""

import pytest

from tests.emulators.scene import RefusedError, Scene, box, sheet
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    return Scene(google)


def test_conditional_formats_filter_views_bands_and_names_can_be_repaired(scene: Scene) -> None:
    rule = {
        "ranges": [box(1, 20, 0, 5)],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}},
    }
    view = {"title": "À relancer", "range": box(0, 20, 0, 5), "criteria": {"1": {"hiddenValues": ["Payée"]}}}
    band = {"range": box(0, 20, 0, 5), "rowProperties": {"headerColor": {"red": 1}}}
    replies = scene.batch(
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"addFilterView": {"filter": view}},
        {"addBanding": {"bandedRange": band}},
        {"addNamedRange": {"namedRange": {"name": "Base", "range": box(0, 20, 0, 5)}}},
    )["replies"]
    view_id = replies[1]["addFilterView"]["filter"]["filterViewId"]
    scene.batch({"updateFilterView": {"filter": {"filterViewId": view_id, "title": "Bloquées"}, "fields": "title"}})
    scene.person.insert_columns("Factures", "A")
    found = sheet(scene, "conditionalFormats,filterViews,bandedRanges")
    assert found["filterViews"][0]["title"] == "Bloquées"
    assert found["conditionalFormats"][0]["ranges"] == [box(1, 20, 1, 6)]
    assert scene.grid("namedRanges")["namedRanges"][0]["range"] == box(0, 20, 1, 6)
    scene.batch({"deleteFilterView": {"filterId": view_id}}, {"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}})
    assert sheet(scene, "conditionalFormats,filterViews") == {}


def test_a_hard_protection_refuses_the_whole_batch_and_a_warning_nothing(scene: Scene) -> None:
    other = {"range": box(0, 20, 0, 1), "editors": {"users": ["chef@exemple.example"]}}
    reply = scene.batch({"addProtectedRange": {"protectedRange": other}})["replies"][0]["addProtectedRange"]["protectedRange"]
    assert ROBOT in reply["editors"]["users"]
    scene.person.unprotect("Factures")
    scene.person.protect("Factures", "A1:A20", ("chef@exemple.example",))
    found = sheet(scene, "protectedRanges")["protectedRanges"][0]
    assert "requestingUserCanEdit" not in found
    assert "editors" not in found
    with pytest.raises(RefusedError, match=r"^400 .*trying to edit a protected cell or object"):
        scene.put("Factures!A1", [["x"]])
    scene.put("Factures!B1", [["x"]])
    scene.person.unprotect("Factures")
    scene.person.protect("Factures", "A1:A20", warning=True)
    scene.put("Factures!A1", [["x"]])
    assert sheet(scene, "protectedRanges")["protectedRanges"][0]["requestingUserCanEdit"] is True
    with pytest.raises(RefusedError, match="only warns"):
        scene.batch({"addProtectedRange": {"protectedRange": {**other, "warningOnly": True}}})


def test_a_filter_hides_rows_but_they_are_still_read(scene: Scene) -> None:
    scene.put("Factures!A1", [["N°", "Statut"], ["F-1", "Payée"], ["F-2", "Due"]])
    scene.person.filter("Factures", "B", ("Payée",))
    lines = sheet(scene, "basicFilter,data.rowMetadata")
    assert lines["basicFilter"]["criteria"] == {"1": {"hiddenValues": ["Payée"]}}
    assert [line.get("hiddenByFilter", False) for line in lines["data"][0]["rowMetadata"][:3]] == [False, True, False]
    assert len(scene.get("Factures!A1:B3")) == 3

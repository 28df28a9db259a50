"""Developer metadata: it stands on rows and columns, moves with them, and addresses writes."""

import pytest

from tests.emulators.scene import RefusedError, Scene
from tests.emulators.sheets.calls import Readings
from tests.emulators.sheets.server import SheetsServer


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    scene = Scene(google)
    scene.put("Factures!A1", [["N°", "Client", "Statut"], ["F-2", "B", ""], ["F-1", "A", ""], ["F-3", "C", ""]])
    return scene


def test_column_metadata_follows_inserted_moved_and_deleted_columns(scene: Scene) -> None:
    scene.mark(0, "key")
    scene.mark(2, "status")
    scene.person.insert_columns("Factures", "A")
    assert scene.places() == {"key": 1, "status": 3}
    scene.person.move_columns("Factures", "D", "A")
    assert scene.places() == {"key": 2, "status": 0}
    scene.person.delete_columns("Factures", "A")
    assert scene.places() == {"key": 1}


def test_cutting_cells_leaves_metadata_behind(scene: Scene) -> None:
    scene.mark(2, "status")
    scene.mark(2, "ref", dimension="ROWS")
    scene.person.cut("Factures", "C1:C4", "E1")
    scene.person.cut_row("Factures", 3, 10)
    assert scene.places() == {"status": 2, "ref": 2}
    assert scene.get("Factures!E1") == [["Statut"]]


def test_row_metadata_follows_a_sort_of_whole_rows_only(scene: Scene) -> None:
    scene.mark(1, "ref", dimension="ROWS")
    scene.person.sort("Factures", "A")
    assert scene.get("Factures!A2:A3") == [["F-1"], ["F-2"]]
    assert scene.places() == {"ref": 2}
    scene.person.sort_part("Factures", "A:B", "A", descending=True)
    assert scene.get("Factures!A2:A4") == [["F-3"], ["F-2"], ["F-1"]]
    assert scene.places() == {"ref": 2}


def test_row_metadata_follows_insertions_moves_and_deletions(scene: Scene) -> None:
    scene.mark(1, "ref", dimension="ROWS")
    scene.person.insert_rows("Factures", 2, 3)
    assert scene.places() == {"ref": 4}
    scene.person.move_rows("Factures", 5, 2)
    assert scene.places() == {"ref": 1}
    scene.person.delete_rows("Factures", 2)
    assert scene.places() == {}


def test_a_copied_tab_carries_no_metadata_unless_the_reading_says_so(scene: Scene) -> None:
    scene.mark(2, "status")
    name = scene.person.duplicate_tab("Factures")
    assert name == "Copie de Factures"
    assert len(scene.places()) == 1
    scene.person.readings = Readings(copied_tab_keeps_metadata=True)
    scene.person.duplicate_tab("Factures")
    assert len(scene.matches(metadataKey="robot.col")) == 2
    assert len(scene.matches(metadataKey="robot.col", metadataLocation={"sheetId": 0}, locationType="COLUMN")) == 1


def test_a_column_is_written_by_metadata_and_comes_back_with_the_key_column(scene: Scene) -> None:
    scene.mark(0, "key")
    scene.mark(2, "status")
    scene.google.before_write(lambda: scene.person.insert_columns("Factures", "B"))
    body = {
        "valueInputOption": "RAW",
        "includeValuesInResponse": True,
        "responseValueRenderOption": "UNFORMATTED_VALUE",
        "data": [scene.column("status", [None, "Relance 1", None, "Relance 2"]), scene.column("key", [None])],
    }
    answer = scene.ask("POST", "/values:batchUpdateByDataFilter", body)
    assert [each["updatedData"]["values"] for each in answer["responses"]] == [
        [["Statut", "Relance 1", "", "Relance 2"]],
        [["N°", "F-2", "F-1", "F-3"]],
    ]
    assert answer["responses"][0]["updatedRange"] == "Factures!D1:D4"
    assert answer["totalUpdatedCells"] == 2
    assert scene.get("Factures!A2:D2") == [["F-2", "", "B", "Relance 1"]]


def test_a_lookup_without_a_match_is_skipped_or_refused_as_chosen(scene: Scene) -> None:
    body = {"valueInputOption": "RAW", "data": [scene.column("absent", ["x"])]}
    assert "responses" not in scene.ask("POST", "/values:batchUpdateByDataFilter", body)
    scene.google.readings = Readings(unmatched_filter="error")
    with pytest.raises(RefusedError) as refused:
        scene.ask("POST", "/values:batchUpdateByDataFilter", body)
    assert refused.value.status == 400


def test_filters_by_range_and_by_metadata_can_be_mixed(scene: Scene) -> None:
    scene.mark(0, "key")
    filters = [
        {"a1Range": "Factures!B2:B3"},
        {"gridRange": {"sheetId": 0, "endRowIndex": 1}},
        scene.column("key", [])["dataFilter"],
    ]
    answer = scene.ask("POST", "/values:batchGetByDataFilter", {"dataFilters": filters, "majorDimension": "COLUMNS"})
    assert [each["valueRange"]["range"] for each in answer["valueRanges"]] == [
        "Factures!B2:B3",
        "Factures!A1:Z1",
        "Factures!A1:A20",
    ]
    with pytest.raises(RefusedError, match="Unable to parse range"):
        scene.ask("POST", "/values:batchGetByDataFilter", {"dataFilters": [*filters, {"a1Range": "Absent!A1"}]})


def test_a_spreadsheet_is_read_by_data_filter(scene: Scene) -> None:
    scene.mark(2, "status")
    fields = "sheets.data(startColumn,rowData.values.formattedValue,columnMetadata.developerMetadata.metadataValue)"
    answer = scene.ask("POST", ":getByDataFilter", {"dataFilters": [scene.column("status", [])["dataFilter"]]}, fields=fields)
    assert answer["sheets"][0]["data"] == [
        {
            "startColumn": 2,
            "rowData": [{"values": [{"formattedValue": "Statut"}]}],
            "columnMetadata": [{"developerMetadata": [{"metadataValue": "status"}]}],
        }
    ]


def test_locations_match_exactly_or_by_crossing(scene: Scene) -> None:
    scene.mark(0, "key")
    scene.mark(1, "ref", dimension="ROWS")
    scene.hang("robot.sheet", {"sheetId": 0})
    scene.hang("robot.book", {"spreadsheet": True}, "PROJECT")

    def keys(**lookup: object) -> list[str]:
        return [item["metadataKey"] for item in scene.matches(**lookup)]

    tab, row = {"sheetId": 0}, {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 5, "endIndex": 6}}
    assert keys(metadataLocation=tab, locationMatchingStrategy="EXACT_LOCATION") == ["robot.sheet"]
    assert keys(metadataLocation=tab) == ["robot.sheet", "robot.col", "robot.col"]
    assert keys(metadataLocation=row, locationType="COLUMN") == ["robot.col"]
    assert keys(locationType="ROW") == ["robot.col"]
    assert keys(visibility="PROJECT") == ["robot.book"]
    with pytest.raises(RefusedError, match="together with a metadataLocation"):
        keys(locationMatchingStrategy="EXACT_LOCATION")
    with pytest.raises(RefusedError, match="must be left unspecified"):
        keys(metadataLocation=tab, locationMatchingStrategy="EXACT_LOCATION", locationType="COLUMN")
    assert [each["metadataKey"] for each in scene.grid("developerMetadata")["developerMetadata"]] == ["robot.book"]


def test_metadata_is_changed_and_taken_off_by_filter(scene: Scene) -> None:
    number = scene.mark(0, "key")
    chosen = {"developerMetadataLookup": {"metadataId": number}}
    new = {"metadataValue": "clef"}
    scene.batch({"updateDeveloperMetadata": {"dataFilters": [chosen], "developerMetadata": new, "fields": "metadataValue"}})
    assert scene.ask("GET", f"/developerMetadata/{number}")["metadataValue"] == "clef"
    gone = scene.batch({"deleteDeveloperMetadata": {"dataFilter": chosen}})["replies"][0]["deleteDeveloperMetadata"]
    assert [item["metadataId"] for item in gone["deletedDeveloperMetadata"]] == [number]
    with pytest.raises(RefusedError) as refused:
        scene.ask("GET", f"/developerMetadata/{number}")
    assert refused.value.status == 404


def test_metadata_is_limited_to_thirty_thousand_characters_a_tab(scene: Scene) -> None:
    item = {"metadataKey": "k", "metadataValue": "v" * 29_990, "visibility": "DOCUMENT", "location": {"sheetId": 0}}
    scene.batch({"createDeveloperMetadata": {"developerMetadata": item}})
    with pytest.raises(RefusedError, match="30000 characters"):
        scene.batch({"createDeveloperMetadata": {"developerMetadata": {**item, "metadataValue": "v" * 20}}})

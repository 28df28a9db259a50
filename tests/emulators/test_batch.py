"""spreadsheets.batchUpdate and spreadsheets.get: atomic, complete, and loud about what is missing."""

import pytest

from tests.emulators.scene import Json, RefusedError, Scene, box, sheet
from tests.emulators.sheets.server import SheetsServer


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    return Scene(google)


def span(start: int, end: int, dimension: str = "ROWS") -> Json:
    return {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}


def test_one_refused_request_and_nothing_is_applied(scene: Scene) -> None:
    good = {
        "updateCells": {
            "start": {"sheetId": 0},
            "rows": [{"values": [{"userEnteredValue": {"numberValue": 1}}]}],
            "fields": "*",
        }
    }
    bad = {"deleteSheet": {"sheetId": 5}}
    with pytest.raises(RefusedError) as refused:
        scene.batch(good, bad)
    assert refused.value.message == "Invalid requests[1].deleteSheet: No sheet with id: 5"
    assert scene.get("Factures!A1") == []
    assert scene.file.version == 1


def test_what_is_not_built_says_so(scene: Scene) -> None:
    with pytest.raises(RefusedError) as request:
        scene.batch({"addSlicer": {"slicer": {}}})
    assert request.value.status == 501
    assert "addSlicer" in request.value.message
    with pytest.raises(RefusedError) as method:
        scene.ask("POST", "/sheets/0:copyTo", {"destinationSpreadsheetId": "x"})
    assert method.value.status == 501
    assert "sheets.spreadsheets.sheets.copyTo" in method.value.message


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"addSheet": {"titre": 1}},
            "Invalid JSON payload received. Unknown name \"titre\" at 'requests[0].add_sheet': Cannot find field.",
        ),
        (
            {"addSheet": {"properties": {"index": "x"}}},
            "Invalid value at 'requests[0].add_sheet.properties.index' (TYPE_INT32), \"x\"",
        ),
        (
            {"sortRange": {"range": {}, "sortSpecs": [{"sortOrder": "UP"}]}},
            "Invalid value at 'requests[0].sort_range.sort_specs[0].sort_order' (TYPE_ENUM), \"UP\"",
        ),
        ({"inconnue": {}}, "Invalid JSON payload received. Unknown name \"inconnue\" at 'requests[0]': Cannot find field."),
    ],
)
def test_a_request_is_judged_by_the_discovery_document(scene: Scene, asked: Json, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        scene.batch(asked)
    assert refused.value.error == {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}


def test_a_misspelt_field_of_an_update_is_refused(scene: Scene) -> None:
    asked = {"repeatCell": {"range": box(0, 1, 0, 1), "cell": {}, "fields": "userEnteredFormat.numberFormats"}}
    with pytest.raises(RefusedError, match=r"userEnteredFormat\.numberFormats"):
        scene.batch(asked)


def test_an_unknown_query_parameter_is_refused_and_an_explicit_null_is_not(scene: Scene) -> None:
    with pytest.raises(RefusedError, match="Cannot bind query parameter"):
        scene.ask("GET", "", plage="A1")
    scene.ask("PUT", "/values/Factures!A1", {"values": [["a"]], "majorDimension": None}, valueInputOption="RAW")


def test_tabs_are_added_renamed_moved_frozen_and_deleted(scene: Scene) -> None:
    grid = {"rowCount": 30, "columnCount": 5, "frozenRowCount": 1}
    reply = scene.batch({"addSheet": {"properties": {"title": "Journal", "index": 1, "gridProperties": grid}}})["replies"][0]
    made = reply["addSheet"]["properties"]
    assert (made["title"], made["index"], made["gridProperties"]) == ("Journal", 1, grid)
    new = {"sheetId": made["sheetId"], "title": "Histoire", "index": 3, "hidden": True}
    scene.batch({"updateSheetProperties": {"properties": new, "fields": "title,index,hidden"}})
    titles = [each["properties"]["title"] for each in scene.grid("sheets.properties")["sheets"]]
    assert titles == ["Factures", "Clients", "Histoire"]
    assert sheet(scene, "properties", 2)["properties"]["gridProperties"] == grid
    scene.batch({"deleteSheet": {"sheetId": made["sheetId"]}})
    with pytest.raises(RefusedError, match='A sheet with the name "factures" already exists'):
        scene.batch({"addSheet": {"properties": {"title": "factures"}}})


def test_locale_and_time_zone_change_how_values_are_shown(scene: Scene) -> None:
    scene.put("Factures!A1", [[1.5]])
    assert scene.shown("Factures!A1") == [["1,5"]]
    scene.batch(
        {
            "updateSpreadsheetProperties": {
                "properties": {"locale": "en_GB", "timeZone": "Europe/London"},
                "fields": "locale,timeZone",
            }
        }
    )
    assert scene.shown("Factures!A1") == [["1.5"]]
    assert scene.grid("properties(locale,timeZone,title)")["properties"] == {
        "title": "Registre",
        "locale": "en_GB",
        "timeZone": "Europe/London",
    }


def test_cells_are_written_by_field_and_a_missing_field_is_cleared(scene: Scene) -> None:
    cell = {"userEnteredValue": {"stringValue": "=x"}, "note": "vu", "userEnteredFormat": {"textFormat": {"bold": True}}}
    scene.batch({"updateCells": {"range": box(0, 2, 0, 2), "rows": [{"values": [cell]}], "fields": "*"}})
    scene.batch({"updateCells": {"range": box(0, 1, 0, 1), "rows": [{"values": [{}]}], "fields": "note"}})
    fields = "data.rowData.values(userEnteredValue,note,userEnteredFormat)"
    assert sheet(scene, fields)["data"][0]["rowData"][0]["values"] == [
        {"userEnteredValue": {"stringValue": "=x"}, "userEnteredFormat": {"textFormat": {"bold": True}}}
    ]
    with pytest.raises(RefusedError, match="beyond the last requested column of: 0"):
        scene.batch({"updateCells": {"range": box(0, 1, 0, 1), "rows": [{"values": [{}, {}]}], "fields": "note"}})
    with pytest.raises(RefusedError, match="At least one field must be listed in 'fields'"):
        scene.batch({"updateCells": {"range": box(0, 1, 0, 1), "rows": []}})


def test_formats_repeat_over_a_range_and_merge_by_field(scene: Scene) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    grey = {"userEnteredFormat": {"backgroundColor": {"red": 0.9, "green": 0.9, "blue": 0.9}}}
    scene.batch(
        {"repeatCell": {"range": box(0, 99, 0, 2), "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}},
        {"repeatCell": {"range": box(0, 1, 0, 1), "cell": grey, "fields": "userEnteredFormat.backgroundColor"}},
    )
    rows = sheet(scene, "data.rowData.values(userEnteredFormat,effectiveFormat.textFormat.bold)")["data"][0]["rowData"]
    assert len(rows) == 20
    first = rows[0]["values"][0]
    assert set(first["userEnteredFormat"]) == {"textFormat", "backgroundColor"}
    assert first["effectiveFormat"] == {"textFormat": {"bold": True}}
    with pytest.raises(RefusedError) as refused:
        scene.batch(
            {"repeatCell": {"range": {"sheetId": 0, "startRowIndex": 20, "endColumnIndex": 2}, "cell": bold, "fields": "*"}}
        )
    assert (
        refused.value.message
        == "Invalid requests[0].repeatCell: Range (Factures!A21:B) exceeds grid limits. Max rows: 20, max columns: 26"
    )


def test_only_tabs_of_the_ranges_come_back_with_one_block_a_range(scene: Scene) -> None:
    scene.put("Factures!A1", [["a", "b"], ["c", "d"]])
    answer = scene.grid(
        "sheets(properties.title,data(startRow,startColumn,rowData.values.formattedValue))",
        ranges=["Factures!A1:A2", "Factures!B2"],
    )
    assert answer["sheets"] == [
        {
            "properties": {"title": "Factures"},
            "data": [
                {"rowData": [{"values": [{"formattedValue": "a"}]}, {"values": [{"formattedValue": "c"}]}]},
                {"startRow": 1, "startColumn": 1, "rowData": [{"values": [{"formattedValue": "d"}]}]},
            ],
        }
    ]
    assert "data" not in scene.ask("GET", "")["sheets"][0]
    assert "data" in scene.ask("GET", "", includeGridData=True)["sheets"][0]


def test_lines_are_hidden_sized_and_grouped(scene: Scene) -> None:
    scene.batch(
        {
            "updateDimensionProperties": {
                "range": span(2, 4, "COLUMNS"),
                "properties": {"pixelSize": 180},
                "fields": "pixelSize",
            }
        },
        {"addDimensionGroup": {"range": span(2, 4, "COLUMNS")}},
        {
            "updateDimensionGroup": {
                "dimensionGroup": {"range": span(2, 4, "COLUMNS"), "depth": 1, "collapsed": True},
                "fields": "collapsed",
            }
        },
    )
    found = sheet(scene, "columnGroups,data.columnMetadata")
    assert found["columnGroups"] == [{"range": span(2, 4, "COLUMNS"), "depth": 1, "collapsed": True}]
    assert found["data"][0]["columnMetadata"][2] == {"pixelSize": 180, "hiddenByUser": True}


def test_a_merge_keeps_the_first_value(scene: Scene) -> None:
    scene.put("Factures!A1", [["a", "b"]])
    scene.batch({"mergeCells": {"range": box(0, 1, 0, 2), "mergeType": "MERGE_ALL"}})
    assert scene.get("Factures!A1:B1") == [["a"]]
    assert sheet(scene, "merges")["merges"] == [box(0, 1, 0, 2)]
    with pytest.raises(RefusedError, match="You must select all cells in a merged range"):
        scene.batch({"mergeCells": {"range": box(0, 2, 0, 1)}})


def test_find_and_replace_counts_what_it_changed(scene: Scene) -> None:
    scene.put("Factures!A1", [["F-1|v7", "F-1"], ["f-1|V7", "x"]])
    asked = {"find": "F-1|v7", "replacement": "F-1|v8", "matchEntireCell": True, "matchCase": True, "range": box(0, 20, 0, 1)}
    reply = scene.batch({"findReplace": asked})["replies"][0]["findReplace"]
    assert reply == {"valuesChanged": 1, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 1}
    assert scene.get("Factures!A1:A2") == [["F-1|v8"], ["f-1|V7"]]
    assert scene.batch({"findReplace": asked})["replies"] == [{"findReplace": {}}]


def test_the_spreadsheet_comes_back_in_the_same_call(scene: Scene) -> None:
    write = {
        "updateCells": {
            "start": {"sheetId": 0},
            "rows": [{"values": [{"userEnteredValue": {"numberValue": 7}}]}],
            "fields": "userEnteredValue",
        }
    }
    answer = scene.batch(
        write, includeSpreadsheetInResponse=True, responseIncludeGridData=True, responseRanges=["Factures!A1:B2"]
    )
    (only,) = answer["updatedSpreadsheet"]["sheets"]
    assert only["data"][0]["rowData"][0]["values"][0]["effectiveValue"] == {"numberValue": 7}


def test_the_grid_stops_at_ten_million_cells(scene: Scene) -> None:
    with pytest.raises(RefusedError, match="above the limit of 10000000 cells"):
        scene.batch({"addSheet": {"properties": {"title": "Trop", "gridProperties": {"rowCount": 400_000, "columnCount": 26}}}})
    with pytest.raises(RefusedError, match="above the limit of 10000000 cells"):
        scene.batch({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}})

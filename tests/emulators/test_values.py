"""spreadsheets.values: input and render options, ranges, ragged rows, refusals."""

import pytest

from tests.emulators.scene import RefusedError, Scene
from tests.emulators.sheets.server import SheetsServer


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    return Scene(google)


def test_raw_stores_a_formula_a_number_and_a_date_as_text(scene: Scene) -> None:
    scene.put("Factures!A1", [["=1+1", "12,5", "31/12/2026", "VRAI", 3, True]])
    assert scene.get("Factures!A1:F1") == [["=1+1", "12,5", "31/12/2026", "VRAI", 3, True]]


@pytest.mark.parametrize(
    ("locale", "text", "value", "shown"),
    [
        ("fr_FR", "1 234,56", 1234.56, "1\u202f234,56"),
        ("fr_FR", "1\u00a0234,56 €", 1234.56, "1\u202f234,56\u00a0€"),
        ("fr_FR", "12,5%", 0.125, "12,50%"),
        ("fr_FR", "31/12/2026", 46387, "31/12/2026"),
        ("fr_FR", "2026-12-31", 46387, "2026-12-31"),
        ("fr_FR", "1er mars 2026", 46082, "1 mars 2026"),
        ("fr_FR", "vrai", True, "VRAI"),
        ("fr_FR", "1234.56", "1234.56", "1234.56"),
        ("fr_FR", "'00123", "00123", "00123"),
        ("fr_FR", "00123", 123, "123"),
        ("fr_FR", "32/12/2026", "32/12/2026", "32/12/2026"),
        ("en_GB", "1,234.56", 1234.56, "1,234.56"),
        ("en_GB", "£5", 5, "£5.00"),
        ("en_GB", "2/3/2026", 46083, "02/03/2026"),
        ("en_US", "2/3/2026", 46056, "2/3/2026"),
        ("en_GB", "TRUE", True, "TRUE"),
        ("en_GB", "14:30", 0.6041666666666666, "14:30"),
        ("en_GB", "1e3", 1000, "1.00E+03"),
    ],
)
def test_typed_text_is_read_in_the_spreadsheets_locale(
    google: SheetsServer, locale: str, text: str, value: object, shown: str
) -> None:
    scene = Scene(google, locale)
    scene.put("Factures!A1", [[text]], "USER_ENTERED")
    assert scene.get("Factures!A1") == [[value]]
    assert scene.shown("Factures!A1") == [[shown]]


def test_a_text_formatted_cell_keeps_what_is_typed(scene: Scene) -> None:
    spot = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2}
    cell = {"userEnteredFormat": {"numberFormat": {"type": "TEXT", "pattern": "@"}}}
    scene.batch({"repeatCell": {"range": spot, "cell": cell, "fields": "userEnteredFormat.numberFormat"}})
    scene.put("Factures!A1", [["00123", "=1+1"]], "USER_ENTERED")
    assert scene.get("Factures!A1:B1") == [["00123", "=1+1"]]


def test_null_leaves_a_cell_and_an_empty_text_empties_it(scene: Scene) -> None:
    scene.put("Factures!A1", [["a", "b", "c"]])
    answer = scene.put("Factures!A1", [[None, "", "C"]])
    assert scene.get("Factures!A1:C1") == [["a", "", "C"]]
    assert answer["updatedCells"] == 2


def test_trailing_blanks_are_dropped_and_inner_ones_are_empty_texts(scene: Scene) -> None:
    scene.put("Factures!B2", [["x", None, None], [None, None, "y"]])
    assert scene.get("Factures!A1:F9") == [[], ["", "x"], ["", "", "", "y"]]
    assert "values" not in scene.ask("GET", "/values/Factures!E5:F9")


def test_columns_can_be_read_and_written_as_the_major_dimension(scene: Scene) -> None:
    body = {"values": [["a", "b"], [1]], "majorDimension": "COLUMNS"}
    scene.ask("PUT", "/values/Factures!A1", body, valueInputOption="RAW")
    assert scene.get("Factures!A1:B2") == [["a", 1], ["b"]]
    assert scene.get("Factures!A1:B2", majorDimension="COLUMNS") == [["a", "b"], [1]]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("Factures", "Factures!A1:Z20"),
        ("Factures!A2:F", "Factures!A2:F20"),
        ("Factures!A:F", "Factures!A1:F20"),
        ("Factures!1:1", "Factures!A1:Z1"),
        ("'Factures'!B3", "Factures!B3"),
        ("factures!$B$3:$A$1", "Factures!A1:B3"),
        ("A1:B2", "Factures!A1:B2"),
        ("Factures!A15:B99", "Factures!A15:B20"),
        ("'Un ''bel'' onglet'!A1", "'Un ''bel'' onglet'!A1"),
        ("Noms", "Factures!A2:A4"),
    ],
)
def test_every_form_of_a1_is_understood(scene: Scene, asked: str, answered: str) -> None:
    scene.batch({"addSheet": {"properties": {"title": "Un 'bel' onglet"}}})
    spot = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 1}
    scene.batch({"addNamedRange": {"namedRange": {"name": "Noms", "range": spot}}})
    assert scene.ask("GET", f"/values/{asked}")["range"] == answered


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("Rien!A1", "Unable to parse range: Rien!A1"),
        ("Factures!A0", "Unable to parse range: Factures!A0"),
        ("Factures!A1:B2:C3", "Unable to parse range: Factures!A1:B2:C3"),
        ("Factures!", "Unable to parse range: Factures!"),
        ("Factures!A21:B", "Range (Factures!A21:B) exceeds grid limits. Max rows: 20, max columns: 26"),
        ("Factures!AA1", "Range (Factures!AA1) exceeds grid limits. Max rows: 20, max columns: 26"),
    ],
)
def test_a_range_that_is_none_is_refused_in_googles_words(scene: Scene, asked: str, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        scene.ask("GET", f"/values/{asked}")
    assert refused.value.error == {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}


def test_a_range_bounds_a_write_and_a_single_cell_is_only_where_it_starts(scene: Scene) -> None:
    scene.put("Factures!A1", [["a", "b"], ["c", "d"]])
    assert scene.get("Factures!A1:B2") == [["a", "b"], ["c", "d"]]
    with pytest.raises(RefusedError) as rows:
        scene.put("Factures!A1:B1", [["a"], ["b"]])
    assert rows.value.message == "Requested writing within range [Factures!A1:B1], but tried writing to row [2]"
    with pytest.raises(RefusedError) as columns:
        scene.put("Factures!A1:B1", [["a", "b", "c"]])
    assert columns.value.message == "Requested writing within range [Factures!A1:B1], but tried writing to column [C]"


def test_a_cell_takes_fifty_thousand_characters_and_no_more(scene: Scene) -> None:
    scene.put("Factures!A1", [["x" * 50_000]])
    with pytest.raises(RefusedError, match="more than the maximum of 50000 characters"):
        scene.put("Factures!A2", [["x" * 50_001]])


def test_several_ranges_are_written_all_or_nothing(scene: Scene) -> None:
    data = [{"range": "Factures!A1", "values": [["a"]]}, {"range": "Factures!A21", "values": [["b"]]}]
    with pytest.raises(RefusedError, match="exceeds grid limits"):
        scene.ask("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert scene.get("Factures!A1") == []
    data[1]["range"] = "Clients!B2"
    answer = scene.ask("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert (answer["totalUpdatedCells"], answer["totalUpdatedSheets"]) == (2, 2)
    got = scene.ask("GET", "/values:batchGet", ranges=["Factures!A1", "Clients!B2"])
    assert [each["values"] for each in got["valueRanges"]] == [[["a"]], [["b"]]]


def test_a_write_gives_back_the_values_when_asked(scene: Scene) -> None:
    answer = scene.put(
        "Factures!A1", [["1,5"]], "USER_ENTERED", includeValuesInResponse=True, responseValueRenderOption="UNFORMATTED_VALUE"
    )
    assert answer["updatedData"]["values"] == [[1.5]]


def test_append_goes_under_the_table_and_grows_the_grid(scene: Scene) -> None:
    scene.put("Factures!B2", [["N°", "Montant"], ["F-1", 10]])
    path = "/values/Factures!B2:append"
    answer = scene.ask("POST", path, {"values": [["F-2", 20]]}, valueInputOption="RAW")
    assert (answer["tableRange"], answer["updates"]["updatedRange"]) == ("Factures!B2:C3", "Factures!B4:C4")
    scene.ask("POST", path, {"values": [["x", 0]] * 20}, valueInputOption="RAW")
    assert (
        scene.grid("sheets.properties.gridProperties.rowCount")["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 24
    )


def test_clearing_keeps_formats_and_notes(scene: Scene) -> None:
    scene.put("Factures!A1", [["31/12/2026"]], "USER_ENTERED")
    scene.person.note("Factures", "A1", "à revoir")
    assert scene.ask("POST", "/values/Factures!A1:B2:clear", {})["clearedRange"] == "Factures!A1:B2"
    cell = scene.grid("sheets.data.rowData.values(note,userEnteredFormat.numberFormat,userEnteredValue)", ranges="Factures!A1")
    kept = cell["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    assert kept == {"note": "à revoir", "userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}}}


def test_dates_come_as_numbers_or_as_text(scene: Scene) -> None:
    scene.put("Factures!A1", [["31/12/2026"]], "USER_ENTERED")
    assert scene.get("Factures!A1", dateTimeRenderOption="FORMATTED_STRING") == [["31/12/2026"]]
    assert scene.get("Factures!A1", dateTimeRenderOption="SERIAL_NUMBER") == [[46387]]


def test_the_input_option_has_no_default(scene: Scene) -> None:
    with pytest.raises(RefusedError, match="'valueInputOption' is required but not specified"):
        scene.ask("PUT", "/values/Factures!A1", {"values": [["a"]]})

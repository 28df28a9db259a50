"""What people do, between two calls or in the gap before a write, and what the API then sees."""

import random

import pytest

from tests.emulators.scene import RefusedError, Scene
from tests.emulators.sheets.model import Scalar
from tests.emulators.sheets.server import SheetsServer

HEAD: list[Scalar] = ["N°", "Client", "E-mail", "Montant"]
LINES: list[list[Scalar]] = [
    ["F-3", "C", "c@exemple.example", 30],
    ["F-1", "A", "a@exemple.example", 10],
    ["F-2", "B", "b@exemple.example", 20],
]


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    scene = Scene(google)
    scene.person.put("Factures", "A1", [HEAD, *LINES])
    return scene


def test_a_sort_moves_whole_rows_and_blanks_come_last(scene: Scene) -> None:
    scene.person.insert_rows("Factures", 3)
    scene.person.sort("Factures", "A")
    assert scene.get("Factures!A1:D9") == [HEAD, LINES[1], LINES[2], LINES[0]]
    scene.person.sort("Factures", "D", descending=True)
    assert [row[3] for row in scene.get("Factures!A2:D4")] == [30, 20, 10]


def test_a_partial_sort_tears_rows_apart(scene: Scene) -> None:
    scene.person.sort_part("Factures", "A:B", "A")
    assert scene.get("Factures!A2:C2") == [["F-1", "A", "c@exemple.example"]]


def test_numbers_sort_before_texts_before_truth_values(scene: Scene) -> None:
    scene.person.put("Clients", "A1", [[True], ["b"], [2], [None], ["A"], [1]])
    scene.person.sort("Clients", "A", first_row=1)
    assert scene.get("Clients!A1:A9") == [[1], [2], ["A"], ["b"], [True]]


def test_the_gap_before_a_write_is_after_its_reception(scene: Scene) -> None:
    scene.google.before_write(lambda: scene.person.insert_rows("Factures", 2))
    scene.put("Factures!E2", [["Relance 1"]])
    assert scene.get("Factures!A2:E3") == [["", "", "", "", "Relance 1"], LINES[0]]
    scene.put("Factures!E3", [["Relance 2"]])
    assert scene.get("Factures!E2:E3") == [["Relance 1"], ["Relance 2"]]


def test_a_person_can_act_between_two_calls(scene: Scene) -> None:
    scene.google.between_calls(lambda: scene.person.delete_rows("Factures", 2))
    assert scene.get("Factures!A2") == [["F-1"]]
    assert scene.get("Factures!A2") == [["F-1"]]


def test_typing_follows_the_sheets_locale(scene: Scene) -> None:
    scene.person.type("Factures", "D2", "1 234,50 €")
    assert scene.get("Factures!D2") == [[1234.5]]
    assert scene.person.read("Factures", "D2") == 1234.5
    scene.person.type("Factures", "D2", "")
    assert scene.get("Factures!D2") == []


def test_rows_are_moved_copied_cut_and_cleared(scene: Scene) -> None:
    scene.person.move_rows("Factures", 4, 2)
    assert [row[0] for row in scene.get("Factures!A2:A4")] == ["F-2", "F-3", "F-1"]
    scene.person.duplicate_row("Factures", 2, 5)
    scene.person.cut_row("Factures", 3, 6)
    assert [row[:1] for row in scene.get("Factures!A2:A6")] == [["F-2"], [], ["F-1"], ["F-2"], ["F-3"]]
    scene.person.clear("Factures", "A5:D5")
    assert scene.get("Factures!A5:D5") == []


def test_headings_and_tabs_change_names_and_places(scene: Scene) -> None:
    scene.person.rename_heading("Factures", "Client", "Société")
    scene.person.rename_tab("Factures", "Ventes")
    scene.person.move_tab("Ventes", 2)
    titles = [each["properties"]["title"] for each in scene.grid("sheets.properties.title")["sheets"]]
    assert titles == ["Clients", "Ventes"]
    assert scene.get("Ventes!B1") == [["Société"]]
    scene.person.delete_tab("Ventes")
    with pytest.raises(RefusedError, match="Unable to parse range"):
        scene.get("Ventes!A1")


def test_chips_show_a_name_and_carry_an_address(scene: Scene) -> None:
    scene.person.person_chip("Factures", "C2", "Exemple SA", "compta@exemple.example")
    scene.person.file_chip("Factures", "E2", "facture.pdf", "https://drive.google.com/file/d/1abc/view")
    cells = scene.grid("sheets.data.rowData.values(formattedValue,chipRuns)", ranges="Factures!C2:E2")
    row = cells["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert row[0]["formattedValue"] == "Exemple SA"
    assert row[0]["chipRuns"][0]["chip"]["personProperties"]["email"] == "compta@exemple.example"
    assert row[2]["chipRuns"][0]["chip"]["richLinkProperties"]["uri"] == "https://drive.google.com/file/d/1abc/view"


def test_every_act_is_a_new_version_of_the_file(scene: Scene) -> None:
    before = scene.file.version
    scene.person.type("Factures", "A9", "x")
    assert scene.file.version == before + 1


@pytest.mark.parametrize("seed", range(20))
def test_random_acts_are_repeatable_and_lose_no_row_but_deleted_ones(google: SheetsServer, seed: int) -> None:
    told, ends = [], []
    for _ in range(2):
        scene, rng = Scene(google, rows=60), random.Random(seed)
        scene.person.put("Factures", "A1", [HEAD, *LINES])
        told.append([scene.person.act(rng, "Factures") for _ in range(8)])
        ends.append(scene.get("Factures"))
    assert told[0] == told[1]
    assert ends[0] == ends[1]
    assert {cell for cell in ends[0][0] if cell} == set(HEAD)


def test_a_copy_of_the_file_is_another_file_and_an_old_version_can_come_back(scene: Scene) -> None:
    old = scene.person.remember()
    scene.person.type("Factures", "A2", "F-9")
    copied = scene.person.make_a_copy()
    assert copied.id != scene.file.id
    assert copied.book is not None
    assert copied.book.title == "Copie de Registre"
    scene.person.restore(old)
    assert scene.person.values("Factures")[1] == LINES[0]
    assert scene.google.person(copied).read("Factures", "A2") == "F-9"


def test_a_link_is_read_as_a_hyperlink(scene: Scene) -> None:
    scene.person.link("Factures", "C2", "Facture", "https://drive.google.com/file/d/1abc/view")
    cells = scene.grid("sheets.data.rowData.values(formattedValue,hyperlink)", ranges="Factures!C2")
    assert cells["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        {"formattedValue": "Facture", "hyperlink": "https://drive.google.com/file/d/1abc/view"}
    ]

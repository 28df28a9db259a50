"""The emulator is good for what it is made for: a writer that reads back, while people rearrange the sheet in its gaps."""

import random
from functools import partial
from typing import Any

import pytest

from tests.emulators.scene import Scene
from tests.emulators.sheets.model import CellError, Scalar
from tests.emulators.sheets.server import SheetsServer


def columns(answer: Any) -> tuple[list[str], list[str]]:
    """The key column and the robot's, as the two ranges of an answer give them."""
    key, robot = ((item.get("values") or [[]])[0] for item in answer)
    return [str(cell) for cell in key[1:]], [str(cell) for cell in robot[1:]] + [""] * (len(key) - len(robot))


def wanted(keys: list[str], robot: list[str]) -> list[str | None]:
    """What the robot's column must say, null where it already does."""
    height = max(len(keys), len(robot))
    keys, robot = keys + [""] * (height - len(keys)), robot + [""] * (height - len(robot))
    right = [f"suivi {key}" if key else "" for key in keys]
    return [None if now == then else then for now, then in zip(robot, right, strict=True)]


def write(scene: Scene) -> int:
    """One run: read, write and read back in one call, at most three times; how many writes."""
    filters = [scene.column("key", [])["dataFilter"], scene.column("robot", [])["dataFilter"]]
    got = scene.ask("POST", "/values:batchGetByDataFilter", {"dataFilters": filters, "majorDimension": "COLUMNS"})
    found = columns([item["valueRange"] for item in got["valueRanges"]])
    for number in range(3):
        if not any(cell is not None for cell in wanted(*found)):
            return number
        data = [scene.column("key", [None]), scene.column("robot", [None, *wanted(*found)])]
        body = {"valueInputOption": "RAW", "includeValuesInResponse": True, "data": data}
        got = scene.ask("POST", "/values:batchUpdateByDataFilter", body)
        found = columns([item["updatedData"] for item in got["responses"]])
    return 3


def human(scene: Scene) -> list[list[Scalar | CellError]]:
    """Every cell but the robot's column."""
    robot = scene.places()["robot"]
    return [row[:robot] + row[robot + 1 :] for row in scene.person.values("Factures")]


def act(scene: Scene, rng: random.Random) -> None:
    scene.person.act(rng, "Factures")


@pytest.mark.parametrize("seed", range(25))
def test_two_quiet_runs_put_everything_right_and_no_human_cell_changes(google: SheetsServer, seed: int) -> None:
    scene, rng = Scene(google, "fr_FR", rows=40), random.Random(seed)
    lines: list[list[Scalar]] = [[f"F-{number}", f"Client {number % 3}", number * 10, None] for number in range(12)]
    scene.person.put("Factures", "A1", [["N°", "Client", "Montant", "Suivi"], *lines])
    scene.mark(0, "key")
    scene.mark(3, "robot")
    for _ in range(4):
        for gap in (google.between_calls, google.before_write):
            if rng.random() < 0.7:
                gap(partial(act, scene, rng))
        write(scene)
    google.calm()
    before = human(scene)
    write(scene)
    assert write(scene) == 0
    assert human(scene) == before
    key, robot = scene.places()["key"], scene.places()["robot"]
    for row in scene.person.values("Factures")[1:]:
        assert (row[robot] or "") == (f"suivi {row[key]}" if row[key] else "")

"""Faults come when scripted, before or after the act, and quotas fill up by the minute."""

import gspread
import pytest
import requests

from tests.emulators.scene import RefusedError, Scene
from tests.emulators.sheets import faults
from tests.emulators.sheets.clients import gspread_client
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def scene(google: SheetsServer) -> Scene:
    return Scene(google)


@pytest.mark.parametrize(("code", "status"), [(429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE")])
def test_a_scripted_error_has_googles_shape_and_nothing_is_done(scene: Scene, code: int, status: str) -> None:
    scene.google.faults.next(faults.status(code))
    with pytest.raises(RefusedError) as refused:
        scene.put("Factures!A1", [["x"]])
    assert (refused.value.status, refused.value.error["status"]) == (code, status)
    assert scene.get("Factures!A1") == []


def test_a_bad_gateway_is_a_page_of_html(scene: Scene) -> None:
    scene.google.faults.next(faults.status(502))
    with pytest.raises(RefusedError) as refused:
        scene.get("Factures!A1")
    assert str(refused.value.error).startswith("<!DOCTYPE html>")


def test_gspread_meets_the_html_page_as_an_api_error(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("R", writers=(ROBOT,))
    google.faults.next(faults.status(502))
    with pytest.raises(gspread.exceptions.APIError):
        gspread_client(google, ROBOT).open_by_key(file.id)


@pytest.mark.parametrize("fault", [faults.hang, faults.reset])
@pytest.mark.parametrize("after", [False, True])
def test_the_line_breaks_before_or_after_the_act(scene: Scene, fault: type[faults.Fault], after: bool) -> None:
    scene.google.faults.next(fault(after=after))  # type: ignore[call-arg]
    with pytest.raises((requests.ConnectionError, requests.Timeout)):
        scene.ask("PUT", "/values/Factures!A1", {"values": [["x"]]}, timeout=0.2, valueInputOption="RAW")
    assert scene.get("Factures!A1") == ([["x"]] if after else [])


def test_an_error_after_the_act_hides_that_it_was_done(scene: Scene) -> None:
    scene.google.faults.next(faults.status(503, after=True))
    with pytest.raises(RefusedError):
        scene.put("Factures!A1", [["x"]])
    assert scene.get("Factures!A1") == [["x"]]


def test_faults_wait_for_their_call(scene: Scene) -> None:
    scene.google.faults.next(None, faults.status(500))
    scene.google.faults.on("values.update", faults.status(429, retry_after=3))
    scene.get("Factures!A1")
    with pytest.raises(RefusedError, match="429"):
        scene.put("Factures!A1", [["x"]])
    with pytest.raises(RefusedError, match="500"):
        scene.get("Factures!A1")
    scene.put("Factures!A1", [["x"]])


def test_a_slow_answer_is_a_right_answer(scene: Scene) -> None:
    scene.google.faults.next(faults.slow(0.05))
    assert scene.get("Factures!A1") == []


def test_sixty_reads_a_minute_then_429_until_the_next_minute() -> None:
    clock = Clock()
    with SheetsServer(clock=clock) as google:
        scene = Scene(google)
        google.limit()
        for _ in range(60):
            scene.get("Factures!A1")
        with pytest.raises(RefusedError) as refused:
            scene.get("Factures!A1")
        assert refused.value.error["status"] == "RESOURCE_EXHAUSTED"
        assert "'Read requests per minute per user'" in refused.value.message
        assert refused.value.error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
        scene.put("Factures!A1", [["x"]])
        clock.seconds += 60
        assert scene.get("Factures!A1") == [["x"]]


def test_the_project_has_a_quota_of_its_own() -> None:
    with SheetsServer(clock=Clock()) as google:
        scene = Scene(google)
        google.limit(per_user=60, per_project=2)
        scene.get("Factures!A1")
        scene.get("Factures!A1")
        with pytest.raises(RefusedError, match="'Read requests per minute'"):
            scene.get("Factures!A1")


def test_every_call_is_in_the_log(scene: Scene) -> None:
    scene.get("Factures!A1")
    scene.put("Factures!A1", [["x"]])
    scene.grid("sheets.properties")
    log = scene.google.log
    assert (log.count(), log.reads(), log.writes(), log.count("values.update")) == (3, 2, 1, 1)
    assert [call.status for call in log.calls] == [200, 200, 200]
    assert log.calls[1].bytes_in == len(b'{"values": [["x"]]}')
    assert log.calls[0].account == ROBOT
    assert "/values/Factures!A1" in log.calls[0].url

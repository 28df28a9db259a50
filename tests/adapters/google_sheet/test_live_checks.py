"""What is tried on a real sheet: a verdict for each behaviour, and no trace left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from relance.adapters.google_sheet.live_checks import live_checks
from relance.ports.errors import StoreError
from tests.adapters.google_sheet.desks import SheetDesk
from tests.adapters.google_sheet.registers import FRENCH, tabs
from tests.emulators.sheets.calls import Readings
from tests.emulators.sheets.faults import reset, status
from tests.emulators.sheets.server import SheetsServer

TITLE = "Relance - essai"


def verdicts(desk: SheetDesk) -> dict[str, str]:
    """How each behaviour was found, by the code of its sentence."""
    found = live_checks(desk.store().http, desk.file.id, TITLE)
    assert all(FRENCH.say(sight.says) for sight in found)
    return {sight.says.code.removeprefix("trial."): sight.level for sight in found}


def made(google: SheetsServer) -> SheetDesk:
    desk = SheetDesk(google)
    desk.type(tabs())
    return desk


def with_readings(**changes: object) -> Iterator[SheetDesk]:
    with SheetsServer(readings=replace(Readings(), **changes)) as google:  # type: ignore[arg-type]
        yield made(google)


@pytest.fixture
def desk(google: SheetsServer) -> SheetDesk:
    return made(google)


def test_where_google_does_what_is_expected_all_is_well_and_nothing_is_left(desk: SheetDesk) -> None:
    before = desk.person.book.copy()
    found = verdicts(desk)
    assert set(found.values()) == {"ok"}
    assert len(found) == 9
    after = desk.person.book
    assert [s.title for s in after.sheets] == [s.title for s in before.sheets]
    assert [[row.cells for row in s.rows] for s in after.sheets] == [[row.cells for row in s.rows] for s in before.sheets]


def test_a_tab_with_the_same_name_is_left_alone(desk: SheetDesk) -> None:
    desk.person.book.sheets[0].title = TITLE
    assert set(verdicts(desk).values()) == {"ok"}
    assert desk.person.book.sheets[0].title == TITLE


@pytest.mark.parametrize(
    ("reading", "value", "code"),
    [("unmatched_filter", "error", "no_match_not"), ("null_write_returns_values", False, "null_write_not")],
)
def test_another_reading_that_the_adapter_copes_with_is_a_warning(reading: str, value: object, code: str) -> None:
    for desk in with_readings(**{reading: value}):
        found = verdicts(desk)
        assert found[code] == "warning"
        assert "error" not in {level for name, level in found.items() if name == code}


def test_a_copied_tab_that_keeps_its_marks_answers_for_itself_alone() -> None:
    for desk in with_readings(copied_tab_keeps_metadata=True):
        assert verdicts(desk)["copy"] == "ok"


@pytest.mark.parametrize("fault", [status(400), reset(after=True)])
@pytest.mark.parametrize("call", range(2, 12, 3))
def test_a_check_that_fails_is_told_and_the_tab_still_goes(desk: SheetDesk, fault: object, call: int) -> None:
    titles = [s.title for s in desk.person.book.sheets]
    desk.google.faults.next(*[None] * call, fault)  # type: ignore[arg-type]
    found = verdicts(desk)
    assert len(found) >= 8
    assert [s.title for s in desk.person.book.sheets if not s.title.startswith("Copie")] == titles


def test_a_viewer_cannot_try_anything(desk: SheetDesk) -> None:
    desk.file.sharing = dict.fromkeys(desk.file.sharing, "reader")
    with pytest.raises(StoreError):
        verdicts(desk)

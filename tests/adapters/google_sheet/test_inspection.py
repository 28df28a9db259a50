"""What `doctor` tells of a Google Sheet itself."""

from __future__ import annotations

import pytest

from relance.ports.store import Sight
from tests.adapters.google_sheet.desks import SheetDesk
from tests.adapters.google_sheet.registers import FRENCH, projection, tabs, wanted
from tests.emulators.sheets.clients import key_credentials
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.refs import letters
from tests.emulators.sheets.server import SheetsServer

FACTURES = FRENCH.tabs["invoices"]


@pytest.fixture
def desk(google: SheetsServer) -> SheetDesk:
    made = SheetDesk(google)
    made.type(tabs())
    return made


def seen(desk: SheetDesk) -> dict[str, Sight]:
    """The sights by their codes."""
    store = desk.store(key_credentials(desk.google, ROBOT))
    return {sight.says.code: sight for sight in store.inspect("fr", "Europe/Paris")}


def levels(desk: SheetDesk) -> dict[str, str]:
    """How grave each of them is."""
    return {code: sight.level for code, sight in seen(desk).items()}


def test_the_account_to_share_with_is_always_told(desk: SheetDesk) -> None:
    assert dict(seen(desk)["sheet.account"].says.values) == {"account": ROBOT}


def test_a_sound_sheet_says_so_and_counts_marks_still_to_come(desk: SheetDesk) -> None:
    assert levels(desk) == {"sheet.account": "info", "sheet.unmarked": "info", "sheet.sound": "ok"}
    store = desk.store()
    store.read()
    target = projection()
    store.write(lambda snapshot: wanted(target, snapshot))
    assert levels(desk) == {"sheet.account": "info", "sheet.sound": "ok"}


def test_another_locale_or_zone_is_a_warning_with_both_names(desk: SheetDesk) -> None:
    desk.person.book.locale, desk.person.book.time_zone = "en_US", "America/New_York"
    found = seen(desk)
    assert dict(found["sheet.locale"].says.values) == {"found": "en_US", "wanted": "fr_FR"}
    assert dict(found["sheet.time_zone"].says.values) == {"found": "America/New_York", "wanted": "Europe/Paris"}
    assert "sheet.sound" not in found


def test_a_robots_column_locked_against_the_robot_is_an_error(desk: SheetDesk) -> None:
    desk.person.protect(FACTURES, f"{letters(column_of(desk, 'why'))}:{letters(column_of(desk, 'why'))}")
    found = seen(desk)["sheet.locked"]
    assert found.level == "error"
    assert dict(found.says.values) == {"name": FACTURES, "account": ROBOT, "heading": "why"}
    assert FRENCH.headings["invoices"]["why"] in FRENCH.say(found.says)


def test_a_warning_or_a_lock_on_peoples_columns_stops_nothing(desk: SheetDesk) -> None:
    desk.person.protect(FACTURES, "A:B")
    desk.person.protect(FACTURES, "A:AZ", warning=True)
    assert "sheet.locked" not in seen(desk)


def column_of(desk: SheetDesk, column: str) -> int:
    """Where a column of the invoices stands."""
    headings = [cell.value if cell else None for cell in desk.person.sheet(FACTURES).rows[0].cells]
    return headings.index(FRENCH.headings["invoices"][column])

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from google.auth.credentials import Credentials

from relance.adapters.google_sheet import GoogleHttp
from relance.ports.errors import StoreError
from tests.adapters.google_sheet.desks import SheetDesk, Time
from tests.emulators.sheets.clients import key_credentials, token_credentials
from tests.emulators.sheets.faults import Fault, hang, reset, status
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer


def connection(
    google: SheetsServer, time: Time, credentials: Credentials | None = None, left: Callable[[], float] = lambda: math.inf
) -> GoogleHttp:
    http = GoogleHttp(credentials or token_credentials(google, ROBOT), time.pace(left), google.base)
    google.at_exit.append(http.close)
    return http


def title(http: GoogleHttp, desk: SheetDesk) -> str:
    return str(http.sheet("get", desk.file.id, fields="properties.title")["properties"]["title"])


def failure(http: GoogleHttp, spreadsheet_id: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        http.sheet("get", spreadsheet_id, fields="properties.title")
    return caught.value


@pytest.mark.parametrize(
    "fault", [status(429), status(500), status(502), status(503), reset(), hang(), status(503, after=True)]
)
def test_a_passing_fault_is_tried_again(google: SheetsServer, fault: Fault) -> None:
    desk, time = SheetDesk(google), Time()
    google.faults.next(fault, fault)
    assert title(connection(google, time), desk) == "Registre"
    assert time.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "code"), [(status(429), "quota"), (status(502), "down"), (status(503), "down"), (reset(), "unreachable")]
)
def test_a_lasting_fault_ends_in_a_sentence_after_a_bounded_time(google: SheetsServer, fault: Fault, code: str) -> None:
    desk, time = SheetDesk(google), Time()
    google.faults.next(*[fault] * 50)
    assert failure(connection(google, time), desk.file.id).code == f"sheet.{code}"
    assert time.slept == [1, 2, 4, 8, 16, 32, 32]
    assert google.log.count() == 8


def test_no_retry_starts_that_the_time_left_does_not_allow(google: SheetsServer) -> None:
    desk, time = SheetDesk(google), Time()
    google.faults.next(*[status(503)] * 50)
    assert failure(connection(google, time, left=lambda: 40 - time.now), desk.file.id).code == "sheet.down"
    assert time.slept == [1, 2, 4]


@pytest.mark.parametrize(("code", "text"), [(400, "refused"), (401, "key_refused"), (403, "no_access"), (404, "not_found")])
def test_a_refusal_is_not_tried_again(google: SheetsServer, code: int, text: str) -> None:
    desk, time = SheetDesk(google), Time()
    google.faults.next(*[status(code)] * 5)  # google-auth itself asks for a new token after a 401
    assert failure(connection(google, time), desk.file.id).code == f"sheet.{text}"
    assert time.slept == []


def test_the_minutes_quota_is_waited_for(google: SheetsServer) -> None:
    desk, time = SheetDesk(google), Time()
    google.clock = lambda: time.now
    google.limit(per_user=3)
    http = connection(google, time, token_credentials(google, ROBOT))
    assert [title(http, desk) for _ in range(7)] == ["Registre"] * 7


def test_an_expired_token_is_renewed(google: SheetsServer) -> None:
    desk, time = SheetDesk(google), Time()
    http = connection(google, time, key_credentials(google, ROBOT))
    title(http, desk)
    google.accounts.expire(ROBOT)
    assert title(http, desk) == "Registre"
    assert google.log.tokens == 2


def test_a_revoked_key_says_whose_it_is(google: SheetsServer) -> None:
    desk, time = SheetDesk(google), Time()
    http = connection(google, time, key_credentials(google, ROBOT))
    google.accounts.revoke(ROBOT)
    error = failure(http, desk.file.id)
    assert (error.code, error.values) == ("sheet.key_refused", {"account": ROBOT})
    assert time.slept == []


def test_nobody_there_ends_in_a_sentence(google: SheetsServer) -> None:
    time = Time()
    http = GoogleHttp(token_credentials(google, ROBOT), time.pace(), "http://127.0.0.1:9")
    google.at_exit.append(http.close)
    assert failure(http, "x").code == "sheet.unreachable"
    assert sum(time.slept) <= 150


def test_no_token_and_no_cell_is_told(google: SheetsServer) -> None:
    desk, time = SheetDesk(google), Time()
    google.faults.next(*[status(503)] * 50)
    error = failure(connection(google, time), desk.file.id)
    assert "ya29" not in str(error)
    assert error.values == {"status": 503}

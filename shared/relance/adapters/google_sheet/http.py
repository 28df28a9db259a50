"""Calls to Google: gspread's client as transport, with timeouts and a bounded retry of our own.

gspread's own backing-off client is not used: it repeats a steady refusal for hours and never repeats a broken connection.
A call that says what cells hold may be repeated whatever became of it; one that adds things is made once (`repeat=False`).
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from google.auth.credentials import Credentials, Scoped
from google.auth.exceptions import GoogleAuthError, TransportError
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from relance.adapters.google_sheet.errors import may_pass, refusal
from relance.ports.errors import StoreError

ATTEMPTS = 8
LONGEST_WAIT = 32.0  # seconds
PATIENCE = 150.0  # seconds from the first attempt: the quota of a minute is refilled by then
KEPT_BACK = 30.0  # seconds of the time left that no waiting may use
UNKNOWN = ("sheet.down", "sheet.unreachable")  # what may have been done although it failed
_SHEETS = "https://sheets.googleapis.com"
_DRIVE = "https://www.googleapis.com"


@dataclass(frozen=True)
class Pace:
    """How calls pass the time. `time_left`: seconds until the process is stopped; `timeout`: to connect, to wait for bytes."""

    time_left: Callable[[], float] = lambda: math.inf
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    timeout: tuple[float, float] = (5, 60)


class GoogleHttp:
    """An account's connection to Sheets v4 and Drive v3. `account` is whom to share sheets with."""

    def __init__(self, credentials: Credentials, pace: Pace | None = None, endpoint: str = "") -> None:
        self.account = str(getattr(credentials, "service_account_email", "") or "")
        self.pace = pace or Pace()
        self._credentials, self._endpoint = credentials, endpoint
        self._sheets, self._drive = endpoint or _SHEETS, endpoint or _DRIVE
        self._client = HTTPClient(credentials)
        self._client.set_timeout(self.pace.timeout)

    def sheet(
        self,
        method: str,
        spreadsheet_id: str,
        action: str = "",
        body: Mapping[str, Any] | None = None,
        repeat: bool = True,
        **params: Any,
    ) -> Any:
        """The JSON answer of one call about a spreadsheet. Raises StoreError."""
        url = f"{self._sheets}/v4/spreadsheets/{quote(spreadsheet_id, safe='')}{action}"
        raw = self._call(method, url, {"prettyPrint": "false", **params}, body, "Google Sheets API", repeat)
        return json.loads(raw)

    def file(self, file_id: str, fields: str) -> Any:
        """The metadata of a file in Drive. Raises StoreError."""
        return json.loads(self._file(file_id, {"fields": fields}))

    def download(self, file_id: str) -> bytes:
        """The bytes of a file in Drive. Raises StoreError."""
        return self._file(file_id, {"alt": "media"})

    def with_scopes(self, scopes: tuple[str, ...]) -> GoogleHttp:
        """A connection of the same account that may do more; itself for credentials whose scopes are fixed."""
        if not isinstance(self._credentials, Scoped):
            return self
        wider: Credentials = self._credentials.with_scopes(scopes)  # type: ignore[no-untyped-call]
        return GoogleHttp(wider, self.pace, self._endpoint)

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()

    def _file(self, file_id: str, params: dict[str, Any]) -> bytes:
        url = f"{self._drive}/drive/v3/files/{quote(file_id, safe='')}"
        return self._call("get", url, {"supportsAllDrives": "true", **params}, None, "Google Drive API")

    def _call(
        self, method: str, url: str, params: dict[str, Any], body: Mapping[str, Any] | None, api: str, repeat: bool = True
    ) -> bytes:
        start = self.pace.clock()
        for attempt in range(ATTEMPTS):
            try:
                return bytes(self._client.request(method, url, params=params, json=body).content)
            except APIError as error:
                status = error.response.status_code
                answer = error.error if error.code != -1 else {}
                failure = refusal(status, answer, self.account, api)
                if not may_pass(status, answer):
                    raise failure from error
            except (requests.RequestException, TransportError) as error:
                failure = StoreError("sheet.unreachable", why=type(error).__name__)
            except GoogleAuthError as error:
                failure = StoreError("sheet.key_refused", account=self.account)
                if not error.retryable:
                    raise failure from error
            unknown = failure.code in UNKNOWN and not repeat
            if unknown or not self._waited(attempt, start):
                break
        raise failure

    def _waited(self, attempt: int, start: float) -> bool:
        """Wait before the next attempt (full jitter); False when there is no time for one."""
        pace, longest = self.pace, min(LONGEST_WAIT, 2.0**attempt)
        wait = pace.jitter() * longest
        spent = pace.clock() - start
        if attempt == ATTEMPTS - 1 or spent + wait > PATIENCE or pace.time_left() - wait < KEPT_BACK:
            return False
        pace.sleep(wait)
        return True

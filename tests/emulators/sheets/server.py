"""A local server that plays the Sheets v4 and Drive v3 APIs, with state.

    with SheetsServer() as google:
        file = google.drive.add_spreadsheet("Registre", "Factures", writers=(ROBOT,))
        client = gspread_client(google, ROBOT)               # real gspread, real google-auth (clients.py)
        person = google.person(file)                         # sorts, cuts, types, renames… (people.py)
        google.before_write(lambda: person.sort("Factures", "C"))
        google.faults.next(None, faults.status(503))         # the second call from now (faults.py)
        client.open_by_key(file.id)
        assert google.log.count() <= 8

Requests and answers are checked against Google's discovery documents. What is not built answers 501 and says so; where
Google's documents leave two readings, `Readings` (calls.py) chooses. `GET /render/<id>?tab=…` shows a tab as a page.
"""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from tests.emulators.sheets import (
    batch_cells,
    batch_dimensions,
    batch_objects,
    batch_sheets,
    drive_api,
    filters,
    masks,
    spreadsheets,
    values,
)
from tests.emulators.sheets.answers import Answer, broken, json_answer, parsed
from tests.emulators.sheets.auth import Accounts
from tests.emulators.sheets.calls import HANDLERS, Call, Raw, Readings
from tests.emulators.sheets.discovery import Method, api
from tests.emulators.sheets.errors import ApiError, not_built
from tests.emulators.sheets.faults import CallLog, Fault, Logged, Quota, Script
from tests.emulators.sheets.files import Drive, File
from tests.emulators.sheets.http import HttpServer
from tests.emulators.sheets.model import Json
from tests.emulators.sheets.page import render
from tests.emulators.sheets.people import Person

UNBUILT_OPTIONS = ("excludeTablesInBandedRanges", "commentsViewMode")
Hook = Callable[[], None]
# Importing these registers their handlers.
METHODS = (batch_cells, batch_dimensions, batch_objects, batch_sheets, drive_api, filters, spreadsheets, values)


class SheetsServer:
    """State, faults and hooks; use it as a context manager.

    validate: check against the discovery documents (off for benchmarks). clock: seconds, for quota, tokens and dates.
    """

    def __init__(
        self, *, validate: bool = True, clock: Callable[[], float] = time.time, readings: Readings | None = None
    ) -> None:
        self.validate = validate
        self.clock = clock
        self.readings = readings or Readings()
        self.drive = Drive(self.now)
        self.accounts = Accounts(clock)
        self.faults = Script()
        self.quota: Quota | None = None
        self.log = CallLog()
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self._before_write: list[Hook] = []
        self._between_calls: list[Hook] = []
        self.at_exit: list[Hook] = []  # what clients must close
        self._http = HttpServer(self.serve)
        self.base = self._http.base

    def __enter__(self) -> "SheetsServer":
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for close in self.at_exit:
            close()
        self._http.stop()

    def now(self) -> datetime:
        """The emulator's clock as a date and time."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def limit(self, per_user: int = 60, per_project: int = 300) -> None:
        """Apply quotas per minute from now on."""
        self.quota = Quota(self.clock, per_user, per_project)

    def person(self, file: File) -> Person:
        """Somebody at work in a spreadsheet."""
        return Person(self.drive, file, self.readings)

    def before_write(self, hook: Hook) -> None:
        """Run the hook in the gap of the next write: received, not yet applied. Used once; it acts through a person or on the
        state, never over HTTP (the server is busy with the write).
        """
        self._before_write.append(hook)

    def between_calls(self, hook: Hook) -> None:
        """Run the hook before the next call, whatever it is. Used once."""
        self._between_calls.append(hook)

    def calm(self) -> None:
        """Nothing that was planned happens any more: no hook, no fault, no quota."""
        self._before_write.clear()
        self._between_calls.clear()
        self.faults.queue.clear()
        self.faults.matched.clear()
        self.quota = None

    def serve(self, verb: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one HTTP request."""
        path = urlsplit(url).path
        with self.lock:
            if path in ("/token", "/v1/token") or path.endswith(":generateAccessToken"):
                fault = self.faults.aimed("token")
                answer = broken(fault) if fault is not None and fault.kind != "slow" else self._token(path, headers, body)
            elif path.startswith("/render/"):
                return self._render(url)
            else:
                with _no_collection():
                    fault, answer = self._api_call(verb, url, headers, body)
        if fault is not None and fault.kind == "slow":
            self.stopping.wait(fault.seconds)
        if fault is not None and fault.kind == "hang":
            self.stopping.wait(30)
        return answer

    def _token(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        self.log.tokens += 1
        return json_answer(*self.accounts.answer(path, headers.get("authorization", ""), body, self.base))

    def _render(self, url: str) -> Answer:
        split = urlsplit(url)
        file = self.drive.files.get(split.path.rsplit("/", 1)[1])
        if file is None or file.book is None:
            return Answer(404, "text/plain; charset=utf-8", b"No such spreadsheet.")
        tab = parse_qs(split.query).get("tab", [""])[0]
        try:
            return Answer(200, "text/html; charset=utf-8", render(file.book, tab, self.now()).encode())
        except ApiError as missing:
            return json_answer(missing.code, missing.body())

    def _api_call(self, verb: str, url: str, headers: dict[str, str], body: bytes) -> tuple[Fault | None, Answer]:
        for hook in _taken(self._between_calls):
            hook()
        method, arguments, refused = None, None, None
        try:
            method, arguments = self._find(verb, url)
        except ApiError as wrong:
            refused = wrong
        fault = self.faults.take(method.id if method else "")
        account = ""
        writes = method is not None and method.id in HANDLERS and HANDLERS[method.id].writes
        try:
            if refused is not None:
                raise refused
            assert method is not None
            assert arguments is not None
            if fault is not None and not fault.after and fault.kind in ("status", "hang", "reset"):
                answer = broken(fault)
            else:
                account = self.accounts.account(headers.get("authorization", ""), method.scopes)
                answer = self._carry_out(method, arguments, account, body)
                if fault is not None and fault.kind != "slow":
                    answer = broken(fault)
        except ApiError as wrong:
            answer = json_answer(wrong.code, wrong.body(drive=method is not None and method.api.drive))
        self.log.calls.append(
            Logged(method.id if method else "?", verb, url, account, answer.status, len(body), len(answer.body), writes)
        )
        return fault, answer

    def _find(self, verb: str, url: str) -> tuple[Method, Json]:
        split = urlsplit(url)
        query = parse_qs(split.query, keep_blank_values=True)
        name = "drive.v3" if split.path.startswith("/drive/") else "sheets.v4"
        for method in api(name).methods:
            if method.verb == verb and (found := method.arguments(split.path, query, self.validate)) is not None:
                return method, found
        raise ApiError(404, f"The requested URL {split.path} was not found on this server.", reason="notFound")

    def _carry_out(self, method: Method, arguments: Json, account: str, raw: bytes) -> Answer:
        handled = HANDLERS.get(method.id)
        if handled is None:
            raise not_built(f"the method {method.id}")
        body = parsed(raw)
        for name in UNBUILT_OPTIONS:
            if arguments.get(name) or body.get(name):
                raise not_built(f"the option {name}")
        if self.validate and method.takes:
            method.api.check_request(method.takes, body)
        if self.quota is not None and not method.api.drive:
            self.quota.take(account, handled.writes)
        call = Call(arguments, body, account, self.drive, self.readings, self.now())
        fields = arguments.get("fields")
        call.fields = masks.parse(fields) if fields else {}
        if method.gives:
            method.api.check_mask(method.gives, call.fields)
        if handled.writes:
            for hook in _taken(self._before_write):
                hook()
        answer = self._applied(call, handled.writes, method)
        if isinstance(answer, Raw):
            return Answer(200, answer.content_type, answer.content)
        if self.validate and method.gives:
            method.api.check_answer(method.gives, answer)
        return json_answer(200, masks.pick(call.fields, answer))

    def _applied(self, call: Call, writes: bool, method: Method) -> Json | Raw:
        file_id = call.arguments.get("spreadsheetId")
        if file_id is None:
            return HANDLERS[method.id].handler(call)
        file = self.drive.spreadsheet(file_id, call.account, writes, self.readings.not_shared)
        assert file.book is not None
        call.file = file
        call.draft = file.book.copy() if writes else file.book
        answer = HANDLERS[method.id].handler(call)
        if writes:
            file.book = call.draft
            self.drive.touch(file)
        return answer


@contextmanager
def _no_collection() -> Iterator[None]:
    """A large answer is millions of small objects without a cycle: looking for cycles would cost more than the answer."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _taken(hooks: list[Hook]) -> list[Hook]:
    """The waiting hooks, used up before they run (a hook may add the next one)."""
    taken, hooks[:] = hooks[:], []
    return taken

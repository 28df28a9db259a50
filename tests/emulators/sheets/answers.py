"""What goes back over HTTP."""

import json
from typing import Any, NamedTuple

from tests.emulators.sheets.errors import invalid
from tests.emulators.sheets.faults import HTML_502, Fault, scripted_error
from tests.emulators.sheets.model import Json

JSON = "application/json; charset=UTF-8"


class Answer(NamedTuple):
    """What goes back; `ending` is hang or reset when nothing does."""

    status: int
    content_type: str
    body: bytes
    ending: str = ""
    retry_after: int = 0


def json_answer(status: int, body: Any) -> Answer:
    """A JSON answer."""
    return Answer(status, JSON, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def parsed(raw: bytes) -> Json:
    """The body of a request.

    Raises: ApiError 400.
    """
    if not raw:
        return {}
    try:
        body: Any = json.loads(raw)
    except ValueError:
        raise invalid("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Unexpected token.")
    return body


def broken(fault: Fault) -> Answer:
    """What a fault sends instead of the answer."""
    if fault.kind in ("hang", "reset"):
        return Answer(0, "", b"", fault.kind)
    if fault.status == 502:
        return Answer(502, "text/html; charset=UTF-8", HTML_502)
    answer = json_answer(fault.status, scripted_error(fault).body())
    return answer._replace(retry_after=fault.retry_after)

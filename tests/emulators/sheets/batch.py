"""spreadsheets.batchUpdate: all requests or none."""

from collections.abc import Callable

from tests.emulators.sheets.calls import Call, handles
from tests.emulators.sheets.discovery import api
from tests.emulators.sheets.errors import ApiError, invalid, not_built
from tests.emulators.sheets.masks import Tree, parse
from tests.emulators.sheets.model import Json
from tests.emulators.sheets.refs import inside, parse_a1
from tests.emulators.sheets.schemas import unknown_path
from tests.emulators.sheets.spreadsheets import spreadsheet

Request = Callable[[Call, Json], Json | None]
REQUESTS: dict[str, Request] = {}


def request(kind: str) -> Callable[[Request], Request]:
    """Register what carries out one kind of request; it returns its reply, or None for an empty one."""

    def register(carry_out: Request) -> Request:
        REQUESTS[kind] = carry_out
        return carry_out

    return register


@handles("sheets.spreadsheets.batchUpdate", writes=True)
def batch_update(call: Call) -> Json:
    """Apply the requests in order; one refusal and nothing is applied (the server drops the copy)."""
    requests = call.body.get("requests") or []
    if not requests:
        raise invalid("Must specify at least one request.")
    replies = [_reply(call, index, asked) for index, asked in enumerate(requests)]
    answer: Json = {"spreadsheetId": call.arguments["spreadsheetId"], "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        answer["updatedSpreadsheet"] = _updated(call)
    return answer


def _reply(call: Call, index: int, asked: Json) -> Json:
    kinds = [kind for kind, value in asked.items() if value is not None]
    if not kinds:
        raise invalid(f"Invalid requests[{index}]: No request set.")
    if len(kinds) > 1:
        told = f"oneof field 'kind' is already set. Cannot set '{kinds[1]}'"
        raise invalid(f"Invalid value at 'requests[{index}]' (oneof), {told}")
    kind = kinds[0]
    if kind not in REQUESTS:
        raise not_built(f"the batchUpdate request {kind}")
    _check_mask(kind, asked[kind])
    try:
        reply = REQUESTS[kind](call, asked[kind])
    except ApiError as refused:
        if refused.code == 400:
            raise invalid(f"Invalid requests[{index}].{kind}: {refused.message}") from None
        raise
    return {} if reply is None else {kind: reply}


_MASKED = ("properties", "cell", "filter", "protectedRange", "bandedRange", "developerMetadata", "dimensionGroup", "table")


def _check_mask(kind: str, asked: Json) -> None:
    """The `fields` of an update must exist in what it updates: a misspelt one would silently change nothing."""
    if not asked.get("fields"):
        return
    document = api("sheets.v4").document
    request_schema = document["schemas"]["Request"]["properties"][kind]["$ref"]
    found = document["schemas"][request_schema]["properties"]
    masked = next((found[name] for name in _MASKED if name in found), {"$ref": "CellData"})
    wrong = unknown_path(document, masked, parse(asked["fields"]))
    if wrong:
        raise invalid(f"Invalid {kind}: Field '{wrong}' in 'fields' is not a field of {masked['$ref']}.")


def _updated(call: Call) -> Json:
    """The spreadsheet after the requests; responseRanges cut it down, and a field mask decides about grid data."""
    texts = call.body.get("responseRanges")
    wanted = [inside(parse_a1(call.book, text)) for text in texts] if texts else None
    fields: Tree = call.fields.get("updatedSpreadsheet", {}) if call.fields else {}
    below = fields.get("sheets")
    grid = bool(call.body.get("responseIncludeGridData")) if not call.fields else below is None or not below or "data" in below
    return spreadsheet(call, wanted, grid, fields)

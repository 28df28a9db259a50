"""Methods that take data filters, and developerMetadata.get/search."""

from tests.emulators.sheets.calls import Call, handles
from tests.emulators.sheets.errors import ApiError
from tests.emulators.sheets.metadata import areas, as_json, everywhere, located
from tests.emulators.sheets.model import Json
from tests.emulators.sheets.values import cleared, input_option, shown, totals, updated

_VALUES = "sheets.spreadsheets.values."


@handles(_VALUES + "batchGetByDataFilter")
def batch_get(call: Call) -> Json:
    """The values of every range that matches a filter."""
    answers = []
    for data_filter in call.body.get("dataFilters") or []:
        found = areas(call, data_filter)
        answers += [{"valueRange": shown(call, area.box()), "dataFilters": [data_filter]} for area in found]
    answer: Json = {"spreadsheetId": call.arguments["spreadsheetId"]}
    return {**answer, "valueRanges": answers} if answers else answer


@handles(_VALUES + "batchUpdateByDataFilter", writes=True)
def batch_update(call: Call) -> Json:
    """Write to every range that matches, all or nothing."""
    spreadsheet = call.arguments["spreadsheetId"]
    input_option(call)
    answers = []
    data = call.body.get("data") or []
    found = [areas(call, item.get("dataFilter") or {}) for item in data]
    for index, (item, matched) in enumerate(zip(data, found, strict=True)):
        place = f"data[{index}]."
        answers += [{**updated(call, area, item, place), "dataFilter": item["dataFilter"]} for area in matched]
    answer = {"spreadsheetId": spreadsheet, **totals(answers)}
    return {**answer, "responses": answers} if answers else answer


@handles(_VALUES + "batchClearByDataFilter", writes=True)
def batch_clear(call: Call) -> Json:
    """Empty every range that matches."""
    found = [area for data_filter in call.body.get("dataFilters") or [] for area in areas(call, data_filter)]
    return {"spreadsheetId": call.arguments["spreadsheetId"], "clearedRanges": [cleared(call, area) for area in found]}


@handles("sheets.spreadsheets.developerMetadata.search")
def search(call: Call) -> Json:
    """The metadata each filter selects."""
    matched: dict[int, Json] = {}
    for data_filter in call.body.get("dataFilters") or []:
        for place, item in located(call, data_filter):
            entry = matched.setdefault(item.id, {"developerMetadata": as_json(place, item), "dataFilters": []})
            entry["dataFilters"].append(data_filter)
    return {"matchedDeveloperMetadata": list(matched.values())} if matched else {}


@handles("sheets.spreadsheets.developerMetadata.get")
def get(call: Call) -> Json:
    """One metadata by id."""
    for place, item in everywhere(call.book):
        if str(item.id) == str(call.arguments["metadataId"]):
            return as_json(place, item)
    raise ApiError(404, "Requested entity was not found.")

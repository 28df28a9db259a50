"""batchUpdate requests about what lies over the cells: protections, filters, rules, bands, tables, names, metadata."""

from typing import NamedTuple

from tests.emulators.sheets import masks
from tests.emulators.sheets.batch import REQUESTS, request
from tests.emulators.sheets.calls import Call
from tests.emulators.sheets.conditions import apply_filter
from tests.emulators.sheets.errors import invalid, not_built, protected
from tests.emulators.sheets.formulas import Calculator
from tests.emulators.sheets.metadata import Place, as_json, check_size, located, place_of
from tests.emulators.sheets.model import Json, Metadata, Sheet
from tests.emulators.sheets.refs import area_of
from tests.emulators.sheets.tabs import sheet_of
from tests.emulators.sheets.writing import may_edit


class Kind(NamedTuple):
    """An object with an id that lies on a tab: where it is kept, and what the API calls it."""

    name: str
    part: str
    field: str
    id: str


KINDS = (
    Kind("ProtectedRange", "protectedRanges", "protectedRange", "protectedRangeId"),
    Kind("FilterView", "filterViews", "filter", "filterViewId"),
    Kind("Banding", "bandedRanges", "bandedRange", "bandedRangeId"),
    Kind("Table", "tables", "table", "tableId"),
)
_DELETED_BY = {"FilterView": "filterId"}


def _home(call: Call, kind: Kind, item: Json) -> Sheet:
    spot = item.get("range")
    if spot is None and item.get("namedRangeId"):
        spot = next((named["range"] for named in call.book.named_ranges if named["namedRangeId"] == item["namedRangeId"]), None)
    if spot is None:
        raise invalid(f"{kind.field} must have a range.")
    return area_of(call.book, spot).sheet


def _find(call: Call, kind: Kind, wanted: object) -> tuple[Sheet, int]:
    for sheet in call.book.sheets:
        for index, item in enumerate(sheet.parts[kind.part]):
            if str(item[kind.id]) == str(wanted):
                if kind.name == "ProtectedRange" and not may_edit(call, item):
                    raise protected()
                return sheet, index
    raise invalid(f"No {kind.name[0].lower() + kind.name[1:]} with id: {wanted}")


def _whole(item: Json) -> bool:
    return set(item.get("range") or {}) <= {"sheetId"} and "namedRangeId" not in item


def _add(call: Call, kind: Kind, asked: Json) -> Json:
    item = dict(asked.get(kind.field) or {})
    sheet = _home(call, kind, item)
    taken = {str(other[kind.id]) for each in call.book.sheets for other in each.parts[kind.part]}
    item[kind.id] = item.get(kind.id) or (str(call.book.new_id()) if kind.id == "tableId" else call.book.new_id())
    if str(item[kind.id]) in taken:
        raise invalid(f"{kind.id} {item[kind.id]} is already in use.")
    if kind.name == "ProtectedRange":
        if _whole(item) and any(_whole(other) for other in sheet.parts[kind.part]):
            raise invalid(f"Sheet '{sheet.title}' already has sheet protection.")
        item = _with_editors(call, item)
    if kind.name == "FilterView" and not item.get("title"):
        item["title"] = f"Filtre {len(sheet.parts[kind.part]) + 1}"
    if kind.name == "Banding" and not (item.get("rowProperties") or item.get("columnProperties")):
        raise invalid("Banding must have row or column properties.")
    sheet.parts[kind.part].append(item)
    return {kind.field: item}


def _with_editors(call: Call, item: Json) -> Json:
    """A hard protection always lets its maker and the owner in; a warning has no editors."""
    item = {name: value for name, value in item.items() if name != "requestingUserCanEdit"}
    if item.get("warningOnly"):
        if item.pop("editors", None):
            raise invalid("Editors cannot be set on a protected range that only warns.")
        return item
    assert call.file is not None
    editors = item.get("editors") or {}
    users = list(dict.fromkeys([call.file.owner, call.account, *editors.get("users", ())]))
    return {**item, "editors": {**editors, "users": users}}


def _update(call: Call, kind: Kind, asked: Json) -> None:
    fields, given = masks.for_update(asked.get("fields")), asked.get(kind.field) or {}
    sheet, index = _find(call, kind, given.get(kind.id))
    old = sheet.parts[kind.part].pop(index)
    item = {**masks.merged(fields, old, given), kind.id: old[kind.id]}
    if kind.name == "ProtectedRange":
        item = _with_editors(call, item)
    home = _home(call, kind, item)
    home.parts[kind.part].insert(index if home is sheet else len(home.parts[kind.part]), item)


def _delete(call: Call, kind: Kind, asked: Json) -> None:
    sheet, index = _find(call, kind, asked.get(_DELETED_BY.get(kind.name, kind.id)))
    del sheet.parts[kind.part][index]


for _kind in KINDS:
    REQUESTS[f"add{_kind.name}"] = lambda call, asked, kind=_kind: _add(call, kind, asked)  # type: ignore[misc]
    REQUESTS[f"update{_kind.name}"] = lambda call, asked, kind=_kind: _update(call, kind, asked)  # type: ignore[misc]
    REQUESTS[f"delete{_kind.name}"] = lambda call, asked, kind=_kind: _delete(call, kind, asked)  # type: ignore[misc]


@request("setBasicFilter")
def set_basic_filter(call: Call, asked: Json) -> None:
    """One filter per tab; its criteria hide rows."""
    given = asked.get("filter") or {}
    if "range" not in given:
        raise invalid("filter must have a range.")
    if given.get("sortSpecs") or given.get("tableId"):
        raise not_built("sorting, or a table, in setBasicFilter")
    sheet = area_of(call.book, given["range"]).sheet
    sheet.basic_filter = given
    apply_filter(Calculator(call.book, call.now), sheet)


@request("clearBasicFilter")
def clear_basic_filter(call: Call, asked: Json) -> None:
    """Every row is shown again."""
    sheet = sheet_of(call.book, asked.get("sheetId"))
    sheet.basic_filter = None
    for row in sheet.rows:
        row.filtered = False


@request("addConditionalFormatRule")
def add_rule(call: Call, asked: Json) -> None:
    """A rule at an index; the first that holds wins."""
    rule = asked.get("rule") or {}
    if not rule.get("ranges") or not ("booleanRule" in rule or "gradientRule" in rule):
        raise invalid("A conditional format rule must have ranges and a rule.")
    areas = [area_of(call.book, spot) for spot in rule["ranges"]]
    if len({area.sheet.id for area in areas}) > 1:
        raise invalid("All ranges of a conditional format rule must be on the same sheet.")
    rules = areas[0].sheet.parts["conditionalFormats"]
    index = asked.get("index") or 0
    if index > len(rules):
        raise invalid(f"No conditional format on sheet: {areas[0].sheet.id} at index: {index}")
    rules.insert(index, rule)


def _rule_at(call: Call, asked: Json, sheet_id: int | None) -> tuple[Sheet, int]:
    sheet, index = sheet_of(call.book, sheet_id), asked.get("index") or 0
    if index >= len(sheet.parts["conditionalFormats"]):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return sheet, index


@request("deleteConditionalFormatRule")
def delete_rule(call: Call, asked: Json) -> Json:
    """The rule at an index goes; those after it move up."""
    sheet, index = _rule_at(call, asked, asked.get("sheetId"))
    return {"rule": sheet.parts["conditionalFormats"].pop(index)}


@request("updateConditionalFormatRule")
def update_rule(call: Call, asked: Json) -> Json:
    """Replace the rule at an index, or move it to newIndex."""
    spots = (asked.get("rule") or {}).get("ranges") or [{}]
    sheet, index = _rule_at(call, asked, asked.get("sheetId", spots[0].get("sheetId")))
    rules = sheet.parts["conditionalFormats"]
    old = rules[index]
    if asked.get("rule") is not None:
        rules[index] = asked["rule"]
        return {"oldRule": old, "newRule": asked["rule"], "oldIndex": index, "newIndex": index}
    new_index = asked.get("newIndex") or 0
    rules.insert(new_index, rules.pop(index))
    return {"newRule": old, "oldIndex": index, "newIndex": new_index}


@request("addNamedRange")
def add_named_range(call: Call, asked: Json) -> Json:
    """A name for a range."""
    given = asked.get("namedRange") or {}
    if not given.get("name") or "range" not in given:
        raise invalid("namedRange must have a name and a range.")
    if any(other["name"].casefold() == given["name"].casefold() for other in call.book.named_ranges):
        raise invalid(f"A named range with the name {given['name']} already exists.")
    area_of(call.book, given["range"])
    item = {**given, "namedRangeId": given.get("namedRangeId") or f"{call.book.new_id():x}"}
    call.book.named_ranges.append(item)
    return {"namedRange": item}


@request("deleteNamedRange")
def delete_named_range(call: Call, asked: Json) -> None:
    """Forget a name."""
    kept = [item for item in call.book.named_ranges if item["namedRangeId"] != asked.get("namedRangeId")]
    if len(kept) == len(call.book.named_ranges):
        raise invalid(f"No named range with id: {asked.get('namedRangeId')}")
    call.book.named_ranges = kept


@request("createDeveloperMetadata")
def create_metadata(call: Call, asked: Json) -> Json:
    """Hang metadata on a place."""
    given = asked.get("developerMetadata") or {}
    if not given.get("metadataKey") or given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise invalid("Developer metadata must have a metadataKey and a visibility.")
    place = place_of(call.book, given.get("location") or {})
    number = given.get("metadataId") or call.book.new_id()
    if located(call, {"developerMetadataLookup": {"metadataId": number}}):
        raise invalid(f"Developer metadata with id {number} already exists.")
    item = Metadata(number, given["metadataKey"], given.get("metadataValue") or "", given["visibility"])
    place.shelf(call.book).append(item)
    check_size(call.book, place)
    return {"developerMetadata": as_json(place, item)}


@request("updateDeveloperMetadata")
def update_metadata(call: Call, asked: Json) -> Json:
    """Change key, value, visibility or place of everything the filters match."""
    fields, given = masks.for_update(asked.get("fields")), asked.get("developerMetadata") or {}
    changed = []
    for data_filter in asked.get("dataFilters") or []:
        for place, item in located(call, data_filter):
            old = as_json(place, item)
            new = masks.merged(fields, old, given)
            place.shelf(call.book).remove(item)
            target = place if new["location"] == old["location"] else place_of(call.book, new["location"])
            item = Metadata(item.id, new["metadataKey"], new.get("metadataValue", ""), new["visibility"])
            target.shelf(call.book).append(item)
            check_size(call.book, target)
            changed.append(as_json(target, item))
    return {"developerMetadata": changed} if changed else {}


@request("deleteDeveloperMetadata")
def delete_metadata(call: Call, asked: Json) -> Json:
    """Take off everything the filter matches."""
    found: list[tuple[Place, Metadata]] = located(call, asked.get("dataFilter") or {})
    for place, item in found:
        place.shelf(call.book).remove(item)
    return {"deletedDeveloperMetadata": [as_json(place, item) for place, item in found]} if found else {}

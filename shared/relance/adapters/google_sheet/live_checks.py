"""What could not be seen without Google, tried on a tab of its own: does it do what the protocol of a write relies on?

The checks answer the list of open behaviours in infra/google-sheets.md. The tab, and the copy that one check makes of it,
are deleted at the end, whatever happens; no other tab is read or written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relance.adapters.google_sheet.http import GoogleHttp
from relance.domain.words import reason
from relance.ports.errors import StoreError
from relance.ports.store import Sight

MARK = "relance.trial"  # never that of a register's columns
_VALUES = "responses(dataFilter,updatedData(range,values))"


def live_checks(http: GoogleHttp, spreadsheet_id: str, title: str) -> tuple[Sight, ...]:
    """A verdict for each behaviour, on a tab with this title. Raises StoreError when the tab cannot be made or deleted."""
    trial = _Trial(http, spreadsheet_id)
    trial.begin(title)
    try:
        return tuple(_seen(check, name, trial) for name, check in _CHECKS.items())
    finally:
        trial.end()


class _Trial:
    """A tab of three lines under two headings; its second column has a mark."""

    def __init__(self, http: GoogleHttp, spreadsheet_id: str) -> None:
        self._http, self._spreadsheet_id = http, spreadsheet_id
        self.id = 0
        self.copies: list[int] = []

    def begin(self, title: str) -> None:
        """Make it."""
        there = self._http.sheet("get", self._spreadsheet_id, fields="sheets(properties(sheetId,title))").get("sheets", ())
        taken = {entry["properties"]["title"] for entry in there}
        self.id = max(entry["properties"].get("sheetId", 0) for entry in there) + 1
        free = next(name for name in (title, *(f"{title} {n}" for n in range(2, 99))) if name not in taken)
        lines: list[tuple[str, str | float]] = [("A", "B"), ("c", 3.0), ("a", 1.0), ("b", 2.0)]
        rows = [{"values": [_entered(first), _entered(second)]} for first, second in lines]
        start = {"sheetId": self.id, "rowIndex": 0, "columnIndex": 0}
        size = {"rowCount": 8, "columnCount": 6}
        self.change(
            {"addSheet": {"properties": {"sheetId": self.id, "title": free, "gridProperties": size}}},
            {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}},
            {"createDeveloperMetadata": {"developerMetadata": {
                "metadataKey": MARK, "metadataValue": "b", "visibility": "DOCUMENT",
                "location": {"dimensionRange": {"sheetId": self.id, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}},
            }}},
        )  # fmt: skip

    def end(self) -> None:
        """Delete it, and the copies of it."""
        self.change(*({"deleteSheet": {"sheetId": sheet_id}} for sheet_id in (self.id, *self.copies)))

    def change(self, *requests: dict[str, Any]) -> Any:
        """Carry out requests, all of them or none."""
        return self._http.sheet("post", self._spreadsheet_id, ":batchUpdate", {"requests": list(requests)}, repeat=False)

    def area(self, left: int, right: int, top: int = 0, bottom: int = 4) -> dict[str, int]:
        """A part of the tab."""
        return {
            "sheetId": self.id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right,
        }  # fmt: skip

    def marked(self, value: str = "b", values: tuple[Any, ...] = (None,)) -> list[dict[str, Any]]:
        """Write to the column with this mark; what Google says of the ranges it found."""
        lookup = {
            "metadataKey": MARK, "metadataValue": value, "locationType": "COLUMN", "metadataLocation": {"sheetId": self.id},
            "locationMatchingStrategy": "INTERSECTING_LOCATION", "visibility": "DOCUMENT",
        }  # fmt: skip
        body = {
            "valueInputOption": "RAW", "includeValuesInResponse": True, "responseValueRenderOption": "UNFORMATTED_VALUE",
            "data": [{
                "dataFilter": {"developerMetadataLookup": lookup}, "majorDimension": "COLUMNS", "values": [list(values)],
            }],
        }  # fmt: skip
        answer = self._http.sheet("post", self._spreadsheet_id, "/values:batchUpdateByDataFilter", body, fields=_VALUES)
        found: list[dict[str, Any]] = answer.get("responses", [])
        return found

    def cells(self, area: dict[str, int]) -> list[list[dict[str, Any]]]:
        """The effective values of a part of the tab."""
        body = {"dataFilters": [{"gridRange": area}]}
        fields = "sheets(data(rowData(values(effectiveValue))))"
        answer = self._http.sheet("post", self._spreadsheet_id, ":getByDataFilter", body, fields=fields)
        rows = answer["sheets"][0]["data"][0].get("rowData", [])
        return [[cell.get("effectiveValue", {}) for cell in row.get("values", ())] for row in rows]


def _seen(check: Callable[[_Trial], Sight], name: str, trial: _Trial) -> Sight:
    try:
        return check(trial)
    except StoreError as error:
        return Sight("error", reason("trial.failed", what=reason(f"trial.{name}"), why=reason(error.code, **error.values)))


def _ok(name: str) -> Sight:
    return Sight("ok", reason(f"trial.{name}"))


def _other(name: str, safe: bool = True) -> Sight:
    return Sight("warning" if safe else "error", reason(f"trial.{name}_not"))


def _values_of(found: list[dict[str, Any]]) -> list[Any]:
    values = found[0].get("updatedData", {}).get("values") if found else None
    return list(values[0]) if values else []


def _silent(trial: _Trial) -> Sight:
    """A write that sets nothing returns the column: else the adapter reads the sheet again after each write."""
    return _ok("null_write") if _values_of(trial.marked()) == ["B", 3, 1, 2] else _other("null_write")


def _set(trial: _Trial) -> Sight:
    """A write sets the cells it names, leaves the null ones, and returns the whole column."""
    good = _values_of(trial.marked(values=(None, None, "x"))) == ["B", 3, "x", 2]
    return _ok("marked_write") if good else _other("marked_write", safe=False)


def _sorted(trial: _Trial) -> Sight:
    """Sorting rows leaves the marks of columns where they are."""
    trial.change(
        {"sortRange": {"range": trial.area(0, 2, top=1), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}}
    )
    good = _values_of(trial.marked())[:1] == ["B"]
    return _ok("sort") if good else _other("sort", safe=False)


def _inserted(trial: _Trial) -> Sight:
    """A mark follows its column when another is inserted before it."""
    span = {"sheetId": trial.id, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    trial.change({"insertDimension": {"range": span, "inheritFromBefore": False}})
    good = _values_of(trial.marked())[:1] == ["B"]
    trial.change({"deleteDimension": {"range": span}})
    return _ok("insert") if good else _other("insert", safe=False)


def _no_match(trial: _Trial) -> Sight:
    """A mark that is nowhere: left out of the answer, or refused; the adapter understands both."""
    try:
        left_out = not trial.marked("nowhere")
    except StoreError:
        return _other("no_match")
    return _ok("no_match") if left_out else _other("no_match", safe=False)


def _copied(trial: _Trial) -> Sight:
    """A copy of the tab does not answer for the tab itself."""
    answer = trial.change({"duplicateSheet": {"sourceSheetId": trial.id}})
    trial.copies.append(answer["replies"][0]["duplicateSheet"]["properties"]["sheetId"])
    return _ok("copy") if len(trial.marked()) == 1 else _other("copy", safe=False)


def _warned(trial: _Trial) -> Sight:
    """A column under a warning is written by the robot, and sorted."""
    trial.change({"addProtectedRange": {"protectedRange": {"range": trial.area(1, 2), "warningOnly": True}}})
    if _values_of(trial.marked(values=(None, "y")))[:2] != ["B", "y"]:
        return _other("warning", safe=False)
    try:
        specs = [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]
        trial.change({"sortRange": {"range": trial.area(0, 2, top=1), "sortSpecs": specs}})
    except StoreError:
        return _other("warning")
    return _ok("warning")


def _tokens(trial: _Trial) -> Sight:
    """Ticked boxes and errors are told by type, whatever the language of the sheet."""
    values = [{"userEnteredValue": {"boolValue": True}}, {"userEnteredValue": {"formulaValue": "=NA()"}}]
    start = {"sheetId": trial.id, "rowIndex": 6, "columnIndex": 0}
    trial.change({"updateCells": {"start": start, "rows": [{"values": values}], "fields": "userEnteredValue"}})
    ticked, error = (trial.cells(trial.area(0, 2, 6, 7)) or [[{}, {}]])[0][:2]
    good = ticked == {"boolValue": True} and error.get("errorValue", {}).get("type") == "N_A"
    return _ok("tokens") if good else _other("tokens", safe=False)


def _cut(trial: _Trial) -> Sight:
    """Cells that are cut leave their column's mark behind: the adapter finds the heading gone, and marks the new column."""
    destination = {"sheetId": trial.id, "rowIndex": 0, "columnIndex": 4}
    trial.change({"cutPaste": {"source": trial.area(1, 2), "destination": destination, "pasteType": "PASTE_NORMAL"}})
    return _other("cut") if _values_of(trial.marked())[:1] == ["B"] else _ok("cut")


def _entered(value: str | float) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value} if isinstance(value, str) else {"numberValue": value}}


_CHECKS: dict[str, Callable[[_Trial], Sight]] = {
    "null_write": _silent, "marked_write": _set, "sort": _sorted, "insert": _inserted, "no_match": _no_match,
    "copy": _copied, "tokens": _tokens, "warning": _warned, "cut": _cut,
}  # fmt: skip

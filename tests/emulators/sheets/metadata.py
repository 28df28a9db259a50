"""Developer metadata: where it hangs, how it is looked up, what a data filter stands for."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.emulators.sheets.calls import Call
from tests.emulators.sheets.errors import invalid
from tests.emulators.sheets.model import Json, Metadata, Sheet, Spreadsheet
from tests.emulators.sheets.refs import Area, Box, area_of, inside, parse_a1

TOTAL_LIMIT = 30_000  # characters per tab and per spreadsheet


class Place(NamedTuple):
    """Where metadata hangs: a row or column of a tab, a tab (no dimension), or the spreadsheet (no tab)."""

    sheet: Sheet | None
    dimension: str = ""
    at: int = 0

    @property
    def kind(self) -> str:
        """The locationType."""
        if self.sheet is None:
            return "SPREADSHEET"
        return {"ROWS": "ROW", "COLUMNS": "COLUMN"}.get(self.dimension, "SHEET")

    def shelf(self, book: Spreadsheet) -> list[Metadata]:
        """The list the metadata is kept in."""
        if self.sheet is None:
            return book.metadata
        if not self.dimension:
            return self.sheet.metadata
        if self.dimension == "ROWS":
            return self.sheet.rows[self.at].metadata
        return self.sheet.columns[self.at].metadata

    def area(self) -> Area | None:
        """The cells the place stands for; none for the spreadsheet."""
        if self.sheet is None:
            return None
        if not self.dimension:
            return Area(self.sheet)
        ends = (self.at, self.at + 1)
        return Area(self.sheet, *ends) if self.dimension == "ROWS" else Area(self.sheet, None, None, *ends)

    def json(self) -> Json:
        """A DeveloperMetadataLocation."""
        if self.sheet is None:
            return {"locationType": "SPREADSHEET", "spreadsheet": True}
        if not self.dimension:
            return {"locationType": "SHEET", "sheetId": self.sheet.id}
        ends = {"startIndex": self.at, "endIndex": self.at + 1}
        return {"locationType": self.kind, "dimensionRange": {"sheetId": self.sheet.id, "dimension": self.dimension, **ends}}


Found = tuple[Place, Metadata]


def everywhere(book: Spreadsheet) -> Iterator[Found]:
    """All metadata of a spreadsheet, in a stable order."""
    for item in book.metadata:
        yield Place(None), item
    for sheet in book.sheets:
        for item in sheet.metadata:
            yield Place(sheet), item
        for index, row in enumerate(sheet.rows):
            for item in row.metadata:
                yield Place(sheet, "ROWS", index), item
        for index, column in enumerate(sheet.columns):
            for item in column.metadata:
                yield Place(sheet, "COLUMNS", index), item


def as_json(place: Place, item: Metadata) -> Json:
    """A DeveloperMetadata."""
    answer: Json = {"metadataId": item.id, "metadataKey": item.key}
    if item.value:
        answer["metadataValue"] = item.value
    return {**answer, "location": place.json(), "visibility": item.visibility}


def place_of(book: Spreadsheet, location: Json) -> Place:
    """The place of a DeveloperMetadataLocation.

    Raises: ApiError 400 when it names nothing, or more than one row or column.
    """
    if location.get("spreadsheet"):
        return Place(None)
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        sheet = book.by_id(span.get("sheetId") or 0)
        if sheet is None:
            raise invalid(f"No grid with id: {span.get('sheetId') or 0}")
        start, end = span.get("startIndex") or 0, span.get("endIndex")
        lines = sheet.rows if span.get("dimension") == "ROWS" else sheet.columns
        if end != start + 1 or span.get("dimension") not in ("ROWS", "COLUMNS") or end > len(lines):
            raise invalid("A developer metadata location must be one single row or column inside the grid.")
        return Place(sheet, span["dimension"], start)
    sheet = book.by_id(location["sheetId"]) if "sheetId" in location else None
    if sheet is None:
        raise invalid("A developer metadata location must be specified.")
    return Place(sheet)


def lookup(book: Spreadsheet, wanted: Json) -> list[Found]:
    """What a DeveloperMetadataLookup matches: every field it gives must agree; a location takes what crosses it, unless
    the strategy says EXACT_LOCATION.

    Raises: ApiError 400 for a strategy without a location, or a type the strategy does not allow.
    """
    where, strategy = wanted.get("metadataLocation"), wanted.get("locationMatchingStrategy")
    place, kind = place_of(book, where) if where else None, wanted.get("locationType")
    exact = strategy == "EXACT_LOCATION"
    if strategy in ("EXACT_LOCATION", "INTERSECTING_LOCATION") and place is None:
        raise invalid("A locationMatchingStrategy must be specified together with a metadataLocation.")
    if exact and kind is not None:
        raise invalid("locationType must be left unspecified when the locationMatchingStrategy is EXACT_LOCATION.")
    if kind == "SPREADSHEET" and place is not None and (place.sheet is not None or strategy == "INTERSECTING_LOCATION"):
        raise invalid("locationType SPREADSHEET cannot be combined with this metadataLocation.")
    return [
        (other, item)
        for other, item in everywhere(book)
        if wanted.get("metadataId") in (None, item.id)
        and wanted.get("metadataKey") in (None, item.key)
        and wanted.get("metadataValue") in (None, item.value)
        and wanted.get("visibility") in (None, item.visibility)
        and kind in (None, other.kind)
        and (place is None or other == place or (not exact and _crosses(place, other)))
    ]


def _crosses(one: Place, two: Place) -> bool:
    """A tab crosses its rows and columns, a row the columns of its tab; the spreadsheet crosses nothing."""
    if one.sheet is None or two.sheet is None or one.sheet.id != two.sheet.id:
        return False
    return not one.dimension or not two.dimension or one.dimension != two.dimension or one.at == two.at


def areas(call: Call, data_filter: Json) -> list[Area]:
    """The ranges a DataFilter stands for; none when its lookup matches nothing (see Readings.unmatched_filter).

    Raises: ApiError 400.
    """
    if "a1Range" in data_filter:
        return [inside(parse_a1(call.book, data_filter["a1Range"]))]
    if "gridRange" in data_filter:
        return [inside(area_of(call.book, data_filter["gridRange"]))]
    if "developerMetadataLookup" not in data_filter:
        raise invalid("A DataFilter must name a1Range, gridRange or developerMetadataLookup.")
    found = [area for place, _ in lookup(call.book, data_filter["developerMetadataLookup"]) if (area := place.area())]
    if not found and call.readings.unmatched_filter == "error":
        raise invalid("No developer metadata matches the data filter.")
    return found


def located(call: Call, data_filter: Json) -> list[Found]:
    """The metadata a DataFilter selects: by lookup, or all that hangs on rows and columns crossing a range."""
    if "developerMetadataLookup" in data_filter:
        return lookup(call.book, data_filter["developerMetadataLookup"])
    boxes: list[Box] = [area.box() for area in areas(call, data_filter)]
    found = []
    for place, item in everywhere(call.book):
        area = place.area()
        if area is not None and any(box.meets(area.box()) for box in boxes):
            found.append((place, item))
    return found


def check_size(book: Spreadsheet, place: Place) -> None:
    """Raises: ApiError 400 when a tab's or the spreadsheet's metadata would pass 30 000 characters."""
    sheet = place.sheet
    total = sum(
        len(item.key) + len(item.value)
        for other, item in everywhere(book)
        if (other.sheet.id if other.sheet else None) == (sheet.id if sheet else None)
    )
    if total > TOTAL_LIMIT:
        raise invalid(f"The developer metadata would exceed the maximum of {TOTAL_LIMIT} characters.")

"""A register in a Google Sheet: made from an empty one, and made whole again where people broke it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relance.adapters.google_sheet.book import LOCALES, WHOLE, Sheet, book_of
from relance.adapters.google_sheet.create_pages import aged_page, help_page
from relance.adapters.google_sheet.create_rules import checks, colours, protections, views
from relance.adapters.google_sheet.create_tabs import Rows, Tab, tab_of, tab_requests
from relance.adapters.google_sheet.http import UNKNOWN, GoogleHttp
from relance.adapters.google_sheet.looks import Json
from relance.domain.tables import TABLES
from relance.domain.words import Lexicon, Words, normalise
from relance.ports.errors import StoreError

_FIELDS = f"{WHOLE.removesuffix(')')},conditionalFormats,filterViews(title),protectedRanges(protectedRangeId,description))"
_TIME_ZONE = "Europe/Paris"


def create(http: GoogleHttp, spreadsheet_id: str, lexicon: Lexicon, words: Words, rows: Mapping[str, Rows]) -> bool:
    """Make the register, or what is missing of it, in one call that is done whole or not at all; True when it was new.

    `rows` gives, by table id, the first rows of tabs that are made or empty. Cells of people's keep what they hold; a
    heading that its column lost comes back. KeyError for a column that a table does not have. Raises StoreError.
    """
    new, requests = _plan(http, spreadsheet_id, lexicon, words, rows)
    try:
        _carry_out(http, spreadsheet_id, requests)
    except StoreError as error:
        if error.code not in UNKNOWN:
            raise
        _carry_out(http, spreadsheet_id, _plan(http, spreadsheet_id, lexicon, words, rows)[1])
    return new


def _carry_out(http: GoogleHttp, spreadsheet_id: str, requests: list[Json]) -> None:
    http.sheet("post", spreadsheet_id, ":batchUpdate", {"requests": requests}, repeat=False, fields="spreadsheetId")


def _plan(
    http: GoogleHttp, spreadsheet_id: str, lexicon: Lexicon, words: Words, rows: Mapping[str, Rows]
) -> tuple[bool, list[Json]]:
    """Whether nothing of a register is there, and the requests that make it whole."""
    answer = http.sheet("get", spreadsheet_id, fields=_FIELDS)
    book = book_of(answer, lexicon)
    entries: dict[int, Any] = {entry["properties"].get("sheetId", 0): entry for entry in answer.get("sheets", ())}
    here: dict[str, Sheet] = {}
    for sheet in book.sheets:
        if sheet.table:
            here.setdefault(sheet.table, sheet)
    free = max(entries, default=0) + 1
    tabs = {
        table.id: tab_of(table.id, here.get(table.id), free + n, rows.get(table.id, ()), lexicon, words)
        for n, table in enumerate(TABLES)
    }
    requests: list[Json] = [_properties(words)]
    requests += _pages_and_tabs(tabs, here, entries, book.sheets, free + len(TABLES), lexicon, words)
    requests += _leftovers(book.sheets)
    for tab in tabs.values():
        requests += protections(tab, entries.get(tab.sheet.id, {}).get("protectedRanges", ()), http.account)
    return not here, requests


def _properties(words: Words) -> Json:
    properties = {"locale": LOCALES.get(words.language, words.language), "timeZone": _TIME_ZONE}
    return {"updateSpreadsheetProperties": {"properties": properties, "fields": "locale,timeZone"}}


def _pages_and_tabs(
    tabs: Mapping[str, Tab], here: Mapping[str, Sheet], entries: Mapping[int, Any], sheets: list[Sheet], free: int,
    lexicon: Lexicon, words: Words,
) -> Iterator[Json]:  # fmt: skip
    """All tabs first, since rules and pages name the others."""
    places = {table: tab.columns for table, tab in tabs.items()}
    for table, tab in tabs.items():
        grid = entries.get(tab.sheet.id, {}).get("properties", {}).get("gridProperties", {})
        yield from tab_requests(tab, table in here, int(grid.get("columnCount", 0)), lexicon, words)
    for tab in tabs.values():
        entry = entries.get(tab.sheet.id, {})
        yield from checks(tab, places, words)
        yield from colours(tab, entry.get("conditionalFormats", ()), places, words)
    titles = frozenset(view.get("title", "") for entry in entries.values() for view in entry.get("filterViews", ()))
    yield from views(tabs, titles, places, words)
    there = {normalise(sheet.title): sheet.id for sheet in sheets}
    aged = there.get(normalise(words.texts["look.aged_tab"]))
    if aged is None:
        aged = free
        yield from aged_page(aged, places, words)
    if normalise(words.tabs["help"]) not in there:
        ids = {table: tab.sheet.id for table, tab in tabs.items()} | {"aged": aged}
        yield from help_page(free + 1, ids, places, words)


def _leftovers(sheets: list[Sheet]) -> Iterator[Json]:
    """The one blank tab of a new spreadsheet goes."""
    if len(sheets) == 1 and not sheets[0].table and not sheets[0].rows:
        yield {"deleteSheet": {"sheetId": sheets[0].id}}

"""What `doctor` tells of a Google Sheet itself: who works in it, how it writes numbers and days, what is locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relance.adapters.google_sheet.book import LOCALES, Book, Sheet, names_of, robots
from relance.domain.words import Lexicon, reason
from relance.ports.store import Sight

SEEN = "sheets(properties(sheetId),protectedRanges(range,warningOnly,requestingUserCanEdit))"


def sights(
    account: str, answer: Mapping[str, Any], book: Book, lexicon: Lexicon, language: str, time_zone: str
) -> tuple[Sight, ...]:  # fmt: skip
    """The sights in an answer to `SEEN` and in the book as last read."""
    found = [Sight("info", reason("sheet.account", account=account))]
    wanted = LOCALES.get(language, language)
    if book.locale != wanted:
        found.append(Sight("warning", reason("sheet.locale", found=book.locale, wanted=wanted)))
    if book.time_zone != time_zone:
        found.append(Sight("warning", reason("sheet.time_zone", found=book.time_zone, wanted=time_zone)))
    locked = {entry["properties"].get("sheetId", 0): [*_locked(entry)] for entry in answer.get("sheets", ())}
    unmarked = 0
    for sheet in book.sheets:
        own = {name: column for name, column in names_of(sheet, lexicon).items() if name in robots(sheet.table)}
        held = [name for name, column in own.items() if any(_covers(area, column) for area in locked.get(sheet.id, ()))]
        if held:
            found.append(Sight("error", reason("sheet.locked", name=sheet.title, account=account, heading=_heading(held[0]))))
        unmarked += len(own.keys() - _marked(sheet))
    if unmarked:
        found.append(Sight("info", reason("sheet.unmarked", count=unmarked)))
    if len(found) == 1 + bool(unmarked):
        found.append(Sight("ok", reason("sheet.sound", found=book.locale, zone=book.time_zone)))
    return tuple(found)


def _locked(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The areas of a tab that this account may not edit: one of them makes Google refuse a whole write."""
    for protection in entry.get("protectedRanges", ()):
        if not protection.get("warningOnly") and not protection.get("requestingUserCanEdit"):
            yield protection.get("range", {})


def _covers(area: Mapping[str, Any], column: int) -> bool:
    return bool(area.get("startColumnIndex", 0) <= column < area.get("endColumnIndex", column + 1))


def _heading(name: str) -> str:
    return name.partition(".")[2]


def _marked(sheet: Sheet) -> set[str]:
    return {name for marks in sheet.anchors.values() for _, name in marks}

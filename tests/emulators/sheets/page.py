"""A tab as a page, for pictures."""

from datetime import datetime

from tests.emulators.sheets.model import Spreadsheet


def render(book: Spreadsheet, tab: str, now: datetime) -> str:
    """The HTML of a tab."""
    return f"<!doctype html><title>{book.title}</title>{tab}{now:%d}"

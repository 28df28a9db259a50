"""From worded text to its two forms: plain text, and the HTML page made of the same sentences and parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from .chars import END, ISOLATE
from .figures import locale_of
from .ready import Part

MARKS = {"table": "\x01", "bank": "\x02", "answers": "\x03", "legal_block": "\x04"}  # where a ready part stands in a text
_MARK = re.compile(f"[{''.join(MARKS.values())}]")
_ISOLATED = re.compile(f"{ISOLATE}([^{ISOLATE}{END}\n]*){END}")
MIN_PREVIEW, MAX_PREVIEW = 30, 140  # characters of what an inbox shows beside the subject


def plain(text: str, parts: Mapping[str, Part]) -> str:
    """The text with its ready parts in place."""
    return _MARK.sub(lambda found: parts[found[0]].text if found[0] in parts else "", text)


def blocks(text: str, parts: Mapping[str, Part]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What the page shows from top to bottom: paragraphs, and ready parts by their kind."""
    place = 0
    for found in _MARK.finditer(text):
        yield from _paragraphs(text[place : found.start()])
        if found[0] in parts:
            yield parts[found[0]].kind, parts[found[0]].shown
        place = found.end()
    yield from _paragraphs(text[place:])


def marks_in(text: str) -> frozenset[str]:
    """The ready parts that a text shows."""
    return frozenset(_MARK.findall(text))


def direction(language: str) -> str:
    """How lines run in a language: `ltr` or `rtl`."""
    return "rtl" if locale_of(language).character_order == "right-to-left" else "ltr"


def preview(text: str) -> str:
    """The first paragraph that says something, for the line that an inbox shows beside the subject."""
    for paragraph in _MARK.sub("\n\n", text).split("\n\n"):
        line = " ".join(paragraph.split("\n")).strip()
        if len(line) >= MIN_PREVIEW:
            return line if len(line) <= MAX_PREVIEW else f"{line[: MAX_PREVIEW - 1]}…"
    return ""


def inline(text: str) -> Markup:
    """Escaped text; isolated values in <bdi>, line ends kept."""
    if text.isascii() and text.isalnum():
        return Markup(text)
    safe = str(escape(text))
    if ISOLATE in safe or END in safe:
        safe = _ISOLATED.sub(r"<bdi>\1</bdi>", safe).replace(ISOLATE, "").replace(END, "")
    return Markup(safe.replace("\n", "<br>\n"))


def _paragraphs(text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield "text", {"text": paragraph.strip("\n")}

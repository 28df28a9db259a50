"""What characters may stand in a message: no line breaks, overrides or half characters inside a value."""

from __future__ import annotations

import re

ISOLATE, END = "\u2068", "\u2069"  # Unicode's FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE: HTML's <bdi>
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSHOWN = re.compile(r"[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")  # lone surrogates, direction overrides
_UNSENT = re.compile(r"[\ud800-\udfff\x00\x05-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def one_line(text: str) -> str:
    """Text that can neither start a line nor turn its neighbours round."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSHOWN.sub("", _BREAKS.sub(" ", text))


def value(text: str) -> str:
    """A value in one line, isolated from the sentence around it when it holds right-to-left letters."""
    line = one_line(text)
    return f"{ISOLATE}{line}{END}" if not line.isascii() and _RIGHT_TO_LEFT.search(line) else line


def sendable(text: str) -> str:
    """Text without what no mail can carry; the marks of ready parts stay."""
    return text if text.isascii() and text.isprintable() else _UNSENT.sub("", text)


def tidy(text: str) -> str:
    """Text without trailing spaces, and with one empty line where a condition left several."""
    out: list[str] = []
    for line in (line.rstrip(" \t\r") for line in text.split("\n")):
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).rstrip("\n")

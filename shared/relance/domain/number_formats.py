"""Number formats: which ones show a date, and which ones show another text than the number."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_PART = re.compile(r'"([^"]*)"?|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[([^\]]*)\]|([0#?]+)|(General)|(.)', re.S | re.I)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)$")
_CURRENCIES = {"EUR", "USD", "GBP", "CHF", "CAD", "MAD", "TND", "XOF", "XAF", "JPY"}
_UNUSED = {"0": "0", "?": " "}  # what a place without a digit shows
_PLAIN_TEXT = " -+()'\u00a0\u202f"  # unquoted characters that are shown as they are


@lru_cache(maxsize=1024)
def is_temporal(code: str) -> bool:
    """Whether numbers show as a date, a time or a duration; only the first section counts."""
    if any(re.fullmatch("h+|m+|s+", m[4] or "", re.I) for m in _PART.finditer(code)):
        return True
    return any(c in "dmyhs" for c in _letters(code))


@lru_cache(maxsize=1024)
def is_date(code: str) -> bool:
    """Whether numbers show as a calendar day."""
    return any(c in "dy" for c in _letters(code))


def _letters(code: str) -> str:
    return "".join(m[7] or "" for m in _PART.finditer(_sections(code)[0])).lower()


@lru_cache(maxsize=1024)
def _sections(code: str) -> list[str]:
    sections = [""]
    for match in _PART.finditer(code):
        if match[7] == ";":
            sections.append("")
        else:
            sections[-1] += match[0]
    return sections


@lru_cache(maxsize=1024)
def shows_text(code: str) -> bool:
    """Whether `shown` has something to say about some number."""
    return any(_parts(section) for section in _sections(code))


def shown(code: str, value: float) -> str | None:
    """The text that a format shows instead of a number, or None when it shows the number itself.

    `00000` shows 123 as `00123`, `"F-"0` as `F-123`. Formats with decimals, thousands separators, percents, currencies
    or dates show the number itself.
    """
    section, negative = _section(code, value)
    parts = _parts(section)
    if parts is None:
        return None
    whole = abs(Decimal(value)).quantize(Decimal(1), ROUND_HALF_UP)
    text = ("-" if negative and whole else "") + _fill(parts, str(whole) if whole else "")
    return None if text == f"{'-' if value < 0 else ''}{whole}" else text


def _section(code: str, value: float) -> tuple[str, bool]:
    """The section that applies, and whether it needs a minus sign."""
    sections = _sections(code)
    conditions = [_condition(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, *condition):
                return section, value < 0
        return sections[-1], value < 0
    if value < 0:
        return (sections[1], False) if len(sections) > 1 else (sections[0], True)
    return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), False


def _condition(section: str) -> tuple[str, float] | None:
    for match in _PART.finditer(section):
        found = _CONDITION.match(match[4] or "")
        if found:
            return found[1], float(found[2])
    return None


def _holds(value: float, operator: str, limit: float) -> bool:
    return (
        (value < limit and operator in ("<", "<=", "<>"))
        or (value > limit and operator in (">", ">=", "<>"))
        or (value == limit and operator in ("=", "<=", ">="))
    )


@lru_cache(maxsize=1024)
def _parts(section: str) -> tuple[tuple[bool, str], ...] | None:
    """The (is it digits, text) parts of a section that shows another text than the number; None for the others."""
    parts: list[tuple[bool, str]] = []
    for match in _PART.finditer(section):
        quoted, escaped, currency, _, digits, general, bare = match.groups()
        if currency or general or (bare and bare not in _PLAIN_TEXT):
            return None
        if digits or quoted or escaped or bare:
            parts.append((bool(digits), digits or quoted or escaped or bare))
    return tuple(parts) if _is_other_text(parts) else None


def _is_other_text(parts: list[tuple[bool, str]]) -> bool:
    places = [i for i, (digits, _) in enumerate(parts) if digits]
    if not places:
        return False
    literals = [text for digits, text in parts if not digits]
    if any(unicodedata.category(c) == "Sc" for text in literals for c in text):
        return False
    inner = "".join(text for _, text in parts[places[0] : places[-1] + 1])
    outer = [t.strip(_PLAIN_TEXT) for d, t in parts if not d]
    if inner.count("0") > 1:
        return True
    if any(text and text not in _CURRENCIES for text in outer):
        return True
    spaced = re.sub(r"[\s\u00a0\u202f]", " ", inner)
    return len(places) > 1 and spaced != "# ##0"


def _fill(parts: tuple[tuple[bool, str], ...], digits: str) -> str:
    """Digits put into the places from the right; the leftmost place takes all that remain."""
    left, out = list(digits), []
    first = next(i for i, (is_digits, _) in enumerate(parts) if is_digits)
    for i in range(len(parts) - 1, -1, -1):
        is_digits, text = parts[i]
        if not is_digits:
            out.append(text)
            continue
        out += [left.pop() if left else _UNUSED.get(place, "") for place in reversed(text)]
        if i == first:
            out.append("".join(left))
    return "".join(reversed(out)).strip()

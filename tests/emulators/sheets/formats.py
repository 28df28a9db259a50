"""Number formats: what a cell shows."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from tests.emulators.sheets.locales import Locale, locale_of, moment_of
from tests.emulators.sheets.model import CellError, Json, Scalar

ERROR_TEXT = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "ERROR": "#ERROR!",
    "LOADING": "Loading...",
}
DATE_TYPES = ("DATE", "TIME", "DATE_TIME")
_DATE_TOKEN = re.compile(r'y+|m+|d+|h+|s+|\[h+\]|am/pm|a/p|"[^"]*"|\\.|.', re.IGNORECASE | re.DOTALL)
_NUMBER_TOKEN = re.compile(r'"[^"]*"|\\.|\[\$[^\]]*\]|\[[^\]]*\]|_.|\*.|[#0?,.]+|[Ee][+-]0+|%|@|.', re.DOTALL)


def default_pattern(kind: str, locale: Locale) -> str:
    """The pattern of a format type that gives none."""
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": locale.currency,
        "DATE": locale.date,
        "TIME": locale.time,
        "DATE_TIME": f"{locale.date} {locale.time}",
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "")


def show(value: Scalar | CellError, number_format: Json | None, locale: str) -> str:
    """The text of a cell, by its number format and the spreadsheet's locale."""
    if value is None:
        return ""
    if value.__class__ is str:
        return str(value)
    if value is True or value is False:
        return locale_of(locale).true if value else locale_of(locale).false
    if isinstance(value, CellError):
        return ERROR_TEXT[value.type]
    assert isinstance(value, (int, float))
    if not number_format:
        return general(value, locale)
    return _number(value, number_format.get("type", ""), number_format.get("pattern", ""), locale)


@lru_cache(maxsize=65536)
def general(value: float, locale: str) -> str:
    """A number without a format: ten significant figures at most, whole numbers in full."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    text = f"{value:.10g}".replace("e", "E")
    return text.replace(".", locale_of(locale).decimal)


@lru_cache(maxsize=65536)
def _number(value: float, kind: str, pattern: str, locale_name: str) -> str:
    locale = locale_of(locale_name)
    pattern = pattern or default_pattern(kind, locale)
    if kind == "TEXT" or not pattern or pattern in ("@", "General"):
        return general(value, locale_name)
    if kind in DATE_TYPES:
        return _date(value, pattern, locale)
    return _sections(value, pattern, locale)


def _date(value: float, pattern: str, locale: Locale) -> str:
    moment = moment_of(value)
    tokens = _DATE_TOKEN.findall(pattern)
    twelve = any(token.lower() in ("am/pm", "a/p") for token in tokens)
    units = [token[0].lower() for token in tokens if token[0].isalpha()]
    out, seen = [], -1
    for token in tokens:
        low = token.lower()
        if low[0].isalpha():
            seen += 1
        minutes = low[0] == "m" and (units[seen - 1 : seen] == ["h"] or units[seen + 1 : seen + 2] == ["s"])
        hour = moment.hour % 12 or 12 if twelve else moment.hour
        numbers = {"d": moment.day, "h": hour, "s": moment.second, "m": moment.minute if minutes else moment.month}
        if low[0] == "y":
            out.append(f"{moment.year:04d}" if len(low) > 2 else f"{moment.year % 100:02d}")
        elif low[0] in "md" and len(low) > 2 and not minutes:
            width = "wide" if len(low) > 3 else "abbreviated"
            names, index = (locale.months(width), moment.month - 1) if low[0] == "m" else (locale.days(width), moment.weekday())
            out.append(names[index])
        elif low in ("am/pm", "a/p"):
            out.append("AM" if moment.hour < 12 else "PM")
        elif low[0] in numbers:
            out.append(f"{numbers[low[0]]:0{len(low)}d}")
        else:
            out.append(_literal(token))
    return "".join(out)


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token[1:-1]
    if token.startswith("\\"):
        return token[1:]
    if token.startswith("[$"):
        return token[2:-1].split("-")[0]
    if token.startswith("["):
        return ""
    return " " if token.startswith("_") else ("" if token.startswith("*") and len(token) > 1 else token)


def _sections(value: float, pattern: str, locale: Locale) -> str:
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', pattern)
    if value < 0 and len(parts) > 1:
        return _one(-value, parts[1], locale)
    if value == 0 and len(parts) > 2:
        return _one(value, parts[2], locale)
    return ("-" if value < 0 else "") + _one(abs(value), parts[0], locale)


def _one(value: float, pattern: str, locale: Locale) -> str:
    tokens = _NUMBER_TOKEN.findall(pattern)
    value *= 100 ** tokens.count("%")
    exponent = next((token for token in tokens if token[0] in "Ee" and token[1:2] in ("+", "-")), "")
    out = []
    placed = False
    for token in tokens:
        if set(token) <= set("#0?,.") and not placed and set(token) & set("#0?"):
            placed = True
            out.append(_digits(value, token, bool(exponent), locale))
        elif token == exponent:
            power = int(f"{value:e}".partition("e")[2])
            out.append(f"E{'-' if power < 0 else '+'}{abs(power):0{len(token) - 2}d}")
        else:
            out.append(_literal(token))
    return "".join(out)


def _digits(value: float, template: str, scientific: bool, locale: Locale) -> str:
    whole, _, decimals = template.partition(".")
    if scientific and value:
        value = float(f"{value:e}".partition("e")[0])
    text = f"{_rounded(value, len(decimals)):{',' if ',' in whole else ''}.{len(decimals)}f}"
    left, _, right = text.partition(".")
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and right.endswith("0"):
        right, optional = right[:-1], optional - 1
    if left == "0" and "0" not in whole:
        left = ""
    left = left.zfill(whole.count("0")).replace(",", locale.group)
    return left + (locale.decimal + right if right else "")


def _rounded(value: float, places: int) -> float:
    """Half away from zero on the number as written, as spreadsheets do."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))

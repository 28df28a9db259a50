"""What a typed text becomes: a number, a date, a percentage, an amount, a formula, or text (USER_ENTERED)."""

import re
from datetime import date

from tests.emulators.sheets.locales import Locale, locale_of, serial_of
from tests.emulators.sheets.model import EMPTY, Cell, Formula, Json, Scalar, tidy

_SIGNS = "€$£"
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap]m))?", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORD_DATE = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\.?\s+([^\W\d]+\.?),?\s+(\d{4})")

Read = tuple[Scalar | Formula, Json | None]


def typed(cell: Cell, text: str, locale: str, year: int) -> Cell:
    """The cell after somebody typed the text into it; the format already set stays, and `@` keeps the text as it is."""
    number_format = (cell.format or {}).get("numberFormat")
    if number_format and number_format["type"] == "TEXT":
        return cell._replace(value=text.removeprefix("'") or None, result=None)
    value, suggested = read(text, locale_of(locale), year)
    if suggested and not number_format:
        cell = cell._replace(format={**(cell.format or {}), "numberFormat": suggested})
    return cell._replace(value=value, result=None)


def read(text: str, locale: Locale, year: int) -> Read:
    """The value, and the number format that the text suggests."""
    if text.startswith("'"):
        return text[1:] or None, None
    plain = text.strip(" \u00a0\u202f")
    if plain.startswith("=") and len(plain) > 1:
        return Formula(plain), None
    if plain.upper() in ("TRUE", "FALSE", locale.true, locale.false):
        return plain.upper() in ("TRUE", locale.true), None
    found = _number(plain, locale) or _date(plain, locale, year) or _time(plain)
    return found or (text or None, None)


def _number(text: str, locale: Locale) -> Read | None:
    sign = next((mark for mark in _SIGNS if mark in text), "")
    bare = text.replace(sign, "", 1).strip(" \u00a0\u202f") if sign else text
    percent = bare.endswith("%")
    bare = bare.removesuffix("%").strip(" \u00a0\u202f")
    groups = re.escape(locale.groups)
    decimal = re.escape(locale.decimal)
    match = re.fullmatch(rf"([+-]?)(\d+|\d{{1,3}}(?:[{groups}]\d{{3}})+)?(?:{decimal}(\d*))?([eE][+-]?\d+)?", bare)
    if match is None or not (match[2] or match[3]):
        return None
    digits = re.sub(rf"[{groups}]", "", match[2] or "0")
    number = float(f"{match[1]}{digits}.{match[3] or '0'}{match[4] or ''}")
    if percent:
        return tidy(round(number / 100, 12)), {"type": "PERCENT", "pattern": "0.00%" if match[3] else "0%"}
    if sign:
        pattern = locale.currency if sign in locale.currency else f'"{sign}"#,##0.00'
        return tidy(number), {"type": "CURRENCY", "pattern": pattern}
    if match[4]:
        return tidy(number), {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if len(digits) != len(match[2] or "0"):
        return tidy(number), {"type": "NUMBER", "pattern": "#,##0.00" if match[3] else "#,##0"}
    return tidy(number), None


def _date(text: str, locale: Locale, year: int) -> Read | None:
    day, _, clock = text.partition(" ")
    moment = _time(clock) if clock and _TIME.fullmatch(clock) else None
    found = _day(day if moment else text, locale, year)
    if found is None:
        return None
    when, pattern = found
    if moment is not None:
        assert isinstance(moment[0], (int, float))
        return serial_of(when) + moment[0], {"type": "DATE_TIME", "pattern": f"{pattern} {locale.time}"}
    return serial_of(when), {"type": "DATE", "pattern": pattern}


def _day(text: str, locale: Locale, year: int) -> tuple[date, str] | None:
    try:
        if match := _ISO_DATE.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3])), "yyyy-mm-dd"
        if match := _NUMERIC_DATE.fullmatch(text):
            first, second = int(match[1]), int(match[3])
            month, day = (second, first) if locale.day_first else (first, second)
            number = int(match[4]) if match[4] else year
            return date(number + (2000 if number < 100 else 0), month, day), locale.date
        if match := _WORD_DATE.fullmatch(text.lower()):
            names = [name.lower().rstrip(".") for width in ("wide", "abbreviated") for name in locale.months(width)]
            return date(int(match[3]), names.index(match[2].rstrip(".")) % 12 + 1, int(match[1])), "d mmmm yyyy"
    except ValueError:
        return None
    return None


def _time(text: str) -> Read | None:
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    hour = int(match[1]) % 12 + (12 if match[4].lower() == "pm" else 0) if match[4] else int(match[1])
    seconds = hour * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return seconds / 86400, {"type": "TIME", "pattern": "hh:mm:ss" if match[3] else "hh:mm"}


def raw(cell: Cell, value: Scalar) -> Cell:
    """The cell after the value was stored as it is (RAW); an empty text empties the cell."""
    if cell is EMPTY:
        return Cell(value if value != "" else None)
    return Cell(value if value != "" else None, cell.format, cell.note, cell.validation)

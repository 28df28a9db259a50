"""What a spreadsheet's locale changes: separators, order of dates, money, words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import get_day_names, get_month_names

EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Locale:
    """One locale. Patterns are Google's (`dd/MM/yyyy` is written `dd/mm/yyyy`)."""

    name: str
    decimal: str
    group: str
    groups: str  # characters read as group separators
    day_first: bool
    date: str
    time: str
    currency: str
    true: str
    false: str

    def months(self, width: str) -> list[str]:
        """Names of the months, January first; width is wide or abbreviated."""
        names = get_month_names(width, "format", self.name)  # type: ignore[arg-type]
        return [str(names[number]) for number in range(1, 13)]

    def days(self, width: str) -> list[str]:
        """Names of the days, Monday first."""
        names = get_day_names(width, "format", self.name)  # type: ignore[arg-type]
        return [str(names[number]) for number in range(7)]


_KNOWN = (
    Locale("fr_FR", ",", "\u202f", " \u00a0\u202f", True, "dd/mm/yyyy", "hh:mm:ss", '#,##0.00\u00a0"€"', "VRAI", "FAUX"),
    Locale("en_GB", ".", ",", ",", True, "dd/mm/yyyy", "hh:mm:ss", '"£"#,##0.00', "TRUE", "FALSE"),
    Locale("en_US", ".", ",", ",", False, "m/d/yyyy", "h:mm:ss am/pm", '"$"#,##0.00', "TRUE", "FALSE"),
    Locale("de_DE", ",", ".", ". \u00a0\u202f", True, "dd.mm.yyyy", "hh:mm:ss", '#,##0.00\u00a0"€"', "WAHR", "FALSCH"),
)


@lru_cache
def locale_of(name: str) -> Locale:
    """The locale; an unknown one reads like its language, else like en_US."""
    for known in _KNOWN:
        if known.name == name:
            return known
    return next((known for known in _KNOWN if known.name[:2] == name[:2]), _KNOWN[2])


def serial_of(when: date | datetime) -> int | float:
    """Days since 30 December 1899."""
    if not isinstance(when, datetime):
        return (when - EPOCH).days
    seconds = when.hour * 3600 + when.minute * 60 + when.second
    return (when.date() - EPOCH).days + seconds / 86400 if seconds else (when.date() - EPOCH).days


def moment_of(serial: float) -> datetime:
    """The date and time of a serial number, to the second."""
    return datetime(EPOCH.year, EPOCH.month, EPOCH.day) + timedelta(seconds=round(serial * 86400))  # noqa: DTZ001

"""The worksheet functions the formula engine knows, with their French names."""

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.emulators.sheets.formats import general
from tests.emulators.sheets.locales import locale_of, serial_of


class Error(Exception):
    """An error value on its way through a formula."""

    def __init__(self, type: str, message: str = "") -> None:
        super().__init__(type)
        self.type = type
        self.message = message


def flat(value: Any) -> list[Any]:
    """All cells of a range, or the one value."""
    return [cell for row in value for cell in row] if isinstance(value, list) else [value]


def as_number(value: Any) -> float:
    """A value in arithmetic; text is an error."""
    if isinstance(value, Error):
        raise value
    if value is None:
        return 0
    if isinstance(value, (bool, int, float)):
        return value
    raise Error("VALUE", f"Function parameter '{value}' is a text and cannot be coerced to a number.")


def as_text(value: Any, locale: str) -> str:
    """A value joined to a text."""
    if isinstance(value, bool):
        return locale_of(locale).true if value else locale_of(locale).false
    return "" if value is None else value if isinstance(value, str) else general(value, locale)


def _rank(value: Any, other: Any) -> tuple[int, Any]:
    if value is None:
        value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def compare(sign: str, one: Any, two: Any) -> bool:
    """Numbers before texts before booleans; capitals do not count."""
    left, right = _rank(one, two), _rank(two, one)
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[sign]


def _numbers(values: tuple[Any, ...]) -> list[float]:
    found = [cell for value in values for cell in flat(value)]
    for cell in found:
        if isinstance(cell, Error):
            raise cell
    return [cell for cell in found if isinstance(cell, (int, float)) and not isinstance(cell, bool)]


def _round(value: Any, places: Any = 0) -> float:
    step = Decimal(1).scaleb(-int(as_number(places)))
    return float(Decimal(repr(as_number(value))).quantize(step, ROUND_HALF_UP))


def _truths(values: tuple[Any, ...]) -> list[bool]:
    return [bool(as_number(cell)) for value in values for cell in flat(value)]


def _criterion(wanted: Any) -> Callable[[Any], bool]:
    if not isinstance(wanted, str):
        return lambda cell: compare("=", cell, wanted) and cell is not None
    sign, text = re.match(r"(<>|<=|>=|<|>|=)?(.*)", wanted, re.DOTALL).groups()  # type: ignore[union-attr]
    other: Any = float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
    return lambda cell: compare(sign or "=", cell, other)


def _count_if(cells: Any, wanted: Any) -> int:
    accepts = _criterion(wanted)
    return sum(1 for cell in flat(cells) if not isinstance(cell, Error) and accepts(cell))


def _sum_if(cells: Any, wanted: Any, amounts: Any = None) -> float:
    accepts = _criterion(wanted)
    pairs = zip(flat(cells), flat(cells if amounts is None else amounts), strict=False)
    return sum(_numbers(tuple(amount for cell, amount in pairs if not isinstance(cell, Error) and accepts(cell))))


def _lookup(wanted: Any, table: Any, column: Any, approximate: Any = True) -> Any:
    rows = table if isinstance(table, list) else [[table]]
    best = None
    for row in rows:
        if compare("=", row[0], wanted):
            best = row
            break
        if approximate and row[0] is not None and compare("<=", row[0], wanted):
            best = row
    if best is None:
        raise Error("N_A", f"Did not find value '{wanted}' in VLOOKUP evaluation.")
    return best[int(as_number(column)) - 1]


def _if_error(value: Any, instead: Any = "") -> Any:
    return instead if isinstance(value, Error) else value


def _join(*values: Any) -> str:
    return "".join(as_text(cell, "en_US") for value in values for cell in flat(value))


def _date(year: Any, month: Any, day: Any) -> int | float:
    return serial_of(date(int(as_number(year)), int(as_number(month)), int(as_number(day))))


def _not_found() -> Any:
    raise Error("N_A")


def _negated(value: Any) -> bool:
    return not as_number(value)


def _divide(one: Any, two: Any) -> float:
    if not as_number(two):
        raise Error("DIVIDE_BY_ZERO")
    return as_number(one) / as_number(two)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *values: sum(_numbers(values)),
    "MIN": lambda *values: min(_numbers(values), default=0),
    "MAX": lambda *values: max(_numbers(values), default=0),
    "COUNT": lambda *values: len(_numbers(values)),
    "COUNTA": lambda *values: sum(1 for value in values for cell in flat(value) if cell is not None),
    "COUNTIF": _count_if,
    "SUMIF": _sum_if,
    "AVERAGE": lambda *values: _divide(sum(_numbers(values)), len(_numbers(values))),
    "ROUND": _round,
    "ABS": lambda value: abs(as_number(value)),
    "AND": lambda *values: all(_truths(values)),
    "OR": lambda *values: any(_truths(values)),
    "NOT": _negated,
    "IFERROR": _if_error,
    "ISBLANK": lambda value: value is None,
    "ISERROR": lambda value: isinstance(value, Error),
    "ISNUMBER": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "LEN": lambda value: len(as_text(value, "en_US")),
    "UPPER": lambda value: as_text(value, "en_US").upper(),
    "LOWER": lambda value: as_text(value, "en_US").lower(),
    "TRIM": lambda value: " ".join(as_text(value, "en_US").split()),
    "CONCATENATE": _join,
    "VLOOKUP": _lookup,
    "DATE": _date,
    "NA": _not_found,
    "HYPERLINK": lambda link, label=None: label or link,
    "REGEXMATCH": lambda text, pattern: re.search(pattern, as_text(text, "en_US")) is not None,
}
_FRENCH = {
    "SOMME": "SUM",
    "NB": "COUNT",
    "NBVAL": "COUNTA",
    "NB.SI": "COUNTIF",
    "SOMME.SI": "SUMIF",
    "MOYENNE": "AVERAGE",
    "ARRONDI": "ROUND",
    "ET": "AND",
    "OU": "OR",
    "NON": "NOT",
    "SIERREUR": "IFERROR",
    "ESTVIDE": "ISBLANK",
    "ESTERREUR": "ISERROR",
    "ESTNUM": "ISNUMBER",
    "NBCAR": "LEN",
    "MAJUSCULE": "UPPER",
    "MINUSCULE": "LOWER",
    "SUPPRESPACE": "TRIM",
    "CONCATENER": "CONCATENATE",
    "RECHERCHEV": "VLOOKUP",
    "LIEN_HYPERTEXTE": "HYPERLINK",
}
FUNCTIONS.update({french: FUNCTIONS[english] for french, english in _FRENCH.items()})

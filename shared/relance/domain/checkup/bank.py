"""The account that debtors are asked to pay to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relance.domain.bank import valid_iban
from relance.domain.checkup.finding import Finding, at_setting, found
from relance.domain.settings import Settings

# Length of an IBAN by country (ISO 13616, the register kept by SWIFT).
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip
# Banks of these territories have a BIC of their own country code, and IBANs of the other's.
_IBAN_OF = {
    **dict.fromkeys(("GF", "GP", "MQ", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "TF", "WF"), "FR"),
    **dict.fromkeys(("GG", "IM", "JE"), "GB"),
    "AX": "FI",
}
_BIC = re.compile("[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}([A-Z0-9]{3})?")  # bank, country, place, branch (ISO 9362)


def bank(settings: Settings) -> Iterator[Finding]:
    """The IBAN and the BIC, alone and together."""
    iban, bic = settings.iban, settings.bic
    if not iban:
        yield found("warning", "bank", "iban", at_setting("iban"))
    elif (fault := iban_fault(iban)) is not None:
        length = _LENGTHS.get(iban[:2], 0)
        yield found("error", "bank", fault, at_setting("iban"), country=iban[:2], length=len(iban), expected=length)
    else:
        yield found("ok", "bank", "iban_ok", last=iban[-4:], country=iban[:2])
    if bic:
        yield from _bic(iban, bic)


def iban_fault(iban: str) -> str | None:
    """The check that an IBAN fails (country, length, then check digits), or None."""
    expected = _LENGTHS.get(iban[:2])
    if expected is None:
        return "iban_country"
    if len(iban) != expected:
        return "iban_length"
    return None if valid_iban(iban) else "iban_key"


def _bic(iban: str, bic: str) -> Iterator[Finding]:
    form = _BIC.fullmatch(bic)
    if form is None:
        yield found("error", "bank", "bic", at_setting("bic"), text=bic)
    elif iban and iban[:2] not in (form[1], _IBAN_OF.get(form[1])):
        yield found("error", "bank", "bic_country", at_setting("bic"), bic=form[1], iban=iban[:2])
    else:
        yield found("ok", "bank", "bic_ok", bic=bic)

"""Currencies, countries and languages as people type them -> their ISO codes."""

from __future__ import annotations

import re

from .values import bad
from .words import Reason, normalise

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_ISO_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
_COUNTRIES = frozenset(_ISO_COUNTRIES.split())
_NAMED = {
    "FR": "france", "BE": "belgique belgium belgie", "CH": "suisse switzerland schweiz", "LU": "luxembourg",
    "DE": "allemagne germany deutschland", "ES": "espagne spain", "IT": "italie italy", "PT": "portugal",
    "NL": "paysbas netherlands", "GB": "royaumeuni unitedkingdom uk greatbritain", "IE": "irlande ireland",
    "AT": "autriche austria", "DK": "danemark denmark", "SE": "suede sweden", "FI": "finlande finland",
    "NO": "norvege norway", "PL": "pologne poland", "CZ": "tchequie czechia", "GR": "grece greece",
    "RO": "roumanie romania", "MC": "monaco", "US": "etatsunis unitedstates usa", "CA": "canada", "MA": "maroc morocco",
    "TN": "tunisie tunisia", "DZ": "algerie algeria", "SN": "senegal", "CI": "cotedivoire ivorycoast",
}  # fmt: skip
_COUNTRY_OF = {name: code for code, names in _NAMED.items() for name in names.split()}
_LANGUAGE_OF = {
    "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "allemand": "de", "german": "de",
    "deutsch": "de", "espagnol": "es", "spanish": "es", "italien": "it", "italian": "it", "neerlandais": "nl",
    "dutch": "nl",
}  # fmt: skip


def currency(typed: str) -> str | Reason:
    """`EUR` for `EUR`, `eur` or `€`."""
    found = _SIGNS.get(typed, typed.upper())
    return found if re.fullmatch("[A-Z]{3}", found) else bad("fault.currency", typed)


def country(typed: str) -> str | Reason:
    """`FR` for `FR`, `fr` or `France`."""
    found = typed.upper()
    return found if found in _COUNTRIES else _COUNTRY_OF.get(normalise(typed)) or bad("fault.country", typed)


def language(typed: str) -> str:
    """`fr` for `FR` or `Français`; an unknown one as typed, in lower case."""
    return _LANGUAGE_OF.get(normalise(typed), typed.lower())

"""What a sender must say of itself on every message (C. com. R123-237, R123-238; EI: R526-27), from free text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from relance.domain.settings import Settings
from relance.domain.words import NBSP, normalise

_SOLE = re.compile(
    r"(ei|e\.i\.|entrepreneu(r|re|se) individuel(le)?|(auto|micro)[ -]?entrepreneu(r|re|se)|micro[ -]?entreprise)(?!\w)",
    re.IGNORECASE,
)
_RNA = re.compile(r"W\d{9}")
_THREES = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def legal_values(s: Settings) -> Mapping[str, str]:
    """The parts of the legal block: name, form, capital, registration, registry, address; empty where there is none.

    A company: form, capital, SIREN and RCS with its town. A sole trader: `EI` beside the name, no capital. An
    association: its SIREN or RNA number, no RCS. What already says more (`SAS au capital de…`) stays as typed.
    """
    form, name = s.legal_form.strip(), s.sender_name.strip()
    sole = bool(_SOLE.match(form))
    if sole:
        name = name if re.search(r"\bEI\b", name) else f"{name} EI".strip()
        form = "" if normalise(form) == "ei" else form
    capital = "" if sole or "capital" in normalise(form) else _capital(s.share_capital.strip())
    if capital and not re.search(r"\d", capital):  # a variable one
        form, capital = f"{form} à capital {capital}".strip(), ""
    label, number = _registration(s.registration_no.strip())
    registry = "" if "association" in normalise(form) else re.sub(r"(?i)^rcs( de)?\s+", "", s.registry_city.strip())
    return {
        "name": name,
        "form": form,
        "capital": capital,
        "label": label,
        "number": number,
        "registry": "" if registry.casefold() in number.casefold() else registry,
        "address": ", ".join(line.strip() for line in s.sender_address.splitlines() if line.strip()),
    }


def _registration(typed: str) -> tuple[str, str]:
    """What kind of number it is (SIREN, SIRET, RNA, empty for others) and the number as it is read."""
    digits = re.sub(r"(?i)\b(siren|siret|rcs|n°)\b|[\s:.]", "", typed)
    if re.fullmatch(r"\d{9}", digits):
        return "SIREN", _THREES.sub(" ", digits)
    if re.fullmatch(r"\d{14}", digits):
        return "SIRET", f"{_THREES.sub(' ', digits[:9])} {digits[9:]}"
    return "RNA" if _RNA.fullmatch(digits) else "", typed


def _capital(typed: str) -> str:
    """An amount with its currency, euros when none is said, without the words `capital de` before it."""
    amount = re.sub(r"(?i)^(au |à )?capital( social)?( de)?\s*:?\s*", "", typed)
    digits = re.sub(r"\s", "", amount)
    return f"{_THREES.sub(NBSP, digits)}{NBSP}€" if re.fullmatch(r"\d+", digits) else amount

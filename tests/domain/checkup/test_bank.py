"""The account: length of the country, check digits, form and country of the BIC."""

from __future__ import annotations

import pytest

from relance.domain.checkup.bank import bank
from relance.domain.settings import Settings

FRENCH, GERMAN, MONACO = "FR7630006000011234567890189", "DE89370400440532013000", "MC5811222000010123456789030"


def checks(iban: str = "", bic: str = "") -> dict[str, str]:
    return {f.check: f.level for f in bank(Settings(iban=iban, bic=bic))}


@pytest.mark.parametrize("iban", [FRENCH, GERMAN, MONACO, "GB29NWBK60161331926819", "BE68539007547034", "NO9386011117947"])
def test_an_iban_of_any_country_is_recognised(iban: str) -> None:
    assert checks(iban) == {"iban_ok": "ok"}


@pytest.mark.parametrize(("iban", "check"), [
    (FRENCH[:-1] + "8", "iban_key"), (FRENCH[:-2], "iban_length"), (FRENCH + "0", "iban_length"),
    ("US" + FRENCH[2:], "iban_country"), ("1234567890", "iban_country"),
])  # fmt: skip
def test_an_iban_that_leads_nowhere_is_an_error(iban: str, check: str) -> None:
    assert checks(iban) == {check: "error"}


def test_without_an_iban_debtors_do_not_know_where_to_pay() -> None:
    assert checks() == {"iban": "warning"}


@pytest.mark.parametrize(("iban", "bic", "check", "level"), [
    (FRENCH, "AGRIFRPP", "bic_ok", "ok"), (FRENCH, "AGRIFRPP882", "bic_ok", "ok"), (GERMAN, "COBADEFFXXX", "bic_ok", "ok"),
    (FRENCH, "AGRIGPGX", "bic_ok", "ok"),  # a bank of Guadeloupe, whose accounts have French IBANs
    (FRENCH, "COBADEFF", "bic_country", "error"), (GERMAN, "AGRIFRPP", "bic_country", "error"),
    (FRENCH, "AGRIFRP", "bic", "error"), (FRENCH, "AGRIFRPP88", "bic", "error"), (FRENCH, "12345678", "bic", "error"),
])  # fmt: skip
def test_a_bic_has_the_form_of_one_and_the_country_of_the_iban(iban: str, bic: str, check: str, level: str) -> None:
    assert checks(iban, bic) == {"iban_ok": "ok", check: level}

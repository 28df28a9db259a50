from __future__ import annotations

import pytest

from relance.domain import codes
from relance.domain.words import Reason


@pytest.mark.parametrize(("typed", "currency"), [("EUR", "EUR"), ("usd", "USD"), ("€", "EUR"), ("$", "USD"), ("£", "GBP")])
def test_a_currency_is_a_code_or_a_sign(typed: str, currency: str) -> None:
    assert codes.currency(typed) == currency


@pytest.mark.parametrize("typed", ["euros", "E", "EU1", "¤", "ÉUR"])
def test_any_other_currency_is_refused(typed: str) -> None:
    assert codes.currency(typed) == Reason("fault.currency", (("text", typed),))


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("FR", "FR"),
        ("be", "BE"),
        ("France", "FR"),
        ("Belgium", "BE"),
        ("États-Unis", "US"),
        ("Royaume-Uni", "GB"),
        ("UK", "GB"),
    ],
)
def test_a_country_is_a_code_or_a_name(typed: str, country: str) -> None:
    assert codes.country(typed) == country


@pytest.mark.parametrize("typed", ["Freedonia", "XX", "FRA"])
def test_any_other_country_is_refused(typed: str) -> None:
    assert codes.country(typed) == Reason("fault.country", (("text", typed),))


def test_a_language_is_a_code_or_a_name_and_an_unknown_one_is_kept() -> None:
    assert [codes.language(t) for t in ("FR", "Français", "English", "Anglais", "Klingon")] == [
        "fr",
        "fr",
        "en",
        "en",
        "klingon",
    ]

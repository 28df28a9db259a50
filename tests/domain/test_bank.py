"""IBANs: the form and the check digits."""

from __future__ import annotations

import pytest

from relance.domain.bank import valid_iban


@pytest.mark.parametrize("iban", ["FR7630006000011234567890189", "DE89370400440532013000", "BE68539007547034"])
def test_an_iban_whose_check_digits_agree_is_valid(iban: str) -> None:
    assert valid_iban(iban)


@pytest.mark.parametrize(
    "iban",
    ["", "FR76", "FR7630006000011234567890188", "FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189",
     "000000000000000000000000001", "FR76300060000112345678901é9", "X" * 400],
)  # fmt: skip
def test_anything_else_is_not(iban: str) -> None:
    assert not valid_iban(iban)

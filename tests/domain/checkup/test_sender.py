"""The sender: what French law wants in a message by legal form (C. com. R123-237, R123-238), and the addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relance.domain.checkup.sender import mandatory, sender, valid_siren
from relance.domain.settings import Settings

COMPLETE = Settings(
    sender_name="Exemple", legal_form="SAS", share_capital="10 000 €", registration_no="732829320", registry_city="Paris",
    sender_address="1 rue Haute", signatory_name="Service", from_email="compta@exemple.example",
)  # fmt: skip


def checks(**changes: str) -> dict[str, str]:
    """The checks of the sender, with their levels, all well apart from these settings."""
    changed: Any = changes
    return {f.check: f.level for f in sender(replace(COMPLETE, **changed)) if f.level != "ok"}


def test_a_complete_sender_is_all_well() -> None:
    assert checks() == {}


@pytest.mark.parametrize("form", ["SAS", "sarl", "S.A.R.L.", "SASU", "SA à conseil d'administration", "EURL", "SNC",
                                  "Société par actions simplifiée", "SARL à capital variable", "SCI"])  # fmt: skip
@pytest.mark.parametrize("missing", ["share_capital", "registration_no", "registry_city", "sender_address", "sender_name"])
def test_a_company_shows_its_capital_siren_registry_and_seat(form: str, missing: str) -> None:
    assert checks(legal_form=form, **{missing: ""}) == {"mentions": "error"}


@pytest.mark.parametrize("form", ["EI", "Entrepreneur individuel", "Micro-entreprise", "EIRL"])
def test_a_sole_trader_shows_a_name_and_a_siren(form: str) -> None:
    assert checks(legal_form=form, share_capital="", registry_city="", sender_address="") == {}
    assert checks(legal_form=form, registration_no="") == {"mentions": "error"}


@pytest.mark.parametrize("form", ["Association", "association loi 1901", "Fondation"])
def test_an_association_shows_no_more_than_its_name(form: str) -> None:
    assert checks(legal_form=form, share_capital="", registration_no="", registry_city="", sender_address="") == {}
    assert checks(legal_form=form, registration_no="W751234567") == {}


def test_a_group_of_interest_has_no_capital() -> None:
    assert checks(legal_form="GIE", share_capital="") == {}
    assert checks(legal_form="GIE", registry_city="") == {"mentions": "error"}


def test_without_a_legal_form_nothing_can_be_checked_and_an_unknown_one_is_told() -> None:
    assert checks(legal_form="") == {"legal_form": "error"}
    assert checks(legal_form="Ltd", share_capital="", registration_no="07496944") == {"legal_form_unknown": "warning"}
    assert mandatory(" ") is None


@pytest.mark.parametrize(("number", "valid"), [
    ("732829320", True), ("732 829 320", True), ("732\u00a0829\u00a0320", True), ("732829321", False), ("73282932", False),
    ("73282932000074", False), ("FR732829320", False), ("", False),
])  # fmt: skip
def test_the_last_digit_of_a_siren_checks_the_others(number: str, valid: bool) -> None:
    assert valid_siren(number) is valid
    assert ("siren" in checks(registration_no=number or "0")) is not valid


def test_addresses_that_cannot_be_authenticated_or_answered_are_told() -> None:
    assert checks(from_email="") == {"from_email": "error"}
    assert checks(from_email="exemple@gmail.com") == {"free_mail": "warning"}
    assert checks(from_email="noreply@exemple.example") == {"no_reply": "warning"}
    assert checks(from_email="noreply@exemple.example", reply_to="compta@exemple.example") == {}
    assert checks(reply_to="ne-pas-repondre@exemple.example") == {"no_reply": "warning"}

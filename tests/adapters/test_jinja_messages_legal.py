"""Who the sender is by law, from whatever people typed in the settings."""

from __future__ import annotations

import pytest

from tests.adapters.drafts import a_draft
from tests.adapters.worded import text_of

COMPANY = {"sender_name": "Exemple", "sender_address": "1 rue Haute\n69001 Lyon"}
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("form", "capital", "number", "town", "said"),
    [
        ("SARL", "10 000 €", "123456789", "Lyon", "SARL au capital de 10 000 € - 123 456 789 RCS Lyon"),
        ("SAS", "1000", "123 456 789", "RCS Lyon", f"SAS au capital de 1{NBSP}000{NBSP}€ - 123 456 789 RCS Lyon"),
        ("SAS", "capital de 1 000 €", "RCS 123 456 789", "Lyon", "SAS au capital de 1 000 € - 123 456 789 RCS Lyon"),
        ("SAS au capital de 1 000 €", "1 000 €", "123456789", "Lyon", "SAS au capital de 1 000 € - 123 456 789 RCS Lyon"),
        ("SASU", "variable", "123456789", "", "SASU à capital variable - SIREN 123 456 789"),
        ("EURL", "", "12345678900012", "", "EURL - SIRET 123 456 789 00012"),
        ("SA", "", "", "Lyon", "SA"),
        ("Association loi 1901", "", "W691234567", "Lyon", "Association loi 1901 - RNA W691234567"),
        ("Association", "", "123456789", "Lyon", "Association - SIREN 123 456 789"),
        ("GmbH", "", "HRB 12345", "Berlin", "GmbH - HRB 12345 Berlin"),
        ("SAS", "", "RCS Lyon 123 456 789", "Lyon", "SAS - RCS Lyon 123 456 789"),
    ],
)
def test_a_company_names_its_form_capital_number_and_registry(
    form: str, capital: str, number: str, town: str, said: str
) -> None:
    settings = {"legal_form": form, "share_capital": capital, "registration_no": number, "registry_city": town}
    text = text_of(a_draft(settings={**COMPANY, **settings}))
    assert text.endswith(f"\n\nExemple\n{said}\n1 rue Haute, 69001 Lyon\n")


@pytest.mark.parametrize("form", ["EI", "ei", "Entrepreneur individuel", "Entrepreneuse individuelle", "Micro-entreprise"])
def test_a_sole_trader_is_named_with_ei_and_has_no_capital(form: str) -> None:
    settings = {"legal_form": form, "share_capital": "1 000 €", "registration_no": "123456789", "registry_city": ""}
    text = text_of(a_draft(settings={**COMPANY, **settings}))
    assert "\n\nExemple EI\n" in text
    assert "SIREN 123 456 789\n" in text
    assert "capital" not in text


def test_a_name_that_says_ei_says_it_once_and_eirl_is_no_ei() -> None:
    said = {"legal_form": "EI", "registration_no": "", "registry_city": ""}
    assert "\n\nEI Camille Exemple\n" in text_of(a_draft(settings={**COMPANY, **said, "sender_name": "EI Camille Exemple"}))
    assert "\n\nExemple\nEIRL" in text_of(a_draft(settings={**COMPANY, **said, "legal_form": "EIRL"}))

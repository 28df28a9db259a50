from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from relance.domain.importing import ImportOptions, ImportResult, plan_import
from relance.domain.sheet import Snapshot
from relance.domain.words import reason
from tests.domain.imports import HEADER, after, plan
from tests.domain.lexicon import FR, LEXICON, register, tab


def test_headings_are_recognised_by_id_label_and_alias_and_others_are_left_out() -> None:
    header = "Numéro de facture,CUSTOMER,Due date,ttc,Solde,Inconnu"
    found = after("invoices", register(), header, "FA9,Dupont SARL,2026-10-31,10,99,x")
    assert [(i.key, i.amount) for i in found.invoices] == [(("DUP", "FA9", ""), Decimal(10))]


def test_a_map_names_the_columns_and_one_column_may_serve_twice() -> None:
    mapping = {"code": "Compte", "name": "Compte", "email": "Mail"}
    found = after("customers", register(), "Compte,Mail,Ville", "X,a@b.fr,Lyon", columns=mapping)
    customer = found.customers["X"]
    assert (customer.name, customer.emails, customer.city) == ("X", ("a@b.fr",), "")


@pytest.mark.parametrize(
    ("mapping", "tab_named", "heading"),
    [
        ({"code": "Absent"}, "CSV", "Absent"),
        ({"level": "Compte"}, "Clients", "level"),
        ({"x": "Compte"}, "Clients", "x"),
    ],
)
def test_a_map_that_fits_nothing_is_refused(mapping: Mapping[str, str], tab_named: str, heading: str) -> None:
    result = plan("customers", register(), "Compte", "X", columns=mapping)
    assert result == ImportResult(refused=((1, reason("refusal.heading_missing", tab=tab_named, heading=heading)),))


def test_two_columns_for_one_id_are_refused() -> None:
    result = plan("customers", register(), "code,Code client,name", "X,Y,Z")
    assert result.refused == ((1, reason("refusal.heading_twice", tab="CSV", heading="Code client")),)


def test_a_column_that_the_register_lacks_is_refused_rather_than_lost() -> None:
    narrow = tab("invoices", (), ("invoice_no", "customer", "due_date", "amount"))
    snapshot = Snapshot((narrow, *register().tabs[1:]))
    filled = plan("invoices", snapshot, f"{HEADER},paid", "FA2,DUP,2026-10-31,12,5")
    assert filled.refused == ((1, reason("refusal.heading_missing", tab="Factures", heading="paid")),)
    assert plan("invoices", snapshot, f"{HEADER},paid", "FA2,DUP,2026-10-31,12,").added == 1


def test_dates_follow_the_format_given() -> None:
    found = after(
        "invoices", register(), HEADER, "FA2,DUP,31.10.2026,1", "FA3,DUP,01.11.2026,5", date_format="%d.%m.%Y"
    )  # fmt: skip
    assert [(i.due_date, i.amount) for i in found.invoices][1] == (date(2026, 11, 1), Decimal(5))


def test_a_decimal_comma_is_an_option() -> None:
    rows = [["FA2", "DUP", "2026-10-31", "1.234,56 €"]]
    result = plan_import(register(), LEXICON, FR, "invoices", HEADER.split(","), rows, ImportOptions(decimal=","))
    assert [w.value for w in result.writes][-1] == 1234.56

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.importing import ImportResult, plan_import
from relance.domain.parse import parse
from relance.domain.sheet import Snapshot, Tab
from relance.domain.words import reason
from tests.domain.imports import DAY, FA1, HEADER, PAID, after, cells, payments, plan, refusals, written
from tests.domain.lexicon import DUPONT, EN, FR, LEXICON, MARTIN, Row, register, spoken, tab


def test_a_new_invoice_stands_in_the_first_free_row_with_typed_cells() -> None:
    snapshot = register((FA1, {}, {"status": "Échue", "charges_waived": False}))
    result = plan("invoices", snapshot, f"{HEADER},situation,charges_waived,instalment", "FA2,DUP,2026-10-31,12.5,paid,yes,02")
    assert (result.added, result.updated, result.refused) == (1, 0, ())
    assert cells(snapshot, result) == [
        (3, "N° facture", "FA2"),
        (3, "Client", "DUP"),
        (3, "Échéance", date(2026, 10, 31)),
        (3, "Montant TTC", 12.5),
        (3, "Situation", "Réglée"),
        (3, "Pénalités abandonnées", "oui"),
        (3, "Tranche", "02"),
    ]


def test_values_are_written_in_the_language_of_the_register() -> None:
    snapshot = spoken(EN)
    result = plan_import(snapshot, LEXICON, EN, "customers", ["code", "Nom", "Type"], [["X", "X SA", "Particulier"]])
    assert [w.value for w in result.writes] == ["X", "X SA", "Consumer"]


def test_a_register_that_is_refused_takes_no_import() -> None:
    merged = Tab("Clients", tab("customers").rows, ("B2:B3",))
    snapshot = Snapshot((register().tabs[0], merged, tab("settings")))
    assert refusals(plan("customers", snapshot, "code,name", "X,Y")) == [(1, "refusal.merged")]
    assert refusals(plan("payments", register(), "date,amount", "2026-01-01,1")) == [(1, "refusal.tab_missing")]


def test_an_update_sets_only_the_cells_that_differ() -> None:
    row: Row = {**FA1, "customer": "Dupont SARL", "paid": 100.0, "comment": "vu", "dispute_reason": "prix"}
    snapshot = register((row,))
    header = f"{HEADER},paid,comment,dispute_reason"
    result = plan("invoices", snapshot, header, "fa1,DUP,2026-09-30,4800.00,250,,prix")
    assert (result.added, result.updated) == (0, 1)
    assert cells(snapshot, result) == [(2, "Réglé", 250.0)]


def test_an_unchanged_row_counts_neither_as_added_nor_as_updated() -> None:
    assert plan("invoices", register((FA1,)), HEADER, "FA1,DUP,2026-09-30,4800") == ImportResult()


def test_a_cell_that_cannot_be_read_is_replaced() -> None:
    snapshot = register(({**FA1, "due_date": "12/13/2025"},))
    result = plan("invoices", snapshot, HEADER, "FA1,DUP,2026-09-30,4800")
    assert cells(snapshot, result) == [(2, "Échéance", DAY)]


def test_a_partial_file_updates_known_rows_and_adds_none() -> None:
    snapshot = register((FA1,))
    result = plan("invoices", snapshot, "invoice_no,customer,paid", "FA1,DUP,10", "FA2,DUP,10")
    assert cells(snapshot, result) == [(2, "Réglé", 10.0)]
    assert result.refused == ((3, reason("fault.missing", heading="amount")),)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("FA2,DUP,31/10/2026,12", "fault.date"),
        ("FA2,DUP,2199-01-01,12", "fault.date_range"),
        ("FA2,DUP,2026-10-31,douze", "fault.amount"),
        ("FA2,DUP,2026-10-31,1.2345", "fault.amount"),
        ("FA2,DUP,2026-10-31,12 $", "fault.currency_mismatch"),
        ("FA2,Inconnu,2026-10-31,12", "fault.unknown_customer"),
        ("FA2,,2026-10-31,12", "fault.missing"),
        (",DUP,2026-10-31,12", "fault.missing"),
        ("FA2,DUP,,12", "fault.missing"),
        ("FA2,DUP,2026-10-31", "fault.missing"),
        ("FA2,DUP,2026-10-31,12,bof", "fault.choice"),
        ("FA2,DUP,2026-10-31,12,,-5", "fault.negative"),
        ("FA2,DUP,2026-10-31,12,,,R9", "fault.unknown_step"),
        ("FA2,DUP,2026-10-31,12,,,,dur", "fault.unknown_scenario"),
        ("FA2,DUP,2026-10-31,12,,,,,euros", "fault.currency"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_and_the_others_are_not(line: str, code: str) -> None:
    header = f"{HEADER},situation,paid,last_step_done,scenario,currency"
    result = plan("invoices", register((FA1,)), header, line, "", "FA3,DUP,2026-10-31,12")
    assert refusals(result) == [(2, code)]
    assert (result.added, result.updated) == (1, 0)


def test_a_credit_note_is_imported_without_a_due_date() -> None:
    assert after("invoices", register(), HEADER, "AV1,DUP,,-12").invoices[0].amount == Decimal(-12)


def test_the_second_line_with_a_key_is_refused() -> None:
    result = plan("invoices", register(), HEADER, "FA2,DUP,2026-10-31,12", "fa2,Dupont SARL,2026-10-31,13")
    assert result.refused == ((3, reason("fault.duplicate", rows="2, 3")),)
    assert result.added == 1


def test_a_key_counts_even_when_its_first_line_is_refused() -> None:
    result = plan("invoices", register(), HEADER, "FA2,DUP,demain,12", "FA2,DUP,2026-10-31,12")
    assert refusals(result) == [(2, "fault.date"), (3, "fault.duplicate")]


def test_a_key_that_stands_twice_in_the_register_is_refused() -> None:
    result = plan("invoices", register((FA1, FA1)), HEADER, "FA1,DUP,2026-10-31,12")
    assert result.refused == ((2, reason("fault.duplicate", rows="2, 3")),)


def test_customers_are_added_and_updated_by_code() -> None:
    snapshot = register()
    lines = (
        "dup,Dupont SARL,a@b.fr;c@D.fr,BE",
        "NEW,Nouveau SA,,France",
        "BAD,Mauvais,a@b,",
        ",Sans code,,",
        "PAYS,X,,Atlantide",
    )
    result = plan("customers", snapshot, "code,name,email,country", *lines)
    assert refusals(result) == [(4, "fault.email"), (5, "fault.missing"), (6, "fault.country")]
    assert (result.added, result.updated) == (1, 1)
    found = parse(written(snapshot, result.writes), LEXICON).customers
    assert (found["DUP"].emails, found["DUP"].country) == (("a@b.fr", "c@d.fr"), "BE")
    assert (found["NEW"].country, found["NEW"].row) == ("FR", 4)


def test_scenarios_are_added_and_updated_by_step() -> None:
    rows: tuple[Row, ...] = ({"scenario": "VIP", "step": "R1", "days": 5.0, "channel": "E-mail"},)
    snapshot = register(scenarios=rows)
    result = plan("scenarios", snapshot, "scenario,step,days,channel", "VIP,R1,7,email", "VIP,R2,-x,email", "VIP,R3,20,letter")
    assert (result.added, result.updated, refusals(result)) == (1, 1, [(3, "fault.integer")])
    steps = parse(written(snapshot, result.writes), LEXICON).scenarios["VIP"].steps
    assert [(s.code, s.offset, s.channel) for s in steps] == [("R1", 7, "email"), ("R3", 20, "letter")]


def test_a_payment_line_already_there_is_not_added_again() -> None:
    snapshot = payments(PAID)
    result = plan("payments", snapshot, "date,amount,invoice_no", "2026-10-01,800.00,FA1", "2026-10-01,700,FA1")
    assert (result.added, result.updated, result.refused) == (1, 0, ())


def test_a_payment_line_that_a_person_has_completed_since_is_still_known() -> None:
    snapshot = payments({**PAID, "customer": "DUP", "reference": "VIR"})
    assert plan("payments", snapshot, "date,amount,reference", "2026-10-01,800,VIR").added == 0


def test_the_second_of_two_equal_lines_of_a_file_is_refused() -> None:
    result = plan("payments", payments(), "date,amount,invoice_no", "2026-10-01,1,FA1", "2026-10-01,1,FA1")
    assert (result.added, refusals(result)) == (1, [(3, "fault.duplicate")])


def test_payment_lines_need_date_amount_and_somebody() -> None:
    lines = ("2026-10-01,,FA1,", ",5,FA1,", "2026-10-01,5,,", "2026-10-01,5,FA1,Inconnu", "2026-10-01,5,,Martin SAS")
    result = plan("payments", payments(), "date,amount,invoice_no,customer", *lines)
    assert [line for line, _ in result.refused] == [2, 3, 4, 5]
    assert result.added == 1


def test_an_import_writes_people_s_columns_only() -> None:
    header = ",".join(FR.headings["customers"].values())
    snapshot = register()
    result = plan("customers", snapshot, header, ",".join(["NEW", "Nouveau", "Public"] + [""] * 18 + ["9"] * 12))
    assert {heading for _, heading, _ in cells(snapshot, result)} == {"Code", "Nom", "Type"}


TEXT = st.text(alphabet="ab1 é-/", max_size=6)
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)
AMOUNTS = st.decimals(-10_000, 10_000, places=2).map(str)
LINES: Mapping[str, st.SearchStrategy[list[str]]] = {
    "invoices": st.builds(
        lambda *cells: list(cells), TEXT, st.sampled_from(["DUP", "Martin SAS", "x", ""]), DATES, AMOUNTS, TEXT,
        st.sampled_from(["", "Virement", "card", "x"]), st.sampled_from(["", "oui", "no"]),
    ),
    "customers": st.builds(lambda *cells: list(cells), TEXT, TEXT, st.sampled_from(["", "a@b.fr", "x"])),
    "payments": st.builds(
        lambda *cells: list(cells), DATES, AMOUNTS, TEXT, st.sampled_from(["DUP", "martin sas", "x", ""]), TEXT
    ),
    "scenarios": st.builds(
        lambda *cells: list(cells), TEXT, TEXT, st.integers(-9, 99).map(str), st.sampled_from(["email", "Appel", "x"])
    ),
}  # fmt: skip
HEADERS = {
    "invoices": ["invoice_no", "customer", "due_date", "amount", "instalment", "payment_mode", "charges_waived"],
    "customers": ["code", "name", "email"],
    "payments": ["date", "amount", "invoice_no", "customer", "reference"],
    "scenarios": ["scenario", "step", "days", "channel"],
}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(HEADERS)), st.data())
def test_importing_a_file_twice_changes_nothing_the_second_time(table: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(LINES[table], max_size=6))
    snapshot = register((FA1,), (DUPONT, MARTIN), payments=(PAID,), scenarios=())
    first = plan_import(snapshot, LEXICON, FR, table, HEADERS[table], lines)
    assert first.added + first.updated + len(first.refused) <= len(lines)
    second = plan_import(written(snapshot, first.writes), LEXICON, FR, table, HEADERS[table], lines)
    assert (second.writes, second.added, second.updated) == ((), 0, 0)
    assert second.refused == first.refused

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from relance.domain.parse import parse
from relance.domain.register import FaultyInvoice, Invoice, Register
from relance.domain.sheet import Cell, CellFault
from relance.domain.words import reason
from tests.domain.lexicon import LEXICON, Row, register, setting

FA1: Row = {"invoice_no": "FA1", "customer": "DUP", "due_date": date(2026, 9, 30), "amount": 4800.0}


def parsed(*rows: Row, **tabs: tuple[Row, ...]) -> Register:
    return parse(register(rows, **tabs), LEXICON)


def only(*rows: Row, **tabs: tuple[Row, ...]) -> Invoice:
    found = parsed(*rows, **tabs)
    assert [str(f.why) for f in found.faults] == []
    (invoice,) = found.invoices
    return invoice


def faulty(**cells: Cell) -> FaultyInvoice:
    """The row FA1 with other cells, which make it faulty; the row beside it is not touched."""
    found = parsed({**FA1, **cells}, {**FA1, "invoice_no": "FA2"})
    assert [i.number for i in found.invoices] == ["FA2"]
    (row,) = found.faulty
    assert row.faults == found.faults
    return row


def codes(row: FaultyInvoice) -> list[tuple[str, str]]:
    return [(fault.column, fault.why.code) for fault in row.faults]


def test_an_invoice_is_read_in_full() -> None:
    row: Mapping[str, Cell] = {
        **FA1, "instalment": 2.0, "invoice_date": "31/08/2026", "currency": "€", "paid": "1 000,00", "paid_on": 46290.0,
        "payment_mode": "Virement", "customer_order": 77.0, "situation": "Litige", "disputed_amount": 12.5,
        "dispute_reason": "prix", "hold_until": "2026-11-02", "promised_for": "2 novembre 2026",
        "promised_amount": "100", "last_step_done": "r2", "step_done_on": date(2026, 10, 1),
        "scenario": "Good", "document": "https://x.example/1", "situation_since": date(2026, 10, 2),
        "acknowledged_on": date(2026, 10, 3), "charges_waived": "oui",
        "comment": "vu", "Chantier": "Lyon", "status": "Réglée", "balance": "n'importe quoi",
    }  # fmt: skip
    assert only(row) == Invoice(
        customer="DUP", number="FA1", instalment="2", amount=Decimal(4800), due_date=date(2026, 9, 30), currency="EUR",
        row=2, paid=Decimal(1000), paid_on=date(2026, 9, 25), invoice_date=date(2026, 8, 31), payment_mode="transfer",
        customer_order="77", situation="disputed", disputed_amount=Decimal("12.5"), dispute_reason="prix",
        hold_until=date(2026, 11, 2), promised_for=date(2026, 11, 2), promised_amount=Decimal(100), last_step_done="R2",
        step_done_on=date(2026, 10, 1), scenario="good", document="https://x.example/1",
        situation_since=date(2026, 10, 2), acknowledged_on=date(2026, 10, 3), charges_waived=True,
        extra={"Chantier": "Lyon"},
    )  # fmt: skip


def test_an_empty_currency_is_that_of_the_register() -> None:
    assert only(FA1).currency == "EUR"
    assert only(FA1, settings=(setting("Devise", "CHF"),)).currency == "CHF"


@pytest.mark.parametrize("typed", ["DUP", "dup", "Dupont SARL", "  dupont   sarl "])
def test_a_customer_is_found_by_code_or_name(typed: str) -> None:
    assert only({**FA1, "customer": typed}).customer == "DUP"


@pytest.mark.parametrize("column", ["invoice_no", "customer", "due_date", "amount"])
def test_a_missing_required_value_is_a_fault(column: str) -> None:
    assert faulty(**{column: None}).faults[0].why == reason("fault.missing", heading=column)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("amount", "1,234", "fault.amount_ambiguous"),
        ("amount", "à voir", "fault.amount"),
        ("amount", CellFault("#REF!"), "fault.amount_error"),
        ("comment", CellFault("#N/A"), "fault.amount_error"),
        ("due_date", "12/13/2025", "fault.date"),
        ("due_date", date(1899, 12, 30), "fault.date_range"),
        ("due_date", date(2199, 1, 1), "fault.date_range"),
        ("paid", -1.0, "fault.negative"),
        ("disputed_amount", -1.0, "fault.negative"),
        ("promised_amount", "-1,00", "fault.negative"),
        ("situation", "bof", "fault.choice"),
        ("payment_mode", "troc", "fault.choice"),
        ("charges_waived", "peut-être", "fault.yes_no"),
        ("currency", "euros", "fault.currency"),
        ("currency", "USD", ""),
        ("amount", "4 800,00 $", "fault.currency_mismatch"),
        ("customer", "Inconnu SA", "fault.unknown_customer"),
        ("scenario", "dur", "fault.unknown_scenario"),
        ("scenario", " ", ""),
        ("last_step_done", "R9", "fault.unknown_step"),
    ],
)
def test_a_cell_that_cannot_be_read_makes_its_row_faulty_and_no_other(column: str, cell: Cell, code: str) -> None:
    if code:
        assert codes(faulty(**{column: cell})) == [(column, code)]
    else:
        assert parsed({**FA1, column: cell}).faulty == ()


def test_all_faults_of_a_row_are_told() -> None:
    row = faulty(amount="x", due_date="y", customer="z")
    assert codes(row) == [
        ("due_date", "fault.date"),
        ("amount", "fault.amount"),
        ("customer", "fault.unknown_customer"),
    ]
    assert (row.row, row.customer, row.number, row.balance, row.due_date) == (2, "z", "FA1", None, None)


def test_a_faulty_row_has_a_balance_when_its_amounts_are_readable() -> None:
    assert faulty(due_date="x", paid=800.0).balance == Decimal(4000)
    assert faulty(due_date="x", situation="Réglée").balance == Decimal(0)
    assert faulty(due_date="x", paid="y").balance is None
    assert faulty(amount="y").balance is None
    assert faulty(due_date="x").customer == "DUP"


def test_a_name_that_two_customers_share_is_ambiguous() -> None:
    twins: tuple[Row, ...] = (
        {"code": "A", "name": "Dupont"},
        {"code": "B", "name": "DUPONT"},
        {"code": "Dupont", "name": "C"},
    )
    found = parse(register([{**FA1, "customer": "dupont"}, {**FA1, "customer": "A"}], twins[:2]), LEXICON)
    assert codes(found.faulty[0]) == [("customer", "fault.ambiguous_customer")]
    assert found.invoices[0].customer == "A"
    assert parse(register([{**FA1, "customer": "dupont"}], twins), LEXICON).invoices[0].customer == "Dupont"


def test_no_row_with_a_duplicate_key_is_chased() -> None:
    found = parsed(FA1, {**FA1, "instalment": "2"}, {**FA1, "customer": "Dupont SARL"}, {**FA1, "customer": "MAR"})
    assert [f.row for f in found.faulty] == [2, 4]
    assert {f.faults[0].why for f in found.faulty} == {reason("fault.duplicate", rows="2, 4")}
    assert [i.key for i in found.invoices] == [("DUP", "FA1", "2"), ("MAR", "FA1", "")]


def test_a_faulty_row_takes_its_duplicate_with_it() -> None:
    found = parsed(FA1, {**FA1, "amount": "x"})
    assert found.invoices == ()
    assert [f.why.code for f in found.faulty[0].faults] == ["fault.duplicate"]


def test_empty_rows_and_rows_of_robot_cells_are_skipped() -> None:
    found = parsed({}, {"status": "Échue", "balance": 12.0}, {"charges_waived": False}, {"invoice_no": "  "}, FA1)
    assert found.faulty == ()
    assert [i.row for i in found.invoices] == [6]


def test_a_credit_note_needs_no_due_date() -> None:
    credit: Row = {**FA1, "due_date": None, "amount": -100.0}
    assert only({**credit, "invoice_date": date(2026, 9, 1)}).due_date == date(2026, 9, 1)
    assert only(credit).due_date == date(2000, 1, 1)
    assert [f.why.code for f in parsed({**credit, "due_date": "x"}).faults] == ["fault.date"]


def test_a_credit_note_is_paid_back_down_to_its_amount() -> None:
    credit: Row = {**FA1, "amount": -100.0}
    assert only({**credit, "paid": -30.0}).balance == Decimal(-70)
    assert [f.why.code for f in parsed({**credit, "paid": -130.0}).faults] == ["fault.negative"]
    assert [f.why.code for f in parsed({**credit, "paid": 30.0}).faults] == ["fault.amount"]


def test_a_formula_typed_as_text_stays_text() -> None:
    found = parsed({**FA1, "dispute_reason": '=HYPERLINK("http://x")'})
    assert found.invoices[0].dispute_reason == '=HYPERLINK("http://x")'

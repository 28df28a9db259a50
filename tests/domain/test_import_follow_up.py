from __future__ import annotations

from dataclasses import replace
from datetime import date

from relance.domain.parse import parse
from relance.domain.sheet import CellWrite, Snapshot
from relance.domain.words import Reason
from tests.domain.imports import FA1, HEADER, PAID, cells, payments, plan, written
from tests.domain.lexicon import LEXICON, Row, register, setting


def entered(snapshot: Snapshot, *lines: str, up_to: date | None = None) -> Reason | date | None:
    result = plan("payments", snapshot, "date,amount,invoice_no", *lines, up_to=up_to)
    found = parse(written(snapshot, result.writes), LEXICON)
    return found.refusal or found.settings.payments_entered_up_to


def test_payments_advance_the_date_up_to_which_they_are_entered_and_never_set_it_back() -> None:
    lines = ("2026-10-01,1,FA1", "2026-10-03,2,FA1", "2026-10-02,3,FA1")
    assert entered(payments(), *lines) == date(2026, 10, 3)
    assert entered(payments(up_to=date(2026, 10, 9)), *lines) == date(2026, 10, 9)
    assert entered(payments(), *lines, up_to=date(2026, 10, 5)) == date(2026, 10, 5)
    assert entered(payments(up_to=date(2026, 10, 9)), *lines, up_to=date(2026, 10, 5)) == date(2026, 10, 9)
    assert entered(payments(up_to=None), *lines) == date(2026, 10, 3)
    assert entered(payments(up_to="bientôt"), *lines) == date(2026, 10, 3)
    assert entered(payments(PAID), "2026-10-01,800,FA1") == date(2026, 10, 1)
    assert entered(payments(), "2026-10-01,x,FA1") == date(2026, 9, 1)


def test_the_setting_is_added_when_its_row_is_missing() -> None:
    snapshot = register((FA1,), payments=(), settings=(setting("mode", "Test"),))
    assert entered(snapshot, "2026-10-01,1,FA1") == date(2026, 10, 1)


def test_a_formula_in_the_setting_is_replaced_by_the_date() -> None:
    tabs = payments(up_to=date(2026, 12, 31)).tabs
    marked = [replace(t, formulas=frozenset({(1, 1)})) if t.title == "Réglages" else t for t in tabs]
    result = plan("payments", Snapshot(tuple(marked)), "date,amount,invoice_no", "2026-10-01,1,FA1")
    assert result.writes[-1] == CellWrite("Réglages", 1, 1, date(2026, 10, 1))


def situations(*rows: Row, lines: tuple[str, ...], header: str = HEADER, **tabs: tuple[Row, ...]) -> list[str]:
    snapshot = register(rows, **tabs)
    result = plan("invoices", snapshot, header, *lines, open_items=True)
    found = parse(written(snapshot, result.writes), LEXICON)
    return [i.situation for i in sorted(found.invoices, key=lambda i: i.row)]


def test_an_unpaid_invoice_absent_from_the_open_items_is_to_be_checked() -> None:
    rows = (
        FA1,
        {**FA1, "invoice_no": "FA2"},
        {**FA1, "invoice_no": "FA3", "situation": "Litige"},
        {**FA1, "invoice_no": "FA4", "paid": 4800.0},
        {**FA1, "invoice_no": "FA5"},
        {**FA1, "invoice_no": "AV6", "amount": -10.0},
    )
    paid: tuple[Row, ...] = ({**PAID, "amount": 4800.0, "invoice_no": "FA5"},)
    found = situations(*rows, lines=("FA1,DUP,2026-09-30,4800",), payments=paid)
    assert found == ["", "to_check", "disputed", "", "", ""]


def test_an_invoice_listed_again_is_no_longer_to_be_checked() -> None:
    rows = ({**FA1, "situation": "À vérifier"}, {**FA1, "invoice_no": "FA2", "situation": "À vérifier"})
    assert situations(*rows, lines=("FA1,DUP,2026-09-30,4800",)) == ["", "to_check"]
    assert situations(*rows, lines=("FA1,DUP,2026-09-30,4800,Litige",), header=f"{HEADER},situation") == [
        "disputed",
        "to_check",
    ]


def test_a_listed_invoice_whose_line_is_refused_keeps_its_situation() -> None:
    rows = (FA1, {**FA1, "invoice_no": "FA2", "situation": "À vérifier"})
    assert situations(*rows, lines=("FA1,DUP,x,4800", "FA2,DUP,x,4800")) == ["", "to_check"]


def test_a_row_that_is_not_understood_is_to_be_checked_as_well() -> None:
    snapshot = register(({**FA1, "due_date": "x"}, {**FA1, "invoice_no": "FA2", "situation": "bof"}))
    result = plan("invoices", snapshot, HEADER, open_items=True)
    assert cells(snapshot, result) == [(2, "Situation", "À vérifier")]
    assert result.updated == 1


def test_without_open_items_absent_invoices_are_left_alone() -> None:
    assert plan("invoices", register((FA1,)), HEADER, "FA2,DUP,2026-10-31,12").updated == 0

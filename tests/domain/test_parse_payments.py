from __future__ import annotations

from datetime import date
from decimal import Decimal

from relance.domain.parse import parse
from relance.domain.register import Invoice, Payment, Register
from relance.domain.sheet import Cell, CellFault
from relance.domain.words import Reason, reason
from tests.domain.lexicon import DUPONT, LEXICON, MARTIN, Row, register, setting

DAY = date(2026, 10, 1)


def invoice(number: str, amount: float = 1000.0, customer: str = "DUP", **cells: Cell) -> Row:
    return {"invoice_no": number, "customer": customer, "due_date": date(2026, 9, 30), "amount": amount, **cells}


def pay(amount: Cell, number: Cell = None, customer: Cell = None, day: Cell = DAY, reference: Cell = None) -> Row:
    return {"date": day, "amount": amount, "invoice_no": number, "customer": customer, "reference": reference}


def parsed(invoices: tuple[Row, ...], *payments: Row, **tabs: tuple[Row, ...]) -> Register:
    return parse(register(invoices, payments=payments, **tabs), LEXICON)


def of(found: Register, number: str, instalment: str = "") -> Invoice:
    return next(i for i in found.invoices if (i.number, i.instalment) == (number, instalment))


def why(found: Register) -> list[Reason]:
    return [f.why for f in found.faults]


def test_the_payment_lines_of_an_invoice_are_what_is_paid() -> None:
    found = parsed((invoice("FA1"), invoice("FA2")), pay(300.0, "FA1"), pay(200.0, "fa1", "dupont sarl", date(2026, 9, 1)))
    assert of(found, "FA1").paid == Decimal(500)
    assert of(found, "FA1").payments == (
        Payment(date(2026, 9, 1), Decimal(200), "DUP", "FA1"),
        Payment(DAY, Decimal(300), "DUP", "FA1"),
    )
    assert (of(found, "FA2").paid, of(found, "FA2").payments) == (Decimal(0), ())
    assert (found.notices, found.unallocated) == ((), {})


def test_without_lines_the_amount_typed_counts() -> None:
    found = parsed((invoice("FA1", paid=400.0, paid_on=DAY),))
    assert (of(found, "FA1").paid, of(found, "FA1").paid_on, of(found, "FA1").payments) == (Decimal(400), DAY, ())


def test_two_equal_lines_are_two_payments() -> None:
    assert of(parsed((invoice("FA1"),), pay(300.0, "FA1"), pay(300.0, "FA1")), "FA1").paid == Decimal(600)


def test_paid_and_payment_lines_that_differ_are_a_fault() -> None:
    found = parsed((invoice("FA1", paid=400.0), invoice("FA2", paid=500.0)), pay(300.0, "FA1"), pay(500.0, "FA2"))
    assert why(found) == [reason("fault.paid_mismatch", paid=Decimal(400), lines=Decimal(300))]
    assert [f.balance for f in found.faulty] == [Decimal(700)]
    assert of(found, "FA2").paid == Decimal(500)


def test_a_typed_nought_says_nothing_against_payment_lines() -> None:
    assert of(parsed((invoice("FA1", paid=0.0),), pay(300.0, "FA1")), "FA1").paid == Decimal(300)


def test_payments_fill_instalments_by_due_date_and_the_rest_goes_to_the_last() -> None:
    rows = (
        invoice("FA1", 100.0, instalment="3", due_date=date(2026, 12, 1)),
        invoice("FA1", 100.0, instalment="1", due_date=date(2026, 10, 1)),
        invoice("FA1", 100.0, instalment="2", due_date=date(2026, 11, 1)),
    )
    partly = parsed(rows, pay(80.0, "FA1"), pay(70.0, "FA1", day=date(2026, 10, 5)))
    assert [of(partly, "FA1", n).paid for n in "123"] == [Decimal(100), Decimal(50), Decimal(0)]
    assert [p.amount for p in of(partly, "FA1", "1").payments] == [Decimal(80), Decimal(20)]
    over = parsed(rows, pay(350.0, "FA1"))
    assert [of(over, "FA1", n).paid for n in "123"] == [Decimal(100), Decimal(100), Decimal(150)]
    assert len(of(over, "FA1", "3").payments) == 1


def test_paid_amounts_of_instalments_that_add_up_say_how_the_lines_are_shared() -> None:
    rows = (invoice("FA1", 100.0, instalment="1"), invoice("FA1", 100.0, instalment="2", paid=100.0))
    found = parsed(rows, pay(100.0, "FA1"))
    assert [of(found, "FA1", n).paid for n in "12"] == [Decimal(0), Decimal(100)]
    assert len(parsed(rows, pay(50.0, "FA1")).faulty) == 2


def test_money_sent_back_empties_the_last_instalment_filled() -> None:
    rows = (
        invoice("FA1", 100.0, instalment="1"),
        invoice("FA1", 100.0, instalment="2", due_date=date(2026, 11, 1)),
    )
    found = parsed(rows, pay(150.0, "FA1"), pay(-70.0, "FA1", day=date(2026, 10, 9)))
    assert [of(found, "FA1", n).paid for n in "12"] == [Decimal(80), Decimal(0)]


def test_more_sent_back_than_received_is_a_fault() -> None:
    assert [f.why.code for f in parsed((invoice("FA1"),), pay(-70.0, "FA1")).faults] == ["fault.negative"]


def test_a_credit_note_is_paid_back_by_a_negative_line() -> None:
    assert of(parsed((invoice("AV1", -100.0),), pay(-100.0, "AV1")), "AV1").balance == Decimal(0)


def test_a_number_under_two_customers_needs_the_customer() -> None:
    rows = (invoice("FA1"), invoice("FA1", customer="MAR"))
    named = parsed(rows, pay(300.0, "FA1", "MAR"))
    assert [i.paid for i in named.invoices] == [Decimal(0), Decimal(300)]
    found = parsed(rows, pay(300.0, "FA1"))
    problem = reason("fault.ambiguous_customer", text="FA1")
    assert found.notices == (reason("notice.payment_fault", row=2, problem=problem),)
    assert [f.faults[0].why for f in found.faulty] == [reason("fault.payment_line", row=2, problem=problem)] * 2
    assert [f.balance for f in found.faulty] == [None, None]


def test_a_number_in_another_case_must_mean_one_invoice() -> None:
    rows = (invoice("FA1"), invoice("fa1"))
    assert [i.paid for i in parsed(rows, pay(300.0, "fa1")).invoices] == [Decimal(0), Decimal(300)]
    assert [n.code for n in parsed(rows, pay(300.0, "Fa1")).notices] == ["notice.payment_fault"]


def test_an_unknown_number_counts_as_unallocated_when_the_customer_is_known() -> None:
    found = parsed((invoice("FA1"),), pay(300.0, "FA9", "Dupont SARL", reference="VIR 1"), pay(50.0, "FA8"))
    assert found.unallocated == {("DUP", "EUR"): (Payment(DAY, Decimal(300), "DUP", "", "VIR 1"),)}
    assert found.notices == (
        reason("notice.payment_unknown", row=2, invoice="FA9"),
        reason("notice.payment_unknown", row=3, invoice="FA8"),
    )
    assert of(found, "FA1").paid == Decimal(0)


def test_a_number_of_another_customer_is_not_this_customer_s() -> None:
    found = parsed((invoice("FA1"),), pay(300.0, "FA1", "MAR"))
    assert of(found, "FA1").paid == Decimal(0)
    assert list(found.unallocated) == [("MAR", "EUR")]


def test_an_unallocated_payment_is_in_the_only_currency_of_its_customer() -> None:
    dollars = invoice("FA1", currency="USD")
    assert list(parsed((dollars,), pay(1.0, customer="DUP")).unallocated) == [("DUP", "USD")]
    both = (dollars, invoice("FA2"))
    assert list(parsed(both, pay(1.0, customer="DUP")).unallocated) == [("DUP", "EUR")]
    swiss = parsed((), pay(1.0, customer="DUP"), settings=(setting("Devise", "CHF"),))
    assert list(swiss.unallocated) == [("DUP", "CHF")]


def test_a_line_that_cannot_be_read_stops_the_invoices_it_names() -> None:
    rows = (invoice("FA1", instalment="1"), invoice("FA1", instalment="2"), invoice("FA2"))
    found = parsed(rows, pay("1,234", "FA1"), pay(10.0, "FA1"))
    problem = reason("fault.amount_ambiguous", text="1,234")
    assert [f.faults[0].why for f in found.faulty] == [reason("fault.payment_line", row=2, problem=problem)] * 2
    assert [f.balance for f in found.faulty] == [None, None]
    assert [i.number for i in found.invoices] == ["FA2"]


def test_a_line_of_an_unknown_customer_stops_the_invoice_it_names() -> None:
    found = parsed((invoice("FA1"), invoice("FA2")), pay(10.0, "FA1", "Inconnu"))
    problem = reason("fault.unknown_customer", text="Inconnu")
    assert [f.faults[0].why for f in found.faulty] == [reason("fault.payment_line", row=2, problem=problem)]


def test_a_line_that_cannot_be_read_stops_its_customer_when_it_names_no_known_invoice() -> None:
    found = parsed((invoice("FA1"),), pay(10.0, "FA9", "DUP", day="demain"), pay(10.0, CellFault("#N/A"), "MAR"))
    (fault,) = found.customers["DUP"].faults
    problem = reason("fault.date", text="demain")
    assert (fault.table, fault.row, fault.why) == ("payments", 2, reason("fault.payment_line", row=2, problem=problem))
    assert [f.row for f in found.customers["MAR"].faults] == [3]
    assert [f.row for f in found.faults] == [2, 3]
    assert found.unallocated == {}


def test_a_line_that_names_nobody_is_told_in_a_notice() -> None:
    found = parsed((invoice("FA1"),), pay(10.0), pay("x"), pay(10.0, None, "Inconnu"), pay(None, "FA9"))
    assert [(dict(n.values)["row"], n.code) for n in found.notices] == [(row, "notice.payment_fault") for row in (2, 3, 4, 5)]
    assert found.notices[0] == reason("notice.payment_fault", row=2, problem=reason("fault.missing", heading="invoice_no"))
    assert found.faults == ()


def test_the_order_of_rows_changes_nothing() -> None:
    rows = (invoice("FA1", 100.0, instalment="1"), invoice("FA1", 100.0, instalment="2", due_date=date(2026, 11, 1)))
    lines = (pay(80.0, "FA1"), pay(70.0, "FA1", reference="b"), pay(5.0, customer="DUP"), pay(4.0, customer="DUP"))
    one, other = parsed(rows, *lines), parsed(rows[::-1], *lines[::-1])
    assert {(i.key, i.paid, i.payments) for i in one.invoices} == {(i.key, i.paid, i.payments) for i in other.invoices}
    assert one.unallocated == other.unallocated


def test_the_customers_tab_keeps_its_own_faults_beside_those_of_payments() -> None:
    found = parse(register((), ({**DUPONT, "email": "x"}, MARTIN), payments=(pay("x", customer="DUP"),)), LEXICON)
    assert [f.why.code for f in found.customers["DUP"].faults] == ["fault.email", "fault.payment_line"]

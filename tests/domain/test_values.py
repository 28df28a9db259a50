from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain import values
from relance.domain.sheet import Cell, CellFault, Shown
from relance.domain.words import Reason
from tests.domain.lexicon import LEXICON

YES_NO = values.yes_no(LEXICON)
CELLS = st.one_of(
    st.none(),
    st.text(),
    st.text(alphabet="0123456789 .,-()€/EURer\u00a0\u202f"),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.dates(),
    st.builds(CellFault, st.text()),
    st.builds(Shown, st.floats(), st.text()),
)


def code(found: object) -> str:
    """The code of a reason, or what was read instead."""
    return found.code if isinstance(found, Reason) else repr(found)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (1234.56, "1234.56"),
        (0.1 + 0.2, "0.30"),
        (2.675, "2.68"),
        (0.125, "0.12"),
        (-0.001, "0.00"),
        (1200.0, "1200.00"),
        (Shown(12.5, "12,5"), "12.50"),
        ("1 234,56 €", "1234.56"),
        ("1\u00a0234,56\u00a0€", "1234.56"),
        ("1\u202f234\u202f567,89", "1234567.89"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1'234.50 CHF", "1234.50"),
        ("1234.56", "1234.56"),
        ("1234,5", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("EUR 12", "12.00"),
        ("€12,00", "12.00"),
        ("(12,00)", "-12.00"),
        ("(12,00 €)", "-12.00"),
        ("12,00-", "-12.00"),
        ("12,00 €-", "-12.00"),
        ("-12,00", "-12.00"),
        ("− 12,00 €", "-12.00"),
        ("+12,00", "12.00"),
        ("-0,00", "0.00"),
    ],
)
def test_an_amount_that_reads_one_way_is_read(cell: Cell, amount: str) -> None:
    assert str(values.amount(cell)) == amount


@pytest.mark.parametrize("text", ["1,234", "1.234", "12,345", "(1,234)", "999.000 €"])
def test_an_amount_that_reads_two_ways_is_refused_as_ambiguous(text: str) -> None:
    assert code(values.amount(text)) == "fault.amount_ambiguous"


@pytest.mark.parametrize(
    "cell",
    [
        "douze", "12 34", "1 23,4", "1,2,3", "1.234.56", "12,345.67.8", "1e5", "12,", ",5", "-12-", "(12", "12)",
        "(12-", "--12", "€12€", "12 euros", "12,3456", "0,123", "1234,567", "1\n234", "٣٤", "9" * 13, "9" * 500,
        True, date(2026, 1, 1), float("nan"), float("inf"), 1e300, -1e12,
    ],
)  # fmt: skip
def test_anything_else_is_no_amount(cell: Cell) -> None:
    assert code(values.amount(cell)) == "fault.amount"


def test_an_error_cell_is_never_taken_for_empty() -> None:
    for read in (values.amount, values.day, values.identifier, values.lines, values.positive, YES_NO, values.integer()):
        found = read(CellFault("#REF!"))
        assert found == Reason("fault.amount_error", (("text", "#REF!"),))


@pytest.mark.parametrize("cell", [None, "", "   ", "\u00a0"])
def test_a_blank_cell_is_empty(cell: Cell) -> None:
    for read in (values.amount, values.day, values.identifier, values.lines, values.positive, YES_NO, values.integer()):
        assert read(cell) is None


def test_a_declared_decimal_sign_settles_what_is_ambiguous() -> None:
    assert values.amount_text("1,234", ".") == Decimal(1234)
    assert values.amount_text("100.0000", ".") == Decimal(100)
    assert values.amount_text("1.234,5", ",") == Decimal("1234.50")
    assert code(values.amount_text("1,234", ",")) == "fault.amount"
    assert code(values.amount_text("1234,56", ".")) == "fault.amount"


def test_the_currency_typed_with_an_amount_is_known() -> None:
    assert [values.typed_currency(t) for t in ("12 €", "USD 12", "12", "douze")] == ["€", "USD", "", ""]


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 11, 2),
        datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        46328.0,
        46328.75,
        "02/11/2026",
        "2/11/2026",
        "2026-11-02",
        " 2 novembre 2026 ",
        "2 November 2026",
    ],
)
def test_a_date_is_read_however_it_was_typed(cell: Cell) -> None:
    assert values.day(cell) == date(2026, 11, 2)


def test_months_are_read_with_and_without_accents() -> None:
    assert values.day("1er mars 2026") == date(2026, 3, 1)
    assert values.day("15 août 2026") == values.day("15 AOUT 2026") == date(2026, 8, 15)


@pytest.mark.parametrize(
    "cell",
    [
        "12/13/2025", "31/02/2026", "2026-13-01", "02.11.2026", "02-11-2026", "02/11/26", "2026/11/02", "demain",
        "2er mars 2026", "3 brumaire 2026", "46328", True, float("nan"),
    ],
)  # fmt: skip
def test_day_and_month_are_never_guessed(cell: Cell) -> None:
    assert code(values.day(cell)) == "fault.date"


@pytest.mark.parametrize("cell", [date(1899, 12, 30), date(2199, 1, 1), "01/01/1899", "2199-01-01", 12.0, -5.0, 1e9, 1e300])
def test_a_date_outside_2000_to_2099_is_refused(cell: Cell) -> None:
    assert code(values.day(cell)) == "fault.date_range"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" FA-001 ", "FA-001"),
        (Shown(123.0, "00123"), "00123"),
        (Shown(123.0, "  "), "123"),
        (20260001.0, "20260001"),
        (12.5, "12.5"),
        (date(2026, 11, 2), "02/11/2026"),
        (True, "TRUE"),
        ("FA\r\n001\u2028x", "FA 001 x"),
        ("FA\u200b001\ufeff", "FA001"),
        ('=HYPERLINK("http://x")', '=HYPERLINK("http://x")'),
    ],
)
def test_an_identifier_is_what_the_cell_shows_on_one_line(cell: Cell, text: str) -> None:
    assert values.identifier(cell) == text


def test_an_address_keeps_its_lines() -> None:
    assert values.lines(" 1 rue A \r\n\x0775000 Paris\n") == "1 rue A\n75000 Paris"


def test_yes_and_no_are_read_in_any_form() -> None:
    assert [YES_NO(c) for c in ("oui", "Yes", "x", "VRAI", "true", "1", 1.0, True)] == [True] * 8
    assert [YES_NO(c) for c in ("non", "No", "faux", "FALSE", "0", 0.0, False)] == [False] * 7
    assert [code(YES_NO(c)) for c in ("peut-être", 2.0, date(2026, 1, 1))] == ["fault.yes_no"] * 3


def test_a_choice_is_read_by_label_or_id_and_a_refused_one_names_the_ids() -> None:
    read = values.choice("grouping", LEXICON)
    assert [read(c) for c in ("Compte", "account", " INVOICE ", None)] == ["account", "account", "invoice", None]
    assert read("client") == Reason("fault.choice", (("text", "client"), ("allowed", ("account", "invoice"))))


def test_a_whole_number_has_bounds() -> None:
    read = values.integer(0, 100)
    assert [read(c) for c in (7.0, "7", "+7", "0")] == [7, 7, 7, 0]
    assert [code(read(c)) for c in (7.5, "7.0", "sept", 101.0, True, "9" * 30)] == ["fault.integer"] * 6
    assert code(read(-1.0)) == "fault.negative"
    assert values.integer(-10, 10)("−7") == -7


def test_a_positive_amount_refuses_a_negative_one() -> None:
    assert values.positive("12,00") == Decimal(12)
    assert code(values.positive("-12,00")) == "fault.negative"


@given(CELLS)
def test_no_cell_makes_a_reader_raise(cell: Cell) -> None:
    readers = (
        values.amount,
        values.day,
        values.identifier,
        values.lines,
        values.positive,
        YES_NO,
        values.integer(-5, 5),
    )
    for read in (*readers, values.choice("kind", LEXICON)):
        found = read(cell)
        if isinstance(found, date):
            assert 2000 <= found.year <= 2099
        if isinstance(found, Decimal):
            assert found == round(found, 2)


@given(st.decimals(min_value=-1_000_000_000, max_value=1_000_000_000, places=2))
def test_an_amount_survives_the_sheet_and_french_typing(amount: Decimal) -> None:
    assert values.amount(float(amount)) == amount
    typed = f"{amount:,.2f} €".replace(",", " ").replace(".", ",")
    assert values.amount(typed) == amount

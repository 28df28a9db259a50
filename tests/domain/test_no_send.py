from __future__ import annotations

from datetime import date

import pytest

from relance.domain.no_send import no_send_days
from relance.domain.sheet import Cell, CellFault
from relance.domain.words import Reason
from tests.domain.lexicon import LEXICON

read = no_send_days(LEXICON)
AUGUST = ((date(2026, 8, 1), date(2026, 8, 23)),)


@pytest.mark.parametrize(
    "typed",
    [
        "01/08/2026–23/08/2026", "01/08/2026 — 23/08/2026", "01/08/2026-23/08/2026", "01/08/2026 - 23/08/2026",
        "2026-08-01..2026-08-23", "2026-08-01 - 2026-08-23", "du 01/08/2026 au 23/08/2026",
        "from 2026-08-01 to 2026-08-23", "1er août 2026 au 23 août 2026",
    ],
)  # fmt: skip
def test_a_range_is_read_however_it_is_joined(typed: str) -> None:
    assert read(typed) == (frozenset(), AUGUST)


def test_weekdays_days_and_ranges_mix() -> None:
    christmas = date(2026, 12, 25)
    found = read("lundi; Saturday, 25/12/2026; 01/08/2026-23/08/2026")
    assert found == (frozenset({0, 5}), ((christmas, christmas), *AUGUST))
    assert read(christmas) == (frozenset(), ((christmas, christmas),))


def test_a_range_without_years_comes_back_every_year() -> None:
    _, ranges = read("01/08–23/08")
    assert ranges[0] == (date(2000, 8, 1), date(2000, 8, 23))
    assert (date(2026, 8, 1), date(2026, 8, 23)) in ranges
    assert len(ranges) == 100


def test_a_range_without_years_may_run_over_new_year() -> None:
    assert (date(2026, 12, 24), date(2027, 1, 2)) in read("24/12–02/01")[1]
    assert (date(2026, 2, 28), date(2026, 3, 1)) in read("29/02-01/03")[1]


@pytest.mark.parametrize(
    "typed", ["été", "32/08–33/08", "23/08/2026–01/08/2026", "01/08–23/08/2026", "01/08/2026 au 2 au 3", "12/13/2026"]
)
def test_what_cannot_be_read_is_refused(typed: str) -> None:
    assert read(typed) == Reason("fault.setting_value", (("text", typed),))


def test_an_empty_cell_says_nothing_and_an_error_is_an_error() -> None:
    nothing: tuple[Cell, ...] = (None, "", " ")
    assert [read(cell) for cell in nothing] == [None] * 3
    assert isinstance(read(CellFault("#REF!")), Reason)

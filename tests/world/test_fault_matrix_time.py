"""The fault matrix, F21 and F22: clocks are wrong, days are odd, days are missed. The index is in test_fault_matrix.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.ports.deployment import Pass
from tests.world.book import ROBOT
from tests.world.matrix import LATE, MONDAY, Case, Row
from tests.world.ports import PARIS

HOUR = timedelta(hours=1)
ODD_DAYS: dict[str, tuple[date, dict[date, date]]] = {  # the first day run, and when R1 is due by due date: five days later
    "29 March 2026, clocks forward": (date(2026, 3, 26), {
        date(2026, 3, 21): date(2026, 3, 26), date(2026, 3, 22): date(2026, 3, 27), date(2026, 3, 23): date(2026, 3, 30),
        date(2026, 3, 24): date(2026, 3, 30), date(2026, 3, 25): date(2026, 3, 30), date(2026, 3, 26): date(2026, 3, 31),
    }),
    "25 October 2026, clocks back": (date(2026, 10, 22), {
        date(2026, 10, 17): date(2026, 10, 22), date(2026, 10, 18): date(2026, 10, 23), date(2026, 10, 19): date(2026, 10, 26),
        date(2026, 10, 20): date(2026, 10, 26), date(2026, 10, 21): date(2026, 10, 26), date(2026, 10, 22): date(2026, 10, 27),
    }),
    "29 February 2028": (date(2028, 2, 25), {
        date(2028, 2, 23): date(2028, 2, 28), date(2028, 2, 24): date(2028, 2, 29), date(2028, 2, 25): date(2028, 3, 1),
    }),
    "due on 29 February 2028": (date(2028, 3, 3), {date(2028, 2, 29): date(2028, 3, 6), date(2028, 3, 1): date(2028, 3, 6)}),
    "8 May 2026, a holiday": (date(2026, 5, 7), {date(2026, 5, 2): date(2026, 5, 7), date(2026, 5, 3): date(2026, 5, 11)}),
}  # fmt: skip


@pytest.mark.parametrize("days", ODD_DAYS)
def test_F21_on_odd_days_each_step_leaves_on_its_day_in_paris_once(make_case: Callable[..., Case], days: str) -> None:
    first, expected = ODD_DAYS[days]
    rows: list[Row] = [
        {"invoice_no": f"{due:F%m%d}", "customer": f"{due:C%m%d}", "due_date": due, "amount": 100.0} for due in expected
    ]
    case = make_case(rows, start=first)
    for n in range((max(expected.values()) - first).days + 2):
        case.whole_day(first + timedelta(days=n))
    left = [(s.invoice[1], m.day) for m in case.cloud.ledger() if m.step == "R1" for s in m.said]
    assert sorted(left) == [(f"{due:F%m%d}", day) for due, day in expected.items()]
    assert {number for number, _ in left} <= set(case.taken)


@pytest.mark.parametrize("skew", [-2 * HOUR, 2 * HOUR])
def test_F21_a_clock_two_hours_wrong_changes_nothing(make_case: Callable[..., Case], skew: timedelta) -> None:
    shown = []
    for wrong in (timedelta(0), skew):
        case = make_case()
        case.announce(skew=wrong)
        case.clock.now = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 10, 30, tzinfo=PARIS)
        case.send(skew=wrong)
        assert sorted(case.taken) == ["A1", "B1"]
        shown.append({(n, c): case.cell(n, c) for n in ("A1", "B1") for c in ROBOT["invoices"]})
        case.whole_day(MONDAY + timedelta(days=1))
        assert sorted(case.taken) == ["A1", "B1"]
    assert shown[0] == shown[1]


def test_F21_a_run_over_midnight_is_one_day_s_and_the_next_day_repeats_nothing(case: Case) -> None:
    case.announce()
    case.clock.now = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 23, 59, 30, tzinfo=PARIS)
    case.clock.steps = (5,)
    case.send()
    assert case.clock.now.date() == MONDAY + timedelta(days=1)
    assert {m.day for m in case.cloud.ledger()} == {MONDAY}
    case.whole_day(MONDAY + timedelta(days=1))
    assert sorted(case.taken) == ["A1", "B1"]
    case.settle()


def test_F21_a_message_of_the_schedule_that_comes_after_midnight_is_dropped_and_the_next_day_sends(case: Case) -> None:
    case.announce()
    at = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 23, 59, tzinfo=PARIS)
    case.clock.now = at + timedelta(minutes=2)
    ran = case.scheduled(Pass("exemple", case.cloud.sheet.file.id, "send", at.astimezone(UTC)))
    assert ran is not None
    assert (ran.dropped, case.taken) == ("other_day", [])
    case.whole_day(MONDAY + timedelta(days=1))
    assert sorted(case.taken) == ["A1", "B1"]


def test_F21_a_clock_that_went_back_a_day_refuses(case: Case) -> None:
    case.chase()
    case.today -= timedelta(days=1)
    result = case.chase_unjudged()
    assert result.refused is not None
    assert (result.refused.code, sorted(case.taken)) == ("refusal.clock_back", ["A1", "B1"])


def test_F22_after_five_missed_days_each_file_gets_one_message_and_no_more_than_the_cap_leave(
    make_case: Callable[..., Case],
) -> None:
    rows: list[Row] = [
        {"invoice_no": f"F{n}", "customer": f"C{n % 6}", "due_date": LATE + timedelta(days=n % 8), "amount": 100.0}
        for n in range(12)
    ]
    case = make_case(rows)
    case.whole_day(MONDAY)
    before = len(case.taken)
    case.fresh(cap_per_day=4)
    per_day = []
    for n in range(8, 11):
        case.whole_day(MONDAY + timedelta(days=n))
        case.send()  # and a second time
        per_day.append(len(case.taken) - before)
        before = len(case.taken)
    assert per_day[0] == 4
    assert max(per_day) <= 4
    files = [(m.day, m.file) for m in case.cloud.ledger()]
    assert len(files) == len(set(files))
    case.fresh(cap_per_day=None)
    case.settle()


def test_F22_after_sixty_missed_days_the_next_step_leaves_alone_and_then_its_own_distances_hold(case: Case) -> None:
    case.whole_day(MONDAY)
    for n in range(60, 63):
        case.whole_day(MONDAY + timedelta(days=n))
    steps = [(m.step, m.day) for m in case.cloud.ledger() if m.file[0] == "C1"]
    assert [step for step, _ in steps] == ["R1", "R2"]
    assert sorted(case.taken) == ["A1", "A1", "B1", "B1"]
    case.settle()

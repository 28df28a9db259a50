"""The fault matrix, F06 to F09: SES is slow, silent, crowded, stopped or broken. The index is in test_fault_matrix.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from relance.runs.desk import Result
from tests.emulators.ses.faults import SesError
from tests.emulators.ses.server import Mood as Answer
from tests.world.accounts import STOPPED, THROTTLED, WorldAccount
from tests.world.book import FR, ROBOT
from tests.world.matrix import Case

UNCERTAIN = FR.values["status"]["uncertain"]
SILENT: tuple[tuple[Answer, Answer], ...] = (("silent_after", "silent_before"), ("reset_after", "reset_before"))
BROKEN: tuple[tuple[Answer, Answer], ...] = tuple(("500_after", lost) for lost in ("500_before", "503_before", "html_502"))


def rows_of(case: Case, number: str) -> dict[str, object]:
    """Everything the robot says on an invoice's row."""
    return {column: case.cell(number, column) for column in sorted(ROBOT["invoices"])}


def no_answer(make_case: Callable[..., Case], accepted: Answer, lost: Answer) -> None:
    """The run does and says the same whether SES had the message or not; an event, or a person, tells the difference."""
    shown = []
    for answer in (accepted, lost):
        case = make_case()
        case.cloud.post.late = 3600.0
        result = case.chase(answers=[answer])
        assert result is not None
        assert [d.message.said[0].invoice[1] for d in result.uncertain] == ["A1"]
        assert case.taken == (["A1", "B1"] if answer == accepted else ["B1"])
        assert (case.status("A1"), case.cell("A1", "status")) == ("uncertain", UNCERTAIN)
        shown.append(rows_of(case, "A1"))
        before = list(case.taken)
        for _ in range(2):
            case.later(60)
            case.chase()
        assert case.taken == before
        assert case.status("A1") == ("accepted" if answer == accepted else "uncertain")
        assert case.cell("A1", "status") == (FR.values["status"]["reminded"] if answer == accepted else UNCERTAIN)
        case.settle()
    assert shown[0] == shown[1]


@pytest.mark.parametrize(("accepted", "lost"), SILENT)
def test_F06_no_answer_in_time_is_the_same_whether_ses_has_it_or_not(
    make_case: Callable[..., Case], accepted: Answer, lost: Answer
) -> None:
    no_answer(make_case, accepted, lost)


@pytest.mark.parametrize(("accepted", "lost"), BROKEN)
def test_F09_an_answer_that_is_not_ses_s_own_is_no_answer(
    make_case: Callable[..., Case], accepted: Answer, lost: Answer
) -> None:
    no_answer(make_case, accepted, lost)


@pytest.mark.parametrize("times", [1, 5])
def test_F07_throttled_a_few_times_slows_the_run_and_each_message_leaves_once(case: Case, times: int) -> None:
    began = case.clock.now
    result = case.chase(refusals=[THROTTLED] * times)
    assert result is not None
    assert (case.taken, result.failed) == (["A1", "B1"], [])
    assert case.clock.now - began > timedelta(seconds=2**times - 1)
    case.settle()


def test_F07_throttled_ten_times_in_a_row_the_next_run_sends_the_rest_once(case: Case) -> None:
    result = case.chase(refusals=[THROTTLED] * 10)
    assert result is not None
    assert [f.why.code for f in result.failed] == ["mail.throttled"]
    assert (case.taken, case.status("A1"), case.cell("A1", "last_step")) == (["B1"], "refused", None)
    case.tomorrow()
    case.chase()
    assert case.taken == ["B1", "A1"]
    case.settle()


def pause(account: WorldAccount) -> None:
    """Somebody paused sending."""
    account.sending = False


def suspend(account: WorldAccount) -> None:
    """Amazon stopped the account."""
    account.enforcement = "SHUTDOWN"


def use_up(account: WorldAccount) -> None:
    """The day's quota was used up by others."""
    account.daily = 0.0


def recover(account: WorldAccount) -> None:
    """All is as it was."""
    account.sending, account.enforcement, account.daily = True, "HEALTHY", 50_000.0


def stopped(case: Case, result: Result | None, why: str) -> None:
    """The run ended in order, said why, and marked nothing as sent."""
    assert result is not None
    assert [f.why.code for f in result.failed] == [why]
    assert "accepted" not in {case.status("A1"), case.status("B1")}
    assert [case.cell(n, "last_step") for n in ("A1", "B1")] == [None, None]
    assert case.cell("A1", "problem")
    (record,) = [json.loads(i["summary"]["S"]) for i in case.cloud.items() if i["sk"]["S"].startswith("run#")]
    assert [f["reason"] for f in record["failed"]] == [why]  # what the alarm counts


@pytest.mark.parametrize(
    ("end", "why"), [(pause, "mail.paused"), (suspend, "mail.paused"), (use_up, "mail.daily_quota")],
    ids=["paused", "suspended", "quota"],
)  # fmt: skip
def test_F08_an_account_that_may_not_send_stops_the_run_and_tomorrow_all_leaves_once(
    case: Case, end: Callable[[WorldAccount], None], why: str
) -> None:
    end(case.cloud.account)
    stopped(case, case.chase(), why)
    assert case.taken == []
    recover(case.cloud.account)
    case.tomorrow()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    case.settle()


@pytest.mark.parametrize("refusal", STOPPED, ids=lambda r: f"{r.type} {r.message[:5]}")
def test_F08_an_account_that_is_stopped_at_a_message_marks_nothing_and_asks_no_further(case: Case, refusal: SesError) -> None:
    result = case.chase(refusals=[refusal])
    assert result is not None
    stopped(case, result, result.failed[0].why.code)
    assert case.taken == []
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    case.settle()


def test_F08_the_quota_that_is_left_is_used_and_the_rest_leaves_tomorrow(case: Case) -> None:
    case.cloud.account.daily = 1.0
    result = case.chase()
    assert result is not None
    assert (case.taken, [f.why.code for f in result.failed]) == (["A1"], ["mail.daily_quota"])
    assert (case.cell("A1", "last_step"), case.cell("B1", "last_step")) == ("R1", None)
    case.tomorrow()
    case.clock.now += timedelta(hours=4)  # the quota counts back 24 hours
    case.chase()
    assert case.taken == ["A1", "B1"]
    case.settle()

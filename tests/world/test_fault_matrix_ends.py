"""The fault matrix, F01 to F05: the machine stops at a moment of a run. The index is in test_fault_matrix.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.emulators.line import Fault
from tests.world.accounts import THROTTLED
from tests.world.book import FR
from tests.world.matrix import Case, nth
from tests.world.ports import Side

CRASHES: tuple[Fault, ...] = ("crash", "crash_after")
SIDES: tuple[Side, ...] = ("before", "after")
BEFORE_SENDING = {
    "the lease": ("UpdateItem", 1), "the run's record": ("PutItem", 1), "what is pinned": ("UpdateItem", 2),
    "what was seen": ("TransactWriteItems", 1),
}  # fmt: skip
AFTER_SENDING = {"the end of the run": 5, "that the sheet shows it": 6, "the lease given back": 7}  # as UpdateItem
UNCERTAIN = FR.values["status"]["uncertain"]


def both_leave_once(case: Case) -> None:
    """The next run does what there was to do, and the sheet says so."""
    case.later()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    assert [case.status(n) for n in ("A1", "B1")] == ["accepted", "accepted"]
    assert [case.cell(n, "last_step") for n in ("A1", "B1")] == ["R1", "R1"]
    case.settle()


@pytest.mark.parametrize("fault", CRASHES)
@pytest.mark.parametrize("moment", BEFORE_SENDING)
def test_F01_crash_before_sending_the_next_run_decides_alike(case: Case, moment: str, fault: Fault) -> None:
    assert case.chase(nth(*BEFORE_SENDING[moment], fault)) is None
    assert case.taken == []
    both_leave_once(case)


@pytest.mark.parametrize("fault", CRASHES)
@pytest.mark.parametrize("moment", AFTER_SENDING)
def test_F01_crash_after_sending_the_next_run_sends_nothing_more(case: Case, moment: str, fault: Fault) -> None:
    assert case.chase(nth("UpdateItem", AFTER_SENDING[moment], fault)) is None
    assert sorted(case.taken) == ["A1", "B1"]
    both_leave_once(case)


def test_F01_the_lease_of_a_run_that_stopped_ends_by_time(case: Case) -> None:
    case.chase(nth("PutObject", 1, "crash"))
    case.clock.now -= case.cloud.lease  # somebody asks at once
    assert case.chase() is None
    assert (case.stopped_by, case.taken) == ("ledger.busy", [])
    both_leave_once(case)


def test_F02_crash_once_the_bytes_are_kept_and_nothing_is_claimed_yet_the_row_is_looked_at_again(case: Case) -> None:
    case.chase(nth("PutObject", 1, "crash_after"))
    case.put("A1", paid=1200.0)
    case.later()
    case.chase()
    assert case.taken == ["B1"]
    assert case.status("A1") == ""
    case.settle()


def test_F02_what_ses_refused_for_now_is_claimed_again_unless_it_was_paid_meanwhile(make_case: Callable[..., Case]) -> None:
    for paid in (False, True):
        case = make_case()
        case.chase(refusals=[THROTTLED] * 6)
        assert (case.taken, case.status("A1")) == (["B1"], "refused")
        if paid:
            case.put("A1", paid=1200.0)
        case.chase()
        assert case.taken == (["B1"] if paid else ["B1", "A1"])
        case.settle()


def test_F03_crash_when_claimed_and_not_handed_over_leaves_it_uncertain_until_a_person_says_so(case: Case) -> None:
    assert case.chase(nth("SendEmail", 1, "crash")) is None
    assert (case.taken, case.status("A1")) == ([], "uncertain")
    for _ in range(2):
        case.later(24 * 60)
        case.chase()
        assert case.taken == ["B1"]
    assert case.cell("A1", "status") == UNCERTAIN
    assert case.judge.journal(FR.values["event"]["uncertain"])
    (message,) = [m for m in case.cloud.ledger() if m.status == "uncertain"]
    case.cloud.desk().ledger.resolve(message.id, "not_sent")
    case.chase()
    assert case.taken == ["B1", "A1"]
    case.settle()


def test_F04_crash_once_ses_has_it_the_send_event_tells(case: Case) -> None:
    assert case.chase(nth("SendEmail", 1, "crash_after")) is None
    assert case.taken == ["A1"]
    both_leave_once(case)


def test_F04_crash_once_ses_has_it_and_its_events_are_lost_it_is_never_repeated(case: Case) -> None:
    case.cloud.post.lost = 1.0
    assert case.chase(nth("SendEmail", 1, "crash_after")) is None
    for _ in range(3):
        case.tomorrow()
        case.chase()
    assert case.taken == ["A1", "B1"]
    assert (case.status("A1"), case.cell("A1", "status")) == ("uncertain", UNCERTAIN)
    (message,) = [m for m in case.cloud.ledger() if m.status == "uncertain"]
    case.cloud.desk().ledger.resolve(message.id, "sent")
    case.chase()
    assert (case.taken, case.cell("A1", "last_step")) == (["A1", "B1"], "R1")
    case.settle()


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("moment", ["ledger.accepted", "store.write", "store.write.wanted"])
def test_F05_crash_around_the_writing_of_the_sheet_the_next_run_writes_it(case: Case, moment: str, side: Side) -> None:
    assert case.chase(stop=(moment, side)) is None
    case.later()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    assert [case.cell(n, "last_step") for n in ("A1", "B1")] == ["R1", "R1"]
    case.settle()

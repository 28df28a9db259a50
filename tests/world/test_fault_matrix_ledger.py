"""The fault matrix, F11 to F13, F25 and F26: the ledger is crowded, shared, older or newer. Index: test_fault_matrix.py."""

from __future__ import annotations

from typing import Any

import pytest

from relance.runs.rebuild import rebuild
from tests.emulators import aws
from tests.emulators.line import UNSURE, Fault
from tests.world.book import FR
from tests.world.matrix import Case, nth

CLAIM, ACCEPTED, BYTES = ("TransactWriteItems", 2), ("UpdateItem", 3), ("PutObject", 1)  # of the first message
REQUESTS = 24  # of a run that sends two messages
CROWDED: tuple[Fault, ...] = ("throttled", "conflict")


@pytest.mark.parametrize("fault", [*UNSURE, *CROWDED])
def test_F11_a_claim_that_fails_once_is_made_again_and_is_one_claim(case: Case, fault: Fault) -> None:
    result = case.chase(nth(*CLAIM, fault))
    assert result is not None
    assert (case.taken, result.failed) == (["A1", "B1"], [])
    case.settle()


@pytest.mark.parametrize("fault", [*UNSURE, "throttled"])
def test_F11_an_acceptance_that_is_not_recorded_at_once_is_recorded_again(case: Case, fault: Fault) -> None:
    assert case.chase(nth(*ACCEPTED, fault)) is not None
    assert (case.taken, case.status("A1")) == (["A1", "B1"], "accepted")
    case.settle()


@pytest.mark.parametrize(
    ("where", "fault"),
    [*((CLAIM, fault) for fault in ("lost", "failed", *CROWDED)), (BYTES, "lost"), (BYTES, "failed")],
)  # fmt: skip
def test_F11_what_cannot_be_claimed_does_not_leave(case: Case, where: tuple[str, int], fault: Fault) -> None:
    assert case.chase(nth(*where, *[fault] * 40)) is None
    assert (case.stopped_by, case.taken, case.status("A1")) == ("ledger.unreachable", [], "")
    case.later()
    case.chase()
    assert case.taken == ["A1", "B1"]
    case.settle()


@pytest.mark.parametrize("fault", ["lost_answer", "failed_after"])
def test_F11_a_claim_of_which_no_answer_comes_is_read_back_and_leaves_once(case: Case, fault: Fault) -> None:
    result = case.chase(nth(*CLAIM, fault, fault, fault))
    assert result is not None
    assert (case.taken, result.failed) == (["A1", "B1"], [])
    case.settle()


@pytest.mark.parametrize("fault", ["lost", "lost_answer"])
def test_F11_an_acceptance_that_cannot_be_recorded_is_told_by_the_event(case: Case, fault: Fault) -> None:
    case.cloud.post.late = 60.0
    assert case.chase(nth(*ACCEPTED, *[fault] * 40)) is None
    assert (case.stopped_by, case.taken) == ("ledger.unreachable", ["A1"])
    case.later()
    case.chase()
    assert (case.taken, case.status("A1"), case.cell("A1", "last_step")) == (["A1", "B1"], "accepted", "R1")
    case.settle()


@pytest.mark.parametrize("moment", ["store.read", "ledger.history"])
def test_F12_a_run_that_reads_after_another_has_ended_finds_nothing_to_do(case: Case, moment: str) -> None:
    case.at[moment] = case.another
    result = case.chase()
    assert result is not None
    assert (result.drafts, sorted(case.taken)) == ((), ["A1", "B1"])
    case.settle()


@pytest.mark.parametrize(
    "moment",
    ["ledger.begin", "ledger.pin", "ledger.remember", "store.reread", "ledger.claim", "mailer.send", "ledger.accepted",
     "store.write", "store.write.wanted", "ledger.finish"],
)  # fmt: skip
def test_F12_of_two_runs_at_once_one_gives_way_and_each_message_leaves_once(case: Case, moment: str) -> None:
    case.at[moment] = case.another
    result = case.chase()
    assert case.stopped_by == "ledger.busy"
    assert (result is None) == (moment == "ledger.begin")
    assert sorted(case.taken) == ["A1", "B1"]
    case.settle()


@pytest.mark.parametrize("moment", ["ledger.remember", "store.reread", "ledger.claim"])
def test_F13_a_run_that_lost_its_lease_claims_nothing_of_what_the_next_one_took(case: Case, moment: str) -> None:
    def pause() -> None:
        case.clock.now += case.cloud.lease * 1.1
        case.another()

    case.at[moment] = pause
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    case.later()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    case.settle()


@pytest.mark.parametrize("lost", [False, True], ids=["held", "lost"])
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
def test_F13_another_run_before_any_request_of_a_run_with_or_without_its_lease(case: Case, number: int, lost: bool) -> None:
    def before(n: int, _: str) -> None:
        if n == number:
            case.clock.now += case.cloud.lease * (1.1 if lost else 0)
            case.another()

    case.chase(before)
    assert sorted(case.taken) == ["A1", "B1"]
    case.later()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    assert [case.cell(n, "last_step") for n in ("A1", "B1")] == ["R1", "R1"]


def test_F13_the_requests_above_are_those_of_a_run(case: Case) -> None:
    case.chase()
    assert len(case.cloud.calls) == REQUESTS


def age(case: Case, prefix: str, version: int) -> int:
    """Say that a version of Relance wrote these items; how many there are."""
    found = [i for i in case.cloud.items() if i["sk"]["S"].startswith(prefix)]
    for item in found:
        key = {"pk": item["pk"], "sk": item["sk"]}
        values: Any = {":v": {"N": str(version)}}
        aws.dynamo().update_item(
            TableName=case.cloud.table, Key=key, UpdateExpression="SET v = :v", ExpressionAttributeValues=values
        )  # fmt: skip
    return len(found)


@pytest.mark.parametrize("what", ["register", "file#C1", "message#", "task#"])
def test_F25_rows_of_a_later_version_stop_older_code_and_nothing_leaves(case: Case, what: str) -> None:
    case.put_customer("C2", email=None)
    case.chase()
    before, shown = list(case.taken), case.cell("A1", "history")
    assert age(case, what, 2) == 1
    for _ in range(9):
        case.tomorrow()
        assert case.chase() is None
        assert case.stopped_by == "ledger.newer"
    assert (case.taken, case.cell("A1", "history")) == (before, shown)
    age(case, what, 1)
    case.chase()  # the newer code is back
    assert case.taken == [*before, "A1"]


def restored(case: Case) -> list[str]:
    """The table as it was before the last run, which the sheet shows; what SES took until then."""
    items = case.cloud.items()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    case.cloud.put_back(items)
    return list(case.taken)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_F25_a_restored_table_is_behind_its_sheet_refuses_and_after_rebuild_nothing_leaves_twice(case: Case, days: int) -> None:
    case.chase(kind="announce")
    before = restored(case)
    case.tomorrow(days)
    result = case.chase_unjudged()
    assert result.refused is not None
    assert (result.refused.code, case.taken) == ("refusal.sheet_ahead", before)
    assert rebuild(case.cloud.desk(), case.clock.now).messages == 2
    result = case.chase_unjudged()
    assert (result.refused, case.taken) == (None, before)
    case.tomorrow(7)
    case.chase_unjudged()
    assert sorted(case.taken) == ["A1", "A1", "B1", "B1"]  # R1, and R2 at its date


def test_F25_a_table_that_was_emptied_is_a_lost_memory_and_refuses(case: Case) -> None:
    before = restored(case)
    assert case.cloud.items() == []
    result = case.chase_unjudged()
    assert result.refused is not None
    assert (result.refused.code, case.taken) == ("refusal.ledger_lost", before)


def uncertain(case: Case) -> str:
    """A message that SES never had, and of which nobody knows that."""
    case.chase(answers=["reset_before"])
    (message,) = [m for m in case.cloud.ledger() if m.status == "uncertain"]
    return message.id


def click(case: Case, message_id: str, word: Any = "not_sent") -> None:
    """The operator's command."""
    case.cloud.desk().ledger.resolve(message_id, word)


def test_F26_not_sent_clicked_twice_sends_it_once_more(case: Case) -> None:
    message_id = uncertain(case)
    click(case, message_id)
    click(case, message_id)
    for _ in range(2):
        case.chase()
        assert case.taken == ["B1", "A1"]
    click(case, message_id)  # from a page left open
    case.chase()
    assert (case.taken, case.status("A1")) == (["B1", "A1"], "accepted")
    (item,) = [i for i in case.cloud.items() if i["sk"]["S"] == f"message#{message_id}"]
    assert (item["attempt"]["N"], len(item["earlier"]["L"])) == ("2", 1)
    assert "not_sent" in item["earlier"]["L"][0]["S"]
    case.settle()


def test_F26_not_sent_clicked_when_the_message_has_just_left_again_changes_nothing(case: Case) -> None:
    message_id = uncertain(case)
    click(case, message_id)
    case.at["ledger.accepted"] = lambda: click(case, message_id)
    case.chase()
    case.chase()
    assert (case.taken, case.status("A1")) == (["B1", "A1"], "accepted")
    case.settle()


def test_F26_sent_and_not_sent_the_last_word_stands_until_ses_has_said_something(case: Case) -> None:
    message_id = uncertain(case)
    click(case, message_id, "sent")
    assert case.status("A1") == "accepted"
    case.cloud.desk().ledger.resolve(message_id, "not_sent")
    assert case.status("A1") == "refused"
    case.chase()
    assert (case.taken, case.cell("A1", "delivery")) == (["B1", "A1"], FR.values["event"]["sent"])
    case.settle()

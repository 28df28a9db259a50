"""The fault matrix, F18: what SES says later comes late, twice, in any order, early or never. Index: test_fault_matrix.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from relance.adapters.ses.events import returned
from relance.domain.history import Message
from relance.ports.errors import LedgerError
from relance.runs.mail_events import mail_event
from tests.emulators import aws
from tests.emulators.line import UNSURE, Fault, Line
from tests.emulators.ses.account import Fate
from tests.emulators.ses.events import events_of
from tests.world.book import FR, Tables
from tests.world.matrix import LATE, Case, Row
from tests.world.people import OUTCOME, TASK

DAY = 24 * 3600.0
EXPECTED: dict[Fate, str] = {
    "delivered": "accepted", "bounced": "bounced", "transient": "accepted", "delayed": "accepted", "complained": "accepted",
}  # fmt: skip


def tasks(case: Case, kind: str) -> list[dict[str, Any]]:
    """The lines of the To do tab about something."""
    table = case.cloud.look()["todo"]
    rows = [n for n in table.used() if str(table.get(n, "action")).startswith(TASK[kind])]
    return [{c: table.get(n, c) for c in ("no", "customer", "outcome", "briefing")} for n in rows]


def answer(case: Case, kind: str, outcome: str = "done") -> None:
    """Somebody did what the lines about something ask."""

    def change(_: Any, tables: Tables) -> str:
        table = tables["todo"]
        for n in table.used():
            if str(table.get(n, "action")).startswith(TASK[kind]) and not table.get(n, "outcome"):
                table.put(n, "outcome", OUTCOME[outcome])
        return f"{kind}: {outcome}"

    case.act(change)


def fated(make_case: Callable[..., Case]) -> Case:
    """A customer for each fate a message may have."""
    rows: list[Row] = [
        {"invoice_no": fate, "customer": f"C{n}", "due_date": LATE, "amount": 100.0} for n, fate in enumerate(EXPECTED)
    ]
    case = make_case(rows)
    case.cloud.account.fates |= {f"compta@c{n}.example": fate for n, fate in enumerate(EXPECTED)}
    return case


@pytest.mark.parametrize("seed", range(4))
def test_F18_events_late_for_three_days_twice_and_in_any_order_end_alike(make_case: Callable[..., Case], seed: int) -> None:
    case = fated(make_case)
    case.cloud.post.random, case.cloud.post.late, case.cloud.post.twice = Random(seed), 3 * DAY, 0.6
    case.cloud.random = Random(seed)
    case.chase(answers=["reset_after", "well", "silent_after"])
    assert len(case.taken) == len(EXPECTED)
    for _ in range(4):
        case.tomorrow()
        case.chase()
    assert len(case.taken) == len(EXPECTED)
    assert {fate: case.status(fate) for fate in EXPECTED} == EXPECTED
    assert [len(tasks(case, kind)) for kind in ("address", "complaint")] == [1, 1]
    case.settle()


def test_F18_events_before_the_answer_is_recorded_end_alike(make_case: Callable[..., Case]) -> None:
    case = fated(make_case)
    known: list[str] = []
    case.at["ledger.accepted"] = lambda: known.extend(e.kind for m in case.cloud.ledger() for e in m.events)
    case.chase()
    assert known == ["sent", "delivered"] or known == ["delivered", "sent"]  # the first message's
    assert {fate: case.status(fate) for fate in EXPECTED} == EXPECTED
    case.settle()


def test_F18_lost_events_leave_what_ses_answered(make_case: Callable[..., Case]) -> None:
    case = fated(make_case)
    case.cloud.post.lost = 1.0
    case.chase()
    for _ in range(2):
        case.tomorrow()
        case.chase()
    assert {case.status(fate) for fate in EXPECTED} == {"accepted"}
    assert len(case.taken) == len(EXPECTED)
    case.settle()


def test_F18_a_bounce_asks_for_an_address_counts_for_nothing_and_the_step_leaves_to_the_new_one(case: Case) -> None:
    case.cloud.account.fates["compta@c1.example"] = "bounced"
    case.chase()
    assert (case.status("A1"), case.cell("A1", "delivery")) == ("bounced", FR.values["event"]["bounced"])
    case.tomorrow()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    (task,) = tasks(case, "address")
    assert "compta@c1.example" in task["briefing"]
    case.put_customer("C1", email="neuf@c1.example")
    case.tomorrow()
    case.chase()
    assert [t.to for t in case.cloud.account.taken if t.to[0].endswith("@c1.example")] == [
        ("compta@c1.example",), ("neuf@c1.example",),
    ]  # fmt: skip
    assert case.cell("A1", "last_step") == "R1"
    case.settle()


def test_F18_a_bounce_of_one_of_two_addresses_the_other_is_written_to_from_then_on(case: Case) -> None:
    case.put_customer("C1", email="un@c1.example; deux@c1.example")
    case.cloud.account.fates["un@c1.example"] = "bounced"
    case.chase()
    assert case.status("A1") == "accepted"
    case.tomorrow(7)
    case.chase()
    assert case.cloud.account.taken[-2].to == ("deux@c1.example",)
    assert len(tasks(case, "address")) == 1
    case.settle()


def test_F18_a_bounce_and_a_new_address_on_the_same_day_the_row_says_that_it_leaves_tomorrow(case: Case) -> None:
    case.cloud.account.fates["compta@c1.example"] = "bounced"
    case.chase()
    case.put_customer("C1", email="neuf@c1.example")
    result = case.chase()
    assert result is not None
    assert (result.drafts, result.failed) == ((), [])
    assert case.cell("A1", "next_date") == case.today + timedelta(days=1)


def test_F18_a_complaint_stops_everything_until_a_person_has_answered_it(case: Case) -> None:
    case.cloud.account.fates["compta@c1.example"] = "complained"
    case.chase()
    case.tomorrow(7)
    case.chase()
    assert sorted(case.taken) == ["A1", "B1", "B1"]
    assert len(tasks(case, "complaint")) == 1
    case.tomorrow()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1", "B1"]
    case.cloud.account.fates["compta@c1.example"] = "delivered"
    answer(case, "complaint")
    case.tomorrow()
    case.chase()
    assert sorted(case.taken) == ["A1", "A1", "B1", "B1"]
    case.settle()


def test_F18_a_message_found_harmful_counts_for_nothing_and_leaves_again_on_another_day(case: Case) -> None:
    case.cloud.account.viruses.add(b"A1")
    case.chase()
    assert (case.status("A1"), case.cell("A1", "delivery")) == ("rejected", FR.values["event"]["rejected"])
    assert case.cell("A1", "problem")
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    case.cloud.account.viruses.clear()
    case.tomorrow()
    case.chase()
    assert sorted(case.taken) == ["A1", "A1", "B1"]
    assert (case.status("A1"), case.cell("A1", "last_step"), case.cell("A1", "problem")) == ("accepted", "R1", None)
    case.settle()


def test_F18_a_bounce_of_a_message_nobody_knew_to_have_left_settles_it(case: Case) -> None:
    case.cloud.account.fates["compta@c1.example"] = "bounced"
    case.cloud.post.late = 3600.0
    case.chase(answers=["reset_after"])
    assert case.status("A1") == "uncertain"
    case.later(90)
    case.chase()
    assert (case.status("A1"), sorted(case.taken)) == ("bounced", ["A1", "B1"])
    assert len(tasks(case, "address")) == 1
    case.settle()


def test_F18_each_event_is_one_fact_however_often_it_comes(case: Case) -> None:
    def facts() -> dict[str, Message]:
        return {m.id: m for m in case.cloud.ledger()}

    case.chase()
    case.later()
    before = facts()
    case.cloud.joins(case.clock, Random(2))  # all events come again
    case.later()
    assert facts() == before


@pytest.mark.parametrize("fault", UNSURE)
def test_F18_an_event_that_could_not_be_recorded_is_given_again_and_is_one_fact(case: Case, fault: Fault) -> None:
    case.cloud.post.lost = 1.0
    case.chase()
    for event in [event for taken in case.cloud.account.taken for event in events_of(taken, case.cloud.account)]:
        line = Line(lambda number, _: fault if number <= 3 else None)
        book = case.cloud.ledger_over(line.between(aws.client("dynamodb")), None)
        with pytest.raises(LedgerError, match=r"ledger\.unreachable"):
            mail_event(event, returned, lambda _, book=book: book)  # type: ignore[misc]
        mail_event(event, returned, lambda _, book=book: book)  # type: ignore[misc]
    assert [sorted(e.kind for e in m.events) for m in case.cloud.ledger()] == [["delivered", "sent"]] * 2

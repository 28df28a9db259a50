"""The fault matrix, F23 and F24: a bad row among many, time that runs out, bad templates. Index: test_fault_matrix.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.world.book import Tables
from tests.world.matrix import LATE, Case, Row, nth

POISON: dict[str, dict[str, Any]] = {
    "an amount that is none": {"amount": "#N/A"}, "an endless amount": {"amount": -1e300},
    "a day beyond calendars": {"due_date": 9e9}, "a customer that is none": {"customer": "C99"},
    "a situation that is none": {"situation": "🙂" * 500},
}  # fmt: skip


def many(count: int) -> list[Row]:
    """A file each."""
    return [{"invoice_no": f"F{n}", "customer": f"C{n:02}", "due_date": LATE, "amount": 100.0} for n in range(count)]


@pytest.mark.parametrize("poison", POISON)
def test_F23_one_poisoned_row_among_many_stops_nobody_else(make_case: Callable[..., Case], poison: str) -> None:
    case = make_case(many(12))
    case.put("F7", **POISON[poison])
    case.chase_untouched()
    others = [f"F{n}" for n in range(12) if n != 7]
    assert set(others) <= set(case.taken)
    assert len(case.taken) == len(set(case.taken)) <= 12
    assert all(case.cell(number, "last_step") == "R1" for number in others)


@pytest.mark.parametrize("stops", [False, True])
def test_F23_when_time_runs_out_the_next_part_goes_on_and_each_message_leaves_once(
    make_case: Callable[..., Case], stops: bool
) -> None:
    case = make_case(many(12))
    case.announce()
    case.clock.now += timedelta(hours=3)
    case.clock.steps = (10,)
    began = case.clock.now

    def time_left() -> float:
        return 400 - (case.clock.now - began).total_seconds()

    case.send(time_left=time_left)
    parts, counts = 1, [len(case.taken)]
    while case.queue.passes:
        one = case.queue.passes.pop()
        began = case.clock.now
        if stops and parts == 1:  # the queue gives the part again
            assert case.scheduled(one, time_left=time_left, script=nth("SendEmail", 2, "crash_after")) is None
            case.later(20)
            began = case.clock.now
        case.scheduled(one, time_left=time_left)
        parts += 1
        counts.append(len(case.taken))
        assert time_left() > 0
    assert parts > 2
    assert counts == sorted(set(counts))
    assert sorted(case.taken) == sorted(f"F{n}" for n in range(12))
    case.settle()


BAD = {
    "a name that is not there": "Bonjour {{ customer.nothing.at_all }}", "no template": "Bonjour {% if %}",
    "a fault": "Bonjour {{ 1 / 0 }}", "far too long": "{{ 'x' * 100000000 }}",
    "far too often": "{% for i in range(10**9) %}x{% endfor %}", "forbidden": "{{ ''.__class__.__mro__ }}",
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_F24_a_template_that_fails_holds_its_messages_before_they_are_claimed(make_case: Callable[..., Case], bad: str) -> None:
    rows: list[Row] = [
        {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 1200.0},
        {"invoice_no": "B1", "customer": "C2", "due_date": LATE - timedelta(days=7), "amount": 350.5,
         "last_step_done": "R1", "step_done_on": LATE},
    ]  # fmt: skip
    case = make_case(rows)

    def word(text: str | None) -> Callable[[Any, Tables], str]:
        def change(_: Any, tables: Tables) -> str:
            tables["templates"].put(1, "template", text and "R1")
            tables["templates"].put(1, "text", text)
            return f"R1: {text}"

        return change

    case.act(word(BAD[bad]))
    case.chase()
    assert case.taken == ["B1"]
    assert case.status("A1") == ""
    assert set(case.cloud.evidence()) == {m.id for m in case.cloud.ledger()}
    assert (case.cell("A1", "last_step"), case.cell("B1", "problem")) == (None, None)
    assert "R1" in str(case.cell("A1", "problem"))
    case.act(word(None))
    case.chase()
    assert case.taken == ["B1", "A1"]

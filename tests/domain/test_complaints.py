"""A message reported as unwanted makes a task, and nothing more leaves for that customer until the task is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.telling import story
from tests.domain.world import World


def reported() -> World:
    world = World()
    world.invoice("A", 10_000, "30/09")
    world.complain("07/10")
    return world


def test_a_complaint_makes_one_task_and_nothing_more_leaves() -> None:
    world = reported()
    assert world.run("30/11") == story("05/10 R1[A] | 07/10 !complaint")
    assert world.tasks("complaint")[0].priority == 1


@pytest.mark.parametrize("outcome", ["done", "no_answer", "refused"])
def test_any_answer_lifts_the_hold_from_that_day_on(outcome: str) -> None:
    world = reported()
    world.answer("20/10", outcome, kind="complaint")
    assert world.run("22/10") == story("05/10 R1[A] | 07/10 !complaint | 20/10 R2[A]")


def test_the_row_says_why_it_is_not_chased() -> None:
    world = reported()
    world.run("10/10")
    (line,) = world.days[-1].plan.lines
    assert line.status == "not_chased"
    assert line.why is not None
    assert line.why.code == "why.complaint"


def test_all_files_of_the_customer_are_held_and_no_other_customer() -> None:
    world = reported()
    world.invoice("B", 900, "04/10", currency="USD")
    world.invoice("Z", 700, "04/10", customer="C2")
    assert world.run("15/10") == story("05/10 R1[A] | 07/10 !complaint | 09/10 R1[Z]")


def test_neither_a_notice_before_the_due_date_nor_a_thank_you_leaves_meanwhile() -> None:
    world = reported()
    world.invoice("B", 900, "31/10")
    world.pay("A", 10_000, on="12/10")
    assert world.run("15/11") == story("05/10 R1[A] | 07/10 !complaint")


def test_each_complaint_is_a_task_of_its_own() -> None:
    world = reported()
    world.answer("20/10", "done", kind="complaint")
    world.complain("21/10")
    assert world.run("30/10") == story("05/10 R1[A] | 07/10 !complaint | 20/10 R2[A] | 21/10 !complaint")


def test_a_complaint_about_a_test_message_holds_nobody() -> None:
    world = reported()
    world.on("07/10", lambda: world._latest_message(lambda m: replace(m, test=True)))
    assert "!complaint" not in " ".join(world.run("10/10"))


def test_a_message_found_harmful_counts_for_nothing_and_its_row_says_so() -> None:
    world = World()
    world.invoice("A", 10_000, "30/09")
    world.reject("06/10")
    assert world.run("06/10") == story("05/10 R1[A] | 06/10 R1[A]")
    (line,) = world.days[-1].plan.lines
    assert [f.why.code for f in line.problem] == ["mail.found_harmful"]

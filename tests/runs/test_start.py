"""Starting a pass: one message for every register, in an order that rotates, and what is wrong told to the operators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from relance.adapters.ssm_registers import SsmRegisters
from relance.domain.words import reason
from relance.ports.deployment import Pass, PassKind
from relance.ports.errors import QueueError, RegistersError
from relance.runs.start import Started, rotated, start
from tests.emulators import aws
from tests.runs.deployments import PARIS, SHEET, Deployment, at
from tests.world.book import FR


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path)
    yield deployment
    deployment.end()


def started(here: Deployment, kind: PassKind = "announce", *only: str) -> Started:
    day = here.now.astimezone(PARIS).date()
    return start(here.registers, here.queue, here.alerts, FR, kind, here.now, day, only)


def test_every_register_gets_its_pass_with_the_instant_it_was_scheduled_for(here: Deployment) -> None:
    for name in "abc":
        here.list_register(name)
    started(here, "send")
    assert sorted(here.queued(), key=lambda p: p.register) == [Pass(n, f"{SHEET}{n}", "send", here.now) for n in "abc"]
    assert here.told() == []


def test_the_same_schedule_twice_is_one_pass(here: Deployment) -> None:
    here.list_register("a")
    started(here)
    started(here)
    assert len(here.queued()) == 1


def test_a_pass_started_again_by_hand_a_minute_later_is_queued(here: Deployment) -> None:
    here.list_register("a")
    started(here, "send")
    here.now += timedelta(minutes=1)
    started(here, "send", "a")
    assert len(here.queued()) == 2


def test_both_passes_of_a_day_and_those_of_other_days_are_not_the_same(here: Deployment) -> None:
    here.list_register("a")
    for kind in ("announce", "send"):
        started(here, kind)
    here.now += timedelta(days=1)
    started(here)
    assert [(p.kind, p.at.day) for p in here.queued()] == [("announce", 5), ("send", 5), ("announce", 6)]


def test_the_order_rotates_so_that_nobody_is_always_last(here: Deployment) -> None:
    for name in "abc":
        here.list_register(name)
    listed = here.registers.list().found
    firsts = [rotated(listed, (at(10, day=day)).date())[0].name for day in range(5, 11)]
    assert sorted(firsts) == ["a", "a", "b", "b", "c", "c"]
    assert sorted(r.name for r in rotated(listed, at(10).date())) == ["a", "b", "c"]
    assert rotated([], at(10).date()) == []


def test_what_is_wrong_with_the_list_is_told_and_the_others_are_run(here: Deployment) -> None:
    here.list_register("good")
    for name in ("one", "two"):
        here.list_register(name, sheet=f"{SHEET}same")
    done = started(here)
    assert done == Started(("good",), (reason("registers.twice", names=("one", "two")),))
    ((subject, text),) = here.told()
    assert subject == "Relance : la liste des registres est a corriger"
    assert "one, two" in text
    assert [p.register for p in here.queued()] == ["good"]


def test_an_operator_may_start_some_registers_and_unknown_names_are_said(here: Deployment) -> None:
    for name in "abc":
        here.list_register(name)
    done = started(here, "send", "b", "x")
    assert done.registers == ("b",)
    assert done.problems == (reason("registers.unknown", name="x"),)
    assert [p.register for p in here.queued()] == ["b"]


def test_a_list_or_a_queue_that_cannot_be_reached_is_an_error_that_scheduler_repeats(here: Deployment) -> None:
    here.list_register("a")
    here.sqs.delete_queue(QueueUrl=here.url)
    with pytest.raises(QueueError):
        started(here)
    here.sqs.create_queue(QueueName=f"{here.table}.fifo", Attributes={"FifoQueue": "true"})
    here.registers = SsmRegisters(aws.client("ssm", endpoint_url="http://127.0.0.1:1"), "/relance")
    with pytest.raises(RegistersError):
        started(here)

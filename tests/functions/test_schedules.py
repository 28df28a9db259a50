"""Schedules and queues as AWS has them: twice, late, at once, another day's, cut short; each message leaves once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.emulators.cloud import Cloud
from tests.emulators.ses.server import Mood
from tests.functions.days import MONDAY, TUESDAY, announce, at, day, everyone, firm, passes, send, to, watch

pytestmark = pytest.mark.xdist_group("cloud")
ODD = {
    "no-json": ("sheet: 1", "registers.not_json"),
    "no-sheet": ('{"sheet": "?"}', "registers.bad_sheet"),
    "more": ('{"sheet": "1a2B3c4D5e6F7g8H9i0J_kmore", "cron": "daily"}', "registers.unknown_fields"),
}


def put(cloud: Cloud, body: str, group: str, name: str) -> None:
    """A message in the queue of runs, whoever put it there."""
    url = cloud.queues["Runs"]
    cloud.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=name)


def asked(register: Any, kind: str = "send", **more: Any) -> str:
    """The body of a pass of Monday."""
    said = {"register": register.name, "sheet": register.sheet, "pass": kind, "at": "2026-10-05T08:30:00Z", "part": 1}
    return json.dumps({**said, **more})


def killing(cloud: Cloud, number: int, mood: Mood) -> Callable[[], Mood]:
    """SES's mood when the machine that sends fails while the message of this number is handed over."""
    seen = iter(range(1, 1000))

    def now() -> Mood:
        if next(seen) != number:
            return "well"
        cloud.function("chase").kill()
        return mood

    return now


def test_schedules_that_fire_twice_send_once(cloud: Cloud) -> None:
    firm(cloud, "twice")
    for name, hour in (("AnnounceSchedule", (7, 0)), ("SendSchedule", (10, 30))):
        cloud.at(at(*hour))
        cloud.schedule(name)
        cloud.schedule(name, at(*hour))
        cloud.pump()
        again = cloud.schedule(name, at(*hour))  # after it was handled
        assert again.result["registers"] == ["twice"]
        assert [outcome for _, _, outcome, _ in passes(cloud.pump(), "twice")] == ["recorded"]
    assert to(cloud, "twice") == everyone("twice")


def test_the_same_pass_taken_by_two_instances_at_once_sends_once(cloud: Cloud) -> None:
    one = firm(cloud, "race", 6)
    announce(cloud)
    cloud.at(at(10, 30))
    for n in range(3):
        put(cloud, asked(one), f"race-{n}", f"race-{n}")
    assert len(passes(cloud.pump(instances=3), "race")) == 3
    assert len(to(cloud, "race")) == len(set(to(cloud, "race")))
    put(cloud, asked(one), "race", "race-later")
    cloud.pump()
    assert to(cloud, "race") == everyone("race", 6)
    assert {one.shown(f"F{n}", "last_step") for n in range(6)} == {"R1"}


def test_a_late_schedule_is_run_on_its_day_and_dropped_on_another(cloud: Cloud) -> None:
    firm(cloud, "late")
    announce(cloud)
    cloud.at(at(15))
    cloud.schedule("SendSchedule", at(10, 30))
    assert passes(cloud.pump(), "late") == [("send", 1, "done", None)]
    assert to(cloud, "late") == everyone("late")
    cloud.at(at(0, 5, TUESDAY))
    cloud.schedule("SendSchedule", at(10, 30))
    assert passes(cloud.pump(), "late") == [("send", 1, "other_day", None)]
    assert len(to(cloud, "late")) == 2


def test_nothing_leaves_that_was_not_announced(cloud: Cloud) -> None:
    firm(cloud, "unannounced")
    (answer,) = send(cloud)
    assert passes([answer], "unannounced") == [("send", 1, "done", None)]
    assert answer.metrics["NotSent"] == 2
    assert to(cloud, "unannounced") == []
    assert watch(cloud)["told"] == ["watch.no_announce"]


def test_when_time_runs_low_the_next_part_goes_on_and_each_message_leaves_once(cloud: Cloud) -> None:
    one = firm(cloud, "parts", 8)
    with cloud.changed("chase", timeout=246):  # the last message leaves with 240 seconds left
        announce(cloud)
        cloud.account.rate = 4.0  # one a second for one register
        ran = passes(send(cloud), "parts")
    parts, outcomes = [part for _, part, _, _ in ran], [outcome for _, _, outcome, _ in ran]
    assert len(ran) >= 2
    assert parts == list(range(1, len(ran) + 1))
    assert outcomes == [*["goes_on"] * (len(ran) - 1), "done"]
    assert to(cloud, "parts") == everyone("parts", 8)
    assert {one.shown(f"F{n}", "last_step") for n in range(8)} == {"R1"}
    assert watch(cloud)["told"] == []


@pytest.mark.parametrize("mood", ["well", "reset_before"])
def test_a_killed_run_comes_again_and_repeats_no_message(cloud: Cloud, mood: Mood) -> None:
    one = firm(cloud, f"killed-{mood}", 3)
    announce(cloud)
    cloud.ses.mood = killing(cloud, 2, mood)
    assert [a.error for a in send(cloud) if a.error] == ["Runtime.ExitError"]
    taken = 2 if mood == "well" else 1
    assert len(to(cloud, one.name)) == taken
    cloud.driver.later("Runs")
    cloud.at(at(10, 51))
    assert passes(cloud.pump(), one.name) == [("send", 1, "done", None)]
    addresses = to(cloud, one.name)
    assert len(addresses) == len(set(addresses)) == taken + 1
    assert watch(cloud)["OpenUncertain"] == (0 if mood == "well" else 1)
    told = cloud.told()
    assert [one.name in text for _, text in told] == ([] if mood == "well" else [True])


def test_a_run_killed_each_time_lies_in_the_dead_letter_queue_and_is_told_and_stops_no_other(cloud: Cloud) -> None:
    firm(cloud, "dies", 1)
    firm(cloud, "lives", 1)
    announce(cloud)

    def kill() -> None:
        cloud.function("chase").kill()

    cloud.at(at(10, 30))
    for only in ("dies", "lives"):
        cloud.function("start").invoke({"pass": "send", "time": at(10, 30).isoformat(), "registers": [only]})
    for instant in (at(10, 50), at(11, 10)):
        cloud.google.before_write(kill)
        assert "Runtime.ExitError" in [answer.error for answer in cloud.pump()]
        cloud.driver.later("Runs")
        cloud.at(instant)
    cloud.pump()
    assert (cloud.waiting("Runs"), cloud.waiting("RunsDead")) == (0, 1)
    assert (to(cloud, "dies"), to(cloud, "lives")) == (everyone("dies", 1), everyone("lives", 1))
    assert watch(cloud)["told"] == ["watch.unfinished"]
    ((_, text),) = cloud.told()
    assert text.startswith("dies")


def test_registers_that_cannot_be_run_do_not_stop_the_others_and_are_told(cloud: Cloud) -> None:
    headless, unshared, well = firm(cloud, "headless"), firm(cloud, "unshared"), firm(cloud, "well")
    headless.place.edit(lambda tables: tables["invoices"].rows[0].__setitem__(0, "?"), False)
    unshared.place.sheet.file.sharing.clear()
    cloud.list_register("gone", "1a2B3c4D5e6F7g8H9i0J_gone")
    answers = announce(cloud) + send(cloud)
    assert [outcome for _, _, outcome, _ in passes(answers, "headless")] == ["refused", "refused"]
    assert [outcome for name in ("unshared", "gone") for _, _, outcome, _ in passes(answers, name)] == ["failed"] * 4
    assert cloud.waiting("Runs") == 0, "acknowledged: a register's fault is no reason to run it again"
    assert to(cloud, "well") == everyone("well")
    assert well.shown("F0", "last_step") == "R1"
    found = watch(cloud)
    assert sorted(found["told"]) == ["watch.failed"] * 4 + ["watch.refused"] * 2
    ((_, text),) = cloud.told()
    assert all(f"{name} :" in text.replace("\u00a0", " ") for name in ("headless", "unshared", "gone"))
    assert "well :" not in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"register": "", "sheet": "x"}', '{"register": "a", "sheet": "b", "pass": "all"}']
)
def test_a_message_that_names_no_pass_ends_in_the_dead_letter_queue_with_a_log_line(cloud: Cloud, body: str) -> None:
    put(cloud, body, "a", f"bad-{hash(body)}")
    cloud.at(at(7))
    answers = cloud.pump()
    cloud.driver.later("Runs")
    answers += cloud.pump()
    cloud.driver.later("Runs")
    answers += cloud.pump()
    lines = [line for answer in answers for line in answer.logs]
    assert [(line["level"], line["message"]) for line in lines] == [("ERROR", "not run")] * 2
    assert all(line["error"] in ("JSONDecodeError", "ValueError") and line["message_id"] for line in lines)
    assert (cloud.waiting("Runs"), cloud.waiting("RunsDead")) == (0, 1)


def test_a_wrong_list_of_registers_is_told_and_the_right_ones_are_run(cloud: Cloud) -> None:
    right, one = firm(cloud, "right"), firm(cloud, "one")
    cloud.list_register("other", one.sheet)
    for name, (text, _) in ODD.items():
        cloud.list_text(name, text)
    cloud.at(at(7))
    answer = cloud.schedule("AnnounceSchedule")
    assert answer.result["registers"] == ["right"]
    assert sorted(answer.result["problems"]) == sorted(["registers.twice", *(code for _, code in ODD.values())])
    ((subject, text),) = cloud.told()
    assert subject.startswith("Relance")
    assert all(name in text for name in ("one", "other", *ODD))
    assert answer.metrics == {"Registers": 1, "RegisterProblems": 4}
    cloud.pump()
    assert right.shown("F0", "next_step") == "R1"
    assert one.shown("F0", "next_step") is None


def test_an_operator_runs_one_register_by_hand_and_an_unknown_one_is_told(cloud: Cloud) -> None:
    mine, other = firm(cloud, "mine"), firm(cloud, "other")
    cloud.at(at(8))
    answer = cloud.function("start").invoke({"pass": "announce", "registers": ["mine", "nobody"]})
    assert (answer.result["registers"], answer.result["problems"]) == (["mine"], ["registers.unknown"])
    cloud.pump()
    assert (mine.shown("F0", "next_step"), other.shown("F0", "next_step")) == ("R1", None)
    assert ["nobody" in text for _, text in cloud.told()] == [True]


@pytest.mark.parametrize(
    "event", [{}, {"pass": "all"}, {"pass": "send", "time": "2026-10-05T08:30:00"}, {"pass": "send", "registers": "mine"}]
)
def test_start_refuses_an_event_that_names_no_pass(cloud: Cloud, event: dict[str, Any]) -> None:
    firm(cloud, "mine")
    assert cloud.function("start").invoke(event).error == "ValueError"
    assert cloud.waiting("Runs") == 0


def test_a_schedule_that_never_fired_is_told_with_the_registers_it_concerns(cloud: Cloud) -> None:
    firm(cloud, "missed")
    firm(cloud, "young")
    cloud.list_register("young", "1a2B3c4D5e6F7g8H9i0Jyoung", since=at(8))
    announced = watch(cloud)
    assert announced["told"] == ["watch.no_announce", "watch.no_send"]
    ((subject, text),) = cloud.told()
    assert "2" in subject
    assert "missed" in text
    assert "young" not in text


def test_what_is_late_is_not_missed(cloud: Cloud) -> None:
    firm(cloud, "slow")
    announce(cloud)
    cloud.at(at(10, 30))
    cloud.schedule("SendSchedule")
    assert watch(cloud) == {"told": [], "Missed": 0, "Late": 1, "OpenUncertain": 0}
    assert cloud.told() == []
    cloud.pump()
    cloud.at(at(16, 30))
    assert cloud.schedule("SecondWatchdogSchedule").result == {"told": [], "Missed": 0, "Late": 0, "OpenUncertain": 0}
    assert to(cloud, "slow") == everyone("slow")


def test_after_missed_days_each_customer_gets_one_message(cloud: Cloud) -> None:
    one = firm(cloud, "holidays")
    later = MONDAY + timedelta(days=21)
    one.set(payments_entered_up_to=later - timedelta(days=3))
    day(cloud, later)
    assert to(cloud, "holidays") == everyone("holidays")

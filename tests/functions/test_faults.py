"""What AWS, Google and people do wrong around the built functions: nothing leaves twice, nothing is lost, it is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.emulators.cloud import Cloud
from tests.emulators.ses.events import events_of
from tests.functions.days import MONDAY, TUESDAY, announce, at, day, everyone, firm, passes, send, to, watch
from tests.world.book import FR

pytestmark = pytest.mark.xdist_group("cloud")


def event_left(cloud: Cloud, body: str) -> None:
    """A message in the queue of events, whoever put it there."""
    cloud.sqs.send_message(QueueUrl=cloud.queues["Events"], MessageBody=body)


def tried_out(cloud: Cloud) -> list[Any]:
    """All answers until nothing of the queue of events comes again."""
    answers = []
    for _ in range(6):
        answers += cloud.pump()
        cloud.driver.later("Events")
    return answers


@pytest.mark.parametrize(
    ("setup", "code"), [("sandbox", "mail.sandbox"), ("paused", "mail.paused"), ("forbidden", "mail.forbidden")]
)
def test_an_account_that_may_not_send_fails_the_pass_marks_nothing_and_is_told(cloud: Cloud, setup: str, code: str) -> None:
    one = firm(cloud, "stopped", 3)
    announce(cloud)
    cloud.account.production, cloud.account.sending = setup != "sandbox", setup != "paused"
    cloud.account.forbidden = setup == "forbidden"
    assert passes(send(cloud), "stopped") == [("send", 1, "failed", code)]
    assert cloud.account.taken == []
    assert {one.shown(f"F{n}", "last_step") for n in range(3)} == {None}
    assert watch(cloud)["told"] == ["watch.failed"]
    ((_, text),) = cloud.told()
    assert text.startswith("stopped")
    cloud.account.production, cloud.account.sending, cloud.account.forbidden = True, True, False
    cloud.at(at(12))
    cloud.function("start").invoke({"pass": "send", "registers": ["stopped"]})
    cloud.pump()
    assert to(cloud, "stopped") == everyone("stopped", 3)


def test_when_the_day_s_quota_is_used_up_the_rest_leaves_the_next_day(cloud: Cloud) -> None:
    one = firm(cloud, "quota", 3)
    announce(cloud)
    cloud.account.daily = 2.0
    assert passes(send(cloud), "quota") == [("send", 1, "failed", "mail.daily_quota")]
    assert len(to(cloud, "quota")) == 2
    whys = sorted(str(one.shown(f"F{n}", "why")) for n in range(3))
    assert FR.say_text("mail.daily_quota") in whys
    cloud.account.daily = 50_000.0
    one.set(payments_entered_up_to=MONDAY)
    day(cloud, TUESDAY)
    assert to(cloud, "quota") == everyone("quota", 3)


def test_a_message_without_an_answer_is_told_until_its_event_settles_it_and_is_never_repeated(cloud: Cloud) -> None:
    one = firm(cloud, "silent", 1)
    cloud.post.late = 3 * 3600.0
    announce(cloud)
    cloud.ses.mood = lambda: "reset_after"
    (answer,) = send(cloud)
    cloud.ses.mood = lambda: "well"
    assert answer.metrics["Uncertain"] == 1
    assert one.shown("F0", "status") == FR.value("status", "uncertain")
    assert watch(cloud)["told"] == ["watch.uncertain"]
    ((_, text),) = cloud.told()
    assert cloud.account.taken[0].tags["message"][:12] in text
    cloud.at(at(16, 30))
    cloud.pump()
    assert cloud.schedule("SecondWatchdogSchedule").result["told"] == []
    one.set(payments_entered_up_to=MONDAY)
    day(cloud, TUESDAY)
    assert len(to(cloud, "silent")) == 1
    assert one.shown("F0", "status") == FR.value("status", "reminded")


def test_a_message_found_harmful_did_not_leave_and_its_row_says_so(cloud: Cloud) -> None:
    one = firm(cloud, "virus", 1)
    cloud.account.viruses = {b"F0"}
    day(cloud)
    one.set(payments_entered_up_to=MONDAY)
    announce(cloud, TUESDAY)
    assert one.shown("F0", "delivery") == FR.value("event", "rejected")
    assert FR.say_text("mail.found_harmful", date=MONDAY) in one.shown("F0", "problem")


@pytest.mark.parametrize(
    ("variable", "code"),
    [
        ("RELANCE_EVIDENCE", "ledger.unreachable"), ("RELANCE_CONFIGURATION_SET", "mail.no_configuration_set"),
        ("RELANCE_GOOGLE_SECRET", "google_key.unreachable"),
    ],
)  # fmt: skip
def test_what_a_name_leads_nowhere_to_fails_the_pass_and_sends_nothing(cloud: Cloud, variable: str, code: str) -> None:
    firm(cloud, "nowhere", 1)
    announce(cloud)
    other: dict[str, Any] = {variable: "nowhere"}
    with cloud.changed("chase", **other):
        assert passes(send(cloud), "nowhere") == [("send", 1, "failed", code)]
    assert cloud.account.taken == []
    assert watch(cloud)["told"] == ["watch.failed"]


def test_without_its_table_a_pass_is_not_begun_and_its_message_is_kept(cloud: Cloud) -> None:
    firm(cloud, "tableless", 1)
    cloud.at(at(7))
    cloud.schedule("AnnounceSchedule")
    with cloud.changed("chase", RELANCE_TABLE="nowhere"):
        answers = cloud.pump()
        assert [(a.logs[0]["message"], a.logs[0]["error"]) for a in answers] == [("not run", "pass.records_unreachable")]
        assert answers[0].metrics["PassesFailed"] == 1
        cloud.driver.later("Runs")
        cloud.pump()
        cloud.driver.later("Runs")
        cloud.pump()
    assert (cloud.waiting("Runs"), cloud.waiting("RunsDead")) == (0, 1)


def test_everything_wrong_with_a_function_s_variables_is_in_one_line(cloud: Cloud) -> None:
    wrong: dict[str, Any] = {
        "RELANCE_TABLE": None,
        "RELANCE_EVIDENCE": None,
        "RELANCE_TIME_ZONE": "Mars/X",
        "RELANCE_GOOGLE_SECRET": None,
    }
    firm(cloud, "wrong", 1)
    cloud.at(at(7))
    cloud.schedule("AnnounceSchedule")
    with cloud.changed("chase", **wrong):
        (answer,) = cloud.pump()
    assert answer.error == "ConfigurationError"
    (line,) = [line for line in answer.lines if "ConfigurationError: " in line]
    assert all(name in line for name in (*wrong, "RELANCE_GOOGLE_FEDERATION"))
    assert "RELANCE_QUEUE" not in line
    assert cloud.waiting("Runs") == 1, "the message comes again"


def test_a_list_of_registers_that_cannot_be_read_is_an_error_that_lambda_repeats(cloud: Cloud) -> None:
    firm(cloud, "unlisted", 1)
    cloud.at(at(7))
    with cloud.changed("start", AWS_ENDPOINT_URL_SSM="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1"):
        assert cloud.schedule("AnnounceSchedule").error == "RegistersError"
        assert len([line for line in cloud.function("start").printed if line.startswith("START ")]) == 3
    assert watch(cloud)["told"] == ["watch.no_announce", "watch.no_send"]


def test_an_event_that_cannot_be_understood_ends_in_the_dead_letter_queue_alone(cloud: Cloud) -> None:
    one = firm(cloud, "events", 1)
    cloud.account.fates = {"events-0@client.example": "bounced"}
    cloud.post.late = 3600.0
    day(cloud)
    (taken,) = cloud.account.taken
    sent, bounce = events_of(taken, cloud.account)
    broken = json.loads(json.dumps(bounce))
    del broken["detail"]["bounce"]["bounceType"]
    for body in ("{", json.dumps(broken), json.dumps(sent)):
        event_left(cloud, body)
    answers = tried_out(cloud)
    assert (cloud.waiting("Events"), cloud.waiting("EventsDead")) == (0, 2)
    assert {line["error"] for a in answers for line in a.logs if line["level"] == "ERROR"} == {"JSONDecodeError", "ValueError"}
    cloud.at(at(13))
    cloud.pump()  # the bounce itself arrives, an hour late
    one.set(payments_entered_up_to=MONDAY)
    announce(cloud, TUESDAY)
    assert one.shown("F0", "delivery") == FR.value("event", "bounced")


def test_an_event_about_a_message_that_the_ledger_lacks_is_counted_and_kept(cloud: Cloud) -> None:
    firm(cloud, "orphan", 1)
    cloud.post.lost = 1.0
    day(cloud)
    (taken,) = cloud.account.taken
    event = next(events_of(taken, cloud.account))
    event["detail"]["mail"]["tags"]["message"] = ["f" * 32]
    event_left(cloud, json.dumps(event))
    answers = tried_out(cloud)
    assert sum(a.metrics.get("Orphans", 0) for a in answers) == 5
    assert {line["error"] for a in answers for line in a.logs} == {"pass.orphan"}
    assert cloud.waiting("EventsDead") == 1


def test_events_of_others_are_left_alone(cloud: Cloud) -> None:
    firm(cloud, "others", 1)
    cloud.post.lost = 1.0
    day(cloud)
    (taken,) = cloud.account.taken
    event = next(events_of(taken, cloud.account))
    event["detail"]["mail"]["tags"] = {"campaign": ["spring"]}
    event_left(cloud, json.dumps(event))
    (answer,) = cloud.pump()
    assert [line["kind"] for line in answer.logs] == ["ignored"]
    assert cloud.waiting("Events") == 0


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_two_hours_off_sends_on_its_day_once(cloud: Cloud, hours: int) -> None:
    firm(cloud, "skewed", 2)
    announce(cloud)
    cloud.at(at(10, 30) + timedelta(hours=hours))
    for _ in range(2):
        cloud.schedule("SendSchedule", at(10, 30))
        cloud.pump()
    assert to(cloud, "skewed") == everyone("skewed")


def test_many_registers_are_run_four_at_once_and_none_touches_another(cloud: Cloud) -> None:
    firms = [firm(cloud, f"client-{n}", 2) for n in range(6)]
    for hour, minute, name in ((7, 0, "AnnounceSchedule"), (10, 30, "SendSchedule")):
        cloud.at(at(hour, minute))
        cloud.schedule(name)
        cloud.pump(instances=9)
    assert len(cloud.functions["chase"]) == 4
    for one in firms:
        assert to(cloud, one.name) == everyone(one.name)
        assert {one.shown(f"F{n}", "last_step") for n in range(2)} == {"R1"}
    assert {(t.tags["register"], t.to[0].rpartition("-")[0]) for t in cloud.account.taken} == {(f.name, f.name) for f in firms}
    assert watch(cloud)["told"] == []

"""The driver: queues, rule and schedules of the template treat functions as AWS would."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.emulators.cloud import Answer, Cloud
from tests.emulators.cloud.driver import matches
from tests.emulators.test_cloud_runtime import TOY
from tests.infra.deployed import FUNCTIONS, resource
from tests.runs.deployments import PARIS, at

pytestmark = pytest.mark.xdist_group("cloud")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as made, ExitStack() as changes:
        for name in FUNCTIONS:
            changes.enter_context(made.changed(name, code=TOY, timeout=2))
        yield made


@pytest.fixture
def cloud(running: Cloud) -> Iterator[Cloud]:
    yield running
    running.clear()


def put(cloud: Cloud, group: str, name: str = "", **asked: Any) -> None:
    """A message in the queue of runs."""
    cloud.sqs.send_message(
        QueueUrl=cloud.queues["Runs"], MessageBody=json.dumps({"group": group, **asked}), MessageGroupId=group,
        MessageDeduplicationId=name or str(uuid4()),
    )  # fmt: skip


def tell(cloud: Cloud, **asked: Any) -> None:
    """A message in the queue of events."""
    cloud.sqs.send_message(QueueUrl=cloud.queues["Events"], MessageBody=json.dumps(asked))


def lines(answers: list[Answer]) -> list[Mapping[str, Any]]:
    """What the toy was asked for, in order."""
    return [line for answer in answers for line in answer.logs if line["message"] == "asked"]


def test_messages_of_a_group_come_in_order_and_leave_the_queue(cloud: Cloud) -> None:
    for n in range(4):
        put(cloud, "one", n=n)
    answers = cloud.pump()
    assert len(answers) == 4, "one message at a time"
    assert [line["n"] for line in lines(answers)] == [0, 1, 2, 3]
    assert cloud.waiting("Runs") == 0


def test_a_message_with_the_id_of_one_that_waits_is_taken_once(cloud: Cloud) -> None:
    put(cloud, "twice", "same", n=1)
    put(cloud, "twice", "same", n=1)
    assert len(lines(cloud.pump())) == 1


def test_a_killed_message_holds_its_group_and_no_other_until_its_time_has_passed(cloud: Cloud) -> None:
    put(cloud, "bad", do="exit")
    put(cloud, "bad", n=2)
    put(cloud, "good", n=1)
    assert [line["group"] for line in lines(cloud.pump())] == ["bad", "good"]
    assert cloud.waiting("Runs") == 2
    assert cloud.pump() == [], "still in flight"
    cloud.driver.later("Runs")
    assert [(line["group"], line["received"]) for line in lines(cloud.pump())] == [("bad", "2")]


def test_after_two_receives_a_message_lies_in_the_dead_letter_queue_and_its_group_goes_on(cloud: Cloud) -> None:
    put(cloud, "bad", do="exit", again=1)
    put(cloud, "bad", n=3)
    seen = lines(cloud.pump())
    for _ in range(2):
        cloud.driver.later("Runs")
        seen += lines(cloud.pump())
    assert [line.get("do", line.get("n")) for line in seen] == ["exit", "exit", 3]
    assert (cloud.waiting("Runs"), cloud.waiting("RunsDead")) == (0, 1)


def test_a_message_whose_function_met_its_limit_comes_again(cloud: Cloud) -> None:
    put(cloud, "slow", do="sleep", seconds=30)
    (answer,) = cloud.pump()
    assert "timed out" in answer.error
    assert cloud.waiting("Runs") == 1


def test_of_a_batch_only_what_failed_comes_again_and_ends_in_the_dead_letter_queue(cloud: Cloud) -> None:
    for n in range(3):
        tell(cloud, do="fail" if n == 1 else "say", n=n)
    (answer,) = cloud.pump()
    assert sorted(line["n"] for line in lines([answer])) == [0, 1, 2]
    again = []
    for _ in range(5):
        cloud.driver.later("Events")
        again += lines(cloud.pump())
    assert [(line["n"], line["received"]) for line in again] == [(1, str(n)) for n in range(2, 6)]
    assert (cloud.waiting("Events"), cloud.waiting("EventsDead")) == (0, 1)


def test_a_whole_batch_comes_again_when_the_function_fails(cloud: Cloud) -> None:
    tell(cloud, n=0)
    tell(cloud, do="raise", n=1)
    (answer,) = cloud.pump()
    assert answer.error == "LookupError"
    assert cloud.waiting("Events") == 2


def test_no_more_instances_run_at_once_than_the_template_allows(cloud: Cloud) -> None:
    for n in range(6):
        put(cloud, f"group-{n}", do="sleep", seconds=0.4)
    seen = lines(cloud.pump(instances=9))
    assert sorted(line["group"] for line in seen) == [f"group-{n}" for n in range(6)]
    assert 1 < len({line["pid"] for line in seen}) <= 4


def test_a_schedule_gives_its_pass_and_its_instant_and_may_fire_twice_and_late(cloud: Cloud) -> None:
    cloud.at(datetime(2026, 10, 5, 10, 45, tzinfo=PARIS))
    for _ in range(2):
        answer = cloud.schedule("SendSchedule", at(10, 30))
        assert [(line["pass"], line["time"]) for line in lines([answer])] == [("send", "2026-10-05T08:30:00Z")]
    assert lines([cloud.schedule("WatchdogSchedule", at(11, 30))])[0]["time"] == "2026-10-05T09:30:00Z"


def test_a_scheduled_function_that_fails_is_called_again_as_the_template_says(cloud: Cloud) -> None:
    asked = sum('"message":"asked"' in line for line in cloud.printed())
    with cloud.changed("start", TOY_RAISES="yes"):
        assert cloud.schedule("AnnounceSchedule").error == "LookupError"
        tried = sum('"message":"asked"' in line for line in cloud.printed()) - asked
    assert tried == 3


def test_the_rule_of_the_template_takes_what_ses_tells_of_our_configuration_set_in_our_account(cloud: Cloud) -> None:
    pattern = resource("MailRule", known=cloud.known)["EventPattern"]
    tags = {"ses:configuration-set": [cloud.known["Mail"]], "register": ["exemple"]}
    ours = {
        "source": "aws.ses", "account": "123456789012", "detail-type": "Email Bounced",
        "detail": {"eventType": "Bounce", "mail": {"tags": tags}},
    }  # fmt: skip
    assert matches(pattern, ours)
    others: tuple[dict[str, Any], ...] = (
        {"source": "aws.s3"}, {"account": "999999999999"}, {"detail-type": "Email Opened"},
        {"detail": {"mail": {"tags": {"ses:configuration-set": ["theirs"]}}}}, {"detail": {"mail": {}}},
    )  # fmt: skip
    assert [matches(pattern, {**ours, **other}) for other in others] == [False] * len(others)


def test_alerts_are_seen_by_a_subscriber_of_the_topic(cloud: Cloud) -> None:
    cloud.sns.publish(TopicArn=cloud.topic, Subject="Objet", Message="Texte")
    assert cloud.told() == [("Objet", "Texte")]
    assert cloud.told() == []

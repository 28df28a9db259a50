"""Schedules, queues and mail: what is asked for arrives, once it cannot it is kept, and nobody else can ask."""

from __future__ import annotations

import json
from typing import Any

import pytest

from relance.adapters.ses import events as ses_events
from relance.runs import scheduled
from tests.infra.deployed import FUNCTIONS, default, listed, resource, resources
from tests.infra.transformed import ROOT

QUEUES = resources("AWS::SQS::Queue")
SCHEDULES = resources("AWS::Scheduler::Schedule")
DAYS = 86400  # seconds
INSTANT = "<aws.scheduler.scheduled-time>"


def dead_of(queue: str) -> str | None:
    redrive = QUEUES[queue].get("RedrivePolicy")
    return redrive["deadLetterTargetArn"].strip("<>").removesuffix(".Arn") if redrive else None


def policy_of(queue: str) -> list[dict[str, Any]]:
    (found,) = [p for p in resources("AWS::SQS::QueuePolicy").values() if p["Queues"] == [f"<{queue}>"]]
    statements: list[dict[str, Any]] = found["PolicyDocument"]["Statement"]
    return statements


def test_runs_come_one_register_after_the_other() -> None:
    assert (QUEUES["Runs"]["FifoQueue"], QUEUES["Runs"]["QueueName"][-5:]) == (True, ".fifo")
    assert "ContentBasedDeduplication" not in QUEUES["Runs"]  # a message's id says which part of which pass it is


@pytest.mark.parametrize("queue", sorted(name for name in QUEUES if dead_of(name)))
def test_a_dead_letter_queue_is_of_its_source_s_kind_and_keeps_longer(queue: str) -> None:
    dead = QUEUES[dead_of(queue) or ""]
    assert dead.get("FifoQueue") == QUEUES[queue].get("FifoQueue")
    assert dead["MessageRetentionPeriod"] == 14 * DAYS > QUEUES[queue].get("MessageRetentionPeriod", 4 * DAYS)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_what_a_schedule_could_not_start_is_kept_in_a_standard_queue(schedule: str) -> None:
    target = SCHEDULES[schedule]["Target"]
    assert target["DeadLetterConfig"] == {"Arn": "<SchedulesDead.Arn>"}
    assert "FifoQueue" not in QUEUES["SchedulesDead"]
    assert 1 <= target["RetryPolicy"]["MaximumRetryAttempts"] <= 10
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 3600


def test_a_killed_run_comes_back_once_and_not_while_it_may_still_run() -> None:
    assert QUEUES["Runs"]["VisibilityTimeout"] == 20 * 60 > resource("ChaseFunction")["Timeout"]
    assert QUEUES["Runs"]["RedrivePolicy"]["maxReceiveCount"] == 2


def test_events_are_tried_several_times_and_not_while_they_may_still_be_written() -> None:
    assert QUEUES["Events"]["VisibilityTimeout"] >= 6 * resource("MailEventsFunction")["Timeout"]
    assert QUEUES["Events"]["RedrivePolicy"]["maxReceiveCount"] == 5


def test_at_most_four_registers_are_run_at_once_each_by_itself() -> None:
    source = resource("ChaseFunctionRun")
    assert (source["EventSourceArn"], source["BatchSize"]) == ("<Runs.Arn>", 1)
    assert source["ScalingConfig"] == {"MaximumConcurrency": 4}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_pass_may_go_on_for_more_parts_than_lambda_takes_for_an_endless_loop() -> None:
    """Lambda ends a chain of a queue's messages after 16 of them, unless the function says that it means it."""
    assert scheduled.MOST_PARTS > 16
    assert resource("ChaseFunction")["RecursiveLoop"] == "Allow"
    others = [name for name in FUNCTIONS.values() if name != "ChaseFunction"]
    assert [name for name in others if "RecursiveLoop" in resource(name)] == []


def test_one_event_that_cannot_be_recorded_does_not_stop_the_others() -> None:
    source = resource("MailEventsFunctionMail")
    assert (source["EventSourceArn"], source["BatchSize"]) == ("<Events.Arn>", 10)
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_is_encrypted_and_takes_encrypted_connections_only(queue: str) -> None:
    assert QUEUES[queue]["SqsManagedSseEnabled"] is True
    (deny,) = [s for s in policy_of(queue) if s["Effect"] == "Deny"]
    assert (deny["Principal"], deny["Action"], deny["Resource"]) == ("*", "sqs:*", f"<{queue}.Arn>")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_our_rule_writes_into_the_queues_of_events() -> None:
    let_in = {queue: [s for s in policy_of(queue) if s["Effect"] == "Allow"] for queue in QUEUES}
    assert {queue for queue, found in let_in.items() if found} == {"Events", "EventsDead"}
    for queue in ("Events", "EventsDead"):
        (allow,) = let_in[queue]
        assert (allow["Principal"], allow["Action"]) == ({"Service": "events.amazonaws.com"}, "sqs:SendMessage")
        assert allow["Resource"] == f"<{queue}.Arn>"
        assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": "<MailRule.Arn>"}}


@pytest.mark.parametrize(
    ("schedule", "cron", "function", "event"),
    [
        ("AnnounceSchedule", "00 07", "StartFunction", {"pass": "announce", "time": INSTANT}),
        ("SendSchedule", "30 10", "StartFunction", {"pass": "send", "time": INSTANT}),
        ("WatchdogSchedule", "30 11", "WatchdogFunction", {"time": INSTANT}),
        ("SecondWatchdogSchedule", "35 16", "WatchdogFunction", {"time": INSTANT}),
    ],
)
def test_a_schedule_starts_its_function_every_day_at_its_hour(
    schedule: str, cron: str, function: str, event: dict[str, str]
) -> None:
    found = SCHEDULES[schedule]
    assert (found["Target"]["Arn"], json.loads(found["Target"]["Input"])) == (f"<{function}.Arn>", event)
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == (f"cron({cron} * * ? *)", "<TimeZone>")
    assert found["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_the_passes_can_be_stopped_and_the_watchdog_goes_on() -> None:
    assert {name for name, found in SCHEDULES.items() if found["State"] == "<Passes>"} == {"AnnounceSchedule", "SendSchedule"}
    assert {found["State"] for found in SCHEDULES.values()} == {"<Passes>", "ENABLED"}


@pytest.mark.parametrize("name", ["StartFunction", "WatchdogFunction"])
def test_a_scheduled_function_that_fails_is_tried_again_within_the_hour(name: str) -> None:
    found = resource(f"{name}EventInvokeConfig")
    assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (2, 3600)


def test_only_mail_sent_through_our_configuration_set_is_listened_to() -> None:
    rule = resource("MailRule")
    assert rule["EventPattern"]["source"] == ["aws.ses"]
    assert rule["EventPattern"]["detail"] == {"mail": {"tags": {"ses:configuration-set": ["<Mail>"]}}}
    (target,) = rule["Targets"]
    assert (target["Arn"], target["DeadLetterConfig"]) == ("<Events.Arn>", {"Arn": "<EventsDead.Arn>"})
    destination = resource("MailDestination")["EventDestination"]
    assert destination["Enabled"] is True
    assert destination["EventBridgeDestination"]["EventBusArn"].endswith(":event-bus/default")


def test_the_rule_passes_every_event_that_is_understood_and_ses_publishes_as_many() -> None:
    samples = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "infra" / "events").glob("*.json"))]
    mail = [s for s in samples if s.get("source") == "aws.ses"]
    assert all(ses_events.returned(sample) for sample in mail)
    rule = resource("MailRule")["EventPattern"]
    assert {sample["detail-type"] for sample in mail} == set(rule["detail-type"])
    kinds = {kind[:1].lower() + kind[1:] for kind in (sample["detail"]["eventType"] for sample in mail)}
    assert set(resource("MailDestination")["EventDestination"]["MatchingEventTypes"]) == kinds
    assert all("ses:configuration-set" in sample["detail"]["mail"]["tags"] for sample in mail)


def test_mail_is_never_tracked_and_bad_addresses_are_remembered() -> None:
    mail = resource("Mail")
    assert "TrackingOptions" not in mail
    assert not {"open", "click"} & set(resource("MailDestination")["EventDestination"]["MatchingEventTypes"])
    assert mail["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    assert mail["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert (mail["DeliveryOptions"], default("EmailTls")) == ({"TlsPolicy": "<EmailTls>"}, "OPTIONAL")


def test_only_our_alarms_and_our_functions_write_to_the_topic() -> None:
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    allow, deny = policy["PolicyDocument"]["Statement"]
    assert (allow["Principal"], listed(allow["Action"])) == ({"Service": "cloudwatch.amazonaws.com"}, ["sns:Publish"])
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert allow["Condition"]["ArnLike"]["aws:SourceArn"].startswith("arn:aws:cloudwatch:eu-west-3:123456789012:alarm:r")
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_operators_address_is_asked_to_confirm_only_when_given() -> None:
    (found,) = resources("AWS::SNS::Subscription").values()
    assert found == {"TopicArn": "<Alerts>", "Protocol": "email", "Endpoint": "<AlertEmail>"}

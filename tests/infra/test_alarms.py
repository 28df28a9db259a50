"""What wakes a person: everything on the list, from metrics that exist, and each explained in the guide."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.infra.deployed import FUNCTIONS, KNOWN, resource, resources
from tests.infra.transformed import PREFIX, ROOT

ALARMS = resources("AWS::CloudWatch::Alarm", "infra/alarms.yaml")
SHORT = {name: a["AlarmName"].removeprefix(f"{PREFIX}-") for name, a in ALARMS.items()}
BY_NAME = {SHORT[name]: alarm for name, alarm in ALARMS.items()}
GUIDE = (ROOT / "infra" / "deploy.md").read_text("utf-8")
DEAD = ["RunsDead", "EventsDead", "SchedulesDead"]


def metrics(alarm: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The metrics an alarm reads by `namespace metric`, each with its dimensions."""
    parts = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", ()) if "MetricStat" in m] or [alarm]
    return {
        f"{p['Namespace']} {p['MetricName']}": {d["Name"]: d["Value"] for d in p.get("Dimensions", ())} for p in parts
    }  # fmt: skip


def expression(alarm: dict[str, Any]) -> str:
    (found,) = [m["Expression"] for m in alarm["Metrics"] if "Expression" in m]
    return str(found)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_operators_and_says_what_is_wrong(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [KNOWN["Alerts"]]
    assert len(ALARMS[name]["AlarmDescription"]) > 20


@pytest.mark.parametrize("logical", FUNCTIONS.values())
def test_a_function_that_fails_or_is_held_back_is_told(logical: str) -> None:
    name = resource(logical)["FunctionName"]
    alarm = BY_NAME[f"{name.removeprefix(PREFIX + '-')}-faults"]
    assert metrics(alarm) == {f"AWS/Lambda {metric}": {"FunctionName": name} for metric in ("Errors", "Throttles")}
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


@pytest.mark.parametrize("queue", DEAD)
def test_the_first_message_in_a_dead_letter_queue_is_told(queue: str) -> None:
    name = resource(queue)["QueueName"]
    alarm = BY_NAME[name.removeprefix(f"{PREFIX}-").removesuffix(".fifo")]
    assert metrics(alarm) == {"AWS/SQS ApproximateNumberOfMessagesVisible": {"QueueName": name}}
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Maximum", "GreaterThanThreshold", 0)


def test_every_dead_letter_queue_is_watched() -> None:
    assert sorted(name for name in resources("AWS::SQS::Queue") if name.endswith("Dead")) == sorted(DEAD)


def test_a_register_that_waits_for_hours_is_told() -> None:
    alarm = BY_NAME["runs-late"]
    assert metrics(alarm) == {"AWS/SQS ApproximateAgeOfOldestMessage": {"QueueName": resource("Runs")["QueueName"]}}
    assert alarm["Threshold"] == 7200


def test_a_run_near_its_limit_is_told() -> None:
    alarm = BY_NAME["chase-slow"]
    assert metrics(alarm) == {"AWS/Lambda Duration": {"FunctionName": resource("ChaseFunction")["FunctionName"]}}
    assert alarm["Threshold"] == 0.8 * resource("ChaseFunction")["Timeout"] * 1000


@pytest.mark.parametrize(
    ("name", "stem", "read"),
    [
        ("uncertain", "chase", {"Uncertain"}),
        ("passes-not-done", "chase", {"PassesFailed", "PassesRefused"}),
        ("orphans", "mail_events", {"Orphans"}),
        ("sends", "chase", {"Sent"}),
    ],
)
def test_what_runs_say_of_themselves_is_told(name: str, stem: str, read: set[str]) -> None:
    assert metrics(BY_NAME[name]) == {f"{PREFIX} {metric}": {"service": stem} for metric in read}
    source = (ROOT / "functions" / stem / "app.py").read_text("utf-8")
    assert [metric for metric in read if f'"{metric}"' not in source] == []


def test_sends_far_above_usual_are_told() -> None:
    alarm = BY_NAME["sends"]
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Sum", 3600, "<SendsPerHourAlarm>")


@pytest.mark.parametrize(
    ("name", "metric", "limit"), [("bounce-rate", "BounceRate", 0.02), ("complaint-rate", "ComplaintRate", 0.0005)]
)
def test_a_reputation_that_ses_would_punish_is_told_long_before(name: str, metric: str, limit: float) -> None:
    assert metrics(BY_NAME[name]) == {f"AWS/SES Reputation.{metric}": {}}
    assert BY_NAME[name]["Threshold"] == limit


def test_a_watchdog_that_did_not_end_well_in_a_day_is_told_though_nothing_ran() -> None:
    alarm = BY_NAME["watchdog-silent"]
    name = resource("WatchdogFunction")["FunctionName"]
    assert metrics(alarm) == {f"AWS/Lambda {metric}": {"FunctionName": name} for metric in ("Invocations", "Errors")}
    assert expression(alarm) == "FILL(runs, 0) - FILL(errors, 0)"  # no data is a zero at once, not after days
    periods = {m["MetricStat"]["Period"] for m in alarm["Metrics"] if "MetricStat" in m}
    assert (periods, alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == ({3600}, 24, 24)
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["TreatMissingData"]) == ("LessThanThreshold", 1, "breaching")


@pytest.mark.parametrize("name", sorted(set(ALARMS) - {"WatchdogSilent"}))
def test_silence_of_a_metric_is_no_alarm_but_for_the_watchdog_s(name: str) -> None:
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


def test_the_guide_says_what_to_do_about_every_alarm() -> None:
    told = re.findall(r"^\| `([a-z-]+)`", GUIDE.partition("## When an alarm comes")[2].partition("\n## ")[0], re.MULTILINE)
    assert sorted(told) == sorted(BY_NAME)

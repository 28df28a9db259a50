"""Least privilege: each function may do what its run needs, on what it needs, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from relance.adapters.dynamo_ledger.table import INDEX
from tests.infra.deployed import FUNCTIONS, listed, resource, resources, statements
from tests.infra.transformed import root

LEDGER, EVIDENCE = "<Storage.Outputs.LedgerArn>", "<Storage.Outputs.EvidenceArn>/*"
PARAMETERS = "arn:aws:ssm:eu-west-3:123456789012:parameter/relance/registers"
TAKE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
SEND = {"ses:SendEmail", "ses:SendRawEmail"}
CONFIGURATION_SET = "arn:aws:ses:eu-west-3:123456789012:configuration-set/<Mail>"
MAY: dict[str, dict[str, set[str]]] = {
    "StartRole": {
        "<StartLog.Arn>": LOG,
        PARAMETERS: {"ssm:GetParametersByPath"},
        f"{PARAMETERS}/": {"ssm:GetParametersByPath"},
        "<Runs.Arn>": {"sqs:SendMessage"},
        "<Alerts>": {"sns:Publish"},
    },
    "ChaseRole": {
        "<ChaseLog.Arn>": LOG,
        "<Runs.Arn>": TAKE | {"sqs:SendMessage"},
        LEDGER: {f"dynamodb:{verb}" for verb in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")},
        f"{LEDGER}/index/{INDEX}": {"dynamodb:Query"},
        EVIDENCE: {"s3:PutObject"},
        "<SenderIdentities>": SEND,
        CONFIGURATION_SET: SEND,
        "*": {"ses:GetAccount"},
        "<GoogleSecretArn>": {"secretsmanager:GetSecretValue"},
    },
    "MailEventsRole": {
        "<MailEventsLog.Arn>": LOG,
        "<Events.Arn>": TAKE,
        LEDGER: {"dynamodb:UpdateItem"},
    },
    "WatchdogRole": {
        "<WatchdogLog.Arn>": LOG,
        PARAMETERS: {"ssm:GetParametersByPath"},
        f"{PARAMETERS}/": {"ssm:GetParametersByPath"},
        LEDGER: {"dynamodb:GetItem", "dynamodb:Query"},
        "<Runs.Arn>": {"sqs:GetQueueAttributes"},
        "<Alerts>": {"sns:Publish"},
    },
    "ScheduleRole": {
        "<StartFunction.Arn>": {"lambda:InvokeFunction"},
        "<WatchdogFunction.Arn>": {"lambda:InvokeFunction"},
        "<SchedulesDead.Arn>": {"sqs:SendMessage"},
    },
}


def allowed(role: str) -> dict[str, set[str]]:
    """The actions a role may do, by resource."""
    found: dict[str, set[str]] = {}
    for one in statements(role):
        for where in one["Resource"]:
            found.setdefault(where, set()).update(one["Action"])
    return found


def all_statements() -> list[dict[str, Any]]:
    return [one for role in resources("AWS::IAM::Role") for one in statements(role)]


def test_every_role_is_judged() -> None:
    assert set(resources("AWS::IAM::Role")) == set(MAY)


@pytest.mark.parametrize("role", MAY)
def test_a_role_may_do_exactly_this(role: str) -> None:
    assert allowed(role) == MAY[role]


@pytest.mark.parametrize("stem", FUNCTIONS)
def test_a_function_has_a_role_of_its_own(stem: str) -> None:
    roles = [resource(name)["Role"] for name in FUNCTIONS.values()]
    assert roles.count(resource(FUNCTIONS[stem])["Role"]) == 1


@pytest.mark.parametrize("role", MAY)
def test_no_role_takes_policies_of_aws(role: str) -> None:
    assert "ManagedPolicyArns" not in resource(role)


def test_no_action_has_a_wildcard() -> None:
    assert [action for one in all_statements() for action in one["Action"] if "*" in action] == []


def test_no_resource_is_a_wildcard_but_that_of_an_action_without_resources() -> None:
    open_ones = {
        (action, where) for one in all_statements() for where in one["Resource"] for action in one["Action"] if "*" in where
    }
    assert open_ones == {("ses:GetAccount", "*"), ("s3:PutObject", EVIDENCE)}


def test_nothing_ever_deletes_what_the_ledger_or_the_evidence_holds() -> None:
    actions = {action for one in all_statements() for action in one["Action"]}
    assert [a for a in actions if a.startswith(("dynamodb:", "s3:")) and re.search("Delete|Scan|BatchWrite|Bypass", a)] == []


def test_mail_leaves_from_the_addresses_given_and_from_no_other() -> None:
    sending = [one for one in statements("ChaseRole") if SEND & set(one["Action"])]
    assert len(sending) == 2
    assert all(one["Condition"] == {"StringLike": {"ses:FromAddress": "<SenderAddresses>"}} for one in sending)


def test_only_a_run_sends_mail() -> None:
    assert [role for role in MAY if any(SEND & set(one["Action"]) for one in statements(role))] == ["ChaseRole"]


def test_the_key_may_be_read_only_where_there_is_one() -> None:
    (policy,) = root()["Resources"]["ChaseRole"]["Properties"]["Policies"]
    guarded = [s["Fn::If"] for s in policy["PolicyDocument"]["Statement"] if "Fn::If" in s]
    assert [(condition, said["Action"]) for condition, said, _ in guarded] == [("HasSecret", "secretsmanager:GetSecretValue")]
    assert "secretsmanager" not in json.dumps([s for s in policy["PolicyDocument"]["Statement"] if "Fn::If" not in s])


@pytest.mark.parametrize("role", MAY)
def test_a_role_is_taken_by_one_service_only(role: str) -> None:
    (trust,) = resource(role)["AssumeRolePolicyDocument"]["Statement"]
    service = "scheduler.amazonaws.com" if role == "ScheduleRole" else "lambda.amazonaws.com"
    assert (trust["Principal"], listed(trust["Action"])) == ({"Service": service}, ["sts:AssumeRole"])


def test_only_our_own_schedules_take_the_schedules_role() -> None:
    (trust,) = resource("ScheduleRole")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012", "aws:SourceArn": "<Schedules.Arn>"}

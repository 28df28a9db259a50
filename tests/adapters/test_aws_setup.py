"""What a deployment keeps in AWS: its registers, its alerts, the way to Google's credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from google.auth import exceptions

from relance.adapters.google_on_aws import role_supplier, service_account_key
from relance.adapters.sns_alerts import SnsAlerts
from relance.adapters.ssm_registers import SsmRegisters
from relance.domain.words import reason
from relance.ports.deployment import Listed
from relance.ports.errors import AlertError, RegistersError, StoreError
from tests.emulators import aws

SHEET = "1a2B3c4D5e6F7g8H9i0J_k-L"
KEY = {"client_email": "relance@exemple.example", "private_key": "not a real key", "token_uri": "https://oauth2.example"}


@pytest.fixture
def ssm() -> Iterator[Any]:
    client = aws.client("ssm")
    yield client
    names = [p["Name"] for p in client.get_paginator("describe_parameters").paginate().build_full_result()["Parameters"]]
    for name in names:
        client.delete_parameter(Name=name)


def put(ssm: Any, name: str, value: object, path: str = "/relance/registers") -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    ssm.put_parameter(Name=f"{path}/{name}", Value=text, Type="SecureString")


def test_every_active_register_is_listed_by_name(ssm: Any) -> None:
    for n in range(23):  # more than a page
        put(ssm, f"client-{n:02}", {"sheet": f"{SHEET}{n}"})
    put(ssm, "asleep", {"sheet": SHEET, "active": False})
    put(ssm, "other", {"sheet": SHEET}, path="/elsewhere")
    found = SsmRegisters(ssm, "/relance/registers/").list()
    assert found.problems == ()
    assert all(r.since is not None and r.since.utcoffset() is not None for r in found.found)
    assert tuple(replace(r, since=None) for r in found.found) == tuple(
        Listed(f"client-{n:02}", f"{SHEET}{n}") for n in range(23)
    )


@pytest.mark.parametrize("address", [SHEET, f"https://docs.google.com/spreadsheets/d/{SHEET}/edit#gid=0"])
def test_a_sheet_is_given_by_id_or_by_address(ssm: Any, address: str) -> None:
    put(ssm, "a", {"sheet": address})
    (found,) = SsmRegisters(ssm, "/relance/registers").list().found
    assert (found.name, found.sheet) == ("a", SHEET)


def test_all_that_is_wrong_is_named_at_once_and_the_others_run(ssm: Any) -> None:
    put(ssm, "good", {"sheet": SHEET})
    put(ssm, "text", "not json")
    put(ssm, "list", [1])
    put(ssm, "a.b", {"sheet": 3, "active": "yes", "mode": "live"})
    put(ssm, "deep/er", {"sheet": f"{SHEET}2"})
    for name in ("one", "two"):
        put(ssm, name, {"sheet": f"https://docs.google.com/spreadsheets/d/{SHEET}3/edit"})
    found = SsmRegisters(ssm, "/relance/registers").list()
    assert [r.name for r in found.found] == ["good"]
    assert set(found.problems) == {
        reason("registers.bad_name", name="a.b"),
        reason("registers.unknown_fields", name="a.b", fields=("mode",)),
        reason("registers.bad_sheet", name="a.b"),
        reason("registers.bad_active", name="a.b"),
        reason("registers.bad_name", name="deep/er"),
        reason("registers.not_json", name="list"),
        reason("registers.not_json", name="text"),
        reason("registers.twice", names=("one", "two")),
    }


def test_no_register_at_all_is_an_empty_list(ssm: Any) -> None:
    assert SsmRegisters(ssm, "/relance/registers").list().found == ()


def test_a_list_that_cannot_be_read_is_said(ssm: Any) -> None:
    with pytest.raises(RegistersError) as error:
        SsmRegisters(aws.client("ssm", endpoint_url="http://127.0.0.1:1"), "/relance").list()
    assert error.value.values == {"path": "/relance", "error": "EndpointConnectionError"}


def test_an_alert_reaches_the_subscribers_of_the_topic() -> None:
    sns, sqs = aws.client("sns"), aws.client("sqs")
    topic, queue = sns.create_topic(Name="alerts")["TopicArn"], sqs.create_queue(QueueName="alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    SnsAlerts(sns, topic).raise_alert("Passage manqué\nde 10:30 " + "x" * 200, "Aucun passage aujourd'hui.")
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])
    assert told["Message"] == "Aucun passage aujourd'hui."
    assert told["Subject"] == ("Passage manque de 10:30 " + "x" * 200)[:100]


def test_an_alert_that_cannot_leave_is_said() -> None:
    with pytest.raises(AlertError) as error:
        SnsAlerts(aws.client("sns"), f"arn:aws:sns:{aws.REGION}:{aws.ACCOUNT}:none").raise_alert("a", "b")
    assert error.value.values == {"error": "NotFound"}


@pytest.fixture
def secrets() -> Iterator[Any]:
    client = aws.client("secretsmanager")
    yield client
    for secret in client.list_secrets()["SecretList"]:
        client.delete_secret(SecretId=secret["Name"], ForceDeleteWithoutRecovery=True)


def test_a_key_is_read_from_its_secret(secrets: Any) -> None:
    secrets.create_secret(Name="google", SecretString=json.dumps(KEY))
    assert service_account_key(secrets, "google") == KEY


@pytest.mark.parametrize("text", ["no json at all: s3cret", '["s3cret"]', '{"client_email": "s3cret", "private_key": ""}'])
def test_a_secret_that_is_no_key_is_said_without_what_it_holds(secrets: Any, text: str) -> None:
    secrets.create_secret(Name="google", SecretString=text)
    with pytest.raises(StoreError) as error:
        service_account_key(secrets, "google")
    assert error.value.code == "google_key.incomplete"
    assert "s3cret" not in str(error.value)


def test_a_secret_that_is_not_there_is_said(secrets: Any) -> None:
    with pytest.raises(StoreError) as error:
        service_account_key(secrets, "google")
    assert error.value.values == {"name": "google", "error": "ResourceNotFoundException"}


def test_the_role_of_the_function_is_what_google_is_shown() -> None:
    supplier = role_supplier(boto3.Session("key", "secret", "token", region_name=aws.REGION))
    shown = supplier.get_aws_security_credentials(None, None)
    assert (shown.access_key_id, shown.secret_access_key, shown.session_token) == ("key", "secret", "token")
    assert supplier.get_aws_region(None, None) == aws.REGION


def test_without_a_role_google_is_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    supplier = role_supplier(boto3.Session())
    with pytest.raises(exceptions.RefreshError):
        supplier.get_aws_security_credentials(None, None)
    with pytest.raises(exceptions.RefreshError):
        supplier.get_aws_region(None, None)

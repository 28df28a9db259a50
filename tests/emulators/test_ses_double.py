"""The SES double refuses what SES refuses, in SES's words, whoever asks; and what it tells of later is SES's."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError

from tests.emulators.aws import REGION
from tests.emulators.ses import Account, SesServer
from tests.emulators.ses.account import Fate
from tests.emulators.ses.events import Post, events_of

FROM = "compta@example.org"
RAW = b"From: Exemple <compta@example.org>\r\nTo: a@client.example\r\nSubject: Facture\r\n\r\nBonjour\r\n"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[SesServer]:
    server = SesServer(Account(clock=NOW.timestamp, rate=1000.0))
    yield server
    server.stop()


def client(server: SesServer, region: str = REGION) -> Any:
    return boto3.Session("key", "secret", region_name=region).client("sesv2", endpoint_url=server.url)


def request(**changes: Any) -> dict[str, Any]:
    usual = {
        "FromEmailAddress": FROM, "Destination": {"ToAddresses": ["a@client.example"]}, "Content": {"Raw": {"Data": RAW}},
        "ConfigurationSetName": "relance",
    }  # fmt: skip
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def refusal(server: SesServer, **changes: Any) -> tuple[int, str, str]:
    """Status, code and message, as the SDK reads them."""
    with pytest.raises(ClientError) as error:
        client(server).send_email(**request(**changes))
    answer = error.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


def raw(*lines: str) -> dict[str, Any]:
    return {"Content": {"Raw": {"Data": "\r\n".join((*lines, "", "Bonjour")).encode()}}}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "tag value": ({"EmailTags": [{"Name": "message", "Value": "é"}]}, "Invalid tag value"),
    "tag name": ({"EmailTags": [{"Name": "a b", "Value": "x"}]}, "Invalid tag name"),
    "tag twice": ({"EmailTags": [{"Name": "a", "Value": "x"}, {"Name": "a", "Value": "y"}]}, "Duplicate message tag"),
    "51 recipients": ({"Destination": {"ToAddresses": [f"a{n}@b.example" for n in range(51)]}}, "Recipient count exceeds 50"),
    "no recipient": ({"Destination": None, **raw(f"From: {FROM}")}, "Missing required header 'To'"),
    "no domain": ({"Destination": {"ToAddresses": ["compta"]}}, "Missing final '@domain'"),
    "accent": ({"Destination": {"ToAddresses": ["comptabilité@b.example"]}}, "Local address contains control or whitespace"),
    "no sender": (raw("To: a@b.example"), "Missing required header 'From'"),
    "header twice": (raw(f"From: {FROM}", "Subject: a", "Subject: b"), "Duplicate header 'Subject'"),
    "header of 8 bits": (raw(f"From: {FROM}", "Subject: Échéance"), "non-ASCII"),
    "long header": (raw(f"From: {FROM}", "Subject: " + "x" * 990), "too long"),
    "no header": (raw(f"From: {FROM}", "no colon here"), "Malformed"),
    "too large": ({"Content": {"Raw": {"Data": RAW + b"x" * 40 * 1024 * 1024}}}, "Message length is more than"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_request_that_ses_does_not_take_is_a_bad_request(server: SesServer, why: str) -> None:
    changes, says = REFUSED[why]
    status, code, message = refusal(server, **changes)
    assert (status, code) == (400, "BadRequestException")
    assert says in message
    assert server.account.taken == []


def test_refusals_have_the_status_and_the_code_of_the_service(server: SesServer) -> None:
    account = server.account
    assert refusal(server, FromEmailAddress="x@other.example")[:2] == (400, "MessageRejected")
    assert refusal(server, ConfigurationSetName="none")[:2] == (404, "NotFoundException")
    account.sending = False
    assert refusal(server)[:2] == (400, "SendingPausedException")
    account.enforcement = "SHUTDOWN"
    assert refusal(server)[:2] == (400, "AccountSuspendedException")
    account.sending, account.enforcement, account.rate = True, "HEALTHY", 1.0
    client(server).send_email(**request())
    assert refusal(server) == (429, "TooManyRequestsException", "Maximum sending rate exceeded.")
    account.rate, account.daily = 1000.0, 1.0
    assert refusal(server) == (429, "TooManyRequestsException", "Daily message quota exceeded.")


def test_every_code_of_a_refusal_is_one_of_the_services_model() -> None:
    operation = botocore.session.get_session().get_service_model("sesv2").operation_model("SendEmail")
    known = {shape.name for shape in operation.error_shapes}
    assert known == {
        "TooManyRequestsException", "LimitExceededException", "AccountSuspendedException", "SendingPausedException",
        "MessageRejected", "MailFromDomainNotVerifiedException", "NotFoundException", "BadRequestException",
    }  # fmt: skip


def test_in_the_sandbox_only_verified_addresses_and_the_simulator_are_written_to(server: SesServer) -> None:
    server.account.production = False
    assert refusal(server) == (
        400, "MessageRejected",
        "Email address is not verified. The following identities failed the check in region EU-WEST-3: a@client.example",
    )  # fmt: skip
    client(server).send_email(**request(Destination={"ToAddresses": ["success+label@simulator.amazonses.com"]}))


def test_a_subdomain_of_a_verified_domain_may_send(server: SesServer) -> None:
    client(server).send_email(**request(FromEmailAddress="x@mail.example.org"))


def test_unknown_fields_and_bytes_that_are_none_are_refused(server: SesServer) -> None:
    signed = "AWS4-HMAC-SHA256 Credential=k/20261123/eu-west-3/ses/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
    for body in (
        b"no json", b"[]", json.dumps({**request(Content={"Raw": {"Data": "!"}})}).encode(),
        json.dumps({**request(Content={"Raw": {"Data": "eA=="}}), "IdempotencyToken": "x"}).encode(),
        json.dumps({"FromEmailAddress": FROM}).encode(),
    ):  # fmt: skip
        status, error, message = posted(server, body, {"Authorization": signed})
        assert status == 400
        assert error in ("SerializationException", "BadRequestException")
        assert message
    assert posted(server, b"{}", {})[0] == 403


def posted(server: SesServer, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
    """A request by hand: status, type of error and message."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_port)) as line:
        line.request("POST", "/v2/email/outbound-emails", body, headers)
        answer = line.getresponse()
        return answer.status, answer.headers["x-amzn-ErrorType"], json.loads(answer.read())["message"]


def test_a_caller_of_another_region_is_not_let_in(server: SesServer) -> None:
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client(server, "us-east-1").send_email(**request())


def test_the_account_says_what_it_may_send_by_recipients(server: SesServer) -> None:
    client(server).send_email(**request(Destination={"ToAddresses": ["a@b.example", "c@d.example"]}))
    account = client(server).get_account()
    assert account["SendQuota"] == {"Max24HourSend": 50_000.0, "MaxSendRate": 1000.0, "SentLast24Hours": 2.0}
    assert account["ProductionAccessEnabled"] is True


def test_recipients_of_the_headers_are_taken_when_no_destination_is_given(server: SesServer) -> None:
    content = raw(f"From: {FROM}", "To: A <a@b.example>, c@d.example", "Cc: e@f.example", "Bcc: g@h.example")
    client(server).send_email(**request(Destination=None, **content))
    (taken,) = server.account.taken
    assert (taken.to, taken.cc, set(taken.fates)) == (
        ("a@b.example", "c@d.example"), ("e@f.example",), {"a@b.example", "c@d.example", "e@f.example", "g@h.example"},
    )  # fmt: skip
    assert b"g@h.example" not in taken.delivered


KINDS: dict[Fate, list[str]] = {
    "delivered": ["Send", "Delivery"], "bounced": ["Send", "Bounce"], "transient": ["Send", "DeliveryDelay", "Bounce"],
    "delayed": ["Send", "DeliveryDelay", "Delivery"], "complained": ["Send", "Delivery", "Complaint"],
    "rejected": ["Send", "Reject"],
}  # fmt: skip


@pytest.mark.parametrize("fate", KINDS)
def test_events_tell_what_becomes_of_a_message(server: SesServer, fate: Fate) -> None:
    server.account.fates["a@client.example"] = fate
    client(server).send_email(**request(EmailTags=[{"Name": "message", "Value": "m1"}]))
    events = list(events_of(server.account.taken[0], server.account))
    assert [e["detail"]["eventType"] for e in events] == KINDS[fate]
    assert all(e["detail"]["mail"]["tags"]["message"] == ["m1"] for e in events)
    assert all(e["source"] == "aws.ses" and e["detail-type"].startswith("Email ") for e in events)


def test_an_address_on_the_suppression_list_counts_as_sent_and_bounces(server: SesServer) -> None:
    server.account.suppressed.add("a@client.example")
    client(server).send_email(**request())
    send, bounce = events_of(server.account.taken[0], server.account)
    assert send["detail"]["eventType"] == "Send"
    assert bounce["detail"]["bounce"]["bounceSubType"] == "OnAccountSuppressionList"
    assert client(server).get_account()["SendQuota"]["SentLast24Hours"] == 1.0


def test_a_virus_is_found_after_the_message_was_taken(server: SesServer) -> None:
    server.account.viruses.add(b"Bonjour")
    assert client(server).send_email(**request())["MessageId"]
    assert [e["detail"]["eventType"] for e in events_of(server.account.taken[0], server.account)] == ["Send", "Reject"]


def test_a_message_without_a_configuration_set_tells_nothing(server: SesServer) -> None:
    client(server).send_email(**request(ConfigurationSetName=None))
    assert list(events_of(server.account.taken[0], server.account)) == []


def test_the_post_loses_repeats_and_delays_as_told(server: SesServer) -> None:
    for _ in range(50):
        client(server).send_email(**request())
    lossless = Post(server.account, Random(1), late=100, twice=0.5).arriving(NOW + timedelta(seconds=200))
    ids = [e["id"] for e in lossless]
    assert len(set(ids)) == 100 < len(ids)
    times = [e["time"] for e in lossless]
    assert times != sorted(times)
    assert 20 < len(Post(server.account, Random(1), lost=0.5).arriving(NOW + timedelta(seconds=10))) < 80
    late = Post(server.account, Random(1), late=100)
    assert 0 < len(late.arriving(NOW + timedelta(seconds=50))) < 100

"""What SES's events say, and the whole way round: claimed, sent, told of, settled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.adapters.ses.events import returned
from relance.adapters.ses.mailer import SesMailer, ses_client
from relance.domain.history import Event
from relance.ports.errors import MailUncertainError
from relance.ports.mail import Returned
from tests.adapters.facts import make_message, make_raw
from tests.adapters.mailer_contract import SENDER
from tests.emulators import aws
from tests.emulators.ses import Account, SesServer
from tests.emulators.ses.account import Fate
from tests.emulators.ses.events import Post

SAMPLES = Path(__file__).parents[3] / "infra" / "events"
START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def changed(name: str, **mail: Any) -> Any:
    event = sample(name)
    event["detail"]["mail"] |= mail
    return event


@pytest.mark.parametrize(
    ("name", "kind", "seconds", "addresses"),
    [
        ("send", "sent", 0, ()),
        ("delivery", "delivered", 2, ("delivered@client.example",)),
        ("bounce-permanent", "bounced", 2, ("bounced@client.example",)),
        ("bounce-transient", "delayed", 3, ("transient@client.example",)),
        ("delivery-delay", "delayed", 2, ("transient@client.example",)),
        ("complaint", "complained", 3, ("complained@client.example",)),
        ("reject", "rejected", 0, ()),
    ],
)
def test_each_kind_of_event_is_a_fact(name: str, kind: str, seconds: int, addresses: tuple[str, ...]) -> None:
    event = Event(kind, START + timedelta(seconds=seconds), addresses)
    assert returned(sample(name)) == Returned("exemple", ID, event)


def test_an_address_is_named_as_the_message_named_it() -> None:
    event = changed("bounce-permanent", destination=["Bounced@Client.example"])
    event["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] = "Compta <bounced@client.EXAMPLE>"
    found = returned(event)
    assert found is not None
    assert found.event.addresses == ("Bounced@Client.example",)


@pytest.mark.parametrize("kind", ["Open", "Click", "Rendering Failure", "Subscription", "Something New"])
def test_kinds_that_decide_nothing_are_no_facts(kind: str) -> None:
    event = sample("send")
    event["detail"]["eventType"] = kind
    assert returned(event) is None


@pytest.mark.parametrize("tags", [{}, {"register": ["x"]}, {"message": ["x"]}, {"register": [], "message": []}, None, "text"])
def test_events_of_other_peoples_messages_are_no_facts(tags: Any) -> None:
    assert returned(changed("send", tags=tags)) is None


@pytest.mark.parametrize(
    "event", [{}, {"detail": None}, {"detail": []}, {"detail": {"mail": 3}}, {"detail-type": "Scheduled Event"}]
)
def test_what_is_no_event_of_a_message_is_no_fact(event: Mapping[str, Any]) -> None:
    assert returned(event) is None


@pytest.mark.parametrize("name", [path.stem for path in sorted(SAMPLES.glob("*.json"))])
def test_an_event_of_ours_that_lacks_anything_needed_is_a_fault(name: str) -> None:
    event = sample(name)
    del event["detail"]["mail"]["destination"]
    with pytest.raises(ValueError, match="cannot be understood"):
        returned(event)
    event = sample(name)
    for part in event["detail"].values():
        if isinstance(part, dict) and "timestamp" in part:
            part["timestamp"] = "2026-11-23T09:30:00"  # of which zone?
    with pytest.raises(ValueError, match="cannot be understood"):
        returned(event)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DynamoLedger]:
    yield DynamoLedger(aws.dynamo(), aws.s3(), aws.ledger_table(tmp_path), aws.evidence_bucket(), "REG")
    aws.drop_tables()


@pytest.fixture
def server() -> Iterator[SesServer]:
    server = SesServer(Account(clock=lambda: START.timestamp(), rate=1e6))
    yield server
    server.stop()


EXPECTED: dict[Fate, str] = {
    "delivered": "accepted", "bounced": "bounced", "transient": "accepted", "delayed": "accepted", "complained": "accepted",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_events_late_twice_out_of_order_settle_every_message_alike(ledger: DynamoLedger, server: SesServer, seed: int) -> None:
    random = Random(seed)
    client = ses_client(boto3.Session("test", "test", region_name=aws.REGION), endpoint_url=server.url)
    mailer = SesMailer(client, "REG", "relance", 0.25, sleep=lambda _: None)
    post = Post(server.account, random, late=3 * 24 * 3600, twice=0.3)
    expected = {}
    for n, (fate, status) in enumerate(EXPECTED.items()):
        address = f"{fate}@client.example"
        server.account.fates[address] = fate
        message = make_message(f"m{n}", to=(address,), file=(f"C{n}", "EUR"))
        assert ledger.claim(message, make_raw(message.id), 0, START).granted
        server.mood = lambda: random.choice(("well", "reset_after"))
        with suppress(MailUncertainError):
            ledger.accepted(message.id, mailer.send(message, SENDER, make_raw(message.id)))
        expected[message.id] = status
    for day in range(4):
        for event in post.arriving(START + timedelta(days=day)):
            found = returned(event)
            assert found is not None
            ledger.add_event(found.message_id, found.event)
    found_status: dict[str, str] = {m.id: m.status for m in ledger.messages()}
    assert found_status == expected
    assert all(mailer.was_accepted(m) == "yes" for m in ledger.messages())
    assert len(server.account.taken) == len(expected)


def test_events_that_never_come_leave_nobody_knowing(ledger: DynamoLedger, server: SesServer) -> None:
    client = ses_client(boto3.Session("test", "test", region_name=aws.REGION), endpoint_url=server.url)
    mailer = SesMailer(client, "REG", "relance", 0.25, sleep=lambda _: None)
    post = Post(server.account, lost=1.0)
    ledger.claim(make_message("m1"), make_raw("m1"), 0, START)
    server.mood = lambda: "reset_after"
    with pytest.raises(MailUncertainError):
        mailer.send(make_message("m1"), SENDER, make_raw("m1"))
    assert post.arriving(START + timedelta(days=30)) == []
    (message,) = ledger.messages()
    assert message.status == "uncertain"
    assert mailer.was_accepted(message) == "unknown"
    assert not ledger.claim(replace(message), make_raw("m1"), 1, START).granted

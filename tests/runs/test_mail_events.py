"""What SES says later: recorded once, in any order, before or after its answer; strangers ignored, orphans kept."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.adapters.ses.events import returned
from relance.runs.mail_events import OrphanError, mail_event
from tests.adapters.facts import NOON, make_message
from tests.emulators import aws

EVENTS = Path(__file__).parents[2] / "infra" / "events"
ID = "0123456789abcdef0123456789abcdef"


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    return found


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DynamoLedger]:
    found = DynamoLedger(aws.dynamo(), aws.s3(), aws.ledger_table(tmp_path), aws.evidence_bucket(), "exemple")
    yield found
    aws.drop_tables()


def status(ledger: DynamoLedger) -> str:
    message = ledger.message(ID)
    assert message is not None
    return message.status


def claimed(ledger: DynamoLedger, to: str = "bounce@client.example") -> DynamoLedger:
    ledger.claim(make_message(ID, to=(to,)), b"raw", 0, NOON)
    return ledger


@pytest.mark.parametrize("answered", ["before", "after", "never"])
def test_any_order_and_any_repetition_ends_alike(tmp_path: Path, answered: str) -> None:
    table = aws.ledger_table(tmp_path)
    names = ("send", "delivery-delay", "bounce-permanent")
    to = sample("bounce-permanent")["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"]
    for n, order in enumerate(itertools.permutations(names)):
        register = f"r{n}"
        book = DynamoLedger(aws.dynamo(), aws.s3(), table, aws.evidence_bucket(), register)
        claimed(book, to)
        if answered == "before":
            book.accepted(ID, "srv-1")
        for name in (*order, *order):
            event = sample(name)
            event["detail"]["mail"]["tags"]["register"] = [register]
            assert mail_event(event, returned, lambda _, b=book: b) is not None  # type: ignore[misc]
        if answered == "after":
            book.accepted(ID, "srv-1")
        assert status(book) == "bounced"


@pytest.mark.parametrize(("name", "expected"), [("send", "accepted"), ("delivery", "accepted"), ("reject", "rejected")])
def test_an_event_settles_a_message_without_an_answer(ledger: DynamoLedger, name: str, expected: str) -> None:
    claimed(ledger)
    assert status(ledger) == "uncertain"
    mail_event(sample(name), returned, lambda _: ledger)
    assert status(ledger) == expected


@pytest.mark.parametrize("change", ["no tags", "other tags", "another service", "opened"])
def test_events_that_are_not_about_our_messages_are_left_alone(change: str) -> None:
    event = sample("send")
    match change:
        case "no tags":
            event["detail"]["mail"]["tags"] = {}
        case "other tags":
            event["detail"]["mail"]["tags"] = {"campaign": ["x"]}
        case "another service":
            event["detail"] = {"state": "ok"}
        case "opened":
            event["detail"]["eventType"] = "Open"

    def nobody(_: str) -> Any:
        raise AssertionError("a ledger was asked for")

    assert mail_event(event, returned, nobody) is None


def test_an_event_about_a_message_that_the_ledger_lacks_is_an_orphan(ledger: DynamoLedger) -> None:
    with pytest.raises(OrphanError) as error:
        mail_event(sample("send"), returned, lambda _: ledger)
    assert error.value.values == {"register": "exemple", "message": ID}


def test_an_event_that_cannot_be_understood_is_a_fault(ledger: DynamoLedger) -> None:
    event = sample("bounce-permanent")
    del event["detail"]["bounce"]["bounceType"]
    with pytest.raises(ValueError, match="cannot be understood"):
        mail_event(event, returned, lambda _: ledger)

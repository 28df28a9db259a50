"""The run over the adapters of AWS, stopped or cut off at every request: judged by what SES took and what the ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import pytest

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.adapters.ses.events import returned
from relance.adapters.ses.mailer import SesMailer, ses_client
from relance.ports.errors import LedgerError
from relance.runs.chase import chase
from relance.runs.desk import Result
from tests.emulators import aws
from tests.emulators.line import Crash, Fault, Line
from tests.emulators.ses import Account, SesServer
from tests.emulators.ses.events import Post
from tests.runs.desks import MONDAY, Clock, Firm

REQUESTS = 22  # of a run that sends two messages


@lru_cache(maxsize=1)
def server() -> SesServer:
    return SesServer(Account())


@lru_cache(maxsize=1)
def clients() -> tuple[Any, Any, Any]:
    session = boto3.Session("test", "test", region_name=aws.REGION)
    return aws.client("dynamodb"), aws.client("s3"), ses_client(session, endpoint_url=server().url)


class FirmOnAws:
    """A small register whose ledger and mail server are AWS's."""

    def __init__(self, folder: Path) -> None:
        self.firm = Firm(folder, from_email="compta@exemple.example")
        self.table = aws.ledger_table(folder)
        self.register_id = self.firm.desk().register_id
        self.clock = Clock(MONDAY)
        server().account = Account(rate=1e6, identities={"exemple.example"}, clock=lambda: self.clock.now.timestamp())
        server().mood = lambda: "well"

    def chase(self, line: Line | None = None) -> Result:
        """One run by a process of its own."""
        line = line or Line()
        dynamo, s3, ses = map(line.between, clients())
        desk = replace(
            self.firm.desk(),
            ledger=DynamoLedger(dynamo, s3, self.table, aws.evidence_bucket(), self.register_id, sleep=lambda _: None),
            mailer=SesMailer(ses, self.register_id, "relance", 0.25, sleep=lambda _: None),
            refusal=None,  # that the ledger is not in the folder beside the workbook
        )
        return chase(desk, MONDAY, self.clock)

    def ledger(self) -> DynamoLedger:
        return DynamoLedger(aws.dynamo(), aws.s3(), self.table, aws.evidence_bucket(), self.register_id)

    def later(self) -> None:
        """The schedule's message comes again, and the events have arrived."""
        self.clock.now += timedelta(minutes=20)
        for event in Post(server().account).arriving(self.clock.now):
            found = returned(event)
            assert found is not None
            self.ledger().add_event(found.message_id, found.event)

    def check(self) -> None:
        """Nothing left twice; nothing without a claim and its very bytes; nothing is said sent that was not taken."""
        messages = {m.id: m for m in self.ledger().messages()}
        taken = [t.tags["message"] for t in server().account.taken]
        assert len(taken) == len(set(taken))
        for one in server().account.taken:
            assert self.ledger().evidence(one.tags["message"]) == one.raw
            assert set(one.to) == set(messages[one.tags["message"]].to)
        for message in messages.values():
            assert message.status in (("accepted", "uncertain") if message.id in taken else ("refused", "uncertain"))


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[FirmOnAws]:
    yield FirmOnAws(tmp_path)
    aws.drop_tables()


def test_a_run_sends_what_is_due_and_shows_it(firm: FirmOnAws) -> None:
    line = Line()
    result = firm.chase(line)
    assert (len(result.sent), result.failed, result.unwritten) == (2, [], None)
    assert len(line.calls) == REQUESTS
    firm.check()
    assert firm.firm.invoice("A1", "last_step") == "R1"
    again = firm.chase()
    assert (again.refused, again.drafts) == (None, ())
    assert len(server().account.taken) == 2


@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
@pytest.mark.parametrize("fault", ["crash", "crash_after"])
def test_a_run_stopped_at_any_request_sends_nothing_twice_and_the_next_ones_the_rest(
    firm: FirmOnAws, number: int, fault: Fault
) -> None:
    with pytest.raises(Crash):
        firm.chase(Line(lambda n, _: fault if n == number else None))
    firm.check()
    firm.later()
    assert firm.chase().refused is None
    firm.check()
    statuses = sorted(m.status for m in firm.ledger().messages())
    assert len(statuses) == 2
    assert statuses.count("accepted") == len(server().account.taken) >= 1
    assert firm.firm.invoice("B1", "last_step") == "R1"


@pytest.mark.parametrize("fault", ["lost", "lost_answer", "failed_after"])
def test_a_send_without_an_answer_is_settled_by_its_event_or_left_to_a_person(firm: FirmOnAws, fault: Fault) -> None:
    seen: list[str] = []

    def first_send(_: int, operation: str) -> Fault | None:
        seen.append(operation)
        return fault if operation == "SendEmail" and seen.count("SendEmail") == 1 else None

    result = firm.chase(Line(first_send))
    assert (len(result.sent), len(result.uncertain)) == (1, 1)
    firm.check()
    firm.later()
    again = firm.chase()
    assert (again.refused, again.drafts) == (None, ())
    firm.check()
    taken = len(server().account.taken)
    assert taken == (1 if fault == "lost" else 2)
    assert sorted(m.status for m in firm.ledger().messages()) == ["accepted", "uncertain" if fault == "lost" else "accepted"]


def test_a_ledger_that_cannot_be_reached_sends_nothing(firm: FirmOnAws) -> None:
    for operation in ("Query", "UpdateItem", "PutObject", "TransactWriteItems"):
        with pytest.raises(LedgerError):
            firm.chase(Line(lambda _, o, lost=operation: "lost" if o == lost else None))  # type: ignore[misc]
        assert server().account.taken == []
        firm.later()


def test_a_paused_account_stops_the_run_and_the_next_one_sends(firm: FirmOnAws) -> None:
    server().account.sending = False
    result = firm.chase()
    assert [f.why.code for f in result.failed] == ["mail.paused"]
    assert "SES" in str(firm.firm.invoice("A1", "problem") or firm.firm.invoice("B1", "problem"))
    server().account.sending = True
    again = firm.chase()
    assert (again.refused, len(again.sent)) == (None, 2)
    firm.check()

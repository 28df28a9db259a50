"""A deployment in AWS's double: its queue of passes, their record, its operators' inbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from relance.adapters.dynamo_passes import DynamoPasses
from relance.adapters.sns_alerts import SnsAlerts
from relance.adapters.sqs_runs import SqsRuns, pass_of
from relance.adapters.ssm_registers import SsmRegisters
from relance.ports.deployment import Pass, PassKind
from relance.runs.scheduled import Around, Ran, scheduled
from tests.emulators import aws
from tests.runs.desks import MONDAY, Firm, close

PARIS = ZoneInfo("Europe/Paris")
PATH = "/relance/registers"
SHEET = "1a2B3c4D5e6F7g8H9i0J_k-"


def at(hour: int, minute: int = 0, day: int = MONDAY.day) -> datetime:
    """An instant of October 2026, Paris time, as Scheduler says it."""
    return datetime(2026, 10, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@dataclass
class Deployment:
    """Clients and names; `now` is the functions' clock."""

    place: object
    now: datetime = field(default_factory=lambda: at(10, 30))

    def __post_init__(self) -> None:
        self.table = aws.ledger_table(self.place)
        self.sqs, self.sns, self.ssm = aws.client("sqs"), aws.client("sns"), aws.client("ssm")
        fifo = {"FifoQueue": "true"}
        self.url = self.sqs.create_queue(QueueName=f"{self.table}.fifo", Attributes=fifo)["QueueUrl"]
        self.inbox = self.sqs.create_queue(QueueName=self.table)["QueueUrl"]
        topic = self.sns.create_topic(Name=self.table)["TopicArn"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self.queue, self.passes = SqsRuns(self.sqs, self.url), DynamoPasses(aws.dynamo(), self.table)
        self.alerts, self.registers = SnsAlerts(self.sns, topic), SsmRegisters(self.ssm, PATH)

    def list_register(self, name: str, sheet: str = "", **more: Any) -> None:
        """Put a register's parameter."""
        text = json.dumps({"sheet": sheet or f"{SHEET}{name}", **more})
        self.ssm.put_parameter(Name=f"{PATH}/{name}", Value=text, Type="String", Overwrite=True)

    def end(self) -> None:
        """Forget what other tests would see."""
        names = [p["Name"] for p in self.ssm.get_paginator("describe_parameters").paginate().build_full_result()["Parameters"]]
        for name in names:
            self.ssm.delete_parameter(Name=name)
        for url in (self.url, self.inbox):
            self.sqs.delete_queue(QueueUrl=url)
        aws.drop_tables()

    def queued(self) -> list[Pass]:
        """The passes that wait, taken from the queue."""
        return [pass_of(m["Body"]) for m in self._taken(self.url)]

    def told(self) -> list[tuple[str, str]]:
        """Subjects and texts of the alerts since the last look."""
        bodies = [json.loads(m["Body"]) for m in self._taken(self.inbox)]
        return [(b["Subject"], b["Message"]) for b in bodies]

    def _taken(self, url: str) -> Iterator[dict[str, Any]]:
        while found := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message

    def run(
        self, firm: Firm, kind: PassKind, part: int = 1, scheduled_at: datetime | None = None,
        time_left: Callable[[], float] = lambda: 900.0, **around: Any,
    ) -> Ran:  # fmt: skip
        """A pass over the register of a firm."""
        one = Pass("exemple", SHEET, kind, scheduled_at or self.now, part)
        opened = []

        def open_desk(_: Pass) -> Any:
            opened.append(firm.desk(**around))
            return opened[0]

        try:
            return scheduled(one, open_desk, Around(self.passes, self.queue, PARIS, lambda: self.now, time_left))
        finally:
            for desk in opened:
                close(desk)

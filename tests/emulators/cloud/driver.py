"""What invokes functions: Scheduler, EventBridge's rule, and the event source mappings of queues.

moto's SQS forgets an id with its message, where AWS remembers it for five minutes: twins come through more often here.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.emulators import aws
from tests.emulators.cloud.runtime import Answer
from tests.infra.deployed import FUNCTIONS, resource, resources

if TYPE_CHECKING:
    from tests.emulators.cloud.cloud import Cloud

NAMES = {logical: name for name, logical in FUNCTIONS.items()}
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


class Driver:
    """Hands over what waits, as AWS would: at least once, groups in order, failures again after their time."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()
        self.in_flight: dict[str, list[str]] = {}  # what was received and not handled, by queue

    def schedule(self, name: str, instant: datetime) -> Answer:
        """The target's input of a schedule, with the instant it was scheduled for; the last answer.

        Scheduler's call waits for no answer: when the function fails, Lambda calls it again.
        """
        target = resource(name)["Target"]
        said = target["Input"].replace(SCHEDULED_TIME, f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        logical = _named(target["Arn"])
        function = self._cloud.function(NAMES[logical])
        answer = function.invoke(json.loads(said))
        for _ in range(_retries(logical)):
            if not answer.error:
                break
            answer = function.invoke(json.loads(said))
        return answer

    def pump(self, instances: int = 1, rounds: int = 20) -> list[Answer]:
        """Deliver SES's events, then let the functions take what waits, until nothing visible does."""
        answers: list[Answer] = []
        for _ in range(rounds):
            moved = self._route()
            for mapping in resources("AWS::Lambda::EventSourceMapping").values():
                answers += (found := self._drain(mapping, instances))
                moved += len(found)
            if not moved:
                return answers
        raise AssertionError(f"still moving after {rounds} rounds")

    def later(self, queue: str) -> None:
        """The visibility timeout of what is in flight has passed."""
        for handle in self.in_flight.pop(queue, ()):
            self._cloud.sqs.change_message_visibility(
                QueueUrl=self._cloud.queues[queue], ReceiptHandle=handle, VisibilityTimeout=0
            )

    def take(self, url: str) -> Iterator[str]:
        """The bodies of the messages of a queue, which they leave."""
        while found := self._cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._cloud.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]

    def _route(self) -> int:
        """EventBridge: the events that arrived and that the rule matches go to its target."""
        rule, moved = resource("MailRule", known=self._cloud.known), 0
        for event in self._cloud.post.arriving(self._cloud.now):
            if matches(rule["EventPattern"], event):
                for target in rule["Targets"]:
                    url = self._cloud.queues[_named(target["Arn"])]
                    self._cloud.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
                moved += 1
        return moved

    def _drain(self, mapping: Mapping[str, Any], instances: int) -> list[Answer]:
        most = min(instances, int(mapping["ScalingConfig"]["MaximumConcurrency"]))
        with ThreadPoolExecutor(most) as pool:
            return [a for found in pool.map(lambda n: self._worker(mapping, n), range(most)) for a in found]

    def _worker(self, mapping: Mapping[str, Any], instance: int) -> list[Answer]:
        queue, name = _named(mapping["EventSourceArn"]), NAMES[_named(mapping["FunctionName"])]
        url = self._cloud.queues[queue]
        answers: list[Answer] = []
        with self._lock:
            function = self._cloud.function(name, instance)
        while True:
            with self._lock:
                found = self._cloud.sqs.receive_message(
                    QueueUrl=url, MaxNumberOfMessages=int(mapping["BatchSize"]), AttributeNames=["All"]
                ).get("Messages", [])
            if not found:
                return answers
            answer = function.invoke({"Records": [_record(message, url) for message in found]})
            answers.append(answer)
            self._settle(queue, found, answer, mapping)

    def _settle(self, queue: str, found: list[Any], answer: Answer, mapping: Mapping[str, Any]) -> None:
        """What was handled leaves the queue; the rest is seen again when its time has passed."""
        failed = {message["MessageId"] for message in found} if answer.error else set()
        if "ReportBatchItemFailures" in mapping["FunctionResponseTypes"] and answer.result:
            failed |= {item["itemIdentifier"] for item in answer.result.get("batchItemFailures", ())}
        for message in found:
            handle = message["ReceiptHandle"]
            if message["MessageId"] in failed:
                self.in_flight.setdefault(queue, []).append(handle)
            else:
                self._cloud.sqs.delete_message(QueueUrl=self._cloud.queues[queue], ReceiptHandle=handle)


def _retries(function: str) -> int:
    """How often Lambda calls a function again that failed when nobody waited for its answer."""
    found = resources("AWS::Lambda::EventInvokeConfig").values()
    return next(int(config["MaximumRetryAttempts"]) for config in found if _named(config["FunctionName"]) == function)


def matches(pattern: Any, event: Any) -> bool:
    """Whether EventBridge's rule takes an event: every named field has one of the values, also within a list."""
    if isinstance(pattern, Mapping):
        return isinstance(event, Mapping) and all(k in event and matches(p, event[k]) for k, p in pattern.items())
    values = event if isinstance(event, list) else [event]
    return any(value in pattern for value in values)


def _named(reference: Any) -> str:
    """The logical id in `<Name.Attribute>`."""
    return str(reference).strip("<>").partition(".")[0]


def _record(message: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A message as Lambda shows it to a function."""
    return {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": message["Attributes"], "messageAttributes": {}, "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:{aws.REGION}:{aws.ACCOUNT}:{url.rpartition('/')[2]}",
        "awsRegion": aws.REGION,
    }  # fmt: skip

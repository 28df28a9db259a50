"""The queue of passes: a FIFO queue of SQS, one message per pass, one group per register."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from botocore.exceptions import BotoCoreError, ClientError

from relance.domain.codec import instant
from relance.ports.deployment import Pass, PassKind
from relance.ports.errors import QueueError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsRuns:
    """The passes in a queue. SQS takes the same part of a pass, scheduled for the same minute, once in 5 minutes."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client, self._url = client, url

    def put(self, one: Pass) -> None:
        """Let a pass be run, after the register's passes that wait. Raises QueueError."""
        said = {"register": one.register, "sheet": one.sheet, "pass": one.kind, "at": instant(one.at), "part": one.part}
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=json.dumps(said), MessageGroupId=one.register,
                MessageDeduplicationId=f"{one.register}-{one.at:%Y%m%dT%H%M%z}-{one.kind}-{one.part}",
            )  # fmt: skip
        except (ClientError, BotoCoreError) as fault:
            raise _unreachable(fault) from fault

    def waiting(self) -> int:
        """How many passes wait or run, about. Raises QueueError."""
        names: Any = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        try:
            counts = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        except (ClientError, BotoCoreError) as fault:
            raise _unreachable(fault) from fault
        return sum(int(counts[name]) for name in names)


def pass_of(body: str) -> Pass:
    """The pass that a message of the queue asks for. ValueError when it asks for none."""
    given = json.loads(body)
    if not isinstance(given, Mapping):
        raise ValueError("a message of the queue is not an object")
    register, sheet, part = given.get("register"), given.get("sheet"), given.get("part")
    kind: Any = given.get("pass")
    if not (isinstance(register, str) and register and isinstance(sheet, str) and sheet):
        raise ValueError("a message of the queue names no register")
    if kind not in get_args(PassKind) or type(part) is not int or part < 1:
        raise ValueError("a message of the queue names no pass")
    return Pass(register, sheet, kind, aware(given.get("at")), part)


def aware(text: Any) -> datetime:
    """The instant of an ISO text with its offset. ValueError for anything else."""
    at = datetime.fromisoformat(str(text))
    if at.utcoffset() is None:
        raise ValueError("an instant without offset")
    return at


def _unreachable(fault: ClientError | BotoCoreError) -> QueueError:
    error = fault.response["Error"]["Code"] if isinstance(fault, ClientError) else type(fault).__name__
    return QueueError("pass.queue_unreachable", error=error)

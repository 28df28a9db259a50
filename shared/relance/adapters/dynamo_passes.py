"""What became of each day's passes, in the ledger's table: `pk` is `day#<date>`, `sk` `<register>#<pass>#<part>`.

No register's id holds a `#`, so these items never meet those of a ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from relance.domain.codec import dump, load
from relance.ports.deployment import PassRecord
from relance.ports.errors import QueueError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoPasses:
    """The records of a deployment's passes, kept for good: some hundred bytes each."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def record(self, day: date, record: PassRecord) -> None:
        """Keep this, in place of what was recorded of the same part. Raises QueueError."""
        item = {
            "pk": {"S": f"day#{day}"}, "sk": {"S": f"{record.register}#{record.kind}#{record.part:02}"},
            "content": {"S": dump(record)},
        }  # fmt: skip
        try:
            self._client.put_item(TableName=self._table, Item=item)
        except (ClientError, BotoCoreError) as fault:
            raise _unreachable(fault) from fault

    def of_day(self, day: date, register: str = "") -> Sequence[PassRecord]:
        """Those of a day, of one register or of all, by register, kind and part. Raises QueueError."""
        condition, values = "pk = :pk", {":pk": {"S": f"day#{day}"}}
        if register:
            condition, values = f"{condition} AND begins_with(sk, :sk)", {**values, ":sk": {"S": f"{register}#"}}
        asked: Any = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
        try:
            pages = self._client.get_paginator("query").paginate(TableName=self._table, ConsistentRead=True, **asked)
            return [load(PassRecord, item["content"]["S"]) for page in pages for item in page["Items"]]
        except (ClientError, BotoCoreError) as fault:
            raise _unreachable(fault) from fault


def _unreachable(fault: ClientError | BotoCoreError) -> QueueError:
    error = fault.response["Error"]["Code"] if isinstance(fault, ClientError) else type(fault).__name__
    return QueueError("pass.records_unreachable", error=error)

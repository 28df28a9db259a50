"""The table: its keys, how it is read and written, and its faults in the words of the port.

One table holds the ledgers of many registers. `pk` is the register's id (what is kept about sheets and passes has its own,
with a `#`); `sk` says what an item is:

    register                       the register as a whole: run counter, lease, pins
    run#<number>                   one run's record
    announced#<day>#<number>       message ids announced that day
    file#<customer>#<currency>     a file: version, and its memory (`…#<n>`: what of it does not fit in one item)
    message#<id>                   a message with its facts
    task#<number>                  a line of the To do tab

Items of a file also carry `place`: `open#<customer>#<currency>`, or `cold#…` once nothing of the file has been open, and
no row of its customer stood in the sheet, for long. The local index `by_place` on it makes the history of a run one
paginated, strongly consistent query of what is open; a customer who comes back is one more query. An item never changes
its key and is never deleted: only `place` moves. (A local index bounds a register to 10 GB, some millions of messages.)

Every item carries the version `v` of its form. A reader refuses a later form, and writers set only the attributes they
know, so that older code never loses what newer code wrote.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from relance.domain.keys import FileKey
from relance.ports.errors import LedgerError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

VERSION = 1
INDEX = "by_place"
OPEN, COLD = "open", "cold"
BATCH = 100  # keys per BatchGetItem, actions per transaction: DynamoDB's limits
CROWDED = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}  # cancelled, but not by a condition
TRIES = 6
Item = dict[str, Any]


class CancelledError(Exception):
    """A write of which a condition did not hold: per action what stood there, {} for nothing, None where it held."""

    def __init__(self, items: Sequence[Item | None]) -> None:
        super().__init__()
        self.items = items


class Table:
    """One register's items."""

    def __init__(
        self, client: DynamoDBClient, name: str, register_id: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client, self._name, self._register_id, self._sleep = client, name, register_id, sleep

    def key(self, sk: str) -> Item:
        """The key of one of the register's items."""
        return {"pk": {"S": self._register_id}, "sk": {"S": sk}}

    def get(self, sk: str) -> Item | None:
        """One item as it stands, or None."""
        answer = self._client.get_item(TableName=self._name, Key=self.key(sk), ConsistentRead=True)
        return checked_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, sks: Sequence[str]) -> Iterator[Item]:
        """Those of the items that exist, in any order."""
        for start in range(0, len(sks), BATCH):
            keys = [self.key(sk) for sk in sks[start : start + BATCH]]
            for attempt in range(TRIES):
                answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": keys, "ConsistentRead": True}})
                yield from map(checked_item, answer["Responses"].get(self._name, ()))
                left: Any = answer.get("UnprocessedKeys", {}).get(self._name)
                keys = left["Keys"] if left else []
                if not keys:
                    break
                self._sleep(0.05 * 2**attempt)
            if keys:
                raise LedgerError("ledger.unreachable", error="UnprocessedKeys")

    def query(self, prefix: str, by: str = "sk") -> Iterator[Item]:
        """All items whose `by` (`sk` or `place`) begins so, in its order, page by page, as they stand."""
        index: Any = {} if by == "sk" else {"IndexName": INDEX}
        start: Any = {}
        while True:
            page = self._client.query(
                TableName=self._name, ConsistentRead=True, KeyConditionExpression=f"pk = :pk AND begins_with({by}, :prefix)",
                ExpressionAttributeValues={":pk": {"S": self._register_id}, ":prefix": {"S": prefix}}, **index, **start,
            )  # fmt: skip
            yield from map(checked_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def put(self, item: Item) -> None:
        """Put an item in place of what was there."""
        self._client.put_item(TableName=self._name, Item={**item, "v": integer(VERSION)})

    def update(self, sk: str, expression: str, condition: str, values: Item) -> Item:
        """Change an item if the condition holds, and return it as it is then. Raises CancelledError."""
        try:
            answer = self._client.update_item(
                TableName=self._name, Key=self.key(sk), UpdateExpression=expression, ConditionExpression=condition,
                ExpressionAttributeValues=values, ReturnValues="ALL_NEW", ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )  # fmt: skip
        except ClientError as fault:
            if fault.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            there: Any = fault.response.get("Item", {})
            raise CancelledError([checked_item(there)]) from fault
        return answer["Attributes"]

    def put_action(self, item: Item, condition: str) -> TransactWriteItemTypeDef:
        """A put, as part of a transaction."""
        return {
            "Put": {
                "TableName": self._name, "Item": {**item, "v": integer(VERSION)}, "ConditionExpression": condition,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }  # fmt: skip

    def update_action(self, sk: str, expression: str, condition: str, values: Item) -> TransactWriteItemTypeDef:
        """A change, as part of a transaction."""
        return {
            "Update": {
                "TableName": self._name, "Key": self.key(sk), "UpdateExpression": expression,
                "ConditionExpression": condition, "ExpressionAttributeValues": values,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }  # fmt: skip

    def transact(self, actions: Sequence[TransactWriteItemTypeDef], token: str) -> None:
        """All of the actions or none. Raises CancelledError.

        The SDK repeats a call that got no answer, with the same token; so does this when others were in the way.
        """
        for attempt in range(TRIES):
            try:
                self._client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
                return
            except ClientError as fault:
                if fault.response["Error"]["Code"] != "TransactionCanceledException":
                    raise
                reasons: list[Any] = list(fault.response.get("CancellationReasons", ()))
                codes = {reason.get("Code") for reason in reasons}
                if "ConditionalCheckFailed" in codes:
                    raise CancelledError([_stood(reason) for reason in reasons]) from fault
                if not codes & CROWDED or attempt == TRIES - 1:
                    raise
            self._sleep(0.05 * 2**attempt)


def text(value: str) -> Item:
    """A text attribute."""
    return {"S": value}


def integer(value: int) -> Item:
    """A number attribute."""
    return {"N": str(value)}


def checked_item(item: Item) -> Item:
    """The item, unless a later version of Relance wrote it. Raises LedgerError `ledger.newer`."""
    found = int(item["v"]["N"]) if "v" in item else 0
    if found > VERSION:
        raise LedgerError("ledger.newer", found=found)
    return item


def _stood(reason: Item) -> Item | None:
    return checked_item(reason.get("Item", {})) if reason.get("Code") == "ConditionalCheckFailed" else None


def part(name: str) -> str:
    """A customer's code or a currency as a part of a key: without `#`, and short."""
    quoted = quote(name, safe=" ")
    if len(quoted) <= 200:
        return quoted
    return hashlib.sha256(name.encode()).hexdigest()


def file_sk(file: FileKey) -> str:
    """The key of a file's own item."""
    return f"file#{part(file[0])}#{part(file[1])}"


def place_of(file: FileKey, where: str) -> str:
    """What `by_place` sorts the items of a file by."""
    return f"{where}#{part(file[0])}#{part(file[1])}"


@contextmanager
def told() -> Iterator[None]:
    """Say the faults of AWS as LedgerError; let a fault of the program through."""
    try:
        yield
    except ClientError as fault:
        raise LedgerError("ledger.unreachable", error=fault.response["Error"]["Code"]) from fault
    except BotoCoreError as fault:
        raise LedgerError("ledger.unreachable", error=type(fault).__name__) from fault

"""Claiming a message: its bytes first, then one transaction of two items, and never a doubt about whose claim stands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from relance.domain.codec import instant, to_text
from relance.domain.history import Message
from relance.ports.ledger import Claim

from .evidence import Evidence
from .items import about, event_text, message_content, message_from, message_sk
from .reading import Known
from .remember import SET_FILE, head_action, where
from .table import VERSION, CancelledError, Item, Table, file_sk, integer, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def claim(
    table: Table, evidence: Evidence, known: Known, message: Message, raw: bytes, version: int, now: datetime
) -> Claim:  # fmt: skip
    """Claim a message never claimed; when one stands that was surely refused, claim its next attempt."""
    if message.file[1] not in known.currencies and version == 0:
        table.transact([head_action(table, {message.file[1]})], uuid4().hex)
    base = about(message.file, where(known, message.file))
    facts: Item = {
        "claim": text(uuid4().hex), "claimed_at": text(instant(now)), "content": message_content(message),
        "attempt": integer(1), "evidence": text(evidence.put(message.id, 1, raw)),
    }  # fmt: skip
    item = {**table.key(message_sk(message.id)), **base, **facts, "changes": integer(0)}
    stood = _try(table, message, table.put_action(item, "attribute_not_exists(pk)"), facts, base, version)
    if isinstance(stood, Claim):
        return stood
    before = message_from(stood)
    if before.status != "refused":
        return Claim(False, version)
    attempt = before.attempt + 1
    facts |= {"attempt": integer(attempt), "evidence": text(evidence.put(message.id, attempt, raw))}
    again = _try(table, message, _next_attempt(table, stood, before, {**base, **facts}), facts, base, version)
    return again if isinstance(again, Claim) else Claim(False, version)


def _try(
    table: Table, message: Message, action: TransactWriteItemTypeDef, facts: Item, base: Item, version: int
) -> Claim | Item:  # fmt: skip
    """The outcome of the transaction; or the message that stands in the way, when only that does."""
    token = facts["claim"]["S"]
    try:
        table.transact([action, _raise_version(table, message, base, version)], f"{token[:30]}-{facts['attempt']['N'][-5:]}")
    except CancelledError as cancelled:
        there, file = cancelled.items
        if there and there["claim"]["S"] == token and there["attempt"] == facts["attempt"]:
            return Claim(True, version + 1)  # the call was repeated, and met its own effect
        if file is not None:
            return Claim(False, int(file["version"]["N"]) if file else 0)
        return there or Claim(False, version)
    except (BotoCoreError, ClientError):
        there = table.get(message_sk(message.id))
        if not there or there["claim"]["S"] != token or there["attempt"] != facts["attempt"]:
            raise
    return Claim(True, version + 1)


def _raise_version(table: Table, message: Message, base: Item, version: int) -> TransactWriteItemTypeDef:
    condition = "version = :version" if version else "attribute_not_exists(pk) OR version = :version"
    values = {
        ":v": integer(VERSION), ":version": integer(version), ":next": integer(version + 1), ":place": base["place"],
        ":customer": base["customer"], ":currency": base["currency"],
    }  # fmt: skip
    return table.update_action(file_sk(message.file), SET_FILE, condition, values)


def _next_attempt(table: Table, stood: Item, before: Message, given: Item) -> TransactWriteItemTypeDef:
    """A new attempt in place of a refused one, of which the fate and the addresses proved wrong stay."""
    fate = to_text([before.attempt, stood["claimed_at"]["S"], before.refusal, before.resolution, stood["evidence"]["S"]])
    values: Item = {f":{name}": value for name, value in given.items()}
    values |= {
        ":v": integer(VERSION),
        ":fate": {"L": [text(fate)]},
        ":none": {"L": []},
        ":seen": stood["changes"],
        ":one": integer(1),
    }
    kept = [event_text(e) for e in sorted(before.events, key=lambda e: e.at) if e.kind == "bounced"]
    sets = [f"{name} = :{name}" for name in given]
    sets += ["v = :v", "earlier = list_append(if_not_exists(earlier, :none), :fate)", "changes = changes + :one"]
    removes = ["accepted_id", "refusal", "resolution"]
    if kept:
        sets.append("events = :events")
        values[":events"] = {"SS": kept}
    else:
        removes.append("events")
    expression = f"SET {', '.join(sets)} REMOVE {', '.join(removes)}"
    return table.update_action(stood["sk"]["S"], expression, "changes = :seen", values)

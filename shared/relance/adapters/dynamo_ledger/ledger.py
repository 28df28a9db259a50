"""The ledger of one register in a table and a bucket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from relance.domain.codec import dump, instant, iso
from relance.domain.history import Event, FileMemory, History, Message, Pins, Task
from relance.domain.keys import FileKey
from relance.ports.errors import LedgerError
from relance.ports.ledger import Claim

from .claiming import claim
from .evidence import Evidence
from .head import give_up, set_head, take
from .items import event_text, message_from, message_sk
from .moves import move
from .owner import bind, of_sheet
from .reading import HEAD, Known, hashes_from, read
from .remember import Wish, remember
from .table import CancelledError, Item, Table, integer, text, told

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from relance.domain.plan import ClosedTask

MOST_ANNOUNCED = 1_000  # ids in one item


class DynamoLedger:
    """The durable record of one register, in a table made as `table.py` says and a versioned bucket.

    Any method raises LedgerError: `ledger.unreachable` (with AWS's word for it), `ledger.newer`, `ledger.busy`,
    `ledger.not_versioned`, `ledger.damaged`. Instants must carry an offset (ValueError). The clients repeat calls by
    themselves, so every write here may be repeated. `sheet` is the id of the one sheet this ledger belongs to, from its
    first run on.
    """

    def __init__(
        self, dynamo: DynamoDBClient, s3: S3Client, table: str, bucket: str, register_id: str,
        sleep: Callable[[float], None] = time.sleep, sheet: str = "",
    ) -> None:  # fmt: skip
        self._table = Table(dynamo, table, register_id, sleep)
        self._evidence = Evidence(s3, bucket, register_id)
        self._of_sheet = of_sheet(dynamo, table, sheet, sleep)
        self._register_id, self._sheet = register_id, sheet
        self._lease = ""
        self._known: Known | None = None  # what was read last, as long as nothing of files or tasks was written since
        self._read = Known(History())  # what was read last
        self._asked: frozenset[str] = frozenset()

    def begin(self, today: date, now: datetime) -> int:
        """Hold the register until `finish`, `close`, or 16 minutes from now, and return this run's number.

        Raises LedgerError `ledger.busy` when another run holds it, and `ledger.other_sheet` when it is another sheet's.
        """
        if self._lease:
            raise LedgerError("ledger.busy")
        with told():
            self._lease, run = take(self._table, self._sheet, today, now)
            record = {**self._table.key(_run_sk(run)), "day": text(today.isoformat()), "started": text(instant(now))}
            try:
                if self._sheet:
                    bind(self._of_sheet, self._register_id)
                self._table.put(record)
            except BaseException:
                with suppress(LedgerError):
                    self.close()
                raise
        return run

    def sheet(self) -> str:
        """The id of the sheet that this ledger belongs to; empty before its first run."""
        with told():
            head = self._table.get(HEAD) or {}
        return str(head["sheet"]["S"]) if "sheet" in head else ""

    def history(self, customers: Collection[str] = ()) -> History:
        """The facts of files that are open or were lately, and of all files of these customers."""
        with told():
            self._known = self._read = read(self._table, self._register_id, customers)
        self._asked |= frozenset(customers)
        return self._known.history

    def messages(self) -> Iterable[Message]:
        """Every message, as its last attempt stands, oldest first."""
        with told():
            found = [message_from(item) for item in self._table.query("message#")]
        return sorted(found, key=lambda m: (m.day, m.claimed_at, m.id))

    def message(self, message_id: str) -> Message | None:
        """One message, as its last attempt stands; None for a message never claimed."""
        with told():
            item = self._table.get(message_sk(message_id))
        return None if item is None else message_from(item)

    def remember(
        self, memory: Mapping[FileKey, FileMemory], new: Iterable[Task], answered: Iterable[Task],
        closed: Iterable[ClosedTask], today: date, first: int = 1,
    ) -> None:  # fmt: skip
        """Keep first sights, answers, closings and new tasks, in transactions of 100 items.

        Cut short between two of them, the next call writes the rest. A changed memory raises its file's version by 1. A
        new task whose key is that of an open task, or of one created the same day, is known already: repeating a call
        changes nothing. KeyError for an answer or a closing of a number never given, before anything is written.
        """
        wish = Wish(memory, tuple(new), tuple(answered), tuple(closed), today, first)
        files = {*memory, *(t.file for t in wish.new)}
        with told():
            known = self._known or read(self._table, self._register_id, {file[0] for file in files})
            self._known = None
            try:
                remember(self._table, known, wish)
            except CancelledError:  # part of it stands, from a call that got no answer; or another run writes
                try:
                    remember(self._table, read(self._table, self._register_id, self._asked | {f[0] for f in files}), wish)
                except CancelledError:
                    raise LedgerError("ledger.busy") from None

    def claim(self, message: Message, raw: bytes, version: int, now: datetime) -> Claim:
        """Record that this message is about to leave with these bytes; `version` is its file's as read (0: unknown).

        Granted when no message has its id, or that one was surely refused (then as its next attempt), and the file
        still has this version, which rises by 1: one transaction of two items, after the bytes are in the bucket. Not
        granted: the version as it stands. What the message says of its own fate is not looked at.
        """
        self._known = None
        with told():
            return claim(self._table, self._evidence, self._read, message, raw, version, now)

    def accepted(self, message_id: str, accepted_id: str) -> None:
        """The mail server took the message under its own id. KeyError for a message never claimed.

        ValueError when it was taken under another id: it must have been sent twice.
        """
        condition = "attribute_exists(pk) AND (attribute_not_exists(accepted_id) OR accepted_id = :word)"
        there = self._add(message_id, "SET accepted_id = :word", {":word": text(accepted_id)}, condition)
        if there is not None:
            raise ValueError(f"message {message_id} was accepted as {there['accepted_id']['S']}, not {accepted_id}")

    def refused(self, message_id: str, why: str, addresses: tuple[str, ...], now: datetime) -> None:
        """The mail server surely did not take the message; `addresses` are proved wrong. KeyError as in `accepted`."""
        values: Item = {":word": text(why)}
        events = ""
        if addresses:
            values[":events"] = {"SS": [event_text(Event("bounced", now, addresses))]}
            events = ", events :events"
        self._add(message_id, "SET refusal = :word", values, add=events)

    def resolve(self, message_id: str, word: Literal["sent", "not_sent"]) -> None:
        """A person's word on an uncertain message. KeyError for a message never claimed."""
        self._add(message_id, "SET resolution = :word", {":word": text(word)})

    def add_event(self, message_id: str, event: Event) -> None:
        """Add what came back about a message; an event known already changes nothing. KeyError as in `accepted`."""
        self._add(message_id, "", {":events": {"SS": [event_text(event)]}}, add=", events :events")

    def evidence(self, message_id: str) -> bytes | None:
        """The exact bytes of a message's last attempt; None for a message never claimed."""
        with told():
            item = self._table.get(message_sk(message_id))
            if item is None:
                return None
            return self._evidence.get(message_id, int(item["attempt"]["N"]), item["evidence"]["S"])

    def announce(self, day: date, hashes: Mapping[str, str]) -> None:
        """Record the message ids announced that day, adding to those before; the last hash of an id stands."""
        lines = list(hashes.items())
        with told():
            before = sum(1 for _ in self._table.query(f"announced#{iso(day)}#"))
            for n, start in enumerate(range(0, len(lines), MOST_ANNOUNCED), before):
                said = json.dumps(dict(lines[start : start + MOST_ANNOUNCED]))
                self._table.put({**self._table.key(f"announced#{iso(day)}#{n:06}"), "hashes": text(said)})

    def announced(self, day: date) -> Mapping[str, str]:
        """The message ids announced that day, with their content hashes."""
        with told():
            return hashes_from(self._table.query(f"announced#{iso(day)}#"))

    def pin(self, pins: Pins) -> None:
        """Fix what later runs must find unchanged, in place of what was pinned."""
        with told():
            set_head(self._table, "SET v = :v, pins = :value", text(dump(pins)))

    def confirm(self, fingerprint: str) -> None:
        """Record that a person accepted the mass change with this fingerprint."""
        with told():
            set_head(self._table, "SET v = :v, confirmed = :value", text(fingerprint))

    def set_last_run(self, number: int) -> None:
        """Raise the number of the last run; a lower number changes nothing."""
        above = "(attribute_not_exists(last_run) OR last_run < :value)"
        with told():
            set_head(self._table, "SET v = :v, last_run = :value", integer(number), above)

    def finish(self, run: int, now: datetime, summary: Mapping[str, object]) -> None:
        """Close the run's record, with the summary in it, and release the register.

        Before that, files of which nothing has been open for long leave the daily reading. The register is released
        whatever happens. KeyError for a run never begun.
        """
        try:
            said = json.dumps(summary, ensure_ascii=False, default=str)
            values = {":now": text(instant(now)), ":summary": text(said)}
            with told():
                try:
                    expression = "SET finished = :now, summary = :summary"
                    self._table.update(_run_sk(run), expression, "attribute_exists(pk)", values)
                except CancelledError:
                    raise KeyError(run) from None
                if summary.get("written"):
                    later = "(attribute_not_exists(last_written) OR last_written < :value)"
                    set_head(self._table, "SET v = :v, last_written = :value", integer(run), later)
                if self._lease:
                    move(self._table, self._read, self._asked, now.date())
        finally:
            self.close()

    def close(self) -> None:
        """Release the register; the ledger can be used again."""
        lease, self._lease, self._known = self._lease, "", None
        if lease:
            with told():
                give_up(self._table, lease)

    def _add(
        self, message_id: str, expression: str, values: Item, condition: str = "attribute_exists(pk)", add: str = ""
    ) -> Item | None:
        """Add a fact to a message; None, or the message as it stands when the condition does not hold."""
        with told():
            try:
                given = {**values, ":one": integer(1)}
                self._table.update(message_sk(message_id), f"{expression} ADD changes :one{add}", condition, given)
            except CancelledError as cancelled:
                if not cancelled.items[0]:
                    raise KeyError(message_id) from None
                return cancelled.items[0]
        return None


def _run_sk(run: int) -> str:
    return f"run#{run:010}"

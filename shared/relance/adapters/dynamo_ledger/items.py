"""Messages, tasks and files as items of the table, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from relance.domain.codec import dump, instant, load, to_text
from relance.domain.history import Event, FileMemory, Message, Task
from relance.domain.keys import FileKey

from .table import COLD, Item, file_sk, place_of, text

# What happened to an attempt, in attributes of its own; the rest of the message is its content.
FATE = frozenset({"id", "file", "attempt", "claimed_at", "accepted_id", "refusal", "events", "resolution"})
TASK_KEYS = frozenset({"no", "file"})
PLAIN = 4_096  # characters of text above which it is compressed
SLICE = 300_000  # bytes of memory in one item; DynamoDB takes 400 KB


def packed(content: str) -> bytes:
    """A text as it is, or compressed when long: half a million bytes of invoices become some thirty thousand."""
    raw = content.encode()
    return raw if len(content) <= PLAIN else zlib.compress(raw)


def unpacked(raw: bytes) -> str:
    """The text of `packed`; JSON never begins as compressed data does."""
    return (zlib.decompress(raw) if raw[:1] == b"\x78" else raw).decode()


def content_of(value: Any, without: frozenset[str]) -> Item:
    """A dataclass's JSON as an attribute: readable when short, bytes when long."""
    content = dump(value, without)
    return {"S": content} if len(content) <= PLAIN else {"B": packed(content)}


def text_of(attribute: Item) -> str:
    """The text of an attribute made by `content_of`."""
    return str(attribute["S"]) if "S" in attribute else unpacked(attribute["B"])


def about(file: FileKey, where: str) -> Item:
    """The attributes of every item of a file."""
    return {"place": text(place_of(file, where)), "customer": text(file[0]), "currency": text(file[1])}


def file_of(item: Item) -> FileKey:
    """The file an item belongs to."""
    return item["customer"]["S"], item["currency"]["S"]


def is_cold(item: Item) -> bool:
    """Whether an item is out of the daily reading."""
    return bool(item["place"]["S"].startswith(f"{COLD}#"))


def message_sk(message_id: str) -> str:
    """The key of a message."""
    return f"message#{message_id}"


def message_content(message: Message) -> Item:
    """What a message says, as the attribute `content`."""
    return content_of(message, FATE)


def message_from(item: Item) -> Message:
    """A message with its facts, as its last attempt stands."""
    return load(
        Message, text_of(item["content"]), id=item["sk"]["S"].partition("#")[2], file=file_of(item),
        attempt=int(item["attempt"]["N"]), claimed_at=datetime.fromisoformat(item["claimed_at"]["S"]),
        accepted_id=_said(item, "accepted_id"), refusal=_said(item, "refusal"), resolution=_resolution(item),
        events=frozenset(map(_event, item.get("events", {}).get("SS", ()))),
    )  # fmt: skip


def _said(item: Item, name: str) -> str:
    return str(item[name]["S"]) if name in item else ""


def _resolution(item: Item) -> Literal["", "sent", "not_sent"]:
    word = _said(item, "resolution")
    return "sent" if word == "sent" else "not_sent" if word == "not_sent" else ""


def event_text(event: Event) -> str:
    """An event as an element of a set: the same event is the same text."""
    return to_text([event.kind, instant(event.at), event.addresses])


def _event(said: str) -> Event:
    kind, at, addresses = json.loads(said)
    return Event(kind, datetime.fromisoformat(at), tuple(addresses))


def task_sk(no: int) -> str:
    """The key of a task; keys sort as numbers do."""
    return f"task#{no:010}"


def task_item(task: Task, key: Item, where: str) -> Item:
    """A task's item."""
    return {**key, **about(task.file, where), "content": content_of(task, TASK_KEYS)}


def task_from(item: Item) -> Task:
    """A task."""
    return load(Task, text_of(item["content"]), no=int(item["sk"]["S"].partition("#")[2]), file=file_of(item))


def slices(memory: FileMemory) -> list[bytes]:
    """A file's memory in pieces that fit in an item each; the first one goes into the file's own item."""
    raw = packed(dump(memory))
    return [raw[start : start + SLICE] for start in range(0, len(raw), SLICE)]


def slice_sk(file: FileKey, n: int) -> str:
    """The key of a further piece of a file's memory."""
    return f"{file_sk(file)}#{n}"


def memory_from(pieces: Iterable[bytes]) -> FileMemory:
    """The memory of its pieces."""
    return load(FileMemory, unpacked(b"".join(pieces)))


def last_day(messages: Iterable[Message], tasks: Iterable[Task], memory: FileMemory | None) -> date:
    """The last day on which anything of a file happened."""
    days = [m.day for m in messages] + [e.at.date() for m in messages for e in m.events]
    days += [d for t in tasks for d in (t.created, t.closed_on, t.outcome_on) if d is not None]
    return max([*days, memory.first_seen] if memory else days, default=date.min)


def nothing_open(messages: Iterable[Message], tasks: Iterable[Task], memory: FileMemory | None) -> bool:
    """No open invoice, no open task, no message about which nobody knows."""
    invoices = memory.invoices.values() if memory else ()
    return not (
        any(i.open for i in invoices) or any(t.open for t in tasks) or any(m.status == "uncertain" for m in messages)
    )  # fmt: skip

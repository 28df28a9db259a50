"""Messages, tasks, files and runs as rows of the database."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from sqlite3 import Connection
from typing import Any

from relance.domain.codec import day_of, dump, instant, iso, load, to_text
from relance.domain.history import Event, FileHistory, FileMemory, Message, Task
from relance.domain.keys import FileKey
from relance.domain.plan import ClosedTask
from relance.domain.words import Reason

from .database import fact

# What happened to an attempt, in columns of its own; the rest of the message is its content.
FATE = frozenset({"id", "file", "attempt", "claimed_at", "accepted_id", "refusal", "events", "resolution"})
ANSWER = frozenset({"owner", "outcome", "outcome_on", "promised_for", "posted_on", "tracking_no"})
TASK_COLUMNS = ANSWER | {"no", "key", "created", "closed_on", "closed_why"}

LAST_ATTEMPTS = """
SELECT id, attempt, customer, currency, content, claimed_at, accepted_id, refusal, resolution FROM messages AS m
WHERE NOT EXISTS (SELECT 1 FROM messages AS later WHERE later.id = m.id AND later.attempt > m.attempt)
"""
TASKS = """
SELECT no, key, created, content, owner, outcome, outcome_on, promised_for, posted_on, tracking_no,
    closed_on, closed_why
FROM tasks ORDER BY no
"""


def all_messages(db: Connection) -> list[Message]:
    """The last attempt of every message, oldest first."""
    events = defaultdict(list)
    for message_id, attempt, *event in db.execute("SELECT message_id, attempt, kind, at, addresses FROM events"):
        events[message_id].append((attempt, event))
    found = [_message(row, _events_of(row, events.get(row[0], ()))) for row in db.execute(LAST_ATTEMPTS)]
    return sorted(found, key=lambda m: (m.day, m.claimed_at, m.id))


def one_message(db: Connection, message_id: str) -> Message | None:
    """The last attempt of a message, or None."""
    row = db.execute(LAST_ATTEMPTS + " AND id = ?", (message_id,)).fetchone()
    if row is None:
        return None
    events = db.execute("SELECT attempt, kind, at, addresses FROM events WHERE message_id = ?", row[:1])
    return _message(row, _events_of(row, [(attempt, event) for attempt, *event in events]))


def _events_of(row: tuple[Any, ...], events: Iterable[tuple[int, list[str]]]) -> list[list[str]]:
    """The events of the attempt, and the addresses that earlier ones proved wrong."""
    return [event for attempt, event in events if attempt == row[1] or event[0] == "bounced"]


def _message(row: tuple[str, ...], events: Iterable[Iterable[str]]) -> Message:
    message_id, attempt, customer, currency, content, claimed_at, accepted_id, refusal, resolution = row
    return load(
        Message, content, id=message_id, attempt=attempt, file=(customer, currency), accepted_id=accepted_id,
        claimed_at=datetime.fromisoformat(claimed_at), refusal=refusal, resolution=resolution,
        events=frozenset(Event(k, datetime.fromisoformat(at), tuple(json.loads(a))) for k, at, a in events),
    )  # fmt: skip


def add_attempt(db: Connection, message: Message, attempt: int, now: datetime) -> None:
    """Add a message's new attempt: its content as given, and nothing known yet of its fate."""
    db.execute(
        "INSERT INTO messages (id, attempt, customer, currency, content, claimed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (message.id, attempt, *message.file, dump(message, FATE), instant(now)),
    )


def add_event(db: Connection, message: Message, event: Event) -> None:
    """Add what came back about a message; an event known already changes nothing."""
    db.execute(
        "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)",
        (message.id, message.attempt, event.kind, instant(event.at), to_text(event.addresses)),
    )


def version_of(db: Connection, file: FileKey) -> int:
    """A file's version; 0 for a file never seen."""
    row = db.execute("SELECT version FROM files WHERE customer = ? AND currency = ?", file).fetchone()
    return 0 if row is None else int(row[0])


def raise_version(db: Connection, file: FileKey) -> int:
    """Raise a file's version by one, its first being 1, and return it."""
    db.execute(
        "INSERT INTO files (customer, currency, version) VALUES (?, ?, 1) "
        "ON CONFLICT (customer, currency) DO UPDATE SET version = version + 1",
        file,
    )
    return version_of(db, file)


def set_memory(db: Connection, file: FileKey, memory: FileMemory) -> None:
    """Keep a file's memory; a changed one raises its version."""
    text, known = dump(memory), "SELECT memory FROM files WHERE customer = ? AND currency = ?"
    if db.execute(known, file).fetchone() != (text,):
        raise_version(db, file)
        db.execute("UPDATE files SET memory = ? WHERE customer = ? AND currency = ?", (text, *file))


def all_tasks(db: Connection) -> list[Task]:
    """Every task, by number."""
    return [
        load(
            Task, content, no=no, key=key, created=date.fromisoformat(created), owner=owner, outcome=outcome,
            outcome_on=day_of(outcome_on), promised_for=day_of(promised_for), posted_on=day_of(posted_on),
            tracking_no=tracking_no, closed_on=day_of(closed_on),
            closed_why=None if closed_why is None else load(Reason, closed_why),
        )
        for no, key, created, content, owner, outcome, outcome_on, promised_for, posted_on, tracking_no, closed_on,
        closed_why in db.execute(TASKS)
    ]  # fmt: skip


def add_tasks(db: Connection, new: Iterable[Task], first: int) -> None:
    """Number, from `first` at the least, and keep new tasks; one that is open already, or was created that day, is known."""
    no = max(last_task(db), first - 1)
    known = "SELECT 1 FROM tasks WHERE key = ? AND (created = ? OR (closed_on IS NULL AND outcome = ''))"
    for task in new:
        if db.execute(known, (task.key, iso(task.created))).fetchone():
            continue
        no += 1
        why = None if task.closed_why is None else dump(task.closed_why)
        db.execute(
            "INSERT INTO tasks (no, key, created, content, closed_on, closed_why,"
            " owner, outcome, outcome_on, promised_for, posted_on, tracking_no) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (no, task.key, iso(task.created), dump(task, TASK_COLUMNS), iso(task.closed_on), why, *_answer(task)),
        )


def last_task(db: Connection) -> int:
    """The highest number of a task; 0 without any."""
    return int(db.execute("SELECT coalesce(max(no), 0) FROM tasks").fetchone()[0])


def answer_task(db: Connection, task: Task) -> None:
    """Keep what people typed on a task's line. KeyError for a number never given."""
    changed = db.execute(
        "UPDATE tasks SET owner = ?, outcome = ?, outcome_on = ?, promised_for = ?, posted_on = ?, tracking_no = ?"
        " WHERE no = ?",
        (*_answer(task), task.no),
    )
    if not changed.rowcount:
        raise KeyError(task.no)


def _answer(task: Task) -> tuple[str | None, ...]:
    return (
        task.owner, task.outcome, iso(task.outcome_on), iso(task.promised_for), iso(task.posted_on), task.tracking_no,
    )  # fmt: skip


def close_task(db: Connection, closed: ClosedTask, today: date) -> None:
    """Close a task, unless it is closed. KeyError for a number never given."""
    changed = db.execute(
        "UPDATE tasks SET closed_on = coalesce(closed_on, ?),"
        " closed_why = CASE WHEN closed_on IS NULL THEN ? ELSE closed_why END WHERE no = ?",
        (iso(today), dump(closed.why), closed.no),
    )
    if not changed.rowcount:
        raise KeyError(closed.no)


def last_run(db: Connection) -> tuple[int, date | None]:
    """The last run's number, begun here or adopted, and the day of the last one begun here."""
    begun = db.execute("SELECT number, day FROM runs ORDER BY number DESC LIMIT 1").fetchone() or (0, None)
    return max(begun[0], int(fact(db, "adopted_run") or 0)), day_of(begun[1])


def all_files(db: Connection) -> dict[FileKey, FileHistory]:
    """The facts of every file."""
    messages: dict[FileKey, list[Message]] = defaultdict(list)
    for message in all_messages(db):
        messages[message.file].append(message)
    tasks: dict[FileKey, list[Task]] = defaultdict(list)
    for task in all_tasks(db):
        tasks[task.file].append(task)
    known = {
        (customer, currency): (version, None if memory is None else load(FileMemory, memory))
        for customer, currency, version, memory in db.execute("SELECT customer, currency, version, memory FROM files")
    }
    files = {}
    for key in sorted(known.keys() | tasks.keys()):
        version, memory = known.get(key, (0, None))
        files[key] = FileHistory(tuple(messages.get(key, ())), tuple(tasks.get(key, ())), memory, version)
    return files

"""The ledger of one register in one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from relance.domain.codec import dump, instant, iso, load
from relance.domain.history import Event, FileMemory, History, Message, Pins, Task
from relance.domain.keys import FileKey
from relance.domain.plan import ClosedTask
from relance.ports.errors import LedgerError
from relance.ports.ledger import Claim

from . import rows
from .database import fact, open_database, set_fact, told, transaction
from .disk import make_folder, take_lock, write_file


class SqliteLedger:
    """The durable record in `folder`: `ledger.sqlite`, `evidence/<message id>/<attempt>.eml`, `runs/<number>.json`.

    Nothing is created before the first write: reading a ledger that is not there yet finds it empty. The folder must be
    on a local disk. Any method raises LedgerError: `ledger.disk_full`, `ledger.read_only`, `ledger.damaged`,
    `ledger.busy`; opening also `ledger.newer` (of a later version) and `ledger.other_register` (`found` says whose).
    Instants must carry an offset (ValueError).
    """

    def __init__(self, folder: Path, register_id: str) -> None:
        self._folder = folder
        self._path = folder / "ledger.sqlite"
        self._register_id = register_id
        self._db: Connection | None = None
        self._lock: int | None = None
        with self._reading():
            pass

    def begin(self, today: date, now: datetime) -> int:
        """Hold the register until `finish`, `close` or the end of the process, and return this run's number.

        Raises LedgerError `ledger.busy` when another run holds it.
        """
        with told(self._folder):
            if self._lock is not None:
                raise LedgerError("ledger.busy", folder=str(self._folder))
            make_folder(self._folder)
            self._lock = take_lock(self._folder / "lock")
        try:
            with self._writing() as db:
                run = rows.last_run(db)[0] + 1
                db.execute("INSERT INTO runs VALUES (?, ?, ?, NULL)", (run, iso(today), instant(now)))
        except BaseException:
            self._release()
            raise
        return run

    def history(self, customers: Collection[str] = ()) -> History:
        """Every fact there is, in one snapshot; the messages of a file by day and instant, its tasks by number."""
        with self._reading() as db:
            number, last_day = rows.last_run(db)
            pins = fact(db, "pins")
            return History(
                files=rows.all_files(db), register_id=self._register_id, last_run=number, last_day=last_day,
                pins=None if pins is None else load(Pins, pins), confirmed=fact(db, "confirmed") or "",
                next_task=rows.last_task(db) + 1, last_written=int(fact(db, "last_written") or 0),
            )  # fmt: skip

    def messages(self) -> Iterable[Message]:
        """Every message, as its last attempt stands, oldest first."""
        with self._reading() as db:
            return rows.all_messages(db)

    def message(self, message_id: str) -> Message | None:
        """One message, as its last attempt stands; None for a message never claimed."""
        with self._reading() as db:
            return rows.one_message(db, message_id)

    def remember(
        self, memory: Mapping[FileKey, FileMemory], new: Iterable[Task], answered: Iterable[Task],
        closed: Iterable[ClosedTask], today: date, first: int = 1,
    ) -> None:  # fmt: skip
        """Keep first sights, answers, closings and new tasks (in that order), in one transaction.

        A changed memory raises its file's version by 1. A new task whose key is that of an open task, or of one created
        the same day, is known already: repeating a call changes nothing. KeyError for an answer or a closing of a
        number never given.
        """
        with self._writing() as db:
            for file, seen in memory.items():
                rows.set_memory(db, file, seen)
            for task in answered:
                rows.answer_task(db, task)
            for end in closed:
                rows.close_task(db, end, today)
            rows.add_tasks(db, new, first)

    def claim(self, message: Message, raw: bytes, version: int, now: datetime) -> Claim:
        """Record that this message is about to leave with these bytes; `version` is its file's as read (0: unknown).

        Granted when no message has its id, or that one was surely refused (then as its next attempt), and the file
        still has this version, which rises by 1. Not granted: the version as it stands, and no bytes are kept. What
        the message says of its own fate (attempt, answers, events) is not looked at.
        """
        with self._writing() as db:
            known = rows.one_message(db, message.id)
            current = rows.version_of(db, message.file)
            if current != version or (known and known.status != "refused"):
                return Claim(False, current)
            attempt = known.attempt + 1 if known else 1
            # Within the transaction, so that no other claim writes the same file; and before its commit, so that a
            # claim never stands without its bytes.
            path = self._evidence(message.id, attempt)
            make_folder(path.parent)
            write_file(path, raw)
            current = rows.raise_version(db, message.file)
            rows.add_attempt(db, message, attempt, now)
        return Claim(True, current)

    def accepted(self, message_id: str, accepted_id: str) -> None:
        """The mail server took the message under its own id. KeyError for a message never claimed.

        ValueError when it was taken under another id: it must have been sent twice.
        """
        with self._writing() as db:
            message = _claimed(db, message_id)
            if message.accepted_id not in ("", accepted_id):
                raise ValueError(f"message {message_id} was accepted as {message.accepted_id}, not {accepted_id}")
            _set(db, message, "accepted_id", accepted_id)

    def refused(self, message_id: str, why: str, addresses: tuple[str, ...], now: datetime) -> None:
        """The mail server surely did not take the message; `addresses` are proved wrong. KeyError as in `accepted`."""
        with self._writing() as db:
            message = _claimed(db, message_id)
            _set(db, message, "refusal", why)
            if addresses:
                rows.add_event(db, message, Event("bounced", now, addresses))

    def add_event(self, message_id: str, event: Event) -> None:
        """Add what came back about a message; an event known already changes nothing. KeyError as in `accepted`."""
        with self._writing() as db:
            rows.add_event(db, _claimed(db, message_id), event)

    def resolve(self, message_id: str, word: Literal["sent", "not_sent"]) -> None:
        """A person's word on an uncertain message. KeyError for a message never claimed."""
        with self._writing() as db:
            _set(db, _claimed(db, message_id), "resolution", word)

    def evidence(self, message_id: str) -> bytes | None:
        """The exact bytes of a message's last attempt; None for a message never claimed."""
        with self._reading() as db:
            message = rows.one_message(db, message_id)
            return None if message is None else self._evidence(message_id, message.attempt).read_bytes()

    def announce(self, day: date, hashes: Mapping[str, str]) -> None:
        """Record the message ids announced that day, adding to those before; the last hash of an id stands."""
        with self._writing() as db:
            lines = [(iso(day), message_id, content_hash) for message_id, content_hash in hashes.items()]
            db.executemany("INSERT OR REPLACE INTO announcements VALUES (?, ?, ?)", lines)

    def announced(self, day: date) -> Mapping[str, str]:
        """The message ids announced that day, with their content hashes."""
        with self._reading() as db:
            return dict(db.execute("SELECT message_id, content_hash FROM announcements WHERE day = ?", (iso(day),)))

    def pin(self, pins: Pins) -> None:
        """Fix what later runs must find unchanged, in place of what was pinned."""
        with self._writing() as db:
            set_fact(db, "pins", dump(pins))

    def confirm(self, fingerprint: str) -> None:
        """Record that a person accepted the mass change with this fingerprint."""
        with self._writing() as db:
            set_fact(db, "confirmed", fingerprint)

    def set_last_run(self, number: int) -> None:
        """Raise the number of the last run; a lower number changes nothing."""
        with self._writing() as db:
            if number > rows.last_run(db)[0]:
                set_fact(db, "adopted_run", str(number))

    def finish(self, run: int, now: datetime, summary: Mapping[str, object]) -> None:
        """Close the run's record, `runs/<run>.json` with the summary in it, and release the register.

        The register is released whatever happens. KeyError for a run never begun.
        """
        try:
            with self._writing() as db:
                begun = db.execute("SELECT day, started FROM runs WHERE number = ?", (run,)).fetchone()
                if begun is None:
                    raise KeyError(run)
                record = {"run": run, "day": begun[0], "started": begun[1], "finished": instant(now), **summary}
                folder = self._folder / "runs"
                make_folder(folder)
                text = json.dumps(record, ensure_ascii=False, indent=2, default=_shown)
                write_file(folder / f"{run}.json", text.encode())
                db.execute("UPDATE runs SET finished = ? WHERE number = ?", (instant(now), run))
                if summary.get("written"):
                    set_fact(db, "last_written", str(run))
        finally:
            self._release()

    def close(self) -> None:
        """Release the register and the files; the ledger opens again when it is used again."""
        self._release()
        if self._db is not None:
            self._db.close()
            self._db = None

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _evidence(self, message_id: str, attempt: int) -> Path:
        return self._folder / "evidence" / message_id / f"{attempt}.eml"

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self._folder):
            if self._db is None and not self._path.exists():
                with closing(open_database(":memory:", self._register_id)) as empty:
                    yield empty
            else:
                with transaction(self._open(), "DEFERRED") as db:
                    yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told(self._folder):
            make_folder(self._folder)
            with transaction(self._open(), "IMMEDIATE") as db:
                yield db

    def _open(self) -> Connection:
        if self._db is None:
            self._db = open_database(self._path, self._register_id)
        return self._db


def _claimed(db: Connection, message_id: str) -> Message:
    message = rows.one_message(db, message_id)
    if message is None:
        raise KeyError(message_id)
    return message


def _set(db: Connection, message: Message, column: Literal["accepted_id", "refusal", "resolution"], value: str) -> None:
    db.execute(f"UPDATE messages SET {column} = ? WHERE id = ? AND attempt = ?", (value, message.id, message.attempt))


def _shown(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)

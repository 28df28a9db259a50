"""The SQLite file: its tables, how it is opened, and its faults in the words of the port."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relance.ports.errors import LedgerError

from .disk import sync_folder

VERSION = 1
BUSY_SECONDS = 5  # how long a write waits for another process's write

# A message has a row per attempt: a later attempt adds to the facts of the earlier ones, and replaces nothing.
TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (number INTEGER PRIMARY KEY, day TEXT NOT NULL, started TEXT NOT NULL, finished TEXT);
CREATE TABLE files (
    customer TEXT NOT NULL, currency TEXT NOT NULL, version INTEGER NOT NULL, memory TEXT,
    PRIMARY KEY (customer, currency)
) WITHOUT ROWID;
CREATE TABLE messages (
    id TEXT NOT NULL, attempt INTEGER NOT NULL, customer TEXT NOT NULL, currency TEXT NOT NULL,
    content TEXT NOT NULL, claimed_at TEXT NOT NULL,
    accepted_id TEXT NOT NULL DEFAULT '', refusal TEXT NOT NULL DEFAULT '',
    resolution TEXT NOT NULL DEFAULT '' CHECK (resolution IN ('', 'sent', 'not_sent')),
    PRIMARY KEY (id, attempt),
    FOREIGN KEY (customer, currency) REFERENCES files (customer, currency)
);
CREATE TABLE events (
    message_id TEXT NOT NULL, attempt INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, addresses TEXT NOT NULL,
    PRIMARY KEY (message_id, attempt, kind, at, addresses),
    FOREIGN KEY (message_id, attempt) REFERENCES messages (id, attempt)
);
CREATE TABLE tasks (
    no INTEGER PRIMARY KEY, key TEXT NOT NULL, created TEXT NOT NULL, content TEXT NOT NULL,
    owner TEXT NOT NULL, outcome TEXT NOT NULL, outcome_on TEXT, promised_for TEXT, posted_on TEXT,
    tracking_no TEXT NOT NULL, closed_on TEXT, closed_why TEXT,
    UNIQUE (key, created)
);
CREATE TABLE announcements (
    day TEXT NOT NULL, message_id TEXT NOT NULL, content_hash TEXT NOT NULL,
    PRIMARY KEY (day, message_id)
)
"""

CODES = {
    sqlite3.SQLITE_FULL: "ledger.disk_full",
    sqlite3.SQLITE_IOERR: "ledger.disk_full",
    sqlite3.SQLITE_READONLY: "ledger.read_only",
    sqlite3.SQLITE_CANTOPEN: "ledger.read_only",
    sqlite3.SQLITE_PERM: "ledger.read_only",
    sqlite3.SQLITE_CORRUPT: "ledger.damaged",
    sqlite3.SQLITE_NOTADB: "ledger.damaged",
    sqlite3.SQLITE_BUSY: "ledger.busy",
    sqlite3.SQLITE_LOCKED: "ledger.busy",
}
DISK_CODES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO), "ledger.disk_full"),
    errno.ENOENT: "ledger.damaged",
}


def open_database(path: Path | str, register_id: str) -> sqlite3.Connection:
    """The ledger's database, created for this register when absent.

    Raises LedgerError `ledger.newer`, `ledger.other_register` or `ledger.damaged`, and sqlite3's own errors.
    """
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        if _version(db) == 0:
            _create(db, register_id)
            if isinstance(path, Path):
                sync_folder(path.parent)
        _check(db, register_id)
    except BaseException:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _create(db: sqlite3.Connection, register_id: str) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    with transaction(db, "IMMEDIATE"):
        if _version(db) == 0:  # else another process was faster
            for statement in TABLES.split(";"):
                db.execute(statement)
            db.execute("INSERT INTO facts VALUES ('register_id', ?)", (register_id,))
            db.execute(f"PRAGMA user_version = {VERSION}")


def _check(db: sqlite3.Connection, register_id: str) -> None:
    if _version(db) > VERSION:
        raise LedgerError("ledger.newer", found=_version(db))
    found = fact(db, "register_id")
    if found is None:
        raise LedgerError("ledger.damaged")
    if found != register_id:
        raise LedgerError("ledger.other_register", found=found)


def fact(db: sqlite3.Connection, name: str) -> str | None:
    """A fact of the register as a whole, or None."""
    row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def set_fact(db: sqlite3.Connection, name: str, value: str) -> None:
    """Set a fact of the register as a whole, in place of the one there was."""
    db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


@contextmanager
def transaction(db: sqlite3.Connection, how: str) -> Iterator[sqlite3.Connection]:
    """All of the block or none of it; `how` is IMMEDIATE to write, DEFERRED to read one snapshot."""
    db.execute(f"BEGIN {how}")
    try:
        yield db
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say the faults of disk and database as LedgerError, with the folder; let a fault of the program through."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        code = CODES.get(getattr(fault, "sqlite_errorcode", 0) & 0xFF)
        if code is None:
            raise
        raise LedgerError(code, folder=str(folder), error=str(fault)) from fault
    except BlockingIOError as fault:
        raise LedgerError("ledger.busy", folder=str(folder)) from fault
    except OSError as fault:
        code = DISK_CODES.get(fault.errno or 0, "ledger.read_only")
        raise LedgerError(code, folder=str(folder), error=str(fault)) from fault

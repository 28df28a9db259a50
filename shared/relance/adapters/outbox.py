"""The outbox: a folder that takes messages as a mail server does, for a person to send or a script to relay."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from relance.domain.history import Message
from relance.ports.errors import MailRefusedError, MailUncertainError

NAME = re.compile(r"^(\d{6,})-")
ID_LINE = re.compile(rb"^X-Relance-Id:\s*(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
HEADERS_END = re.compile(rb"\r?\n\r?\n")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Outbox:
    """Messages as files `<number>-<yyyymmdd>-<start of the message id>.eml` in `folder`, which is created when needed.

    The number (six digits) counts what was taken, so that names sort in the order of acceptance; the date is the
    message's. A file is whole or absent, and never replaced. The folder must be on a local disk with hard links.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = 0
        self._ids: dict[str, str] = {}  # file name -> X-Relance-Id

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        """Take the bytes as they are, on disk when this returns; returns the file's name without `.eml`.

        Each call makes a file, also for a message taken before. Raises MailRefusedError `mail.no_recipient` (address),
        `mail.disk_full` or `mail.read_only` (configuration), and MailUncertainError `mail.uncertain` when the file
        stands but the disk cannot be asked to keep it.
        """
        if not message.to:
            raise MailRefusedError("mail.no_recipient", "address")
        with self._refusing():
            if not self._folder.is_dir():
                self._folder.mkdir(parents=True, exist_ok=True)
                _sync(self._folder.parent)
            temporary = self._folder / f".{secrets.token_hex(8)}.part"
            try:
                _write(temporary, raw)
                stem = self._take(temporary, f"{message.day:%Y%m%d}-{message.id[:12]}")
            except OSError:
                temporary.unlink(missing_ok=True)
                raise
        try:
            temporary.unlink()
            _sync(self._folder)
        except OSError as fault:
            raise MailUncertainError("mail.uncertain", folder=str(self._folder), error=str(fault)) from fault
        return stem

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        """`yes` when the header X-Relance-Id of a file is the message's id, whatever the file's name; else `no`.

        `no` is certain only because the outbox is a local folder, where taking a message and keeping its file are one
        act: it holds as long as files stay in the folder. `unknown` when the folder or one of its files cannot be read.
        """
        try:
            return "yes" if message.id in self._read_ids() else "no"
        except OSError:
            return "unknown"

    def _take(self, temporary: Path, name: str) -> str:
        """Give the file its name: the moment of acceptance."""
        if not self._last:
            self._last = max((int(n[1]) for n in (NAME.match(p.name) for p in self._folder.iterdir()) if n), default=0)
        while True:
            self._last += 1
            stem = f"{self._last:06d}-{name}"
            try:
                os.link(temporary, self._folder / f"{stem}.eml")
            except FileExistsError:
                continue
            return stem

    def _read_ids(self) -> set[str]:
        """The ids in the folder; files seen before are not read again."""
        try:
            paths = [path for path in self._folder.iterdir() if path.suffix == ".eml"]
        except FileNotFoundError:
            paths = []
        ids = {}
        for path in paths:
            ids[path.name] = self._ids[path.name] if path.name in self._ids else _id_in(path)
        self._ids = ids
        return set(ids.values())

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """A fault before the file has its name is a sure refusal."""
        try:
            yield
        except OSError as fault:
            code = "mail.disk_full" if fault.errno in NO_ROOM else "mail.read_only"
            raise MailRefusedError(code, "configuration", folder=str(self._folder), error=str(fault)) from fault


def _write(path: Path, raw: bytes) -> None:
    with path.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _id_in(path: Path) -> str:
    """The X-Relance-Id of a message file; '' without one. Reads no further than the headers."""
    head = b""
    with path.open("rb") as file:
        while not (end := HEADERS_END.search(head)) and (more := file.read(8192)):
            head += more
    found = ID_LINE.search(head, 0, end.start() if end else len(head))
    return found[1].decode("ascii", "replace") if found else ""

"""Files that are whole or absent, and the lock that one run holds."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def make_folder(path: Path) -> None:
    """Create a folder and its parents, on disk when this returns. OSError when it cannot be."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def write_file(path: Path, data: bytes) -> None:
    """Write the whole file or nothing, on disk when this returns; a file of that name is replaced. OSError."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make new names in a folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_lock(path: Path) -> int:
    """Lock a file for this process and return its descriptor; closing it, or dying, gives the lock up.

    BlockingIOError when it is held, be it by this same process.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor

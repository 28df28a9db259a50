"""The file of a workbook: read whole, and replaced in one step when nothing else changed it meanwhile."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from relance.ports.errors import StoreError

_CODES = {
    errno.ENOENT: "store.missing",
    errno.EISDIR: "store.not_a_workbook",
    errno.EEXIST: "store.exists",
    errno.EACCES: "store.read_only",
    errno.EPERM: "store.read_only",
    errno.EROFS: "store.read_only",
    errno.ENOSPC: "store.disk_full",
    errno.EDQUOT: "store.disk_full",
    errno.EFBIG: "store.disk_full",
}
Stamp = tuple[int, int, int]  # size, time of change, inode


@dataclass(frozen=True, slots=True)
class Image:
    """The bytes of a file and what tells whether it has changed since."""

    raw: bytes
    stamp: Stamp
    digest: bytes


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """Raises StoreError for the faults of the file system, with `path` and, for unusual ones, `why`."""
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0, "store.failed")
        why = {"why": error.strerror or str(error)} if code == "store.failed" else {}
        raise StoreError(code, path=path.name, **why) from error


def load(path: Path) -> Image:
    """Read a file. Raises StoreError `store.missing`, `store.open_elsewhere`, `store.unreadable`."""
    with translating(path):
        check_closed(path)
        try:
            with path.open("rb") as file:
                stamp = _stamp(os.fstat(file.fileno()))
                raw = file.read()
        except PermissionError as error:
            raise StoreError("store.unreadable", path=path.name) from error
    return Image(raw, stamp, hashlib.sha256(raw).digest())


def check_closed(path: Path) -> None:
    """Raises StoreError `store.open_elsewhere` when LibreOffice or Excel holds the file open."""
    for folder in {path.parent, path.resolve().parent}:
        for lock in (f".~lock.{path.name}#", f"~${path.name}"):
            if os.path.lexists(folder / lock):
                raise StoreError("store.open_elsewhere", path=path.name, lock=lock)


def check_writable(path: Path) -> None:
    """Raises StoreError when the file could not be replaced now: `store.read_only`, `store.open_elsewhere`, …"""
    path = path.resolve()
    with translating(path):
        check_closed(path)
        os.close(os.open(path, os.O_RDWR))
        descriptor, probe = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        os.close(descriptor)
        Path(probe).unlink()


def replace(path: Path, image: Image, raw: bytes) -> bool:
    """Put new bytes in the place of the file that was read as `image`; False, and nothing done, if it has changed.

    Raises StoreError, the file left as it was.
    """
    check_writable(path)
    path = path.resolve()
    with translating(path):
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            _copy_rights(path, temporary)
            check_closed(path)
            if not _unchanged(path, image):
                return False
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make sure that names in a folder are on disk; not every system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _copy_rights(source: Path, target: Path) -> None:
    shutil.copymode(source, target)
    if hasattr(os, "chown"):
        owner = source.stat()
        with suppress(PermissionError):
            os.chown(target, owner.st_uid, owner.st_gid)


def _unchanged(path: Path, image: Image) -> bool:
    if _stamp(path.stat()) != image.stamp:
        return False
    return hashlib.sha256(path.read_bytes()).digest() == image.digest


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ino

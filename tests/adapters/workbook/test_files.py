from __future__ import annotations

import errno
import os
import resource
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from relance.adapters.workbook import files
from relance.adapters.workbook.store import WorkbookStore
from relance.domain.sheet import CellWrite, Snapshot
from relance.ports.errors import StoreError
from tests.adapters.workbook.samples import package, sheet


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "register.xlsx"
    path.write_bytes(package({"T": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')}))
    return path


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder that any user may reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Rights count for everyone but root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond 16 bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def code_of(error: pytest.ExceptionInfo[StoreError]) -> str:
    assert error.value.values["path"] == "register.xlsx"
    return error.value.code


def greet(path: Path) -> int:
    return WorkbookStore(path).write(lambda _: [CellWrite("T", 0, 0, "hello")])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    for act in (WorkbookStore.read, WorkbookStore.reread, WorkbookStore.check_writable):
        with pytest.raises(StoreError) as error:
            act(WorkbookStore(tmp_path / "register.xlsx"))
        assert code_of(error) == "store.missing"


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "register.xlsx").mkdir()
    with pytest.raises(StoreError) as error:
        WorkbookStore(tmp_path / "register.xlsx").read()
    assert code_of(error) == "store.not_a_workbook"


@pytest.mark.parametrize("lock", [".~lock.register.xlsx#", "~$register.xlsx"])
def test_a_file_open_elsewhere_is_neither_read_nor_written(path: Path, lock: str) -> None:
    (path.parent / lock).write_bytes(b"someone")
    for act in (WorkbookStore.read, WorkbookStore.check_writable):
        with pytest.raises(StoreError) as error:
            act(WorkbookStore(path))
        assert code_of(error) == "store.open_elsewhere"


def test_a_file_opened_between_read_and_write_is_not_replaced(path: Path) -> None:
    before = path.read_bytes()

    def wanted(_: Snapshot) -> list[CellWrite]:
        (path.parent / ".~lock.register.xlsx#").touch()
        return [CellWrite("T", 0, 0, "hello")]

    with pytest.raises(StoreError) as error:
        WorkbookStore(path).write(wanted)
    assert code_of(error) == "store.open_elsewhere"
    assert path.read_bytes() == before


def test_a_writable_file_passes_and_stays_untouched(path: Path) -> None:
    before = path.stat().st_mtime_ns
    WorkbookStore(path).check_writable()
    assert path.stat().st_mtime_ns == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o666), (0o777, 0o444)])
def test_a_read_only_file_or_folder_is_told_before_and_at_the_write(path: Path, outside: Path, folder: int, file: int) -> None:
    target = outside / path.name
    shutil.copy(path, target)
    target.chmod(file)
    outside.chmod(folder)
    before = target.read_bytes()
    with ordinary_user():
        for act in (WorkbookStore.check_writable, lambda store: greet(store.path)):
            with pytest.raises(StoreError) as error:
                act(WorkbookStore(target))
            assert code_of(error) == "store.read_only"
    assert target.read_bytes() == before


def test_a_file_that_may_not_be_read_is_told(path: Path, outside: Path) -> None:
    target = outside / path.name
    shutil.copy(path, target)
    target.chmod(0)
    with ordinary_user(), pytest.raises(StoreError) as error:
        WorkbookStore(target).read()
    assert code_of(error) == "store.unreadable"


def test_a_full_disk_leaves_the_file_and_nothing_beside_it(path: Path) -> None:
    before = path.read_bytes()
    with full_disk(), pytest.raises(StoreError) as error:
        greet(path)
    assert code_of(error) == "store.disk_full"
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EROFS, "store.read_only"), (errno.ENOSPC, "store.disk_full"), (errno.EDQUOT, "store.disk_full"),
     (errno.EIO, "store.failed")],
)  # fmt: skip
def test_faults_of_the_file_system_have_a_code(number: int, code: str) -> None:
    with pytest.raises(StoreError) as error, files.translating(Path("/x/register.xlsx")):
        raise OSError(number, os.strerror(number))
    assert code_of(error) == code
    assert error.value.values.get("why") == (os.strerror(number) if code == "store.failed" else None)


def test_a_file_that_changed_since_it_was_read_is_not_replaced(path: Path) -> None:
    image = files.load(path)
    path.write_bytes(image.raw + b"x")
    assert not files.replace(path, image, b"new")
    assert path.read_bytes() == image.raw + b"x"
    assert list(path.parent.iterdir()) == [path]


def test_a_change_that_keeps_size_and_time_is_seen(path: Path) -> None:
    image, status = files.load(path), path.stat()
    with path.open("r+b") as file:
        file.write(b"Q")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not files.replace(path, image, b"new")


def test_rights_are_kept(path: Path) -> None:
    path.chmod(0o640)
    assert greet(path) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link_to_the_file_written(path: Path) -> None:
    link = path.with_name("link.xlsx")
    link.symlink_to(path)
    assert greet(link) == 1
    assert link.is_symlink()
    assert WorkbookStore(path).read().tabs[0].rows == [["hello"]]

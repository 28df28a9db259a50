"""The SQLite ledger: the contract, and what a folder on a disk adds to it."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import relance.ports
from relance.adapters.sqlite_ledger import SqliteLedger
from relance.adapters.sqlite_ledger.database import VERSION, told
from relance.domain.codec import dump, load
from relance.domain.words import Reason, reason
from relance.ports.errors import LedgerError
from tests.adapters.facts import DAY, FILE, NOON, make_memory, make_message, make_raw
from tests.adapters.ledger_contract import LedgerContract
from tests.adapters.ledger_memory_contract import OperatorLedger

SHARED = Path(relance.ports.__file__).parents[1]
ROOT = Path(__file__).parents[2]
CLAIM_FOREVER = """
import sys
from pathlib import Path
from relance.adapters.sqlite_ledger import SqliteLedger
from tests.adapters.facts import DAY, NOON, make_message, make_raw
ledger = SqliteLedger(Path(sys.argv[1]), "REG")
run = ledger.begin(DAY, NOON)
print("held", flush=True)
for n in range(100_000):
    key, name = (f"C{n}", "EUR"), f"{run:03}{n:06}"
    ledger.claim(make_message(name, file=key), make_raw(name) * 400, ledger.history().file(key).version, NOON)
    print(name, flush=True)
    ledger.accepted(name, f"srv-{name}")
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    """Another Python process that sees relance and the tests."""
    environment = {**os.environ, "PYTHONPATH": f"{SHARED}{os.pathsep}{ROOT}"}
    return subprocess.Popen([sys.executable, "-c", *arguments], stdout=subprocess.PIPE, text=True, env=environment)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """A disk on which files cannot grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestSqliteLedger(LedgerContract):
    def open_ledger(self, place: Path, register_id: str = "REG") -> OperatorLedger:
        return SqliteLedger(place / "ledger", register_id)


def test_reading_a_ledger_that_is_not_there_creates_nothing(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path / "ledger", "REG")) as ledger:
        ledger.history()
    assert not (tmp_path / "ledger").exists()


def test_the_ledger_of_another_register_is_refused(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
    with pytest.raises(LedgerError) as refusal:
        SqliteLedger(tmp_path, "OTHER")
    assert (refusal.value.code, refusal.value.values["found"]) == ("ledger.other_register", "REG")


def test_a_reader_sees_a_ledger_created_after_it_was_opened(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as reader, closing(SqliteLedger(tmp_path, "REG")) as writer:
        writer.begin(DAY, NOON)
        assert reader.history().last_run == 1


def test_the_bytes_of_every_attempt_stay(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.claim(make_message(), b"one", 0, NOON)
        ledger.refused("a1b2c3", "mail.throttled", (), NOON)
        ledger.claim(make_message(), b"two", 1, NOON)
    found = {p.name: p.read_bytes() for p in (tmp_path / "evidence" / "a1b2c3").iterdir()}
    assert found == {"1.eml": b"one", "2.eml": b"two"}


def test_a_finished_run_leaves_its_record(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        run = ledger.begin(DAY, NOON)
        ledger.finish(run, NOON, {"sent": 2, "total": Decimal("10.50"), "day": DAY})
    assert json.loads((tmp_path / "runs" / "1.json").read_text()) == {
        "run": 1, "day": "2026-11-23", "started": NOON.isoformat(), "finished": NOON.isoformat(), "sent": 2,
        "total": "10.50",
    }  # fmt: skip
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_that_cannot_be_recorded_still_releases_the_register(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
        with pytest.raises(KeyError):
            ledger.finish(99, NOON, {})
        assert ledger.begin(DAY, NOON) == 2


def test_an_instant_without_offset_is_a_fault(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger, pytest.raises(ValueError, match="no offset"):
        ledger.claim(make_message(), b"raw", 0, NOON.replace(tzinfo=None))


def test_a_ledger_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(LedgerError, match=r"ledger\.newer"):
        SqliteLedger(tmp_path, "REG")


def test_every_write_waits_for_the_disk(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
        assert ledger._db is not None
        modes = [ledger._db.execute(f"PRAGMA {p}").fetchone()[0] for p in ("journal_mode", "synchronous", "foreign_keys")]
    assert modes == ["wal", 2, 1]


@pytest.mark.parametrize("damage", [b"not a database, but long enough to be read as one" * 20, b"SQLite format 3\0" * 90])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(damage)
    with pytest.raises(LedgerError, match=r"ledger\.damaged"):
        SqliteLedger(tmp_path, "REG")


def test_a_file_damaged_in_the_middle_is_said_to_be_damaged(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        for n in range(40):
            ledger.claim(make_message(f"m{n}", file=(f"C{n}", "EUR")), b"raw", 0, NOON)
    path = tmp_path / "ledger.sqlite"
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"ledger\.damaged"), closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.history()


def test_lost_bytes_are_damage(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.claim(make_message(), b"raw", 0, NOON)
        (tmp_path / "evidence" / "a1b2c3" / "1.eml").unlink()
        with pytest.raises(LedgerError, match=r"ledger\.damaged"):
            ledger.evidence("a1b2c3")


def test_bytes_for_which_there_is_no_room_are_not_claimed(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
        with no_file_larger_than(500_000), pytest.raises(LedgerError, match=r"ledger\.disk_full"):
            ledger.claim(make_message(), b"x" * 600_000, 0, NOON)
        assert list(ledger.messages()) == []
        assert not list(tmp_path.rglob("*.part"))
        assert ledger.claim(make_message(), b"x" * 600_000, 0, NOON).granted


def test_facts_for_which_there_is_no_room_are_not_kept(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
        size = max(p.stat().st_size for p in tmp_path.iterdir())
        memory = {(f"C{n}", "EUR"): make_memory() for n in range(5_000)}
        with no_file_larger_than(size + 50_000), pytest.raises(LedgerError, match=r"ledger\.disk_full"):
            ledger.remember(memory, (), (), (), DAY)
        assert ledger.history().files == {}
        ledger.remember(memory, (), (), (), DAY)
        assert len(ledger.history().files) == 5_000


def test_a_place_that_cannot_be_written_is_read_only() -> None:
    with pytest.raises(LedgerError, match=r"ledger\.read_only"):
        SqliteLedger(Path("/sys/ledger"), "REG").begin(DAY, NOON)


def test_a_database_that_cannot_be_written_is_read_only(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path, "REG")) as ledger:
        ledger.begin(DAY, NOON)
    with (
        closing(sqlite3.connect(f"file:{tmp_path}/ledger.sqlite?mode=ro", uri=True)) as db,
        pytest.raises(LedgerError, match=r"ledger\.read_only"),
        told(tmp_path),
    ):
        db.execute("DELETE FROM facts")


def test_another_process_holds_the_register_until_it_dies(tmp_path: Path) -> None:
    process = start(CLAIM_FOREVER, str(tmp_path))
    with process, closing(SqliteLedger(tmp_path, "REG")) as ledger:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LedgerError, match=r"ledger\.busy"):
            ledger.begin(DAY, NOON)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert ledger.begin(DAY, NOON) == 2


def test_a_run_killed_at_any_moment_leaves_a_whole_ledger(tmp_path: Path) -> None:
    chance = random.Random(5)
    said: set[str] = set()
    for run in range(1, 7):
        process = start(CLAIM_FOREVER, str(tmp_path))
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            try:
                process.wait(chance.uniform(0.0, 0.15))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            said.update(process.stdout.read().split("\n")[:-1])
        with closing(SqliteLedger(tmp_path, "REG")) as ledger:
            messages = list(ledger.messages())
            assert {m.id for m in messages} >= said
            assert all(ledger.evidence(m.id) == make_raw(m.id) * 400 for m in messages)
            assert sum(m.status == "uncertain" for m in messages) <= run
            assert ledger.history().last_run == run
    assert len(said) > 20


def test_the_values_of_a_reason_keep_their_types() -> None:
    said = reason(
        "why", text="10.50", whole=3, amount=Decimal("10.50"), on=DAY, empty=(), nested=reason("in", on=DAY),
        several=("F-1", Decimal("1.0"), (DAY, 2), reason("deep")),
    )  # fmt: skip
    assert repr(load(Reason, dump(said))) == repr(said)


@pytest.mark.parametrize("value", [1.5, datetime(2026, 1, 1, tzinfo=NOON.tzinfo), [date(2026, 1, 1)], FILE.index])
def test_a_reason_with_a_value_of_another_type_is_a_fault(value: object) -> None:
    with pytest.raises(TypeError, match="no way to keep"):
        dump(reason("why", value=value))

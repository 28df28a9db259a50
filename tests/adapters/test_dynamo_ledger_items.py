"""The DynamoDB ledger's items: how large they may be, other versions, other registers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from relance.adapters.dynamo_ledger import DynamoLedger, moves
from relance.adapters.dynamo_ledger.table import VERSION
from relance.domain.gates import refusal_of
from relance.domain.history import Event, FileMemory, InvoiceMemory, Promise, Said
from relance.domain.register import Register
from relance.domain.settings import Settings
from relance.domain.words import reason
from relance.ports.errors import LedgerError
from tests.adapters.dynamo_places import a_run, closed_file, items, open_ledger
from tests.adapters.facts import DAY, FILE, NOON, make_memory, make_message, make_task
from tests.emulators import aws

OTHER = ("C002", "EUR")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[str]:
    yield aws.ledger_table(tmp_path)
    aws.drop_tables()


def huge(count: int) -> FileMemory:
    """A file of so many invoices, each with its promise."""
    known = {
        ("C001", f"FAC-{n * 7919 % 10**7:07}", ""): InvoiceMemory(
            DAY - timedelta(days=n % 900), n % 3 > 0,
            (Promise("row", DAY, Decimal(n) / 100, DAY, Decimal(0), Decimal(n * 37 % 90_000) / 100),) if n % 5 == 0 else (),
        )
        for n in range(count)
    }  # fmt: skip
    return FileMemory(DAY, "fingerprint", known)


@pytest.mark.parametrize("count", [5_000, 60_000])
def test_a_file_of_thousands_of_invoices_is_kept_whole(table: str, count: int) -> None:
    ledger, memory = open_ledger(table), huge(count)
    ledger.remember({FILE: memory, OTHER: make_memory()}, (), (), (), DAY)
    said = tuple(Said(key, Decimal("10.00"), "R1", 5) for key in list(memory.invoices)[:20_000])
    message = make_message(said=said)
    assert ledger.claim(message, b"raw", 1, NOON).granted
    file = open_ledger(table).history().file(FILE)
    assert file.memory == memory
    assert file.messages[0].said == said
    less = huge(10)
    ledger.remember({FILE: less}, (), (), (), DAY)
    assert open_ledger(table).history().file(FILE).memory == less
    assert (len([i for i in items(table) if i["sk"]["S"].startswith("file#C001#")]) > 1) == (count > 5_000)


def test_thousands_of_announced_ids_are_kept(table: str) -> None:
    hashes = {f"{n:032x}": f"{n * n:064x}" for n in range(20_000)}
    open_ledger(table).announce(DAY, hashes)
    assert open_ledger(table).announced(DAY) == hashes


def test_codes_of_any_length_and_letters_make_keys_of_their_own(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "JOURNAL_LINES", 0)
    codes = ["", "#", "a#EUR", "a", "A", "é" * 400, "é" * 401, "C 1", "C%201", "\n"]
    ledger = open_ledger(table)
    files = {(code, "EUR"): FileMemory(DAY, code) for code in codes}
    ledger.remember(files, (), (), (), DAY)
    found = open_ledger(table).history().files
    assert {key: facts.memory for key, facts in found.items()} == files
    a_run(open_ledger(table), NOON + timedelta(days=200))
    for code in codes:
        assert open_ledger(table).history({code}).files.keys() == {(code, "EUR")}


def test_two_registers_in_one_table_know_nothing_of_each_other(table: str) -> None:
    one, two = open_ledger(table, "ONE"), open_ledger(table, "TWO")
    one.begin(DAY, NOON)
    one.remember({FILE: make_memory()}, (make_task(),), (), (), DAY)
    one.claim(make_message(), b"one", 1, NOON)
    one.announce(DAY, {"a": "1"})
    assert (two.history().files, two.history().last_run, list(two.messages()), two.announced(DAY)) == ({}, 0, [], {})
    assert two.evidence("a1b2c3") is None
    with pytest.raises(KeyError):
        two.accepted("a1b2c3", "srv")
    assert two.begin(DAY, NOON) == 1
    assert two.claim(make_message(), b"two", 0, NOON).granted
    assert (one.evidence("a1b2c3"), two.evidence("a1b2c3")) == (b"one", b"two")


def put_by_newer_code(table: str, sk_prefix: str, version: int) -> None:
    """What a later version of Relance adds to items."""
    for item in items(table):
        if item["sk"]["S"].startswith(sk_prefix):
            aws.dynamo().put_item(TableName=table, Item={**item, "v": {"N": str(version)}, "news": {"S": "kept"}})


@pytest.mark.parametrize("what", ["register", "file#", "message#", "task#"])
def test_items_of_a_later_version_stop_the_run(table: str, what: str) -> None:
    closed_file(table)
    put_by_newer_code(table, what, VERSION + 1)
    with pytest.raises(LedgerError, match=r"ledger\.newer"):
        open_ledger(table).history({"C001"})
    if what == "register":
        with pytest.raises(LedgerError, match=r"ledger\.newer"):
            open_ledger(table).begin(DAY, NOON)
    before = items(table)
    with pytest.raises(LedgerError):
        open_ledger(table).remember({FILE: make_memory()}, (), (make_task(no=1, owner="x"),), (), DAY)
    assert items(table) == before


def test_attributes_that_this_version_does_not_know_survive_its_writes(table: str) -> None:
    closed_file(table)
    put_by_newer_code(table, "", VERSION)
    ledger = open_ledger(table)
    run = ledger.begin(DAY, NOON)
    ledger.remember({FILE: make_memory()}, (), (make_task(no=1, owner="x"),), (), DAY)
    ledger.add_event("a1b2c3", Event("delivered", NOON))
    ledger.resolve("a1b2c3", "sent")
    ledger.claim(make_message("d4"), b"raw", 4, NOON)
    ledger.finish(run, NOON, {"written": True})
    new = {"message#d4", f"run#{run:010}"}
    assert all(i.get("news") == {"S": "kept"} for i in items(table) if i["sk"]["S"] not in new)


def test_the_fate_of_earlier_attempts_is_kept(table: str) -> None:
    ledger = open_ledger(table)
    ledger.claim(make_message(), b"one", 0, NOON)
    ledger.refused("a1b2c3", "mail.throttled", (), NOON)
    ledger.claim(make_message(), b"two", 1, NOON)
    (item,) = [i for i in items(table) if i["sk"]["S"] == "message#a1b2c3"]
    assert "mail.throttled" in item["earlier"]["L"][0]["S"]
    keys = [o["Key"] for o in aws.s3().list_objects_v2(Bucket=aws.evidence_bucket(), Prefix="REG/a1b2c3/")["Contents"]]
    assert keys == ["REG/a1b2c3/1.eml", "REG/a1b2c3/2.eml"]


def test_a_bucket_without_versions_takes_no_message(table: str) -> None:
    aws.s3().create_bucket(Bucket="plain", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    ledger = DynamoLedger(aws.dynamo(), aws.s3(), table, "plain", "REG")
    with pytest.raises(LedgerError, match=r"ledger\.not_versioned"):
        ledger.claim(make_message(), b"raw", 0, NOON)
    assert list(ledger.messages()) == []


def test_lost_bytes_are_damage(table: str) -> None:
    ledger = open_ledger(table)
    ledger.claim(make_message(), b"raw", 0, NOON)
    (item,) = [i for i in items(table) if i["sk"]["S"] == "message#a1b2c3"]
    aws.s3().delete_object(Bucket=aws.evidence_bucket(), Key="REG/a1b2c3/1.eml", VersionId=item["evidence"]["S"])
    with pytest.raises(LedgerError, match=r"ledger\.damaged"):
        ledger.evidence("a1b2c3")


def test_a_table_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as error:
        open_ledger("none").history()
    assert (error.value.code, error.value.values) == ("ledger.unreachable", {"error": "ResourceNotFoundException"})


def test_a_restored_table_is_behind_its_sheet(table: str) -> None:
    a_run(open_ledger(table), NOON)
    backup = items(table)
    a_run(open_ledger(table), NOON + timedelta(days=1))
    sheet = Register(Settings(), register_id="REG", last_run=open_ledger(table).history().last_run)
    restored = aws.ledger_table(table)
    for item in backup:
        aws.dynamo().put_item(TableName=restored, Item=item)
    refusal = refusal_of(sheet, open_ledger(restored).history(), date(2026, 12, 1))
    assert refusal == reason("refusal.sheet_ahead", sheet=2, ledger=1)


def test_a_killed_run_holds_the_register_for_sixteen_minutes(table: str) -> None:
    open_ledger(table).begin(DAY, NOON)
    with pytest.raises(LedgerError, match=r"ledger\.busy"):
        open_ledger(table).begin(DAY, NOON + timedelta(minutes=15, seconds=59))
    assert open_ledger(table).begin(DAY, NOON + timedelta(minutes=16)) == 2


def test_an_instant_without_offset_is_a_fault(table: str) -> None:
    with pytest.raises(ValueError, match="no offset"):
        open_ledger(table).begin(DAY, NOON.replace(tzinfo=None))

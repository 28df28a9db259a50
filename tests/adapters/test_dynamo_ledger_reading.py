"""What the DynamoDB ledger reads each day: what is open, and who is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from relance.adapters.dynamo_ledger import moves
from relance.domain.history import InvoiceMemory
from relance.ports.ledger import Claim
from tests.adapters.dynamo_places import PAID, a_run, closed_file, items, open_ledger
from tests.adapters.facts import DAY, FILE, NOON, make_memory, make_message, make_task
from tests.emulators import aws
from tests.emulators.line import Crash, Line


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(moves, "JOURNAL_LINES", 0)
    yield aws.ledger_table(tmp_path)
    aws.drop_tables()


def test_a_file_paid_long_ago_whose_rows_are_gone_is_not_read_any_more(table: str) -> None:
    closed_file(table)
    for days, there in ((30, True), (91, True), (92, False)):  # it leaves at the end of a run
        line = Line()
        ledger = open_ledger(table, dynamo=line.between(aws.client("dynamodb")))
        assert (FILE in ledger.history().files) == there
        assert line.calls == ["GetItem", "Query"]
        a_run(ledger, NOON + timedelta(days=days))
    assert [m.id for m in open_ledger(table).messages()] == ["a1b2c3"]


def test_what_the_journal_still_shows_is_read_however_old(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "JOURNAL_LINES", 3)
    closed_file(table)  # a message, a task and its answer: three lines
    a_run(open_ledger(table), NOON + timedelta(days=200))
    assert FILE in open_ledger(table).history().files
    for n in range(3):
        other = make_message(f"d{n}", file=("C002", "EUR"), day=DAY + timedelta(days=150 + n))
        open_ledger(table).claim(other, b"raw", n, NOON + timedelta(days=150 + n))
    a_run(open_ledger(table), NOON + timedelta(days=201), "C002")
    assert FILE not in open_ledger(table).history().files


@pytest.mark.parametrize("still", ["invoice", "task", "message", "row"])
def test_a_file_with_anything_open_stays(table: str, still: str) -> None:
    closed_file(table)
    ledger = open_ledger(table)
    if still == "invoice":
        ledger.remember({FILE: make_memory()}, (), (), (), DAY)
    elif still == "task":
        ledger.remember({}, (make_task("other"),), (), (), DAY)
    elif still == "message":
        ledger.claim(make_message("d4"), b"raw", ledger.history().file(FILE).version, NOON)
    for days in (200, 400):
        a_run(open_ledger(table), NOON + timedelta(days=days), *(["C001"] if still == "row" else []))
    assert FILE in open_ledger(table).history().files


def test_a_customer_who_comes_back_has_all_facts_at_once_and_again_each_day(table: str) -> None:
    closed_file(table)
    before = open_ledger(table).history().file(FILE)
    for days in (200, 201):
        a_run(open_ledger(table), NOON + timedelta(days=days))
    ledger = open_ledger(table)
    assert FILE not in ledger.history().files
    assert ledger.history({"C001"}).file(FILE) == before
    now = NOON + timedelta(days=202)
    run = ledger.begin(now.date(), now)
    reopened = replace(PAID, invoices={**PAID.invoices, ("C001", "F-2", ""): InvoiceMemory(now.date())})
    ledger.remember({FILE: reopened}, (make_task("new", created=now.date()),), (), (), now.date())
    later = make_message("d4", day=now.date())
    assert ledger.claim(later, b"raw", ledger.history({"C001"}).file(FILE).version, now).granted
    assert [m.id for m in ledger.history({"C001"}).file(FILE).messages] == ["a1b2c3", "d4"]
    ledger.finish(run, now, {})
    after = open_ledger(table).history().file(FILE)
    assert ([m.id for m in after.messages], len(after.tasks), after.memory) == (["a1b2c3", "d4"], 2, reopened)
    assert ledger.claim(later, b"raw", after.version, now) == Claim(False, after.version)


def test_a_new_currency_of_a_customer_does_not_hide_the_old_one(table: str) -> None:
    closed_file(table)
    a_run(open_ledger(table), NOON + timedelta(days=200))
    ledger = open_ledger(table)
    ledger.remember({("C001", "USD"): make_memory()}, (), (), (), DAY)
    assert ledger.history({"C001"}).files.keys() == {FILE, ("C001", "USD")}


@pytest.mark.parametrize("coming", [False, True])
def test_a_move_cut_short_anywhere_loses_no_fact(table: str, coming: bool) -> None:
    closed_file(table)
    whole = open_ledger(table).history().file(FILE)
    customers = ("C001",) if coming else ()
    if coming:
        a_run(open_ledger(table), NOON + timedelta(days=200))
    for stop in range(1, 20):
        line = Line(lambda n, _, stop=stop: "crash" if n == stop else None)  # type: ignore[misc]
        now = NOON + timedelta(days=300 + stop)
        try:
            a_run(open_ledger(table, dynamo=line.between(aws.client("dynamodb"))), now, *customers)
            done = True
        except Crash:
            done = False
        for seen in (open_ledger(table).history(), open_ledger(table).history({"C001"})):
            assert seen.files.get(FILE, whole) == whole
        assert open_ledger(table).history({"C001"}).file(FILE) == whole
        if done:
            break
    assert done
    a_run(open_ledger(table), NOON + timedelta(days=400), *customers)
    places = {item["place"]["S"].partition("#")[0] for item in items(table) if "place" in item}
    assert places == ({"open"} if coming else {"cold"})

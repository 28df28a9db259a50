"""The DynamoDB ledger when the line, the service or the machine fails, at every request of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.domain.history import Message
from relance.ports.errors import LedgerError
from relance.ports.ledger import Claim
from tests.adapters.facts import DAY, FILE, NOON, make_memory, make_message, make_task
from tests.emulators import aws
from tests.emulators.line import UNSURE, Crash, Fault, Line

TWO = (make_message("a1"), make_message("b2", file=("C002", "EUR")))
REQUESTS = 16  # of the story below, when all goes well


@lru_cache(maxsize=1)
def watched_clients() -> tuple[Any, Any]:
    """Clients for the one line of a test; making them takes longer than the test."""
    return aws.client("dynamodb"), aws.client("s3")


@dataclass
class Place:
    """A table, and processes that open the ledger in it on a line that may fail."""

    table: str

    def open(self, line: Line | None = None) -> DynamoLedger:
        dynamo, s3 = (aws.dynamo(), aws.s3()) if line is None else map(line.between, watched_clients())
        return DynamoLedger(dynamo, s3, self.table, aws.evidence_bucket(), "REG", sleep=lambda _: None)

    def messages(self) -> dict[str, Message]:
        return {m.id: m for m in self.open().messages()}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    yield Place(aws.ledger_table(tmp_path))
    aws.drop_tables()


def story(ledger: DynamoLedger, left: list[str], now: datetime = NOON) -> None:
    """A run: two messages are claimed, leave, and are accepted. `left` notes what leaves."""
    history = ledger.history({"C001", "C002"})
    run = ledger.begin(now.date(), now)
    try:
        assert run == history.last_run + 1
        ledger.remember({FILE: make_memory(), TWO[1].file: make_memory()}, (make_task(),), (), (), now.date())
        history = ledger.history({"C001", "C002"})
        for message in TWO:
            claim = ledger.claim(message, f"raw {message.id} {now}".encode(), history.file(message.file).version, now)
            if claim.granted:
                left.append(message.id)
                ledger.accepted(message.id, f"srv-{message.id}")
    finally:
        ledger.finish(run, now, {"written": True})


def single(number: int, fault: Fault) -> Line:
    """A line on which one request fails, and its repetitions do not."""
    return Line(lambda n, _: fault if n == number else None)


def check(place: Place, left: list[str]) -> None:
    """What must hold whatever failed: nothing left twice, or without a claim and its very bytes."""
    ledger, messages = place.open(), place.messages()
    assert len(left) == len(set(left))
    assert set(left) <= messages.keys()
    for message in messages.values():
        assert ledger.evidence(message.id) == f"raw {message.id} {message.claimed_at}".encode()
        assert ledger.history({message.file[0]}).file(message.file).version == 2


def test_a_run_without_faults_makes_the_requests_that_are_counted_on(place: Place) -> None:
    line, left = Line(), list[str]()
    story(place.open(line), left)
    assert left == ["a1", "b2"]
    assert len(line.calls) == REQUESTS
    check(place, left)


def test_a_message_costs_two_writes_and_no_read(place: Place) -> None:
    line, left = Line(), list[str]()
    story(place.open(line), left)
    ours = line.calls[line.calls.index("TransactWriteItems", line.calls.index("TransactWriteItems") + 1) - 1 :]
    assert ours[:6] == ["PutObject", "TransactWriteItems", "UpdateItem"] * 2


@pytest.mark.parametrize("fault", UNSURE)
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
def test_a_request_or_answer_that_is_lost_once_changes_nothing(place: Place, number: int, fault: Fault) -> None:
    left: list[str] = []
    story(place.open(single(number, fault)), left)
    check(place, left)
    assert left == ["a1", "b2"]
    history = place.open().history({"C001", "C002"})
    assert (history.last_run, history.last_written, history.next_task) == (1, 1, 2)
    assert {m.accepted_id for m in place.messages().values()} == {"srv-a1", "srv-b2"}
    assert place.open().begin(DAY, NOON) == 2  # released


@pytest.mark.parametrize("fault", ["crash", "crash_after"])
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
def test_a_machine_that_stops_anywhere_sends_nothing_twice(place: Place, number: int, fault: Fault) -> None:
    left: list[str] = []
    ledger = place.open(single(number, fault))
    with pytest.raises(Crash):
        story(ledger, left)
    check_after_crash(place, left)
    before = place.messages()
    story(place.open(), left, NOON + timedelta(minutes=20))  # the message of the schedule comes again
    check_after_crash(place, left)
    after = place.messages()
    assert after.keys() == {"a1", "b2"}
    assert {m.id: m.claimed_at for m in before.values()}.items() <= {m.id: m.claimed_at for m in after.values()}.items()
    uncertain = {m.id for m in after.values() if m.status == "uncertain"}
    assert uncertain == {m.id for m in before.values() if m.status == "uncertain"}
    assert len(uncertain) <= 1
    assert len(place.open().history({"C001"}).file(FILE).tasks) == 1


def check_after_crash(place: Place, left: list[str]) -> None:
    messages = place.messages()
    assert len(left) == len(set(left))
    assert set(left) <= messages.keys()
    for message in messages.values():
        assert place.open().evidence(message.id) == f"raw {message.id} {message.claimed_at}".encode()


@pytest.mark.parametrize("fault", UNSURE)
def test_a_line_that_stays_dead_says_so_and_grants_nothing_unclaimed(place: Place, fault: Fault) -> None:
    for number in (1, 2, 3, 5, 9, 10, 11, 14):
        place = Place(aws.ledger_table(f"{place.table}{number}"))
        left: list[str] = []
        ledger = place.open(Line(lambda n, _, first=number: fault if n >= first else None))  # type: ignore[misc]
        with pytest.raises(LedgerError, match=r"ledger\.unreachable"):
            story(ledger, left)
        check_after_crash(place, left)


@pytest.mark.parametrize("fault", ["throttled", "conflict"])
def test_what_others_are_in_the_way_of_is_done_a_little_later(place: Place, fault: Fault) -> None:
    for wanted in ("claim", "remember"):
        place = Place(aws.ledger_table(place.table + wanted))
        seen: list[str] = []

        def crowded(_: int, operation: str, wanted: str = wanted, seen: list[str] = seen) -> Fault | None:
            seen.append(operation)
            first = seen.count("TransactWriteItems") <= 2 if wanted == "remember" else "PutObject" in seen
            busy = operation == "TransactWriteItems" and first and seen.count("TransactWriteItems") <= 3
            return fault if busy else None

        left: list[str] = []
        story(place.open(Line(crowded)), left)
        assert left == ["a1", "b2"]
        check(place, left)


def test_a_claim_whose_answer_is_lost_for_good_is_read_back(place: Place) -> None:
    ledger = place.open(Line(lambda _, operation: "lost_answer" if operation == "TransactWriteItems" else None))
    place.open().remember({FILE: make_memory()}, (), (), (), DAY)
    ledger.history({"C001"})
    assert ledger.claim(make_message(), b"raw", 1, NOON) == Claim(True, 2)
    assert place.open().evidence("a1b2c3") == b"raw"


def test_two_runs_that_claim_one_message_at_once_get_it_once(place: Place) -> None:
    first, second = place.open(), place.open()
    claims = [ledger.claim(make_message(), raw, 0, NOON) for ledger, raw in ((first, b"one"), (second, b"two"))]
    assert claims == [Claim(True, 1), Claim(False, 1)]
    assert first.evidence("a1b2c3") == b"one"


def test_a_run_that_lost_its_lease_claims_nothing_that_changed_since(place: Place) -> None:
    slow, quick = place.open(), place.open()
    slow.begin(DAY, NOON)
    version = slow.history({"C001"}).file(FILE).version
    quick.begin(DAY, NOON + timedelta(minutes=17))
    quick.claim(make_message("other"), b"raw", version, NOON)
    assert slow.claim(make_message(), b"raw", version, NOON) == Claim(False, 1)
    slow.finish(1, NOON, {})
    with pytest.raises(LedgerError, match=r"ledger\.busy"):  # the other one still holds it
        place.open().begin(DAY, NOON + timedelta(minutes=18))


@pytest.fixture
def crowd(place: Place) -> DynamoLedger:
    """A ledger with a hundred and one files: more than one transaction."""
    ledger = place.open()
    files = {(f"C{n:03}", "EUR"): make_memory() for n in range(101)}
    ledger.remember(files, [make_task(f"t{n}", file=(f"C{n:03}", "EUR")) for n in range(101)], (), (), DAY)
    return ledger


def test_first_sights_of_many_files_are_all_kept(crowd: DynamoLedger) -> None:
    history = crowd.history()
    assert len(history.files) == 101
    assert all(f.version == 1 and f.memory == make_memory() and len(f.tasks) == 1 for f in history.files.values())
    assert sorted(t.no for f in history.files.values() for t in f.tasks) == list(range(1, 102))


def test_first_sights_cut_short_are_completed_by_the_next_call(place: Place) -> None:
    files = {(f"C{n:03}", "EUR"): make_memory() for n in range(101)}
    tasks = [make_task(f"t{n}", file=file) for n, file in enumerate(files)]
    sent = Line(lambda n, _: "crash" if n == 4 else None)
    with pytest.raises(Crash):
        place.open(sent).remember(files, tasks, (), (), DAY)
    ledger = place.open()
    ledger.remember(files, tasks, (), (), DAY)
    history = ledger.history()
    assert {key: (f.version, len(f.tasks)) for key, f in history.files.items()} == dict.fromkeys(files, (1, 1))
    assert replace(history.file(("C000", "EUR")).tasks[0], no=0) == tasks[0]

"""What every ledger must do with first sights, tasks, announcements and pins: part of `ledger_contract`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.domain.history import Event, FileMemory, History, Message, Pins, Task
from relance.domain.keys import FileKey
from relance.domain.plan import ClosedTask
from relance.domain.words import reason
from relance.ports.ledger import Ledger
from tests.adapters.facts import DAY, FILE, NOON, make_memory, make_message, make_raw, make_task, values_of

FILES = st.sampled_from([("C1", "EUR"), ("É 2", "EUR"), ("C1", "USD")])
RAW = make_raw("a1b2c3")


class OperatorLedger(Ledger, Protocol):
    """A ledger with what the operator's commands need besides the port."""

    def messages(self) -> Iterable[Message]: ...
    def evidence(self, message_id: str) -> bytes | None: ...
    def resolve(self, message_id: str, word: Literal["sent", "not_sent"]) -> None: ...
    def set_last_run(self, number: int) -> None: ...
    def close(self) -> None: ...


def remember_tasks(ledger: Ledger, *new: Task) -> tuple[Task, ...]:
    """Have the ledger number tasks, and return all tasks of the file."""
    ledger.remember({}, new, (), (), DAY)
    return ledger.history().file(FILE).tasks


class LedgerMemoryContract:
    """`open_ledger` gives a new object on the ledger at this place, as a new process would."""

    def open_ledger(self, place: Path, register_id: str = "REG") -> OperatorLedger:
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[OperatorLedger]:
        with closing(self.open_ledger(tmp_path)) as ledger:
            yield ledger

    def test_only_a_changed_memory_raises_the_version(self, ledger: OperatorLedger) -> None:
        for memory, version in ((make_memory(), 1), (make_memory(), 1), (make_memory(DAY - timedelta(days=1)), 2)):
            ledger.remember({FILE: memory}, (), (), (), DAY)
            assert (ledger.history().file(FILE).memory, ledger.history().file(FILE).version) == (memory, version)

    def test_the_memory_of_a_file_known_by_a_claim_raises_its_version(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        ledger.remember({FILE: make_memory()}, (), (), (), DAY)
        assert ledger.history().file(FILE).version == 2

    def test_new_tasks_are_numbered_in_the_order_given(self, ledger: OperatorLedger) -> None:
        remember_tasks(ledger, make_task("b"), make_task("a"))
        assert [(t.no, t.key) for t in remember_tasks(ledger, make_task("c"))] == [(1, "b"), (2, "a"), (3, "c")]
        assert ledger.history().next_task == 4

    def test_numbers_of_new_tasks_begin_where_asked_and_never_below_the_next(self, ledger: OperatorLedger) -> None:
        ledger.remember({}, (make_task("a"), make_task("b")), (), (), DAY, 7)
        ledger.remember({}, (make_task("c"),), (), (), DAY, 3)
        assert [t.no for t in ledger.history().file(FILE).tasks] == [7, 8, 9]
        assert ledger.history().next_task == 10

    def test_a_task_is_kept_once_while_open_and_once_per_day(self, ledger: OperatorLedger) -> None:
        remember_tasks(ledger, make_task(), make_task())
        tomorrow = make_task(created=DAY + timedelta(days=1))
        assert len(remember_tasks(ledger, make_task(), tomorrow)) == 1
        ledger.remember({}, (make_task(), tomorrow), (), (ClosedTask(1, reason("moot")),), DAY)
        assert [(t.no, t.created) for t in ledger.history().file(FILE).tasks] == [(1, DAY), (2, tomorrow.created)]

    def test_an_answer_changes_what_people_type_and_nothing_else(self, ledger: OperatorLedger) -> None:
        remember_tasks(ledger, make_task())
        typed: dict[str, Any] = {
            "owner": "Vente", "outcome": "promised", "outcome_on": DAY, "promised_for": DAY + timedelta(days=9),
            "posted_on": DAY, "tracking_no": "1A 234",
        }  # fmt: skip
        answer = make_task(no=1, **typed)
        ledger.remember({}, (), (replace(answer, priority=1, step="R3"),), (), DAY)
        assert ledger.history().file(FILE).tasks == (answer,)

    def test_a_closed_task_keeps_its_first_closing(self, ledger: OperatorLedger) -> None:
        remember_tasks(ledger, make_task())
        why = reason("moot", invoices=("F-1", reason("paid", on=DAY)), total=Decimal("1.50"))
        ledger.remember({}, (), (), (ClosedTask(1, why),), DAY)
        ledger.remember({}, (), (), (ClosedTask(1, reason("other")),), DAY + timedelta(days=1))
        assert ledger.history().file(FILE).tasks == (make_task(no=1, closed_on=DAY, closed_why=why),)

    def test_a_fault_half_way_keeps_nothing_of_the_call(self, ledger: OperatorLedger) -> None:
        with pytest.raises(KeyError):
            ledger.remember({FILE: make_memory()}, (make_task(),), (make_task(no=9),), (), DAY)
        with pytest.raises(KeyError):
            ledger.remember({FILE: make_memory()}, (make_task(),), (), (ClosedTask(9, reason("moot")),), DAY)
        assert ledger.history() == History(register_id="REG")

    def test_announcements_of_a_day_add_up(self, ledger: OperatorLedger) -> None:
        ledger.announce(DAY, {"a": "1", "b": "2"})
        ledger.announce(DAY, {"b": "3"})
        ledger.announce(DAY + timedelta(days=1), {"c": "4"})
        assert ledger.announced(DAY) == {"a": "1", "b": "3"}

    def test_pins_and_the_confirmed_change_are_replaced(self, ledger: OperatorLedger, tmp_path: Path) -> None:
        for iban in ("FR76A", "FR76B"):
            ledger.pin(Pins(iban, "BIC", "a@example.org", "b@example.org"))
            ledger.confirm(f"seen {iban}")
        with closing(self.open_ledger(tmp_path)) as again:
            history = again.history()
        assert (history.pins, history.confirmed) == (
            Pins("FR76B", "BIC", "a@example.org", "b@example.org"),
            "seen FR76B",
        )

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(
        memory=st.dictionaries(FILES, values_of(FileMemory), max_size=2),
        messages=st.lists(st.builds(replace, values_of(Message), file=FILES), max_size=3),
        tasks=st.lists(st.builds(replace, values_of(Task), file=FILES), max_size=3),
    )
    def test_every_fact_comes_back_as_it_was(
        self, tmp_path_factory: pytest.TempPathFactory, memory: dict[FileKey, FileMemory], messages: list[Message],
        tasks: list[Task],
    ) -> None:  # fmt: skip
        place = tmp_path_factory.mktemp("facts")
        with closing(self.open_ledger(place)) as ledger:
            expected_tasks = keep_tasks(ledger, memory, tasks)
            expected_messages = [keep_message(ledger, replace(m, id=f"{n:06}")) for n, m in enumerate(messages)]
        with closing(self.open_ledger(place)) as again:
            history = again.history()
            assert all(again.evidence(m.id) == m.subject.encode() for m in expected_messages)
        assert history.next_task == len(tasks) + 1
        assert history.files.keys() == {*memory, *(m.file for m in messages), *(t.file for t in tasks)}
        for key, facts in history.files.items():
            assert facts.memory == memory.get(key)
            assert facts.tasks == tuple(t for t in expected_tasks if t.file == key)
            assert {m.id: m for m in facts.messages} == {m.id: m for m in expected_messages if m.file == key}
            assert facts.version == (key in memory) + len(facts.messages)


def keep_tasks(ledger: Ledger, memory: dict[FileKey, FileMemory], tasks: list[Task]) -> list[Task]:
    """Make the tasks, answer them and close those that are closed; returns them as they must then be."""
    numbered = [replace(task, no=n, key=f"{n}") for n, task in enumerate(tasks, 1)]
    blank: dict[str, Any] = {
        "no": 0, "owner": "", "outcome": "", "outcome_on": None, "promised_for": None, "posted_on": None,
        "tracking_no": "", "closed_on": None, "closed_why": None,
    }  # fmt: skip
    closed = [ClosedTask(t.no, t.closed_why) for t in numbered if t.closed_why]
    ledger.remember(memory, [replace(t, **blank) for t in numbered], (), (), DAY)
    ledger.remember(memory, (), numbered, closed, DAY)
    return [replace(t, closed_on=DAY if t.closed_why else None) for t in numbered]


def keep_message(ledger: OperatorLedger, message: Message) -> Message:
    """Claim a message and record its fate; returns it as it must then be."""
    version = ledger.history().file(message.file).version
    now = message.claimed_at or NOON
    assert ledger.claim(message, message.subject.encode(), version, now).granted
    if message.accepted_id:
        ledger.accepted(message.id, message.accepted_id)
    for event in message.events:
        ledger.refused(message.id, message.refusal, event.addresses, event.at)
    if message.resolution:
        ledger.resolve(message.id, message.resolution)
    bounces = frozenset(Event("bounced", e.at, e.addresses) for e in message.events if e.addresses)
    refusal = message.refusal if message.events else ""
    return replace(message, attempt=1, claimed_at=now, events=bounces, refusal=refusal)

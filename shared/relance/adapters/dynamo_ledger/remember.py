"""First sights, tasks, answers and closings as writes that may be repeated: what stands already is not written again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from relance.domain.codec import dump
from relance.domain.history import FileMemory, Task
from relance.domain.keys import FileKey

from .items import TASK_KEYS, about, content_of, slice_sk, slices, task_item, task_sk
from .reading import HEAD, Known
from .table import BATCH, COLD, OPEN, VERSION, Item, Table, file_sk, integer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from relance.domain.plan import ClosedTask

ANSWER = ("owner", "outcome", "outcome_on", "promised_for", "posted_on", "tracking_no")
MOST_BYTES = 3_000_000  # of a transaction; DynamoDB takes 4 MB
Unit = tuple[int, list["TransactWriteItemTypeDef"]]  # bytes, actions that belong together


@dataclass(frozen=True)
class Wish:
    """What a run wants remembered."""

    memory: Mapping[FileKey, FileMemory]
    new: tuple[Task, ...]
    answered: tuple[Task, ...]
    closed: tuple[ClosedTask, ...]
    today: date
    first: int  # the least number of a new task


def remember(table: Table, known: Known, wish: Wish) -> None:
    """Write what is not there yet, in transactions of at most 100 items, the parts of a file together.

    KeyError for a task's number never given, before anything is written. Raises CancelledError when an item changed since it
    was read.
    """
    waiting: list[TransactWriteItemTypeDef] = []
    size = 0
    for nbytes, actions in _units(table, known, wish):
        if waiting and (len(waiting) + len(actions) > BATCH or size + nbytes > MOST_BYTES):
            table.transact(waiting, uuid4().hex)
            waiting, size = [], 0
        waiting += actions
        size += nbytes
    if waiting:
        table.transact(waiting, uuid4().hex)


def _units(table: Table, known: Known, wish: Wish) -> Iterator[Unit]:
    changed, fresh = _tasks(known, wish)  # first: it may find a fault
    first = max(known.history.next_task, wish.first)
    currencies = {key[1] for key in (*wish.memory, *(t.file for t in fresh))} - known.currencies
    if currencies or fresh:
        yield 0, [head_action(table, currencies, known.history.next_task, first + len(fresh) if fresh else 0)]
    for file, memory in wish.memory.items():
        if memory != known.history.file(file).memory:
            yield _file_unit(table, known, file, memory)
    for file in {t.file for t in fresh} - known.history.files.keys() - wish.memory.keys():
        yield 100, [_blank_file(table, file)]
    for task in changed:
        yield _task_unit(table, task)
    for no, task in enumerate(fresh, first):
        item = task_item(replace(task, no=no), table.key(task_sk(no)), where(known, task.file))
        yield _size(item), [table.put_action(item, "attribute_not_exists(pk)")]


def _tasks(known: Known, wish: Wish) -> tuple[list[Task], list[Task]]:
    """The known tasks that change, and the new ones: a task that is open, or was created that day, is known."""
    before = {t.no: t for facts in known.history.files.values() for t in facts.tasks}
    after = dict(before)
    for answer in wish.answered:
        after[answer.no] = replace(after[answer.no], **{name: getattr(answer, name) for name in ANSWER})
    for end in wish.closed:
        if after[end.no].closed_on is None:
            after[end.no] = replace(after[end.no], closed_on=wish.today, closed_why=end.why)
    fresh: list[Task] = []
    still = {t.key for t in after.values() if t.open}
    of_day = {(t.key, t.created) for t in after.values()}
    for task in wish.new:
        if task.key not in still and (task.key, task.created) not in of_day:
            fresh.append(task)
            of_day.add((task.key, task.created))
            if task.open:
                still.add(task.key)
    return [t for no, t in after.items() if t != before[no]], fresh


def where(known: Known, file: FileKey) -> str:
    """Where the items of a file lie: new ones join the others."""
    return COLD if file in known.cold else OPEN


def head_action(table: Table, currencies: set[str], next_task: int = 1, after: int = 0) -> TransactWriteItemTypeDef:
    """Take the numbers of new tasks, up to the one before `after`.

    A currency is noted before the first file in it: with it, files are found by key.
    """
    values: Item = {":v": integer(VERSION)}
    expression, condition = "SET v = :v", "(attribute_not_exists(v) OR v <= :v)"
    if after:
        values[":next"] = integer(after)
        expression += ", next_task = :next"
        if next_task > 1:
            values[":first"] = integer(next_task)
        condition += " AND next_task = :first" if next_task > 1 else " AND attribute_not_exists(next_task)"
    if currencies:
        values[":currencies"] = {"SS": sorted(currencies)}
        expression += " ADD currencies :currencies"
    return table.update_action(HEAD, expression, condition, values)


def _file_unit(table: Table, known: Known, file: FileKey, memory: FileMemory) -> Unit:
    facts = known.history.file(file)
    pieces = slices(memory)
    base = about(file, where(known, file))
    values: Item = {
        ":v": integer(VERSION), ":next": integer(facts.version + 1), ":memory": {"B": pieces[0]},
        ":pieces": integer(len(pieces)), ":place": base["place"], ":customer": base["customer"],
        ":currency": base["currency"],
    }  # fmt: skip
    condition = "attribute_not_exists(pk)"
    if file in known.history.files:
        condition, values = "version = :version", {**values, ":version": integer(facts.version)}
    actions = [table.update_action(file_sk(file), f"{SET_FILE}, memory = :memory, pieces = :pieces", condition, values)]
    for n, piece in enumerate(pieces[1:], 1):
        item = {**table.key(slice_sk(file, n)), **base, "memory": {"B": piece}}
        actions.append(table.put_action(item, "attribute_not_exists(v) OR v <= :v"))
        actions[-1]["Put"]["ExpressionAttributeValues"] = {":v": integer(VERSION)}
    return sum(map(len, pieces)) + 500, actions


SET_FILE = "SET v = :v, version = :next, place = :place, customer = :customer, currency = :currency"


def _blank_file(table: Table, file: FileKey) -> TransactWriteItemTypeDef:
    """A file of which there are only tasks: its own item says where they lie."""
    item = {**table.key(file_sk(file)), **about(file, OPEN), "version": integer(0)}
    return table.put_action(item, "attribute_not_exists(pk)")


def _task_unit(table: Table, task: Task) -> Unit:
    content = content_of(task, TASK_KEYS)
    values = {":content": content, ":v": integer(VERSION)}
    action = table.update_action(task_sk(task.no), "SET content = :content, v = :v", "v <= :v", values)
    return len(dump(task)), [action]


def _size(item: Item) -> int:
    return sum(len(name) + len(str(value)) for name, value in item.items())

"""What a run reads: the files that are open, and those of the customers it asks for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from relance.domain.codec import load
from relance.domain.history import FileHistory, FileMemory, History, Pins
from relance.domain.keys import FileKey

from .items import file_of, is_cold, memory_from, message_from, slice_sk, task_from
from .table import COLD, OPEN, Item, Table, file_sk, part

HEAD = "register"


@dataclass(frozen=True)
class Known:
    """A history as read, and where its items lie. `loose`: items left behind by a move that was cut short."""

    history: History
    currencies: frozenset[str] = frozenset()
    cold: frozenset[FileKey] = frozenset()
    keys: dict[FileKey, list[str]] = field(default_factory=dict)  # all items of a file, its own one last
    loose: tuple[tuple[FileKey, str], ...] = ()


def read(table: Table, register_id: str, customers: Collection[str]) -> Known:
    """Every fact of the open files, and of all files of these customers."""
    head = table.get(HEAD) or {}
    currencies = frozenset(head.get("currencies", {}).get("SS", ()))
    found = {item["sk"]["S"]: item for item in table.query(f"{OPEN}#", "place")}
    missing = [sk for c in customers for cur in sorted(currencies) if (sk := file_sk((c, cur))) not in found]
    for customer in sorted({item["customer"]["S"] for item in table.get_many(missing)}):
        found |= {item["sk"]["S"]: item for item in table.query(f"{COLD}#{part(customer)}#", "place")}
    grouped: dict[FileKey, list[Item]] = defaultdict(list)
    for item in found.values():
        grouped[file_of(item)].append(item)
    whole = {key: items for key, items in sorted(grouped.items()) if file_sk(key) in found}
    return Known(
        _history(register_id, head, {key: _facts(key, items) for key, items in whole.items()}),
        currencies,
        frozenset(key for key in whole if is_cold(found[file_sk(key)])),
        {key: [*(sk for sk in sks_of(items) if sk != file_sk(key)), file_sk(key)] for key, items in whole.items()},
        tuple((key, sk) for key, items in grouped.items() if key not in whole for sk in sks_of(items)),
    )


def sks_of(items: Iterable[Item]) -> Iterator[str]:
    """The keys of items."""
    return (item["sk"]["S"] for item in items)


def _history(register_id: str, head: Item, files: dict[FileKey, FileHistory]) -> History:
    return History(
        files=files, register_id=register_id, last_run=_count(head, "last_run"), last_written=_count(head, "last_written"),
        last_day=date.fromisoformat(head["last_day"]["S"]) if "last_day" in head else None,
        pins=load(Pins, head["pins"]["S"]) if "pins" in head else None,
        confirmed=head["confirmed"]["S"] if "confirmed" in head else "", next_task=_count(head, "next_task") or 1,
    )  # fmt: skip


def _count(head: Item, name: str) -> int:
    return int(head[name]["N"]) if name in head else 0


def _facts(key: FileKey, items: Iterable[Item]) -> FileHistory:
    by_sk = {item["sk"]["S"]: item for item in items}
    own = by_sk[file_sk(key)]
    messages = [message_from(item) for sk, item in by_sk.items() if sk.startswith("message#")]
    tasks = [task_from(item) for sk, item in by_sk.items() if sk.startswith("task#")]
    return FileHistory(
        tuple(sorted(messages, key=lambda m: (m.day, m.claimed_at, m.id))),
        tuple(sorted(tasks, key=lambda t: t.no)),
        _memory(key, own, by_sk),
        int(own["version"]["N"]),
    )


def _memory(key: FileKey, own: Item, by_sk: dict[str, Item]) -> FileMemory | None:
    if "memory" not in own:
        return None
    further = (by_sk[slice_sk(key, n)]["memory"]["B"] for n in range(1, int(own["pieces"]["N"])))
    return memory_from([own["memory"]["B"], *further])


def hashes_from(items: Iterable[Item]) -> dict[str, str]:
    """Announced message ids with their content hashes; the last one of an id stands."""
    found: dict[str, str] = {}
    for item in items:
        found |= json.loads(item["hashes"]["S"])
    return found

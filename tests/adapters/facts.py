"""Facts for the adapters' suites: plain examples, and hypothesis strategies of every field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from relance.domain.history import FileMemory, InvoiceMemory, Message, Said, Task
from relance.domain.words import Reason, reason

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=1)))
FILE = ("C001", "EUR")
INVOICE = ("C001", "F-1", "")


def make_message(message_id: str = "a1b2c3", **changes: Any) -> Message:
    """A first reminder for one invoice of 100.00 EUR."""
    message = Message(
        id=message_id, file=FILE, day=DAY, kind="step", step="R1", scenario="standard", channel="email",
        to=("compta@example.org",), copy_to=(), said=(Said(INVOICE, Decimal("100.00"), "R1", 5),),
        total=Decimal("100.00"), granted_days=0, content_hash="h1",
    )  # fmt: skip
    return replace(message, **changes)


def make_task(key: str = "call:C001", **changes: Any) -> Task:
    """A call to make."""
    briefing = reason("task.call", amount=Decimal("100.00"), since=DAY)
    return replace(Task(key, "call", FILE, DAY, DAY, (), Decimal("100.00"), briefing), **changes)


def make_memory(day: date = DAY) -> FileMemory:
    """A file with one open invoice, first seen that day."""
    return FileMemory(day, "fingerprint", {INVOICE: InvoiceMemory(day)})


def make_raw(message_id: str, text: str = "Bonjour") -> bytes:
    """A small MIME message."""
    return f"From: a@example.org\r\nX-Relance-Id: {message_id}\r\n\r\n{text}\r\n".encode()


ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
AMOUNTS = st.decimals(-1_000_000, 1_000_000, places=2)
TEXTS = st.text(max_size=5)
NAMED = st.one_of(TEXTS, st.integers(), AMOUNTS, DATES)


def _reasons(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = st.one_of(NAMED, inner, st.lists(NAMED | inner, max_size=2).map(tuple))
    return st.builds(Reason, TEXTS, st.lists(st.tuples(TEXTS, values), max_size=2).map(tuple))


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(10**6), 10**6),
    bool: st.booleans(),
    date: DATES,
    datetime: st.builds(datetime.combine, DATES, st.times(), ZONES),
    Decimal: AMOUNTS,
    Reason: st.recursive(st.builds(Reason, TEXTS), _reasons, max_leaves=3),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type; of a dataclass, instances in which every field varies, whatever fields it has."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: values_of(hints[f.name]) for f in fields(hint)})
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(args)
    if origin is UnionType:
        return st.none() | values_of(args[0])
    if origin is Mapping:
        return st.dictionaries(values_of(args[0]), values_of(args[1]), max_size=2)
    if origin is frozenset:
        return st.frozensets(values_of(args[0]), max_size=2)
    if args[-1] is ...:
        return st.lists(values_of(args[0]), max_size=2).map(tuple)
    return st.tuples(*map(values_of, args))

"""Facts as JSON text and back, driven by the fields of the dataclasses.

Dates and instants are ISO text, decimals are text, tuples are lists, a mapping is a list of pairs sorted by key. All
fields are written, defaults too: a fact must not change when a default does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from .words import Reason

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value of one type becomes JSON, and comes back."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


PLAIN = Codec(_same, _same)


def dump(value: Any, without: frozenset[str] = frozenset()) -> str:
    """A dataclass as JSON text, leaving out the fields `without`."""
    kind: Any = type(value)
    return to_text({name: c.encode(getattr(value, name)) for name, c in _field_codecs(kind, without)})


def load(cls: type[T], text: str, **known: Any) -> T:
    """The dataclass of a JSON text; `known` are the fields kept elsewhere. One absent from both has its default."""
    data, kind = json.loads(text), cast(Any, cls)
    return cls(**_decoded(_field_codecs(kind, frozenset(known)), data), **known)


def to_text(value: object) -> str:
    """Plain lists, dictionaries and texts as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def iso(day: date | None) -> str | None:
    """A date as ISO text."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """The date of an ISO text."""
    return None if text is None else date.fromisoformat(text)


def instant(now: datetime) -> str:
    """An instant as ISO text with its offset. ValueError without one."""
    if now.utcoffset() is None:
        raise ValueError(f"{now} has no offset")
    return now.isoformat()


@lru_cache(maxsize=64)
def _field_codecs(cls: Any, without: frozenset[str]) -> tuple[tuple[str, Codec], ...]:
    hints = get_type_hints(cls)
    return tuple((f.name, _codec(hints[f.name])) for f in fields(cls) if f.name not in without)


@lru_cache(maxsize=64)
def _codec(hint: Any) -> Codec:
    if hint in (str, int, bool) or get_origin(hint) is Literal:
        return PLAIN
    simple = {
        Decimal: Codec(str, Decimal),
        date: Codec(date.isoformat, date.fromisoformat),
        datetime: Codec(instant, datetime.fromisoformat),
        object: Codec(_tagged, _untagged),
    }.get(hint)
    return simple or (_record(hint) if is_dataclass(hint) else _composed(hint))


def _record(cls: Any) -> Codec:
    parts = _field_codecs(cls, frozenset())
    return Codec(
        lambda value: {name: c.encode(getattr(value, name)) for name, c in parts},
        lambda data: cls(**_decoded(parts, data)),
    )


def _decoded(parts: tuple[tuple[str, Codec], ...], data: dict[str, Any]) -> dict[str, Any]:
    return {name: c.decode(data[name]) for name, c in parts if name in data}


def _composed(hint: Any) -> Codec:
    origin, args = get_origin(hint), get_args(hint)
    if origin is UnionType and len(args) == 2 and args[1] is type(None):
        inner = _codec(args[0])
        return Codec(lambda v: None if v is None else inner.encode(v), lambda d: None if d is None else inner.decode(d))
    if origin is tuple and all(a is ... or _codec(a) is PLAIN for a in args):
        return Codec(list, tuple)
    if origin is tuple and args[-1] is ...:
        item = _codec(args[0])
        return Codec(lambda v: [item.encode(i) for i in v], lambda d: tuple([item.decode(i) for i in d]))
    if origin is tuple:
        parts = tuple(map(_codec, args))
        return Codec(
            lambda v: [c.encode(i) for c, i in zip(parts, v, strict=True)],
            lambda d: tuple([c.decode(i) for c, i in zip(parts, d, strict=True)]),
        )
    if origin is Mapping:
        key, value = map(_codec, args)
        return Codec(
            lambda v: [[key.encode(k), value.encode(v[k])] for k in sorted(v)],
            lambda d: {key.decode(k): value.decode(i) for k, i in d},
        )
    raise TypeError(f"no way to keep a {hint}")


def _tagged(value: object) -> Any:
    """A value of a reason, with its type where JSON has no such type."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [_tagged(v) for v in value]
    if isinstance(value, Reason):
        return {"reason": _codec(Reason).encode(value)}
    raise TypeError(f"no way to keep {value!r} in a reason")


def _untagged(data: Any) -> object:
    if isinstance(data, list):
        return tuple([_untagged(d) for d in data])
    if not isinstance(data, dict):
        return data
    ((tag, text),) = data.items()
    decode: dict[str, Callable[[Any], object]] = {
        "decimal": Decimal, "date": date.fromisoformat, "reason": _codec(Reason).decode,
    }  # fmt: skip
    return decode[tag](text)

"""One line of the check-up, and how its sentences are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from relance.domain.words import Reason, reason

Level = Literal["ok", "info", "warning", "error"]
Group = Literal[
    "register", "sender", "bank", "customers", "invoices", "freshness", "calendar", "wording", "limits", "memory"
]  # fmt: skip
GROUPS: tuple[Group, ...] = (
    "register", "sender", "bank", "customers", "invoices", "freshness", "calendar", "wording", "limits", "memory",
)  # fmt: skip
NAMED = 5  # names, rows and the like that one line lists


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check-up. `check` is its stable id; `where` and `todo` are None when there is nothing to say."""

    level: Level
    group: Group
    check: str
    says: Reason
    where: Reason | None = None
    todo: Reason | None = None


def found(level: Level, group: Group, check: str, where: Reason | None = None, **values: object) -> Finding:
    """A finding with the texts `doctor.<check>` and, unless all is well, `remedy.<check>`."""
    todo = None if level in ("ok", "info") else reason(f"remedy.{check}", **values)
    return Finding(level, group, check, reason(f"doctor.{check}", **values), where, todo)


def told(level: Level, group: Group, said: Reason, where: Reason | None = None) -> Finding:
    """A finding that is said elsewhere too: by a run, in the sheet. Its sentence already says what to do."""
    return Finding(level, group, said.code.partition(".")[2], said, where)


def few(names: Iterable[object]) -> tuple[str, ...]:
    """The first of these names, and how many there are beside them."""
    shown = [str(name) for name in names]
    more = len(shown) - NAMED
    return (*shown[:NAMED], f"+{more}") if more > 0 else tuple(shown)


def at_setting(setting: str) -> Reason:
    """The place of a setting."""
    return reason("doctor.at_setting", tab="settings", setting=setting)


def at_rows(tab: str, rows: Sequence[int]) -> Reason | None:
    """The place of these rows of a tab; None when there are none."""
    known = sorted({row for row in rows if row})
    if not known:
        return None
    return reason("doctor.at_row" if len(known) == 1 else "doctor.at_rows", tab=tab, rows=few(known))


def sums(amounts: Iterable[tuple[str, Decimal]]) -> tuple[Reason, ...]:
    """The total of each currency."""
    totals: dict[str, Decimal] = {}
    for currency, amount in amounts:
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    return tuple(reason("doctor.sum", amount=total, currency=currency) for currency, total in sorted(totals.items()))

"""`start`: twice a day, one pass for every register of the deployment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from relance.domain.words import Reason, Words, reason
from relance.ports.deployment import Alerts, Listed, Pass, PassKind, Registers, RunQueue


@dataclass(frozen=True, slots=True)
class Started:
    """The registers whose pass was queued, in this order, and what is wrong with the others."""

    registers: tuple[str, ...]
    problems: tuple[Reason, ...]


def start(
    registers: Registers, queue: RunQueue, alerts: Alerts, words: Words, kind: PassKind, at: datetime, day: date,
    only: Collection[str] = (),
) -> Started:  # fmt: skip
    """Queue the passes scheduled for the instant `at`, which is of this `day`; of the registers named in `only`, if any.

    Their order rotates daily, so that the same ones are not always last. What is wrong with the list is told to the
    operators after everything is queued. Raises RegistersError and QueueError.
    """
    listing = registers.list()
    unknown = sorted(set(only) - {r.name for r in listing.found})
    problems = (*listing.problems, *(reason("registers.unknown", name=name) for name in unknown))
    chosen = rotated([r for r in listing.found if not only or r.name in only], day)
    for register in chosen:
        queue.put(Pass(register.name, register.sheet, kind, at))
    if problems:
        alerts.raise_alert(words.say_text("alert.registers"), "\n".join(words.say(p) for p in problems))
    return Started(tuple(r.name for r in chosen), problems)


def rotated(registers: Sequence[Listed], day: date) -> Sequence[Listed]:
    """The registers, begun each day with the one after the day before's first."""
    first = day.toordinal() % len(registers) if registers else 0
    return [*registers[first:], *registers[:first]]

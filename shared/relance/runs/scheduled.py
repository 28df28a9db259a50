"""A scheduled pass over one register: at most once, in parts when time runs short, and never without a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from relance.domain.words import reason
from relance.ports.deployment import Pass, Passes, PassRecord, RunQueue
from relance.ports.errors import RelanceError
from relance.runs.chase import announce, chase
from relance.runs.desk import Clock, Desk, Result

MOST_PARTS = 40


@dataclass(frozen=True)
class Around:
    """What surrounds a pass: where it is recorded and goes on, the deployment's zone, the time."""

    passes: Passes
    queue: RunQueue
    zone: ZoneInfo
    clock: Clock
    time_left: Callable[[], float]


@dataclass(frozen=True)
class Ran:
    """What became of a pass. `dropped` says why it was not run; `fault` is an error of the program."""

    record: PassRecord
    result: Result | None = None
    dropped: str = ""
    fault: Exception | None = None


def scheduled(one: Pass, open_desk: Callable[[Pass], Desk], around: Around) -> Ran:
    """Run a pass, unless it is another day's or has been run; where parts of it went on, run the part after the last of them.

    Whatever happens is recorded and returned, so that no register keeps another from being chased. Raises QueueError
    when it cannot be recorded that the pass begins: then nothing was done.
    """
    now = around.clock()
    day = one.at.astimezone(around.zone).date()
    begun = PassRecord(one.register, one.kind, one.part, "running", now)
    if now.astimezone(around.zone).date() != day:
        return Ran(begun, dropped="other_day")
    before = around.passes.of_day(day, one.register)
    parts = {r.part: r for r in before if r.kind == one.kind}
    while one.part in parts and parts[one.part].outcome == "goes_on":
        one = replace(one, part=one.part + 1)
    if one.part in parts and parts[one.part].outcome == "done":
        return Ran(parts[one.part], dropped="recorded")
    begun = replace(begun, part=one.part)
    around.passes.record(day, begun)
    try:
        ran = _run(one, open_desk(one), begun, around, before)
    except RelanceError as error:
        ran = Ran(replace(begun, outcome="failed", why=reason(error.code, **error.values)))
    except Exception as fault:  # noqa: BLE001 - a register's fault must not stop the others; the fault is told
        ran = Ran(replace(begun, outcome="failed", why=reason("pass.fault", error=type(fault).__name__)), fault=fault)
    if ran.record.outcome == "goes_on":
        around.queue.put(replace(one, part=one.part + 1))
    ran = replace(ran, record=replace(ran.record, at=around.clock()))
    around.passes.record(day, ran.record)
    return ran


def _run(one: Pass, desk: Desk, begun: PassRecord, around: Around, before: Sequence[PassRecord]) -> Ran:
    """The pass itself: announcing, or sending what was announced today."""
    zone = ZoneInfo(desk.register.settings.time_zone)
    today = around.clock().astimezone(zone).date()
    if one.kind == "announce":
        result = announce(desk, today, around.clock)
        return Ran(_told(one, desk, result, begun), result)
    result = chase(desk, today, around.clock, desk.ledger.announced(today), around.time_left)
    record = _told(one, desk, result, begun)
    announced = max(
        (r.at.astimezone(zone).date() for r in before if (r.kind, r.outcome) == ("announce", "done")), default=today
    )
    if announced != today and record.outcome == "done":  # else a register far away would never send, and nobody be told
        why = reason("pass.other_date", announced=announced, today=today, zone=zone.key)
        record = replace(record, outcome="failed", why=why)
    return Ran(record, result)


def _told(one: Pass, desk: Desk, result: Result, begun: PassRecord) -> PassRecord:
    """The record of a pass that came to its end."""
    record = replace(begun, register_id=desk.register_id, sent=len(result.sent), uncertain=uncertain(desk))
    if result.refused is not None:
        return replace(record, outcome="refused", why=result.refused)
    moved = bool(result.sent or result.failed or result.uncertain)  # else another part would fare no better
    if result.goes_on and moved and one.part < MOST_PARTS:
        return replace(record, outcome="goes_on")
    why = reason("pass.too_long", parts=one.part) if result.goes_on else result.stopped or result.unwritten
    return replace(record, outcome="done" if why is None else "failed", why=why)


def uncertain(desk: Desk) -> tuple[str, ...]:
    """The ids of the messages of which nobody knows whether they left."""
    found = desk.history(desk.register).files.values()
    return tuple(sorted(m.id for facts in found for m in facts.messages if m.status == "uncertain"))

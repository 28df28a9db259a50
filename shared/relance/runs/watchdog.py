"""`watchdog`: what should have happened today and did not, told to the operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from relance.domain.words import Reason, Words, reason
from relance.ports.deployment import Alerts, Listed, Passes, PassKind, PassRecord, Registers, RunQueue
from relance.ports.ledger import Ledger

KINDS: tuple[PassKind, ...] = ("announce", "send")


@dataclass(frozen=True, slots=True)
class Watch:
    """What was found. Each names its register; `late` is on its way, and not told."""

    missed: tuple[Reason, ...] = ()
    late: tuple[Reason, ...] = ()
    uncertain: tuple[Reason, ...] = ()

    @property
    def told(self) -> tuple[Reason, ...]:
        """What the operators must know."""
        return (*self.missed, *self.uncertain)


def watchdog(
    registers: Registers, passes: Passes, queue: RunQueue, ledger_of: Callable[[str], Ledger], alerts: Alerts, words: Words,
    at: datetime, zone: ZoneInfo,
) -> Watch:  # fmt: skip
    """Look at the day of the instant `at`: every register listed since before today must have been announced and sent.

    A pass without an end is late as long as passes wait in the queue, and missed when none does. Raises RegistersError,
    QueueError, LedgerError and AlertError.
    """
    day = at.astimezone(zone).date()
    records = passes.of_day(day)
    expected = [r for r in registers.list().found if r.since is None or r.since.astimezone(zone).date() < day]
    open_ones = [why for register in expected for why in _open(register, records, zone)]
    waiting = bool(open_ones) and queue.waiting() > 0
    ended = tuple(w for w in open_ones if w.code in ("watch.failed", "watch.refused"))
    others = tuple(w for w in open_ones if w not in ended)
    uncertain = tuple(_uncertain(records, ledger_of))
    watch = Watch(ended if waiting else (*ended, *others), others if waiting else (), uncertain)
    if watch.told:
        _tell(alerts, words, watch.told, day)
    return watch


def _open(register: Listed, records: Sequence[PassRecord], zone: ZoneInfo) -> Iterator[Reason]:
    """What is not done of a register's passes."""
    for kind in KINDS:
        mine = [r for r in records if (r.register, r.kind) == (register.name, kind)]
        last = max(mine, key=lambda r: r.part, default=None)
        if last is None:
            yield reason("watch.no_announce" if kind == "announce" else "watch.no_send", name=register.name)
        elif last.outcome in ("running", "goes_on"):
            yield reason("watch.unfinished", name=register.name, since=f"{last.at.astimezone(zone):%H:%M}")
        elif last.outcome != "done":
            code = "watch.refused" if last.outcome == "refused" else "watch.failed"
            yield reason(code, name=register.name, why=last.why or "")


def _uncertain(records: Sequence[PassRecord], ledger_of: Callable[[str], Ledger]) -> Iterator[Reason]:
    """The messages of which nobody knows even now whether they left."""
    noted = sorted({(r.register, r.register_id, i) for r in records for i in r.uncertain})
    for name, register_id, message_id in noted:
        message = ledger_of(register_id).message(message_id)
        if message is not None and message.status == "uncertain":
            yield reason("watch.uncertain", name=name, id=message_id[:12])


def _tell(alerts: Alerts, words: Words, found: Sequence[Reason], day: date) -> None:
    text = "\n".join(words.say(why) for why in found)
    alerts.raise_alert(words.say_text("alert.watchdog", day=day, count=len(found)), text)

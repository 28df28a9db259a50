"""The ports of a run, watched: every call is a numbered point where the machine may stop, time passes and people act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from relance.domain.history import Event, FileMemory, History, Message, Pins, Task
from relance.domain.keys import FileKey
from relance.domain.plan import ClosedTask
from relance.domain.sheet import CellWrite, Snapshot
from relance.ports import ledger as ports
from relance.ports.ledger import Claim
from relance.ports.mail import Mailer
from relance.ports.store import Document, RegisterStore, Sight
from tests.emulators.line import Crash

PARIS = ZoneInfo("Europe/Paris")
Side = Literal["before", "after"]
T = TypeVar("T")


class Clock:
    """Aware instants that pass with every call of a port."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.steps: tuple[int, ...] = (0, 1, 1, 2, 3, 5, 8, 15, 30, 75)  # seconds
        self.now = datetime(2026, 1, 1, 7, tzinfo=PARIS)

    def __call__(self) -> datetime:
        return self.now

    def start(self, day: date, hour: int) -> None:
        """Go to an hour of a day; never back."""
        self.now = max(self.now, datetime(day.year, day.month, day.day, hour, tzinfo=PARIS))

    def tick(self) -> None:
        """A call takes its time: by chance one in ten takes more than a minute."""
        self.now += timedelta(seconds=self._random.choice(self.steps))


@dataclass
class Points:
    """Where a run is. `stop` is the point, by number or name, where the machine stops; then no port answers any more."""

    clock: Clock
    between: Callable[[], None]  # what happens in the world around the run
    count: int = 0
    names: list[str] = field(default_factory=list)
    stop: tuple[int | str, Side] | None = None
    stopped: bool = False

    def call(self, name: str, effect: Callable[[], T]) -> T:
        """One call of a port."""
        number = self._begin(name)
        self._stop(number, "before")
        result = effect()
        self._stop(number, "after")
        return result

    def _begin(self, name: str) -> int:
        """The number of a call; time passes and people act before it."""
        if self.stopped:
            raise Crash(name)
        self.count += 1
        self.names.append(name)
        number = self.count
        self.clock.tick()
        self.between()
        return number

    def _stop(self, number: int, side: Side) -> None:
        if self.stop in ((number, side), (self.names[number - 1], side)):
            self.stopped = True
            raise Crash(f"{side} {number} {self.names[number - 1]}")


class Store:
    """The workbook. `last` is what the last reading before a message showed."""

    def __init__(self, real: RegisterStore, points: Points, seen: Callable[[Snapshot], None]) -> None:
        self._real, self._points, self._seen = real, points, seen
        self.last: Snapshot | None = None
        self.last_at = points.clock()

    def read(self) -> Snapshot:
        snapshot = self._points.call("store.read", self._real.read)
        self._seen(snapshot)
        return snapshot

    def reread(self) -> Snapshot:
        self.last = self._points.call("store.reread", self._real.reread)
        self.last_at = self._points.clock()
        self._seen(self.last)
        return self.last

    @property
    def age(self) -> float:
        """Seconds since the last re-read, without those that the calls between the last look at the clock and now may take."""
        return (self._points.clock() - self.last_at).total_seconds() - 3 * max(self._points.clock.steps)

    def document(self, name: str, limit: int) -> Document:
        return self._points.call("store.document", lambda: self._real.document(name, limit))

    def inspect(self, language: str, time_zone: str) -> Sequence[Sight]:
        return self._real.inspect(language, time_zone)

    def check_writable(self) -> None:
        self._points.call("store.check_writable", self._real.check_writable)

    def write(self, wanted: Callable[[Snapshot], Sequence[CellWrite]]) -> int:
        def watched(snapshot: Snapshot) -> Sequence[CellWrite]:
            return self._points.call("store.write.wanted", lambda: wanted(snapshot))

        return self._points.call("store.write", lambda: self._real.write(watched))


class Ledger:
    """The ledger. `known` is what `judged` read of it when the run last did."""

    def __init__(self, real: ports.Ledger, points: Points, judged: Callable[[], list[Message]]) -> None:
        self._real, self._points, self._judged = real, points, judged
        self.known: list[Message] = []

    def begin(self, today: date, now: datetime) -> int:
        return self._points.call("ledger.begin", lambda: self._real.begin(today, now))

    def history(self, customers: Collection[str] = ()) -> History:
        def read() -> History:
            history = self._real.history(customers)
            self.known = self._judged()
            return history

        return self._points.call("ledger.history", read)

    def message(self, message_id: str) -> Message | None:
        return self._points.call("ledger.message", lambda: self._real.message(message_id))

    def remember(
        self, memory: Mapping[FileKey, FileMemory], new: Iterable[Task], answered: Iterable[Task],
        closed: Iterable[ClosedTask], today: date, first: int = 1,
    ) -> None:  # fmt: skip
        self._points.call("ledger.remember", lambda: self._real.remember(memory, new, answered, closed, today, first))

    def claim(self, message: Message, raw: bytes, version: int, now: datetime) -> Claim:
        return self._points.call("ledger.claim", lambda: self._real.claim(message, raw, version, now))

    def accepted(self, message_id: str, accepted_id: str) -> None:
        self._points.call("ledger.accepted", lambda: self._real.accepted(message_id, accepted_id))

    def refused(self, message_id: str, why: str, addresses: tuple[str, ...], now: datetime) -> None:
        self._points.call("ledger.refused", lambda: self._real.refused(message_id, why, addresses, now))

    def add_event(self, message_id: str, event: Event) -> None:
        self._points.call("ledger.add_event", lambda: self._real.add_event(message_id, event))

    def announce(self, day: date, hashes: Mapping[str, str]) -> None:
        self._points.call("ledger.announce", lambda: self._real.announce(day, hashes))

    def announced(self, day: date) -> Mapping[str, str]:
        return self._points.call("ledger.announced", lambda: self._real.announced(day))

    def pin(self, pins: Pins) -> None:
        self._points.call("ledger.pin", lambda: self._real.pin(pins))

    def confirm(self, fingerprint: str) -> None:
        self._points.call("ledger.confirm", lambda: self._real.confirm(fingerprint))

    def set_last_run(self, number: int) -> None:
        self._points.call("ledger.set_last_run", lambda: self._real.set_last_run(number))

    def resolve(self, message_id: str, word: Literal["sent", "not_sent"]) -> None:
        self._points.call("ledger.resolve", lambda: self._real.resolve(message_id, word))

    def finish(self, run: int, now: datetime, summary: Mapping[str, object]) -> None:
        self._points.call("ledger.finish", lambda: self._real.finish(run, now, summary))


class MailServer:
    """What carries e-mails. `handed` sees each message before it does."""

    def __init__(self, real: Mailer, points: Points, handed: Callable[[Message, str, bytes], None]) -> None:
        self._real, self._points, self._handed = real, points, handed

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        def take() -> str:
            self._handed(message, sender, raw)
            return self._real.send(message, sender, raw)

        return self._points.call("mailer.send", take)

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        return self._points.call("mailer.was_accepted", lambda: self._real.was_accepted(message))

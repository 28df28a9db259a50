"""The seeded world: a register, its people, its mail server and its robot, day after day, all from one number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Literal

from relance.domain.gates import changes_of
from relance.domain.history import Message
from relance.domain.sheet import CellValue
from relance.ports.errors import LedgerError, RelanceError, StoreError
from relance.runs.chase import announce, chase
from relance.runs.desk import Desk, Result
from tests.emulators.line import Crash
from tests.world.bad_line import Mood
from tests.world.book import people_of
from tests.world.judge import Judge, Readings
from tests.world.kept_seeds import KEPT
from tests.world.people import Hand, enter_payments, repair, some_act
from tests.world.places import Place
from tests.world.ports import Clock, Ledger, MailServer, Points, Side, Store
from tests.world.settled import check, close
from tests.world.wording import wording

Kind = Literal["announce", "chase"]
Act = Callable[[Hand, dict[str, "object"]], str]
STOPPED_BY_PEOPLE = (
    "store.open_elsewhere", "store.changed", "sheet.down", "sheet.unreachable", "sheet.quota", "sheet.heading_changed",
)  # fmt: skip
REFUSED_BY_PEOPLE = ("refusal.pins_changed", "refusal.mass_change")


class World:
    """One register at its place. Quiet: no faults, and people keep still."""

    def __init__(self, place: Place, seed: int) -> None:
        self.random = Random(seed)
        self.place = place
        self.today = date(2026, 1, 5) + timedelta(days=self.random.randrange(300))
        self.clock = Clock(self.random)
        place.joins(self.clock, Random(seed))
        self.judge = Judge(place)
        self.hand = Hand(self.random, self.today, mistakes=seed not in KEPT)
        self.points = Points(self.clock, self._between)
        self.log: list[str] = []
        self.quiet = True
        self.runs = 0
        self.running = False
        self.stopped_by = ""  # the code of the error that ended the last run
        self.acting = 0.0  # how likely people act at one moment of a run
        self.faulty = 0.0  # how likely a message fares badly
        self.crowding = 0.0  # how likely another process runs at one moment of a run
        self.knowing = 1.0  # how likely the mail server can say what it took
        self.release: Callable[[], None] | None = None  # ends what keeps the register from being written
        self.people: dict[tuple[str, int, int], object] = {}

    def begin(self, customers: list[dict[str, CellValue]], invoices: list[dict[str, CellValue]]) -> None:
        """Make the register."""
        self.place.make(customers, invoices)
        self.people = people_of(self.place.look())

    # -- people --------------------------------------------------------------------------------------------------------

    def act(self, act: Callable[..., str] | None = None, by_library: bool = False) -> None:
        """Let somebody do something, and save."""
        if self.release is not None:
            return
        self.untouched("before people act")
        done: list[str] = []
        self.hand.today = self.today
        self.place.edit(lambda tables: done.append((act or some_act(self.hand))(self.hand, tables)), by_library)
        self.people = people_of(self.place.look())
        self.log.append(f"{self.clock.now:%a %d %H:%M:%S} {'  ' * self.running}{done[0] if done else ''}")

    def untouched(self, when: str) -> None:
        """I5: people's cells are what people left."""
        now = people_of(self.place.look())
        changed = {k for k in now.keys() | self.people.keys() if now.get(k) != self.people.get(k)}
        said = [(k, self.people.get(k), now.get(k)) for k in sorted(changed)[:3]]
        assert not changed, f"I5 {self.today} {when}: people's cells changed: {said}"

    def _between(self) -> None:
        if self.quiet or not self.running:
            return
        self.place.between()
        chance, name = self.random.random(), self.points.names[-1]
        if name == "store.reread":
            chance /= 4  # between the decision and the sending
        elif name == "store.write":
            chance /= 3
        if chance < self.acting:
            if not (name == "store.write" and self.place.in_the_gap(self.act)):
                self.act()
        elif chance < self.acting * 1.15 and self.release is None:
            self.release = self.place.hold()
            self.log.append("    held")
        elif chance > 1 - self.crowding:
            self._crowd()

    def _crowd(self) -> None:
        """Another process runs from beginning to end, within a run."""
        self.running = False
        self._process("chase", Points(self.clock, lambda: None))
        self.running = True

    # -- the mail server -----------------------------------------------------------------------------------------------

    def _mood(self, message: Message) -> Mood:
        if self.quiet or self.random.random() >= self.faulty:
            return "well"
        mood: Mood = self.random.choice(("lost_answer", "lost_answer", "lost_message", "later", "address", "configuration"))
        self.log.append(f"    {message.id[:12]} {message.step} {message.kind}: {mood}")
        return mood

    def _knows(self) -> bool:
        return self.quiet or self.random.random() < self.knowing

    # -- runs ----------------------------------------------------------------------------------------------------------

    def run(self, kind: Kind, stop: tuple[int | str, Side] | None = None, announced: bool = False) -> Result | None:
        """One run by a process of its own; None when it did not come to its end. `stop` counts from its first call."""
        points = self.points = Points(self.clock, self._between, stop=stop)
        self.judge.today = self.today
        result = self._process(kind, points, announced)
        if self.release is not None:
            self.release()
            self.release = None
        self.place.ends(self.quiet and result is not None, points.names.count("store.reread"))
        if result is None:
            self.clock.now += self.place.lease  # nobody asks sooner again
        self.runs += 1
        self.untouched(f"after {kind}")
        self.judge.after()
        return result

    def _process(self, kind: Kind, points: Points, announced: bool = False) -> Result | None:
        """One run, and its process."""
        desk = self.place.desk()
        allowed = desk.ledger.announced(self.today) if announced else None
        outer, self.running = self.running, points is self.points
        self.place.begins(None if self.quiet else self.random)
        result, self.stopped_by = None, ""
        try:
            watched = self._watched(desk, points)
            if kind == "announce":
                result = announce(watched, self.today, self.clock)
            else:
                result = chase(watched, self.today, self.clock, allowed)
            self._note(kind, result)
        except Crash as crash:
            self.log.append(f"{self.clock.now:%a %d %H:%M:%S} {kind} crashed {crash}")
        except RelanceError as error:
            self.stopped_by = error.code
            self.log.append(f"{self.clock.now:%a %d %H:%M:%S} {kind} stopped: {error.code} {error.values}")
            if isinstance(error, LedgerError):
                assert error.code in self.place.excuses, error
                assert not self.quiet, error
            else:
                assert isinstance(error, StoreError), error
                assert error.code in STOPPED_BY_PEOPLE, error
        finally:
            self.running = outer
            self.place.closes(desk.ledger)
        return result

    def _watched(self, desk: Desk, points: Points) -> Desk:
        """A desk whose every call is a point, and whose messages are judged."""
        desk = self.place.on_bad_lines(desk, self._mood, self._knows)
        store, ledger = Store(desk.store, points, self.judge.saw), Ledger(desk.ledger, points, self.place.ledger)

        def handed(message: Message, sender: str, raw: bytes) -> None:
            self.judge.hand_over(message, sender, raw, Readings(store.last, store.age, ledger.known))

        return replace(desk, store=store, ledger=ledger, mailer=MailServer(desk.mailer, points, handed), wording=wording)

    def _note(self, kind: str, run: Result) -> None:
        failed = [f.why.code for f in run.failed]
        self.log.append(
            f"{self.clock.now:%a %d %H:%M:%S} {kind} {run.run}: refused {run.refused}, sent "
            f"{[(d.message.id[:12], d.message.step or d.message.kind, d.customer.code) for d in run.sent]}, failed {failed}, "
            f"uncertain {len(run.uncertain)}, cells {run.cells}, unwritten {run.unwritten}"
        )
        if run.refused is not None:
            assert run.refused.code in REFUSED_BY_PEOPLE, run.refused
        if run.unwritten is not None:
            assert run.unwritten.code in (*STOPPED_BY_PEOPLE, *REFUSED_BY_PEOPLE), run.unwritten

    def confirm(self) -> None:
        """The operator accepts what many rows became."""
        desk = self.place.desk()
        desk.ledger.confirm(changes_of(desk.register, desk.ledger.history())[2])
        close(desk)
        self.log.append("mass change confirmed")

    # -- days ----------------------------------------------------------------------------------------------------------

    def morning(self, day: date) -> None:
        """A day begins."""
        self.today = day
        self.clock.start(day, 7)

    def settle(self) -> None:
        """Two runs without faults and without people, then everything must tell the truth; a third has nothing to do."""
        was, self.quiet = self.quiet, True
        self.act(repair)
        self.act(enter_payments)
        for _ in range(2):
            self.place.arrive()
            result = self.run("chase")
            if result is not None and result.refused is not None and result.refused.code == "refusal.mass_change":
                self.confirm()
                self.run("chase")
        check(self.judge, self.today)
        result = self.run("chase")
        assert result is not None
        assert not result.sent, f"I7 {self.today}: a third run sends {len(result.sent)}"
        assert result.cells <= 2, f"I5 {self.today}: a third run still sets {result.cells} cells"
        self.quiet = was

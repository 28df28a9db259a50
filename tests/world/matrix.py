"""A small register as deployed, in which one thing at a time goes wrong, judged like every world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from relance.adapters.dynamo_passes import DynamoPasses
from relance.domain.sheet import CellValue
from relance.ports.deployment import Pass
from relance.runs.chase import chase
from relance.runs.desk import Desk, Result
from relance.runs.mail_events import OrphanError
from relance.runs.scheduled import Around, Ran, scheduled
from tests.emulators import aws
from tests.emulators.line import Crash, Fault
from tests.emulators.ses.faults import SesError
from tests.emulators.ses.server import Mood as Answer
from tests.emulators.sheets.server import SheetsServer
from tests.world.bad_line import Mood
from tests.world.book import Tables, people_of, setting
from tests.world.cloud import InCloud, ses
from tests.world.days import Kind, World
from tests.world.ports import PARIS, Points, Side
from tests.world.weather import FaultOf, no_fault

MONDAY = date(2026, 10, 5)
LATE = MONDAY - timedelta(days=7)  # R1 is due on Monday
Row = dict[str, CellValue]
TWO: tuple[Row, ...] = (
    {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 1200.0},
    {"invoice_no": "B1", "customer": "C2", "due_date": LATE, "amount": 350.5},
)


class Scripted(InCloud):
    """Nothing goes wrong by chance: `script` says how requests fare, `answers` how SES answers the next messages."""

    excuses = (*InCloud.excuses, "ledger.newer", "ledger.other_sheet")

    def __init__(self, folder: Path, google: SheetsServer) -> None:
        super().__init__(folder, google)
        self.answers: list[Answer] = []

    def begins(self, random: Random | None) -> None:
        if not self.lines:
            self.fault = self.script

    def deliver(self, until: datetime) -> None:
        """An event whose message a restored table does not hold waits for a person."""
        with suppress(OrphanError):
            super().deliver(until)

    def prepare(self, mood: Mood) -> None:
        ses().mood = lambda: self.answers.pop(0) if self.answers else "well"


class Waiting:
    """The queue of passes."""

    def __init__(self) -> None:
        self.passes: list[Pass] = []

    def put(self, one: Pass) -> None:
        self.passes.append(one)

    def waiting(self) -> int:
        return len(self.passes)


class Case(World):
    """Two late customers, A1 and B1, on a Monday; `rows` and `settings` say more. `at` is what happens before a call."""

    def __init__(
        self, folder: Path, google: SheetsServer, rows: Sequence[Row] = TWO, start: date = MONDAY, **settings: CellValue
    ) -> None:  # fmt: skip
        self.google, self.cloud = google, Scripted(folder, google)
        super().__init__(self.cloud, seed=1)
        self.at: dict[str, Callable[[], object]] = {}
        self.clock.steps = (1,)
        self.begin([{"code": code} for code in sorted({str(r["customer"]) for r in rows})], list(rows))
        self.quiet = False
        self.morning(start)
        self.queue = Waiting()
        self.fresh(**settings)

    def fresh(self, **settings: CellValue) -> None:
        """The morning's work, and other settings typed."""

        def change(_: Any, tables: Tables) -> str:
            given = {"payments_entered_up_to": self.today - timedelta(days=1), **settings}
            for name, value in given.items():
                setting(tables, name, value)
            return f"{given}"

        self.act(change)

    def put(self, number: str, **cells: Any) -> None:
        """Type in an invoice's row."""

        def change(_: Any, tables: Tables) -> str:
            table = tables["invoices"]
            for column, value in cells.items():
                table.put(table.find("invoice_no", number), column, value)
            return f"{number} {cells}"

        self.act(change)

    def put_customer(self, code: str, **cells: Any) -> None:
        """Type in a customer's row."""

        def change(_: Any, tables: Tables) -> str:
            table = tables["customers"]
            for column, value in cells.items():
                table.put(table.find("code", code), column, value)
            return f"{code} {cells}"

        self.act(change)

    # -- what goes wrong -----------------------------------------------------------------------------------------------

    def _between(self) -> None:
        if self.running:
            self.cloud.between()
            act = self.at.pop(self.points.names[-1], None)
            if act is not None:
                act()

    def _mood(self, message: Any) -> Mood:
        return "well"

    def _note(self, kind: str, run: Result) -> None:
        """The test says what is right."""

    def another(self) -> None:
        """Another process runs from beginning to end."""
        self._crowd()

    def chase(self, script: FaultOf = no_fault, answers: Sequence[Answer] = (), kind: Kind = "chase",
              refusals: Sequence[SesError] = (), stop: tuple[int | str, Side] | None = None) -> Result | None:  # fmt: skip
        """One run; `refusals` are SES's next words."""
        self.cloud.script, self.cloud.answers = script, list(answers)
        self.cloud.account.refusals = list(refusals)
        result = self.run(kind, stop)
        self.cloud.script, self.cloud.answers, self.at = no_fault, [], {}
        self.cloud.account.refusals = []
        return result

    def chase_untouched(self) -> Result | None:
        """A run after people changed the sheet's shape by other means than `put`."""
        self.people = people_of(self.cloud.look())
        return self.chase()

    def chase_unjudged(self) -> Result:
        """A run over a ledger that lost its memory: it cannot agree with what SES took."""
        return chase(self.cloud.desk(), self.today, self.clock)

    def scheduled(
        self, one: Pass, skew: timedelta = timedelta(0), time_left: Callable[[], float] = lambda: 900.0,
        script: FaultOf = no_fault,
    ) -> Ran | None:  # fmt: skip
        """The function's run of a message of the schedule, its clock wrong by `skew`; None when the machine stopped."""
        points = self.points = Points(self.clock, self._between)
        self.running, self.cloud.script = True, script
        self.judge.today = (self.clock.now + skew).date()

        def open_desk(_: Pass) -> Desk:
            desk = self.cloud.desk()
            self.cloud.begins(None)
            return self._watched(desk, points)

        passes = DynamoPasses(aws.dynamo(), self.cloud.table)
        ran: Ran | None = None
        try:
            ran = scheduled(one, open_desk, Around(passes, self.queue, PARIS, lambda: self.clock.now + skew, time_left))
            if ran.fault is not None:
                raise ran.fault
        except Crash:
            pass
        finally:
            self.running, self.cloud.script = False, no_fault
            if self.cloud.lines:
                self.cloud.closes(self.cloud.desk().ledger)
        self.untouched(f"after {one.kind}")
        self.judge.after()
        return ran

    def send(self, **how: Any) -> Ran | None:
        """The schedule's message to send, at this instant."""
        return self.scheduled(Pass("exemple", self.cloud.sheet.file.id, "send", self.clock.now.astimezone(UTC)), **how)

    def announce(self, **how: Any) -> Ran | None:
        """The schedule's message to announce, at this instant."""
        return self.scheduled(Pass("exemple", self.cloud.sheet.file.id, "announce", self.clock.now.astimezone(UTC)), **how)

    def whole_day(self, day: date) -> None:
        """A day as the schedule has it."""
        self.tomorrow((day - self.today).days)
        self.announce()
        self.clock.now = datetime(day.year, day.month, day.day, 10, 30, tzinfo=PARIS)
        self.send()

    def later(self, minutes: int = 20) -> None:
        """Time passes, and what arrives meanwhile arrives."""
        self.clock.now += timedelta(minutes=minutes)
        self.cloud.deliver(self.clock.now)

    def tomorrow(self, days: int = 1, **settings: CellValue) -> None:
        """Another day begins."""
        self.morning(self.today + timedelta(days=days))
        self.cloud.deliver(self.clock.now)
        self.fresh(**settings)

    # -- what is seen --------------------------------------------------------------------------------------------------

    @property
    def taken(self) -> list[str]:
        """The invoices in what SES took, message by message."""
        return [" ".join(sorted(mail.owed)) for mail in self.cloud.sent()]

    def cell(self, number: str, column: str) -> Any:
        """What an invoice's row shows."""
        table = self.cloud.look()["invoices"]
        return table.get(table.find("invoice_no", number), column)

    def status(self, number: str) -> str:
        """Where the last message about an invoice stands; empty without any."""
        found = [m.status for m in self.cloud.ledger() if any(s.invoice[1] == number for s in m.said)]
        return found[-1] if found else ""


def nth(operation: str, n: int, *faults: Fault) -> FaultOf:
    """The n-th request of this operation, and those that follow it, fare so."""
    seen: list[int] = []

    def fault(_: int, asked: str) -> Fault | None:
        if asked != operation:
            return None
        seen.append(len(seen) + 1)
        place = len(seen) - n
        return faults[place] if 0 <= place < len(faults) else None

    return fault

"""One fixed story of a few days, and the same story with the machine stopping at one moment of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

from relance import bootstrap
from relance.domain.sheet import CellValue
from tests.world.book import STAMPS, Tables, people_of
from tests.world.days import Kind, World
from tests.world.people import OUTCOME, SITUATION, TASK, Hand, enter_payments
from tests.world.places import InWorkbook, Place
from tests.world.ports import Side
from tests.world.settled import close

MONDAY = date(2026, 10, 5)
Act = Callable[[Hand, Tables], str]


def put(number: str, **cells: Any) -> Act:
    """Type in an invoice's row."""

    def act(_: Hand, tables: Tables) -> str:
        table = tables["invoices"]
        for column, value in cells.items():
            table.put(table.find("invoice_no", number), column, value)
        return f"{number} {cells}"

    return act


def approve(_: Hand, tables: Tables) -> str:
    """Approve what waits for approval."""
    table = tables["todo"]
    for n in table.used():
        if str(table.get(n, "action")).startswith(TASK["approve"]) and not table.get(n, "outcome"):
            table.put(n, "outcome", OUTCOME["approved"])
    return "approve"


def turn(_: Hand, tables: Tables) -> str:
    """Sort the invoices the other way round."""
    table = tables["invoices"]
    used = [table.rows[n] for n in table.used()]
    table.rows[1:] = used[::-1]
    return "turn"


@dataclass(frozen=True)
class Run:
    """One run of the story, and what people did before it."""

    day: int
    kind: Kind
    acts: tuple[Act, ...] = ()


STORY = (
    Run(0, "announce", (enter_payments,)),
    Run(0, "chase"),
    Run(1, "chase", (enter_payments, approve, turn, put("A2", paid=100.0), put("D1", situation=SITUATION["disputed"]))),
    Run(2, "chase", (enter_payments, put("E1", promised_for=date(2026, 10, 9)))),
    Run(7, "chase", (enter_payments, put("D1", situation=None))),
)


def rows() -> tuple[list[dict[str, CellValue]], list[dict[str, CellValue]]]:
    """Customers and invoices of the story: first reminders, a formal notice to approve, a notice before the due date."""
    said: dict[str, CellValue] = {"last_step_done": "R3", "step_done_on": date(2026, 9, 18)}
    due: list[tuple[str, str, int, float, dict[str, CellValue]]] = [
        ("A1", "C1", -7, 1200.0, {}), ("A2", "C1", -6, 300.0, {}), ("B1", "C2", -45, 2000.0, {**said}),
        ("D1", "C3", -12, 800.0, {}), ("E1", "C4", -8, 950.0, {}), ("F1", "C5", 6, 400.0, {}),
    ]  # fmt: skip
    invoices: list[dict[str, CellValue]] = [
        {"invoice_no": number, "customer": code, "due_date": MONDAY + timedelta(days=days), "amount": amount, **more}
        for number, code, days, amount, more in due
    ]
    return [{"code": f"C{n}"} for n in range(1, 6)], invoices


class Stage(Protocol):
    """Where the story is told, and told again from a moment on."""

    def fresh(self) -> Place:
        """A place where nothing was yet."""
        ...

    def keep(self, name: str) -> None:
        """Keep everything as it is now."""
        ...

    def back(self, name: str) -> Place:
        """Everything as it was kept."""
        ...

    def moments(self, world: World) -> int:
        """How many moments the last run had."""
        ...

    def stopped(self, world: World, kind: Kind, stop: tuple[int, Side]) -> str:
        """A run with a machine that stops at that moment, and the moment's name; AssertionError when it has none."""
        ...


class Folders:
    """On disk; the moments are the calls of ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self) -> Place:
        (self.folder / "place").mkdir()
        return InWorkbook(self.folder / "place")

    def keep(self, name: str) -> None:
        shutil.copytree(self.folder / "place", self.folder / name)

    def back(self, name: str) -> Place:
        shutil.rmtree(self.folder / "place")
        shutil.copytree(self.folder / name, self.folder / "place")
        return InWorkbook(self.folder / "place")

    def moments(self, world: World) -> int:
        return world.points.count

    def stopped(self, world: World, kind: Kind, stop: tuple[int, Side]) -> str:
        world.run(kind, stop)
        assert world.points.stopped, f"point {stop} was not reached"
        return world.points.names[stop[0] - 1]


class Story:
    """The story told once without a fault, with a copy of everything before each run."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.points: list[int] = []
        self.after: list[object] = []
        world = World(stage.fresh(), seed=1)
        world.begin(*rows())
        for n, run in enumerate(STORY):
            self._prepare(world, run)
            stage.keep(f"before-{n}")
            world.run(run.kind)
            self.points.append(stage.moments(world))
            self.after.append(state_of(world))
        self.sent = sorted(m.id for m in world.place.sent())
        world.settle()

    def again(self, at: int, stop: tuple[int, Side]) -> None:
        """Tell it from run `at` on, with a machine that stops there and then; AssertionError unless it ends alike."""
        world = World(self.stage.back(f"before-{at}"), seed=1)
        world.people = people_of(world.place.look())
        self._morning(world, STORY[at])
        name = self.stage.stopped(world, STORY[at].kind, stop)
        where = f"run {at} {STORY[at].kind}, stopped {stop[1]} {stop[0]} {name}"
        try:
            self._on(world, at)
        except AssertionError as fault:
            raise AssertionError(f"{where}: {fault}") from fault

    def _on(self, world: World, at: int) -> None:
        world.place.arrive()
        world.run(STORY[at].kind)
        if state_of(world) == self.after[at]:
            return  # decisions look at nothing else: the rest is as it was
        for run in STORY[at + 1 :]:
            self._prepare(world, run)
            world.run(run.kind)
        assert sorted(m.id for m in world.place.sent()) == self.sent
        world.settle()
        assert sorted(m.id for m in world.place.sent()) == self.sent

    def _prepare(self, world: World, run: Run) -> None:
        self._morning(world, run)
        world.place.arrive()
        for act in run.acts:
            world.act(act)

    def _morning(self, world: World, run: Run) -> None:
        world.clock.steps = (20,)  # each time alike, and slow enough to read again
        world.morning(MONDAY + timedelta(days=run.day))


def state_of(world: World) -> object:
    """Everything later days can depend on or show, but the numbers of runs and attempts."""
    desk = world.place.desk()
    history = desk.ledger.history()
    close(desk)
    files = [
        (key, facts.memory, facts.tasks, [(m.id, m.status, m.said, m.to, m.content_hash, m.subject) for m in facts.messages])
        for key, facts in sorted(history.files.items())
    ]
    tables = world.place.look()
    settings, journal = tables["settings"], tables["journal"]
    from_run = {n for n in settings.used() if settings.get(n, "setting") in _LABELS}
    settings.rows = [row for n, row in enumerate(settings.rows) if n not in from_run]
    journal.rows = [row[1:] for row in journal.rows]  # the first column counts attempts
    shown = {name: table.rows for name, table in tables.items()}
    return sorted(m.id for m in world.place.sent()), files, shown, history.pins


_LABELS = frozenset(bootstrap.languages()["fr"].settings[name]["label"] for name in STAMPS)

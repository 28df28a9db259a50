"""Where a file, or an invoice that climbs by itself, stands on its ladder, and what is next (DESIGN 4, rules 3-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .file import File
from .keys import InvoiceKey
from .lazy import lazy
from .register import Scenario, Step
from .sayings import Saying
from .standing import Standing


@dataclass(frozen=True, slots=True)
class Rung:
    """The next step of a unit: `on` is the day it may leave, `asked_from` that day if the gap is left out."""

    step: Step
    on: date
    asked_from: date
    about: tuple[Standing, ...]


@dataclass(frozen=True)
class Unit:
    """What climbs together: all of a file (`about` None), or one invoice."""

    file: File
    about: InvoiceKey | None
    standings: tuple[Standing, ...]
    scenario: Scenario

    @lazy
    def chaseable(self) -> tuple[Standing, ...]:
        """Its overdue invoices that may be chased, oldest first."""
        return tuple(s for s in self.standings if s.why is None)

    @lazy
    def uncovered(self) -> tuple[Standing, ...]:
        """Those that credits do not pay."""
        covered = self.file.covered
        return tuple(s for s in self.chaseable if s.invoice.key not in covered) if covered else self.chaseable

    @lazy
    def gap_about(self) -> InvoiceKey | None:
        """Whose messages the gap looks at: the file's, but the invoice's own in `invoice` grouping."""
        return self.about if self.file.ctx.settings.grouping == "invoice" else None

    @property
    def rungs(self) -> tuple[Step, ...]:
        """The active message steps, in the order of the ladder."""
        return self.scenario.rungs

    @property
    def friendly(self) -> tuple[Step, ...]:
        """Those without legal effect."""
        return self.scenario.friendly

    @lazy
    def said(self) -> dict[InvoiceKey, dict[str, int]]:
        """The steps said about each chaseable invoice."""
        sayings = self.file.sayings
        return {s.invoice.key: sayings.said_of(s.invoice.key) for s in self.chaseable} if sayings.all else {}

    @lazy
    def level(self) -> tuple[str, int] | None:
        """The highest step said about an invoice that is still overdue and may be chased: code and offset."""
        best = max(((o, c) for steps in self.said.values() for c, o in steps.items()), default=None)
        return (best[1], best[0]) if best else None

    @lazy
    def _steps(self) -> tuple[Saying, ...]:
        """The steps said of the unit, latest first, whatever invoices they were about."""
        if not self.file.sayings.all:
            return ()
        steps = (s for s in reversed(self.file.sayings.all) if s.kind == "step" and s.contact)
        if self.about is not None:
            return tuple(s for s in steps if self.about in s.steps)
        own = {s.invoice.key for s in self.file.standings if s.invoice.scenario}
        return tuple(s for s in steps if not s.steps.keys() <= own)

    @property
    def last_step(self) -> Saying | None:
        """The unit's last step."""
        return self._steps[0] if self._steps else None

    @lazy
    def _level_step(self) -> Saying | None:
        """The last step at the level or above it: lower ones were said while invoices climbed by themselves."""
        level = self.level[1] if self.level else 0
        return next((s for s in self._steps if s.offset >= level), None)

    def is_formal_code(self, code: str) -> bool:
        """Whether the scenario's step with this code has legal effect."""
        step = self.scenario.step(code)
        return step.is_formal if step else code == "MED"

    @lazy
    def next(self) -> Rung | None:
        """The next step and its date, due or not; None when no step is left or nothing is overdue."""
        if not self.uncovered:
            return None
        step = self._next_step()
        if step is None:
            return None
        about = self.formal_about(step) if step.is_formal else self.uncovered
        if not about:
            return None
        return self._dated(step, about)

    def _next_step(self) -> Step | None:
        for step in self._after_level():
            if self.file.overdue_net < step.minimum_amount:
                continue
            if step.is_formal and self.formal_about(step):
                return step
            if not step.is_formal and not any(self._heard(s, step.code) for s in self.chaseable):
                return step
        return None

    def _after_level(self) -> list[Step]:
        if self.level is None:
            return self._from_start()
        # A formal step comes again for invoices that were not in the first one.
        return [r for r in self.rungs if r.offset > self.level[1] or (r.is_formal and r.code == self.level[0])]

    def _from_start(self) -> list[Step]:
        """All steps, or those from `catch_up_start` on when the file was late the day it was first seen (rule 6)."""
        rungs, memory = list(self.rungs), self.file.memory
        start = next((r for r in rungs if r.code == self.file.ctx.settings.catch_up_start), rungs[0] if rungs else None)
        if start is None or self.last_step is not None or not self.chaseable:
            return rungs
        reached = self.chaseable[0].invoice.due_date + timedelta(days=start.offset)
        return [r for r in rungs if r.offset >= start.offset] if reached <= memory.first_seen else rungs

    def _heard(self, standing: Standing, code: str) -> bool:
        key = standing.invoice.key
        return code in self.said.get(key, {}) or (key, code) in self.file.sayings.passed

    def formal_about(self, step: Step) -> tuple[Standing, ...]:
        """The invoices a formal step may name: reminded before, and it was neither said nor refused for them."""
        friendly = {r.code for r in self.friendly}
        return tuple(
            s for s in self.uncovered
            if not self._heard(s, step.code) and friendly & self.said.get(s.invoice.key, {}).keys()
        )  # fmt: skip

    def _dated(self, step: Step, about: tuple[Standing, ...]) -> Rung:
        file = self.file
        dates = [about[0].invoice.due_date + timedelta(days=step.offset)]
        last = self.last_step
        if last is not None:
            dates.append(last.day + timedelta(days=last.granted_days))
            if self.level is not None:
                since = self._level_step or last
                dates.append(since.day + timedelta(days=max(step.offset - self.level[1], 0)))
        asked_from = file.ctx.days.next_sending(max(dates))
        heard = file.sayings.last_day(self.gap_about)
        if heard is not None:
            dates.append(heard + file.ctx.gap)
        on = file.ctx.days.next_sending(max(dates))
        if step.is_formal:
            day = file.ctx.today
            about = tuple(s for s in about if s.invoice.due_date + timedelta(days=step.offset) <= day) or about[:1]
        return Rung(step, on, asked_from, about)

    @lazy
    def waits_for_formal(self) -> tuple[str, date] | None:
        """A formal step of which nobody knows whether it left: its code and day."""
        chaseable = {s.invoice.key for s in self.chaseable}
        for saying in self.file.sayings.all:
            if saying.unknown and self.is_formal_code(saying.step) and chaseable & saying.steps.keys():
                return saying.step, saying.day
        return None

    @lazy
    def repeat_on(self) -> date | None:
        """The day a repeat may leave; None when no invoice asks for one, or the next step is too near."""
        if self.about is not None or self.level is None or not self._asks_for_repeat():
            return None
        file, ctx = self.file, self.file.ctx
        last = file.sayings.last_day(confirmations=False)
        heard = file.sayings.last_day()
        if last is None or heard is None:
            return None
        dates = [last + timedelta(days=ctx.settings.repeat_days), heard + ctx.gap]
        step = self.last_step
        if step is not None and self.is_formal_code(step.step):
            dates.append(step.day + timedelta(days=step.granted_days))
        on = ctx.days.next_sending(max(dates))
        if self.next is not None and abs(max(on, ctx.today) - self.next.on) < ctx.gap:
            return None
        return on

    def _asks_for_repeat(self) -> bool:
        """Whether an invoice past the first step was in no message since the last friendly step it reached."""
        if self.level is None or not self.friendly:
            return False
        today = self.file.ctx.today
        first = timedelta(days=self.rungs[0].offset)
        for s in self.uncovered:
            if s.invoice.due_date + first > today:
                continue
            reached = [s.invoice.due_date + timedelta(days=r.offset) for r in self.friendly if r.offset <= self.level[1]]
            passed = max((d for d in reached if d <= today), default=s.invoice.due_date + first)
            if not self.file.sayings.listed_since(s.invoice.key, passed):
                return True
        return False


def units_of(file: File) -> list[Unit]:
    """The units of a file that have a scenario: the file itself first."""
    found = []
    for about, standings in sorted(file.unit_invoices.items(), key=lambda item: item[0] or ("", "", "")):
        scenario = file.scenario_of(about)
        if scenario is not None:
            found.append(Unit(file, about, standings, scenario))
    return found

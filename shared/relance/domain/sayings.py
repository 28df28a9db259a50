"""What a file was told, and when: messages that count, letters, and steps done before the robot came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .history import InvoiceMemory, Message, MessageKind, Task
from .keys import InvoiceKey
from .register import Invoice, Scenario


@dataclass(frozen=True, slots=True)
class Saying:
    """One message, letter or taken-over step. `steps` gives the step said of each invoice it listed ('' for none)."""

    day: date
    kind: MessageKind
    step: str
    offset: int
    granted_days: int
    steps: Mapping[InvoiceKey, tuple[str, int]]
    scenario: str = ""
    unknown: bool = False  # nobody knows whether it left
    contact: bool = True  # False: refused by a person, so that nothing was said, but it is not to be asked again


@dataclass(frozen=True, slots=True)
class Sayings:
    """All of a file's sayings, oldest first, and the steps that a person refused for some invoices."""

    all: tuple[Saying, ...] = ()
    passed: frozenset[tuple[InvoiceKey, str]] = frozenset()
    uncertain: Mapping[InvoiceKey, tuple[str, date]] = field(default_factory=dict)

    def last_day(self, about: InvoiceKey | None = None, confirmations: bool = True) -> date | None:
        """The day of the last message of any kind but pre-due notices and thanks."""
        left_out = ("pre_due", "thanks") if confirmations else ("pre_due", "thanks", "promise_confirmed")
        return next(
            (s.day for s in reversed(self.all) if s.kind not in left_out and _about(s, about) and
             (s.contact or not confirmations)), None
        )  # fmt: skip

    def on_day(self, day: date, about: InvoiceKey | None = None) -> list[Saying]:
        """What was said that day."""
        return [s for s in self.all if s.day == day and s.contact and _about(s, about)]

    def said_of(self, invoice: InvoiceKey) -> dict[str, int]:
        """The steps said about an invoice, with the offset each had (pre-due notices apart)."""
        found = {}
        for s in self.all:
            step, offset = s.steps.get(invoice, ("", 0))
            if step and s.kind in ("step", "repeat"):
                found[step] = offset
        return found

    def listed_since(self, invoice: InvoiceKey, day: date) -> bool:
        """Whether a message (confirmations and pre-due notices apart) listed the invoice on that day or later."""
        kinds = ("step", "repeat", "promise_broken")
        return any(s.day >= day and s.kind in kinds and invoice in s.steps for s in reversed(self.all))

    def last_of_kind(self, invoice: InvoiceKey, kind: MessageKind) -> date | None:
        """The last day a message of that kind listed the invoice."""
        return next((s.day for s in reversed(self.all) if s.kind == kind and invoice in s.steps), None)


NOTHING_SAID = Sayings()


def _about(saying: Saying, invoice: InvoiceKey | None) -> bool:
    return invoice is None or invoice in saying.steps


def sayings_of(
    messages: Sequence[Message],
    tasks: Iterable[Task],
    invoices: Iterable[Invoice],
    memory: Mapping[InvoiceKey, InvoiceMemory],
    scenario: Scenario | None,
    today: date,
) -> Sayings:
    """All that a file was told, from the ledger's facts and from the steps people did before the robot came."""
    found, passed = _from_messages(messages), set()
    uncertain = {
        said.invoice: (m.step or m.kind, m.day) for m in messages if m.status == "uncertain" and not m.test
        for said in m.said
    }  # fmt: skip
    for task in tasks:
        if task.kind == "letter" and task.outcome != "refused" and (task.closed_on is None or task.posted_on):
            found.append(_of_task(task, task.posted_on or task.created))
        if task.outcome == "refused" and task.kind in ("letter", "approve"):
            if task.message_kind == "step":
                passed |= {(said.invoice, task.step) for said in task.said}
            else:
                found.append(_of_task(task, task.outcome_on or today, contact=False))
    known = {key for s in found for key, (step, _) in s.steps.items() if step and s.kind != "pre_due"}
    found += _taken_over((i for i in invoices if i.last_step_done and i.key not in known), memory, scenario, today)
    if not found and not passed:
        return NOTHING_SAID
    found.sort(key=lambda s: (s.day, s.offset))
    return Sayings(tuple(found), frozenset(passed), uncertain)


def _from_messages(messages: Iterable[Message]) -> list[Saying]:
    found = []
    for m in messages:
        if m.counts:
            steps = {said.invoice: (said.step, said.offset) for said in m.said}
            offset = max((o for s, o in steps.values() if s == m.step), default=0)
            unknown = m.status == "uncertain" and m.kind == "step"
            found.append(Saying(m.day, m.kind, m.step, offset, m.granted_days, steps, m.scenario, unknown))
    return found


def _of_task(task: Task, day: date, contact: bool = True) -> Saying:
    steps = {said.invoice: (said.step if contact else "", said.offset) for said in task.said}
    offset = max((said.offset for said in task.said), default=0)
    return Saying(day, task.message_kind, task.step, offset, task.granted_days, steps, task.scenario, contact=contact)


def _taken_over(
    invoices: Iterable[Invoice], memory: Mapping[InvoiceKey, InvoiceMemory], scenario: Scenario | None, today: date
) -> list[Saying]:
    found = []
    for invoice in invoices:
        step = scenario.step(invoice.last_step_done) if scenario else None
        if step is None or not step.is_message:
            continue
        known = memory.get(invoice.key)
        seen = (known.step_done_seen if known else None) or today
        day = min(invoice.step_done_on or seen, today)
        steps = {invoice.key: (step.code, step.offset)}
        found.append(Saying(day, "step", step.code, step.offset, step.days_granted, steps))
    return found

"""One file on one day: its invoices, what it was told, what is set against what it owes (DESIGN 4, rules 1, 3, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .context import Context, in_order
from .history import NO_FACTS, FileHistory, FileMemory, InvoiceMemory, Message, Task
from .keys import FileKey, InvoiceKey
from .lazy import lazy
from .observe import answered, observe
from .profile import Habits, chosen_by_hand, habits_of
from .register import ZERO, Customer, Invoice, Payment, Scenario
from .sayings import Sayings, sayings_of
from .standing import Standing, standing_of

UNSEEN = InvoiceMemory(date.min, open=False)


@dataclass(frozen=True)
class File:
    """Everything the rules ask about a file. Standings come oldest invoice first."""

    ctx: Context
    key: FileKey
    customer: Customer
    facts: FileHistory
    tasks: tuple[Task, ...]
    answered: tuple[Task, ...]
    memory: FileMemory
    sayings: Sayings
    scenario: Scenario | None
    standings: tuple[Standing, ...]
    unallocated: tuple[Payment, ...]

    @lazy
    def chaseable(self) -> tuple[Standing, ...]:
        """The overdue invoices that may be chased today."""
        return tuple(s for s in self.standings if s.why is None)

    @lazy
    def credit_notes(self) -> tuple[Invoice, ...]:
        """Credit notes still to be set off, and invoices paid too much."""
        return tuple(s.invoice for s in self.standings if s.invoice.balance < ZERO)

    @lazy
    def credit(self) -> Decimal:
        """What is set against the file's overdue invoices, as a positive amount."""
        return sum((p.amount for p in self.unallocated), ZERO) - sum((i.balance for i in self.credit_notes), ZERO)

    @lazy
    def overdue_net(self) -> Decimal:
        """The chaseable overdue amount net of credits."""
        return sum((s.amount for s in self.chaseable), ZERO) - max(self.credit, ZERO)

    @lazy
    def owed_net(self) -> Decimal:
        """The overdue net with the invoices whose broken promise is still to be told."""
        return self.overdue_net + sum((s.amount for s in self.standings if s.broken), ZERO)

    def worth_chasing(self, net: Decimal) -> bool:
        """Neither nothing nor below the floor (rule 1)."""
        return net > self.ctx.settings.tolerance and net >= self.ctx.settings.floor

    @lazy
    def covered(self) -> frozenset[InvoiceKey]:
        """The oldest chaseable overdue invoices that credits pay in full: still listed, but they reach no step."""
        left, found = self.credit, []
        for s in self.chaseable:
            if left <= ZERO or left < s.amount - self.ctx.settings.tolerance:
                break
            left -= s.amount
            found.append(s.invoice.key)
        return frozenset(found)

    @lazy
    def uncovered(self) -> tuple[Standing, ...]:
        """The chaseable overdue invoices that credits do not pay."""
        return tuple(s for s in self.chaseable if s.invoice.key not in self.covered)

    @lazy
    def above_ceiling(self) -> bool:
        """Whether the overdue net asks for a person's word before anything is said."""
        ceiling = self.ctx.settings.ceiling
        return ceiling > ZERO and self.overdue_net > ceiling

    @lazy
    def unit_invoices(self) -> Mapping[InvoiceKey | None, tuple[Standing, ...]]:
        """What climbs together: the file (None), and each invoice that climbs by itself."""
        found: dict[InvoiceKey | None, list[Standing]] = {}
        by_invoice = self.ctx.settings.grouping == "invoice"
        for s in self.standings:
            own = by_invoice or bool(s.invoice.scenario)
            found.setdefault(s.invoice.key if own else None, []).append(s)
        return {about: tuple(standings) for about, standings in found.items()}

    def remembered(self, invoice: InvoiceKey) -> InvoiceMemory:
        """What is known of an invoice; nothing for one that was settled when first seen."""
        return self.memory.invoices.get(invoice, UNSEEN)

    @lazy
    def eventful(self) -> tuple[Standing, ...]:
        """The invoices about which something was promised or disputed."""
        known = self.memory.invoices
        keys = {key for key, m in known.items() if m.promises or m.disputed_since is not None}
        return tuple(s for s in self.standings if s.invoice.key in keys) if keys else ()

    @lazy
    def rejected(self) -> Mapping[InvoiceKey, date]:
        """The invoices whose last message was rejected, and its day."""
        if not any(m.status == "rejected" for m in self.facts.messages if m.events):
            return {}
        last = {said.invoice: m for m in self.facts.messages for said in m.said}
        return {key: m.day for key, m in last.items() if m.status == "rejected"}

    def scenario_of(self, about: InvoiceKey | None) -> Scenario | None:
        """The scenario of the file, or of an invoice that has its own."""
        if about is not None:
            own = next(s.invoice.scenario for s in self.standings if s.invoice.key == about)
            if own:
                return self.ctx.register.scenarios.get(own)
        return self.scenario


def file_of(key: FileKey, invoices: list[Invoice], customer: Customer, ctx: Context) -> File:
    """The file as it stands today."""
    facts = ctx.history.file(key)
    tasks, changed = answered(facts.tasks, ctx) if facts.tasks else ((), ())
    memory = observe(facts.memory, invoices, customer, tasks, ctx)
    ordered = in_order(invoices)
    scenario = _scenario(facts, customer, ordered, ctx)
    told = _told_broken(facts, tasks) if facts is not NO_FACTS else {}
    standings = tuple(standing_of(i, customer, memory.invoices.get(i.key, UNSEEN), told.get(i.key), ctx) for i in ordered)
    sayings = sayings_of(_told(key, facts, ordered, ctx), tasks, ordered, memory.invoices, scenario, ctx.today)
    unallocated = tuple(p for p in ctx.register.unallocated.get(key, ()) if p.date <= ctx.today)
    return File(ctx, key, customer, facts, tasks, changed, memory, sayings, scenario, standings, unallocated)


def _told(key: FileKey, facts: FileHistory, invoices: list[Invoice], ctx: Context) -> tuple[Message, ...]:
    """The file's messages, and those that listed one of its invoices while it was kept in another currency."""
    others = [other for other in ctx.files_of.get(key[0], ()) if other != key]
    if not others:
        return facts.messages
    mine = {i.key for i in invoices}
    moved = (m for other in others for m in ctx.history.file(other).messages if any(s.invoice in mine for s in m.said))
    return (*facts.messages, *moved)


def habits(customer: Customer, ctx: Context) -> Habits:
    """The habits computed from all of a customer's invoices."""
    return habits_of(ctx.by_customer.get(customer.code, ()), ctx.settings, ctx.today)


def _scenario(facts: FileHistory, customer: Customer, invoices: list[Invoice], ctx: Context) -> Scenario | None:
    """The scenario a person chose; else the one the file began with, until nothing overdue has heard a step; else
    the one of the computed profile."""
    name = chosen_by_hand(customer, ctx.settings)
    if not name:
        name = _begun_with(facts, invoices, ctx)
    if not name:
        name = ctx.settings.scenario_of.get(habits(customer, ctx).profile, "standard")
    return ctx.register.scenarios.get(name)


def _begun_with(facts: FileHistory, invoices: list[Invoice], ctx: Context) -> str:
    if not facts.messages:
        return ""
    tolerance = ctx.settings.tolerance
    owing = {i.key for i in invoices if i.balance > tolerance and not i.scenario}
    for message in reversed(facts.messages):
        if message.counts and message.kind in ("step", "repeat") and any(s.invoice in owing for s in message.said):
            return message.scenario
    return ""


def _told_broken(facts: FileHistory, tasks: tuple[Task, ...]) -> dict[InvoiceKey, date]:
    told = {s.invoice: m.day for m in facts.messages if m.kind == "promise_broken" and m.counts for s in m.said}
    for task in tasks:
        ended = task.outcome_on or task.created
        over = task.kind == "letter" or task.outcome == "refused"
        if task.message_kind == "promise_broken" and task.kind in ("approve", "letter") and over:
            told |= {s.invoice: ended for s in task.said}
    return told

"""What every rule looks at: the register, the facts, the day, and what follows from them for all files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .history import History, InvoiceMemory, Message, blocked_addresses
from .keys import FileKey, InvoiceKey
from .lazy import lazy
from .register import Customer, Invoice, Register, TodoAnswer
from .settings import Settings
from .words import normalise
from .workdays import Workdays


@lru_cache(maxsize=64)
def _workdays(country: str, working: bool, weekdays: frozenset[int], ranges: tuple[tuple[date, date], ...]) -> Workdays:
    return Workdays(country, working, weekdays, ranges)


def workdays_of(settings: Settings) -> Workdays:
    """The calendar of a register."""
    return _workdays(settings.holidays_country, settings.working_days_only, settings.no_send_weekdays, settings.no_send_ranges)


@dataclass(frozen=True)
class Context:
    """One day's question."""

    register: Register
    history: History
    today: date

    @lazy
    def settings(self) -> Settings:
        """The register's settings."""
        return self.register.settings

    @lazy
    def days(self) -> Workdays:
        """The register's calendar."""
        return workdays_of(self.settings)

    @lazy
    def sending(self) -> bool:
        """Whether messages may leave today."""
        return self.days.is_sending(self.today)

    @lazy
    def gap(self) -> timedelta:
        """The least time between two messages of a file."""
        return timedelta(days=self.settings.min_gap_days)

    @lazy
    def first_sight(self) -> InvoiceMemory:
        """What is remembered of an open invoice seen today for the first time, about which there is nothing to say."""
        return InvoiceMemory(self.today)

    @lazy
    def fresh(self) -> bool:
        """Whether payments are entered recently enough to chase anybody (rule 2)."""
        entered = self.settings.payments_entered_up_to
        oldest = self.days.add_working(self.today, -self.settings.max_stale_working_days)
        return entered is not None and entered >= oldest

    @lazy
    def answers(self) -> Mapping[int, TodoAnswer]:
        """What people typed on numbered To do lines; a number that stands twice is not trusted."""
        found: dict[int, TodoAnswer] = {}
        twice: set[int] = set()
        for answer in self.register.answers:
            if answer.no is not None:
                twice |= {answer.no} & found.keys()
                found[answer.no] = answer
        return {no: answer for no, answer in found.items() if no not in twice}

    @lazy
    def _blocked(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for (customer, _), facts in self.history.files.items():
            bad = frozenset(a.casefold() for a in blocked_addresses(facts.messages))
            if bad:
                found[customer] = found.get(customer, frozenset()) | bad
        return found

    def addresses(self, customer: Customer) -> tuple[str, ...]:
        """The customer's addresses that are not known to be wrong."""
        bad = self._blocked.get(customer.code)
        return tuple(a for a in customer.emails if a.casefold() not in bad) if bad else customer.emails

    @lazy
    def complaints(self) -> Mapping[str, tuple[Message, ...]]:
        """The messages that each customer reported as unwanted, until somebody answered the task that says so."""
        found: dict[str, list[Message]] = {}
        for (customer, _), facts in self.history.files.items():
            for message in facts.messages:
                if message.events and message.complained:
                    found.setdefault(customer, []).append(message)
        if not found:
            return {}
        answered = {
            t.key for facts in self.history.files.values() for t in facts.tasks
            if t.kind == "complaint" and (t.outcome or (t.no in self.answers and self.answers[t.no].outcome))
        }  # fmt: skip
        open_ones = {c: tuple(m for m in messages if complaint_key(m) not in answered) for c, messages in found.items()}
        return {customer: messages for customer, messages in open_ones.items() if messages}

    @lazy
    def task_keys(self) -> Mapping[str, frozenset[str]]:
        """The keys of all tasks ever made about each customer: none is made twice."""
        found: dict[str, set[str]] = {}
        for (customer, _), facts in self.history.files.items():
            if facts.tasks:
                found.setdefault(customer, set()).update(t.key for t in facts.tasks)
        return {customer: frozenset(keys) for customer, keys in found.items()}

    @lazy
    def files_of(self) -> Mapping[str, tuple[FileKey, ...]]:
        """The files of each customer that were sent messages."""
        found: dict[str, list[FileKey]] = {}
        for key, facts in self.history.files.items():
            if facts.messages:
                found.setdefault(key[0], []).append(key)
        return {customer: tuple(keys) for customer, keys in found.items()}

    @lazy
    def by_customer(self) -> Mapping[str, tuple[Invoice, ...]]:
        """All invoices of each customer."""
        found: dict[str, list[Invoice]] = {}
        for invoice in self.register.invoices:
            found.setdefault(invoice.customer, []).append(invoice)
        return {code: tuple(invoices) for code, invoices in found.items()}

    @lazy
    def faulty_keys(self) -> frozenset[InvoiceKey]:
        """The invoices whose row could not be read."""
        return frozenset(f.key for f in self.register.faulty)

    @lazy
    def has_letter(self) -> frozenset[str]:
        """The names, normalised, of the steps and templates that have a letter's wording."""
        return frozenset(normalise(t.name) for t in self.register.templates if t.channel == "letter")


def complaint_key(message: Message) -> str:
    """What makes the task about a complaint the same on another day."""
    return f"complaint:{message.file[0]}:{message.id}"


def in_order(invoices: Iterable[Invoice]) -> list[Invoice]:
    """Oldest first, then by number: the order of messages, whatever the order of rows."""
    return sorted(invoices, key=lambda i: (i.due_date, i.number, i.instalment))

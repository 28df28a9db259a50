"""A small world in which days pass: people act on given days, the rules decide, and what came out is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from relance.domain.apply import apply
from relance.domain.decide import decide
from relance.domain.history import Event, History, Message, Task
from relance.domain.keys import FileKey
from relance.domain.plan import Plan, PlannedMessage
from relance.domain.register import Customer, Fault, FaultyInvoice, Invoice, Payment, Register, Scenario, Template, TodoAnswer
from relance.domain.settings import Settings
from relance.domain.words import reason
from relance.domain.workdays import Workdays
from tests.domain.telling import STANDARD, calendar, day, items, short

Action = Callable[[], None]
FRANCE = Workdays("FR")


@dataclass(frozen=True)
class Day:
    """One run: what the rules were given, and what they decided."""

    today: date
    register: Register
    before: History
    plan: Plan
    after: History


class World:
    """A register that people edit on given days, and the history that the rules build up."""

    def __init__(self, first: str = "30/09", scenario: Scenario = STANDARD, **settings: Any) -> None:
        self.first = day(first)
        self.settings = Settings(mode="live", **settings)
        self.scenarios = {STANDARD.name: STANDARD, scenario.name: scenario}
        self.scenario = scenario.name
        self.invoices: dict[str, Invoice] = {}
        self.undated: set[str] = set()  # credit notes without a date: theirs is the day of the run
        self.customers: dict[str, Customer] = {}
        self.faulty: list[FaultyInvoice] = []
        self.loose: dict[FileKey, list[Payment]] = {}
        self.templates: tuple[Template, ...] = ()
        self.answers: list[TodoAnswer] = []
        self.history = History()
        self.days: list[Day] = []
        self.runs_a_day = 1
        self.no_runs: set[date] = set()
        self._entered: dict[date, date] = {}
        self._morning: dict[date, list[Action]] = {}
        self._evening: dict[date, list[Action]] = {}

    # -- what the register holds ------------------------------------------------------------------------------------

    def customer(self, code: str = "C1", **fields: Any) -> None:
        """Add a customer, or change one from the start."""
        known = self.customers.get(code) or Customer(
            code, "Dupont SARL", kind="business", emails=(f"compta@{code.lower()}.example",), country="FR",
            scenario=self.scenario, account_manager="comptes clients",
        )  # fmt: skip
        self.customers[code] = replace(known, **fields)

    def invoice(self, name: str, amount: float | Decimal, due: str, customer: str = "C1", **fields: Any) -> None:
        """Add an invoice; `A/2` is instalment 2 of A. A credit note without due date is dated by each run."""
        if customer not in self.customers:
            self.customer(customer)
        number, _, instalment = name.partition("/")
        if not due:
            self.undated.add(name)
        given = {"currency": "EUR", "row": len(self.invoices) + 2, **fields}
        self.invoices[name] = Invoice(
            customer, number, instalment, Decimal(str(amount)), day(due) if due else self.first, **given
        )

    def add_faulty(self, number: str, customer: str) -> None:
        """Add a row that could not be understood."""
        fault = Fault("invoices", 99, "amount", reason("fault.amount", text="?"))
        self.faulty.append(FaultyInvoice(99, customer, number, "", None, None, (fault,)))

    # -- what people do, on which day ---------------------------------------------------------------------------------

    def on(self, when: str, action: Action, evening: bool = False) -> None:
        """Do this before (or after) the runs of that day."""
        (self._evening if evening else self._morning).setdefault(day(when), []).append(action)

    def edit(self, name: str, on: str, **fields: Any) -> None:
        """Change cells of an invoice's row."""
        self.on(on, lambda: self.invoices.update({name: replace(self.invoices[name], **fields)}))

    def edit_customer(self, on: str, code: str = "C1", **fields: Any) -> None:
        """Change cells of a customer's row."""
        self.on(on, lambda: self.customer(code, **fields))

    def set(self, on: str, **fields: Any) -> None:
        """Change settings."""

        def act() -> None:
            self.settings = replace(self.settings, **fields)

        self.on(on, act)

    def use(self, on: str, scenario: Scenario) -> None:
        """Put a scenario, new or edited, into the register."""
        self.on(on, lambda: self.scenarios.update({scenario.name: scenario}))

    def pay(self, name: str, amount: float, on: str, dated: str = "") -> None:
        """Enter a payment of an invoice on a day, dated that day unless told."""

        def act() -> None:
            invoice, paid_on = self.invoices[name], day(dated or on)
            line = Payment(paid_on, Decimal(str(amount)), invoice.customer, invoice.number)
            paid, lines = invoice.paid + line.amount, (*invoice.payments, line)
            self.invoices[name] = replace(invoice, paid=paid, paid_on=paid_on, payments=lines)

        self.on(on, act)

    def receive(self, amount: float, on: str, customer: str = "C1", currency: str = "EUR") -> None:
        """Enter a payment that names no invoice."""
        line = Payment(day(on), Decimal(str(amount)), customer)
        self.on(on, lambda: self.loose.setdefault((customer, currency), []).append(line))

    def promise(self, name: str, promised_for: str, on: str, amount: float | None = None) -> None:
        """Type a promise on the invoice's row."""
        sum_ = None if amount is None else Decimal(str(amount))
        self.edit(name, on, promised_for=day(promised_for), promised_amount=sum_)

    def dispute(self, name: str, on: str, amount: float = 0) -> None:
        """Mark an invoice as disputed, in part when an amount is given."""
        self.edit(name, on, situation="disputed", disputed_amount=Decimal(str(amount)), dispute_reason="prix")

    def answer(self, on: str, outcome: str, kind: str = "approve", step: str = "", **fields: Any) -> None:
        """Answer the latest open line of the To do tab of that kind."""

        def act() -> None:
            tasks = [t for f in self.history.files.values() for t in f.tasks if t.open and t.kind == kind]
            asked = [t for t in tasks if not step or t.step == step]
            assert asked, f"{on}: no open task {kind} {step}"
            no = max(t.no for t in asked)
            self.answers.append(TodoAnswer(no + 1, no, outcome, **fields))

        self.on(on, act)

    def bounce(self, on: str) -> None:
        """The latest message turns out to have bounced."""

        def bounced(message: Message) -> Message:
            event = Event("bounced", datetime.combine(day(on), datetime.min.time(), UTC), message.to)
            return replace(message, events=message.events | {event})

        self.on(on, lambda: self._latest_message(bounced))

    def complain(self, on: str) -> None:
        """The latest message is reported as unwanted."""
        self._event("complained", on)

    def reject(self, on: str) -> None:
        """The mail server finds the latest message harmful, after it took it."""
        self._event("rejected", on)

    def _event(self, kind: str, on: str) -> None:
        event = Event(kind, datetime.combine(day(on), datetime.min.time(), UTC))
        self.on(on, lambda: self._latest_message(lambda m: replace(m, events=m.events | {event})))

    def unanswered(self, on: str) -> None:
        """The mail server gave no answer about the message of that day."""
        self.on(on, lambda: self._latest_message(lambda m: replace(m, accepted_id="")), evening=True)

    def settle(self, on: str, word: Literal["sent", "not_sent"]) -> None:
        """A person says what became of the latest message."""
        self.on(on, lambda: self._latest_message(lambda m: replace(m, resolution=word)))

    def entries_stand(self, at: str, since: str, until: str) -> None:
        """Nobody enters payments for a while."""
        self._entered |= {d: day(at) for d in calendar(day(since), day(until))}

    def rest(self, since: str, until: str) -> None:
        """No run on these days."""
        self.no_runs |= set(calendar(day(since), day(until)))

    # -- what comes out -----------------------------------------------------------------------------------------------

    def run(self, until: str, totals: bool = False) -> list[str]:
        """Let the days pass, and tell what came out."""
        self.days += self.passing(day(until))
        told = [f"{short(d.today)} {item}" for d in self.days for item in items(d.plan, self.invoices, totals)]
        return sorted(told, key=lambda item: (day(item.split()[0]), item))

    def passing(self, until: date) -> Iterator[Day]:
        """The runs of the days from the first to `until`."""
        for today in calendar(self.first, until):
            for act in self._morning.get(today, []):
                act()
            for _ in range(0 if today in self.no_runs else self.runs_a_day):
                register, before = self.register(today), self.history
                plan = decide(register, before, today)
                self.history = apply(plan, before)
                yield Day(today, register, before, plan, self.history)
            for act in self._evening.get(today, []):
                act()

    def register(self, today: date) -> Register:
        """The register as it stands on a day."""
        up_to = self._entered.get(today, FRANCE.add_working(today, -1))
        dated = {name: replace(self.invoices[name], due_date=today) for name in self.undated}
        return Register(
            settings=replace(self.settings, payments_entered_up_to=up_to),
            invoices=tuple({**self.invoices, **dated}.values()),
            faulty=tuple(self.faulty),
            customers=dict(self.customers),
            unallocated={file: tuple(lines) for file, lines in self.loose.items()},
            scenarios=dict(self.scenarios),
            answers=tuple(self.answers),
            templates=self.templates,
        )

    def messages(self) -> list[tuple[date, PlannedMessage]]:
        """All messages so far, with their days."""
        return [(d.today, m) for d in self.days for m in d.plan.messages]

    def tasks(self, kind: str) -> list[Task]:
        """All tasks of a kind so far."""
        return [t for d in self.days for t in d.plan.tasks if t.kind == kind]

    def _latest_message(self, edit: Callable[[Message], Message]) -> None:
        found = [(m.day, key, m.id) for key, f in self.history.files.items() for m in f.messages]
        _, key, message_id = max(found)
        facts = self.history.files[key]
        messages = tuple(edit(m) if m.id == message_id else m for m in facts.messages)
        files = {**self.history.files, key: replace(facts, messages=messages)}
        self.history = replace(self.history, files=files)

"""What must hold for any register, on any day, whatever people type."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.domain.decide import decide
from relance.domain.history import Said
from relance.domain.keys import FileKey, InvoiceKey
from relance.domain.plan import Plan
from relance.domain.register import Customer, Invoice, Register, TodoAnswer
from tests.domain.telling import STANDARD, STRATEGIC, changed, day, short
from tests.domain.world import Day, World

FIRST = day("01/09")
QUICK = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
EXCLUDING = frozenset(
    ("paid", "disputed", "refused", "on_hold", "in_collection", "insolvency", "assigned", "written_off", "to_check")
)
WITH_PRE = changed(STANDARD, PRE={"active": True})

amounts = st.sampled_from([Decimal(n) for n in ("15", "100", "480.50", "1000", "4800", "30000", "60000", "-300")])
days_on = st.integers(0, 50)
invoice_fields = st.fixed_dictionaries(
    {},
    optional={
        "situation": st.sampled_from(("", "", "", "returned", *sorted(EXCLUDING))),
        "payment_mode": st.sampled_from(("", "transfer", "direct_debit", "card")),
        "hold_until": days_on.map(lambda n: FIRST + timedelta(days=n)),
        "promised_for": days_on.map(lambda n: FIRST + timedelta(days=n)),
        "disputed_amount": st.sampled_from((Decimal(0), Decimal(50))),
        "last_step_done": st.sampled_from(("", "R1", "R2")),
        "paid": st.sampled_from((Decimal(0), Decimal(50), Decimal(1000), Decimal(4800))),
    },
)
customer_fields = st.fixed_dictionaries(
    {},
    optional={
        "do_not_chase": st.booleans(),
        "hold_until": days_on.map(lambda n: FIRST + timedelta(days=n)),
        "kind": st.sampled_from(("business", "")),
        "emails": st.sampled_from(((), ("compta@dupont.example",))),
    },
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, date]:
    """A world with random rows, edits and answers, and its last day."""
    world = World(
        "01/09",
        scenario=draw(st.sampled_from((STANDARD, WITH_PRE, STRATEGIC))),
        grouping=draw(st.sampled_from(("account", "account", "invoice"))),
        working_days_only=draw(st.booleans()),
    )
    last = FIRST + timedelta(days=draw(st.integers(20, 60)))
    codes = ["C1", "C2", "C3"][: draw(st.integers(1, 3))]
    for code in codes:
        world.customer(code, **draw(st.one_of(st.just({}), customer_fields)))
    for n in range(draw(st.integers(1, 8))):
        fields = draw(st.one_of(st.just({}), invoice_fields))
        world.invoice(f"F{n}", draw(amounts), _written(draw(st.integers(-60, 40))), draw(st.sampled_from(codes)), **fields)
    if draw(st.booleans()):
        world.add_faulty("X", codes[0])
    for _ in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(sorted(world.invoices)))
        world.edit(name, _written(draw(days_on)), **draw(invoice_fields))
    if draw(st.booleans()):
        world.receive(1000, _written(draw(days_on)), customer=codes[0])
    if draw(st.booleans()):
        world.set(_written(draw(days_on)), grouping=draw(st.sampled_from(("account", "invoice"))))
    _answer_after(world, draw(st.integers(1, 10)), draw(st.sampled_from(("approved", "approved", "refused", ""))))
    return world, last


def _written(days: int) -> str:
    return short(FIRST + timedelta(days=days))


def _answer_after(world: World, delay: int, outcome: str) -> None:
    """Every approval is answered so many days after it was asked (never, when the outcome is empty)."""

    def act(today: date) -> None:
        for file in world.history.files.values():
            for task in file.tasks:
                if outcome and task.kind == "approve" and task.open and task.created + timedelta(days=delay) <= today:
                    world.answers.append(TodoAnswer(task.no + 1, task.no, outcome))

    for n in range(delay, 61):
        world.on(_written(n), partial(act, FIRST + timedelta(days=n)))


def same(plan: Plan) -> tuple[Any, ...]:
    """A plan as sets, without sheet rows."""
    messages = {
        (m.file, m.kind, m.step, frozenset(m.said), frozenset(m.credits), m.total, m.due, m.oldest) for m in plan.messages
    }
    tasks = {(t.key, t.kind, t.step, t.file, frozenset(t.said), t.amount, t.due) for t in plan.tasks}
    lines = {repr(replace(line, row=0)) for line in plan.lines}
    return messages, tasks, lines


def shuffled(register: Register, seed: int) -> Register:
    """The same register with its rows in another order."""
    rng = random.Random(seed)
    invoices = rng.sample(register.invoices, len(register.invoices))
    customers = rng.sample([*register.customers.items()], len(register.customers))
    renumbered = tuple(replace(invoice, row=n + 2) for n, invoice in enumerate(invoices))
    return replace(register, invoices=renumbered, customers=dict(customers), answers=register.answers[::-1])


def leaving(plan: Plan) -> Iterator[tuple[FileKey, str, str, tuple[Said, ...]]]:
    """Everything that reaches the debtor: file, kind, step and what is said, letters included."""
    for message in plan.messages:
        yield message.file, message.kind, message.step, message.said
    for task in plan.tasks:
        if task.kind == "letter":
            yield task.file, task.message_kind, task.step, task.said


def excluded(invoice: Invoice, customer: Customer, today: date) -> bool:
    """Whether an invoice may be in no message at all, whatever happened before."""
    returned = invoice.situation == "returned"
    by_itself = invoice.payment_mode in ("direct_debit", "bill", "card") and not returned
    in_part = invoice.situation == "disputed" and 0 < invoice.disputed_amount < invoice.balance
    held = any(until is not None and until >= today for until in (invoice.hold_until, customer.hold_until))
    over = invoice.situation == "on_hold" and invoice.hold_until is not None and invoice.hold_until < today
    stopped = invoice.situation in EXCLUDING and not in_part and not over
    return invoice.balance <= Decimal(1) or by_itself or held or stopped or customer.do_not_chase


def check_row_order(days: list[Day]) -> None:
    for n, d in enumerate(days):
        assert same(decide(shuffled(d.register, n), d.before, d.today)) == same(d.plan)


def check_same_day_again(days: list[Day]) -> None:
    for d in days:
        again = decide(d.register, d.after, d.today)
        assert again.messages == (), d.today
        assert not {t.key for t in again.tasks} & {t.key for t in d.plan.tasks}, d.today


def check_tone(days: list[Day]) -> None:
    heard: dict[InvoiceKey, int] = {}
    for d in days:
        for invoice in d.register.invoices:
            if invoice.balance <= Decimal(1):
                heard.pop(invoice.key, None)
        for _, _, _, said in leaving(d.plan):
            for s in said:
                if s.step and s.step != "PRE":
                    assert s.offset >= heard.get(s.invoice, 0), (d.today, s)
                    heard[s.invoice] = s.offset


def check_excluded(days: list[Day]) -> None:
    for d in days:
        by_key = {i.key: i for i in d.register.invoices}  # faulty rows are not there at all
        for key in (s.invoice for _, _, _, said in leaving(d.plan) for s in said):
            customer = d.register.customers[key[0]]
            assert not excluded(by_key[key], customer, d.today), (d.today, key)


def check_promises(days: list[Day]) -> None:
    typed: dict[InvoiceKey, tuple[date | None, date, Decimal]] = {}  # the promise, since when, and what was paid then
    stopped: set[InvoiceKey] = set()  # a dispute or a hold may have made their promises void
    for d in days:
        for i in d.register.invoices:
            if i.key not in typed or typed[i.key][0] != i.promised_for:
                typed[i.key] = (i.promised_for, d.today, i.paid)
            if excluded(i, d.register.customers[i.customer], d.today) or i.disputed_amount or i.situation:
                stopped.add(i.key)
        paid = {i.key: i.paid for i in d.register.invoices}
        for _, kind, _, said in leaving(d.plan):
            for key in (s.invoice for s in said if kind != "promise_confirmed" and s.invoice not in stopped):
                until, since, paid_then = typed[key]
                running = until is not None and since <= until and d.today <= until and paid[key] == paid_then
                assert not running, (d.today, key)


def check_lines(days: list[Day]) -> None:
    for d in days:
        rows = Counter([i.key for i in d.register.invoices] + [f.key for f in d.register.faulty])
        assert Counter(line.key for line in d.plan.lines) == rows
        assert all(line.why is not None and line.status for line in d.plan.lines), d.today


def check_one_message(days: list[Day]) -> None:
    for d in days:
        sent = list(leaving(d.plan))
        if d.register.settings.grouping == "account":
            assert all(n == 1 for n in Counter(file for file, *_ in sent).values()), d.today
        each = Counter(s.invoice for _, _, _, said in sent for s in said)
        assert all(n == 1 for n in each.values()), d.today


def check_steps_once(days: list[Day]) -> None:
    steps = [s for d in days for _, kind, _, said in leaving(d.plan) if kind == "step" for s in said]
    told = [(s.invoice, s.step) for s in steps if s.step]  # an invoice covered by credits is listed and hears no step
    assert [entry for entry, n in Counter(told).items() if n > 1] == []


def check_formal(days: list[Day]) -> None:
    for d in days:
        approved = [
            (t.step, frozenset((s.invoice, s.balance) for s in t.said))
            for file in d.before.files.values() for t in file.tasks
            if t.kind == "approve" and any(a.no == t.no and a.outcome == "approved" for a in d.register.answers)
        ]  # fmt: skip
        for file, kind, step, said in leaving(d.plan):
            if kind == "promise_confirmed":
                continue  # confirms what the customer said, and asks for nothing
            total = next((m.total for m in d.plan.messages if m.file == file and m.said == said), Decimal(0))
            rung = d.register.scenarios[d.register.customers[file[0]].scenario].step(step)
            if (kind == "step" and rung and (rung.is_formal or rung.approval)) or total > d.register.settings.ceiling:
                assert (step, frozenset((s.invoice, s.balance) for s in said)) in approved, (d.today, step)


RULES: dict[str, Callable[[list[Day]], None]] = {
    "the order of the rows changes nothing": check_row_order,
    "deciding again on the same day sends nothing and asks nothing twice": check_same_day_again,
    "the tone never goes down on an invoice still overdue": check_tone,
    "what is not chased is in no message": check_excluded,
    "a running promise stops everything but its confirmation": check_promises,
    "every row has one line with its status and reason": check_lines,
    "a file gets one message a day, an invoice too": check_one_message,
    "no step is said twice about an invoice": check_steps_once,
    "what needs an approval leaves exactly as approved": check_formal,
}


@pytest.mark.parametrize("check", RULES.values(), ids=RULES)
@QUICK
@given(case=worlds())
def test_always(check: Callable[[list[Day]], None], case: tuple[World, date]) -> None:
    check(list(case[0].passing(case[1])))

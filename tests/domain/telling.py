"""How a plan is told in short, and the scenarios that stories are told with.

`R1[A,B]` message and its invoices; `*R3[A]` repeat; `conf[A]`, `broken[A]` messages about a promise; `R1[A] letter` one
to post; `?MED[A]` approval asked; `!APPEL`, `!dispute` other tasks. With totals, steps, repeats and approvals end in
`=amount`. Days are written dd/mm (2026) or dd/mm/yy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from relance.domain.history import Said
from relance.domain.keys import InvoiceKey
from relance.domain.plan import Plan
from relance.domain.register import Invoice, Scenario, Step

MESSAGE_WORDS = {"pre_due": "PRE", "promise_confirmed": "conf", "promise_broken": "broken"}

STANDARD = Scenario(
    "standard",
    (
        Step("PRE", -7, "email", active=False),
        Step("R1", 5, "email"),
        Step("R2", 12, "email", late_charges="mention"),
        Step("APPEL", 19, "call", after_previous=7, minimum_amount=Decimal(500)),
        Step("R3", 27, "email", late_charges="amount", days_granted=8),
        Step("MED", 42, "registered_letter", approval=True, late_charges="claimed", days_granted=8),
        Step("DEC", 57, "task", after_previous=15),
        Step("MERCI", 0, "email", active=False),
    ),
)


def changed(scenario: Scenario, name: str = "", **steps: Mapping[str, Any]) -> Scenario:
    """The scenario with fields of some steps replaced: `changed(STANDARD, PRE={"active": True})`."""
    return Scenario(name or scenario.name, tuple(replace(s, **steps.get(s.code, {})) for s in scenario.steps))


def without(scenario: Scenario, *codes: str) -> Scenario:
    """The scenario without these steps."""
    return replace(scenario, steps=tuple(s for s in scenario.steps if s.code not in codes))


STRATEGIC = Scenario("strategic", tuple(replace(s, approval=s.approval or s.is_message) for s in STANDARD.steps))


def day(text: str) -> date:
    """`05/10` is 5 October 2026, `15/01/27` is in 2027."""
    parts = [int(part) for part in text.split("/")]
    return date(2000 + parts[2] if len(parts) > 2 else 2026, parts[1], parts[0])


def short(when: date) -> str:
    """The other way round."""
    return f"{when:%d/%m}" if when.year == 2026 else f"{when:%d/%m/%y}"


def story(text: str) -> list[str]:
    """What should come out, items separated by ` | `; the order within a day does not matter."""
    items = [" ".join(item.split()) for item in text.split("|")]
    return sorted(items, key=lambda item: (day(item.split()[0]), item))


def calendar(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def items(plan: Plan, invoices: Mapping[str, Invoice], totals: bool) -> Iterator[str]:
    """What came out of a plan; `invoices` are the register's, by their short name."""
    for message in plan.messages:
        word = MESSAGE_WORDS.get(message.kind, message.step)
        star = "*" if message.kind == "repeat" else ""
        summed = totals and message.kind in ("step", "repeat", "pre_due")
        yield f"{star}{word}[{_names(message.said, invoices)}]" + (f"={message.total:.0f}" if summed else "")
    for task in plan.tasks:
        total = f"={sum(s.balance for s in task.said):.0f}" if totals else ""
        if task.kind == "approve":
            star = "*" if task.message_kind == "repeat" else ""
            yield f"?{star}{task.step}[{_names(task.said, invoices)}]{total}"
        elif task.kind == "letter":
            yield f"{task.step}[{_names(task.said, invoices)}]{total} letter"
        elif task.kind == "allocate":
            yield f"!allocate[{_names(task.said, invoices)}]"
        else:
            yield f"!{task.step if task.kind in ('call', 'decide') and task.step else task.kind}"


def _names(said: Iterable[Said], invoices: Mapping[str, Invoice]) -> str:
    names: dict[InvoiceKey, tuple[date, str]] = {i.key: (i.due_date, name) for name, i in invoices.items()}
    return ",".join(name for _, name in sorted(names[s.invoice] for s in said))

"""A plan, and what a run did, for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from relance import bootstrap, deployment
from relance.cli.screen import SHOWN, STATUS_STYLES, Column, line, note, table, text
from relance.domain.draft import Draft
from relance.domain.history import Task
from relance.domain.plan import InvoiceLine, Plan
from relance.domain.register import Register
from relance.domain.words import Words
from relance.ports.errors import MessageError
from relance.ports.mail import Messages
from relance.runs.desk import Desk, Result

if TYPE_CHECKING:
    from rich.text import Text

    from relance.places import Place

NAMED = 4  # invoices of a message that are named; the others are counted
LEAVING = ("why.leaves_today", "why.repeat_today", "why.left_today")


def show_plan(name: str, desk: Desk, result: Result, words: Words) -> None:
    """The plan of a day: messages, tasks, and what is late and does not leave."""
    t, plan, register = words.say_text, result.plan, result.register
    mode = words.value("mode", register.settings.mode)
    line((t("cli.plan", path=name, date=plan.today, mode=mode), "bold"))
    for n in plan.notices:
        note(f"! {words.say(n)}")
    if result.refused is not None:
        note(f"relance: {words.say(result.refused)}")
    print()
    if result.drafts:
        _messages(result.drafts, desk.wording(register.templates), words)
    else:
        line(t("cli.no_message"))
        print()
    if plan.tasks:
        _tasks(plan.tasks, register, words)
    _lines(plan, register, words)


def _messages(drafts: Sequence[Draft], messages: Messages, words: Words) -> None:
    t, h = words.say_text, words.headings["planned"]
    columns = (
        Column(h["customer"]), Column(h["step"]), Column(h["total"], right=True), Column(h["invoices"], spare=1),
        Column(h["to"], spare=2), Column(h["subject"], spare=3),
    )  # fmt: skip
    rows = [
        (d.customer.name, step_of(d, words), words.amount(d.total, d.currency), few([s.invoice[1] for s in d.message.said]),
         few(d.message.to, 2), subject(d, messages, words))
        for d in drafts[:SHOWN]
    ]  # fmt: skip
    totals = [(t("cli.total"), "", amount) for amount in sums(((d.currency, d.total) for d in drafts), words)]
    padded = [(*row, "", "", "") for row in totals]
    table(t("cli.messages", count=len(drafts)), columns, rows, totals=padded, more=more(len(drafts), words))


def _tasks(tasks: Sequence[Task], register: Register, words: Words) -> None:
    h = words.headings["todo"]
    columns = (Column(h["customer"]), Column(h["action"], spare=1), Column(h["briefing"]))
    rows = [(name_of(k.file[0], register), words.value("task", k.kind), words.say(k.briefing)) for k in tasks[:SHOWN]]
    table(words.say_text("cli.tasks", count=len(tasks)), columns, rows, more=more(len(tasks), words))


def _lines(plan: Plan, register: Register, words: Words) -> None:
    """How many invoices stand where, and why those that are late do not leave."""
    held = [x for x in plan.lines if x.status == "faulty" or _is_held(x)]
    held.sort(key=lambda x: (x.status != "faulty", -(x.days_late or 0)))
    if held:
        h = words.headings["invoices"]
        columns = (
            Column(h["customer"], spare=1), Column(h["invoice_no"]), Column(h["days_late"], right=True, spare=3),
            Column(h["status"], spare=2), Column(h["why"]),
        )  # fmt: skip
        rows = [
            (name_of(x.customer, register), x.invoice_no, x.days_late, status(x.status, words), words.say(x.why))
            for x in held[:SHOWN]
        ]
        table(words.say_text("cli.held", count=len(held)), columns, rows, more=more(len(held), words))
    counts = Counter(x.status for x in plan.lines)
    if counts:
        parts: list[str | tuple[object, str]] = [words.say_text("cli.standing", count=len(plan.lines)) + " "]
        for n, (found, count) in enumerate(counts.most_common()):
            parts += [" · " if n else "", (words.value("status", found), STATUS_STYLES.get(found, "")), f" {count}"]
        line(*parts)


def _is_held(x: InvoiceLine) -> bool:
    return (x.days_late or 0) > 0 and x.status != "paid" and x.why is not None and x.why.code not in LEAVING


def tell(reg: Place, result: Result, words: Words, announced: bool = False) -> None:
    """What a run did."""
    t = words.say_text
    for n in result.plan.notices:
        note(f"! {words.say(n)}")
    total = ", ".join(sums(((d.currency, d.total) for d in result.sent), words))
    folder = "Amazon SES" if deployment.deployed(reg) else str(bootstrap.state_folder(reg) / "outbox")
    mark = ("✓ ", "green")
    if announced:
        line(mark, t("cli.announced", count=len(result.drafts), tab=words.tabs["planned"]))
    elif result.sent:
        line(mark, t("cli.sent", count=len(result.sent), total=total, folder=folder))
    else:
        line(("· ", "dim"), t("cli.none_sent"))
    for failure in result.failed[:SHOWN]:
        line(("✗ ", "red"), (failure.draft.customer.name, "bold"), f"{t('cli.colon')}{words.say(failure.why)}")
    for draft in result.uncertain[:SHOWN]:
        line(("? ", "red"), (draft.customer.name, "bold"), f"{t('cli.colon')}{t('mail.uncertain')}")
    for why in list(result.unattached.values())[:SHOWN]:
        line(("! ", "yellow"), words.say(why))
    for count in (len(result.failed), len(result.uncertain), len(result.unattached)):
        if count > SHOWN:
            line((more(count, words), "dim"))
    if result.plan.tasks and result.register.settings.mode == "live":  # drafts and tests leave no trace in the memory
        line(mark, t("cli.tasks_made", count=len(result.plan.tasks), tab=words.tabs["todo"]))
    if result.stopped is not None:
        note(f"relance: {t('cli.stopped')} {words.say(result.stopped)}")
    if result.unwritten is not None:
        note(f"relance: {t('cli.unwritten')} {words.say(result.unwritten)}")
    else:
        line(mark, t("cli.written", count=result.cells, path=str(reg)))


def subject(draft: Draft, messages: Messages, words: Words) -> str:
    """A message's subject; the reason when its wording is at fault."""
    try:
        return messages.subject(draft)
    except MessageError as error:
        return words.say_text(error.code, **error.values)


def step_of(draft: Draft, words: Words) -> str:
    """The step of a message, or its kind where it has none of its own."""
    step = draft.message.step if draft.message.kind in ("step", "pre_due") else ""
    return step or words.value("message_kind", draft.message.kind)


def status(status_id: str, words: Words) -> Text:
    """The word of a status, in its colour."""
    return text((words.value("status", status_id), STATUS_STYLES.get(status_id, "")))


def name_of(code: str, register: Register) -> str:
    """The name of a customer; the code itself when nobody has it."""
    return register.customers[code].name if code in register.customers else code


def few(names: Sequence[str], count: int = NAMED) -> str:
    """The first of these names, and how many there are beside them."""
    return ", ".join(names[:count]) + (f" +{len(names) - count}" if len(names) > count else "")


def more(count: int, words: Words, shown: int = SHOWN) -> str:
    """That a list is longer than what is shown of it; nothing when it is not."""
    return words.say_text("cli.more", count=count - shown) if count > shown else ""


def sums(amounts: Iterable[tuple[str, Decimal]], words: Words) -> list[str]:
    """The total of each currency, e.g. `4 800,00 EUR`."""
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return [words.amount(total, currency) for currency, total in sorted(found.items())]

"""What each robot cell of the register should hold, as ids and plain values turned into the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from .aged import aged_of
from .decide import computed_profiles
from .draft import Draft
from .history import FileHistory, History, Message, Said, Task
from .keys import InvoiceKey
from .plan import InvoiceLine, Plan
from .register import Fault, Invoice, Register
from .sheet import CellValue
from .words import Words, reason

Row = Mapping[str, CellValue]


def problem_text(faults: Iterable[Fault], words: Words) -> str:
    """Faults as a person reads them: the column's heading, then what to mend."""
    found = []
    for fault in faults:
        heading = words.headings.get(fault.table, {}).get(fault.column, fault.column)
        found.append(f"{heading} : {words.say(fault.why)}" if heading else words.say(fault.why))
    return " ; ".join(dict.fromkeys(found))


def invoice_row(line: InvoiceLine, facts: FileHistory, words: Words) -> Row:
    """The robot cells of one invoice."""
    return {
        "balance": _number(line.balance),
        "days_late": line.days_late,
        "status": words.value("status", line.status),
        "last_step": line.last_step or None,
        "last_action": line.last_action,
        "next_step": line.next_step or None,
        "next_date": line.next_date,
        "why": words.say(line.why),
        "delivery": _delivery(line.key, facts, words),
        "history": _story(line.key, facts, words),
        "problem": problem_text(line.problem, words) or None,
    }


def _messages_about(key: InvoiceKey, facts: FileHistory) -> list[Message]:
    return [m for m in facts.messages if not m.test and any(s.invoice == key for s in m.said)]


def event_of(message: Message) -> str:
    """The id of what became of a message: sent, refused, bounced or uncertain."""
    status = message.status
    return "sent" if status == "accepted" else status


def step_text(message: Message, words: Words) -> str:
    """What a message was, in short: `R1`, or `Relevé R2`, or `Promesse confirmée`."""
    if message.kind == "step":
        return message.step
    kind = words.value("message_kind", message.kind)
    return f"{kind} {message.step}".strip()


def _delivery(key: InvoiceKey, facts: FileHistory, words: Words) -> str | None:
    about = _messages_about(key, facts)
    return words.value("event", event_of(about[-1])) if about else None


def _story(key: InvoiceKey, facts: FileHistory, words: Words) -> str | None:
    """What happened to an invoice, latest first."""
    items = []
    for m in _messages_about(key, facts):
        state = "" if m.status == "accepted" else f" ({words.value('event', event_of(m))})"
        items.append((m.day, f"{words.date(m.day)} {step_text(m, words)}{state}"))
    for t in facts.tasks:
        if t.kind in ("call", "letter", "dispute", "promise") and any(s.invoice == key for s in t.said):
            outcome = f" ({words.value('outcome', t.outcome)})" if t.outcome else ""
            task = f"{words.value('task', t.kind)} {t.step}".rstrip()
            items.append((t.created, f"{words.date(t.created)} {task}{outcome}"))
    return " · ".join(text for _, text in sorted(items, key=lambda item: item[0], reverse=True)) or None


def customer_rows(register: Register, plan: Plan, history: History, words: Words) -> dict[str, Row]:
    """The robot cells of every customer, in the register's currency (or the customer's only one)."""
    by_customer: dict[str, list[Invoice]] = {}
    for invoice in register.invoices:
        by_customer.setdefault(invoice.customer, []).append(invoice)
    contacts = _last_contacts(register, history)
    profiles = computed_profiles(register, history, plan.today)
    found: dict[str, Row] = {}
    for code, customer in register.customers.items():
        mine = by_customer.get(code, [])
        currencies = {i.currency for i in mine}
        currency = register.settings.currency if len(currencies) != 1 else next(iter(currencies))
        sums = aged_of((i for i in mine if i.currency == currency), plan.today)
        credit = sum((p.amount for p in register.unallocated.get((code, currency), ())), Decimal(0))
        sums["outstanding"] -= credit
        sums["not_due"] -= credit
        profile, mean, payer_class = profiles[code]
        found[code] = {
            **{column: float(amount) for column, amount in sums.items()},
            "mean_days_late": mean,
            "computed_profile": words.value("profile", profile),
            "payer_class": payer_class or None,
            "level": plan.levels.get((code, currency), "") or None,
            "last_contact": contacts.get(code),
            "problem": problem_text(customer.faults, words) or None,
        }
    return found


def _last_contacts(register: Register, history: History) -> dict[str, date]:
    """The last message, or line of the To do tab done or typed by a person, of each customer."""
    found: dict[str, date] = {}
    for (code, _), facts in history.files.items():
        days = [m.day for m in facts.messages if m.counts]
        days += [t.posted_on or t.outcome_on for t in facts.tasks if t.kind in ("call", "letter") and t.outcome_on]
        found[code] = max([found.get(code, date.min), *(d for d in days if d)])
    names = {c.name.casefold(): c.code for c in register.customers.values()}
    for answer in register.answers:
        code = names.get(answer.customer.casefold(), answer.customer)
        if answer.no is None and answer.created is not None:
            found[code] = max(found.get(code, date.min), answer.created)
    return {code: day for code, day in found.items() if day > date.min}


def task_row(task: Task, register: Register, words: Words, ready: str = "") -> Row:
    """The robot cells of one To do line; `ready` is the text that a person only has to send."""
    briefing = words.say(task.briefing) + (f"\n\n{ready}" if ready else "")
    if task.closed_on is not None:
        briefing = words.say(reason("todo.closed", date=task.closed_on, why=task.closed_why)) + " " + briefing
    customer = register.customers.get(task.file[0])
    done = task.closed_on is not None or bool(task.outcome)
    return {
        "no": task.no,
        "created": task.created,
        "due": task.due,
        "priority": words.value("priority", "done" if done else str(task.priority)),
        "customer": customer.name if customer else task.file[0],
        "action": f"{words.value('task', task.kind)} {task.step}".rstrip(),
        "invoices": ", ".join(invoice_name(s.invoice) for s in task.said),
        "amount": float(task.amount),
        "briefing": briefing,
    }


def planned_row(draft: Draft, subject: str, stop: str, words: Words) -> Row:
    """One line of the tab of planned messages."""
    message = draft.message
    return {
        "date": message.day,
        "customer": draft.customer.name,
        "step": step_text(message, words),
        "channel": words.value("channel", message.channel),
        "to": ", ".join(message.to),
        "invoices": ", ".join(invoice_name(s.invoice) for s in message.said),
        "total": float(draft.total),
        "currency": draft.currency,
        "subject": subject,
        "would_stop": stop,
    }


def invoice_name(key: InvoiceKey) -> str:
    """Number, and instalment when there is one."""
    return f"{key[1]} / {key[2]}" if key[2] else key[1]


def journal_rows(history: History, register: Register, words: Words, last: int) -> list[Row]:
    """One line per event, oldest first, at most `last` of the latest."""
    events: list[tuple[date, str, Row]] = []
    base: Row
    for (code, _), facts in history.files.items():
        customer = register.customers.get(code)
        name = customer.name if customer else code
        for m in facts.messages:
            base = {"customer": name, "step": step_text(m, words), "invoices": _names(m.said), "amount": float(m.total)}
            event = event_of(m)
            detail = m.subject if event == "sent" else _refusal(m.refusal, words)
            mark = " (test)" if m.test else ""
            row: Row = {
                "event": words.value("event", event) + mark,
                "to": ", ".join(m.to),
                "detail": detail or None,
                **base,
            }
            events.append((m.day, f"{m.id[:12]}-{m.attempt}", row))
        for t in facts.tasks:
            base = {"customer": name, "step": t.step or None, "invoices": _names(t.said), "amount": float(t.amount)}
            action = words.value("task", t.kind)
            happened = [(t.created, "", "task", action)]
            if t.outcome_on is not None:
                happened.append((t.outcome_on, "-R", "answer", f"{action} : {words.value('outcome', t.outcome)}"))
            if t.closed_on is not None:
                happened.append((t.closed_on, "-C", "closed", f"{action} : {words.say(t.closed_why)}"))
            for day, mark, event, detail in happened:
                events.append((day, f"T{t.no}{mark}", {"event": words.value("event", event), "detail": detail, **base}))
    events.sort(key=lambda e: (e[0], e[1]))
    return [{"event_id": name, "date": day, **row} for day, name, row in events[-last:]]


def _refusal(code: str, words: Words) -> str:
    """Why a message was refused, in words where the sentence needs nothing more."""
    text = words.texts.get(code, code)
    return code if "{" in text else text


def _names(said: Iterable[Said]) -> str:
    return ", ".join(invoice_name(s.invoice) for s in said)


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)

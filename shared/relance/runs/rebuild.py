"""`ledger rebuild`: make a lost ledger believe what the sheet's journal says was sent. A person's command, never a run's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from relance.domain.grid import open_tabs
from relance.domain.history import Message, MessageKind, Said
from relance.domain.parse import parse
from relance.domain.register import Invoice, Register
from relance.domain.rows import invoice_name
from relance.domain.sheet import Cell
from relance.domain.words import Words
from relance.runs.desk import Desk


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many messages were taken from the journal, and the event ids of lines that could not be used."""

    messages: int
    unusable: tuple[str, ...]


def rebuild(desk: Desk, now: datetime) -> Rebuilt:
    """Record every message of the journal that the ledger does not know as sent, and take over the sheet's run number."""
    snapshot = desk.store.read()
    register = parse(snapshot, desk.lexicon)
    grid = open_tabs(snapshot, desk.lexicon)[0]["journal"]
    words = desk.words(register)
    history = desk.history(register)
    known = {m.id[:12] for facts in history.files.values() for m in facts.messages}
    versions = {key: facts.version for key, facts in history.files.items()}
    count, unusable = 0, []
    for row in grid.rows[1:]:
        cells = {name: row[index] if index < len(row) else None for name, index in grid.columns.items()}
        if cells.get("event") not in (words.value("event", "sent"), words.value("event", "uncertain")):
            continue  # what may have left counts as sent: it is not sent again
        name = str(cells.get("event_id") or "")
        message = _message(name, cells, register, words)
        if message is None:
            unusable.append(name)
        elif message.id[:12] not in known:
            detail = f"Rebuilt from the journal: {cells.get('detail') or ''}".encode()
            claim = desk.ledger.claim(message, detail, versions.get(message.file, 0), now)
            versions[message.file] = claim.version
            if claim.granted:
                desk.ledger.accepted(message.id, name)
                count += 1
    desk.ledger.set_last_run(register.last_run)
    return Rebuilt(count, tuple(unusable))


def _message(name: str, cells: Mapping[str, Cell], register: Register, words: Words) -> Message | None:
    """The facts of one journal line; None when its customer, its invoices or its date are not found."""
    day, customer = cells.get("date"), str(cells.get("customer") or "")
    code = next((c.code for c in register.customers.values() if c.name == customer), customer)
    numbers = [n.strip() for n in str(cells.get("invoices") or "").split(",")]
    named = {invoice_name(i.key): i for i in register.invoices if i.customer == code}
    about = [named[n] for n in numbers if n in named]
    if not about or type(day) is not date:
        return None
    kind, step = _what(str(cells.get("step") or ""), words)
    to = tuple(a.strip() for a in str(cells.get("to") or "").split(",") if a.strip())
    amount = cells.get("amount")
    total = Decimal(repr(amount)).quantize(Decimal("0.01")) if isinstance(amount, float) else Decimal(0)
    scenario = register.customers[code].scenario if code in register.customers else ""
    offset = _offset(step, scenario, register)
    said = tuple(_said(i, kind, step, offset) for i in about)
    return Message(name, (code, about[0].currency), day, kind, step, scenario, "email", to, (), said, total, 0, "")


def _said(invoice: Invoice, kind: MessageKind, step: str, offset: int) -> Said:
    return Said(invoice.key, invoice.balance, step if kind in ("step", "repeat", "pre_due") else "", offset)


def _what(text: str, words: Words) -> tuple[MessageKind, str]:
    """The kind and the step that the journal shows as `R1` or `Relevé R2`."""
    kinds: tuple[MessageKind, ...] = ("repeat", "pre_due", "promise_confirmed", "promise_broken", "thanks")
    for kind in kinds:
        label = words.value("message_kind", kind)
        if text.startswith(label):
            return kind, text.removeprefix(label).strip()
    return "step", text


def _offset(step: str, scenario: str, register: Register) -> int:
    named = [register.scenarios[scenario]] if scenario in register.scenarios else list(register.scenarios.values())
    return next((s.offset for ladder in named for s in ladder.steps if s.code == step), 0)

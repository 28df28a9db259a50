"""What must hold after two runs without faults and without people: the sheet tells exactly what is so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from relance.domain.plan import InvoiceLine
from relance.domain.project import same
from relance.domain.rows import invoice_row
from relance.runs.desk import Desk
from relance.runs.look import look
from tests.world.book import FR, ROBOT, Tables
from tests.world.facts import facts_of
from tests.world.judge import Judge

EVENTS = {"sent": "accepted", "bounced": "bounced", "rejected": "rejected", "uncertain": "uncertain", "refused": "refused"}
TASK, OUTCOME = FR.values["task"], FR.values["outcome"]


def check(judge: Judge, today: date) -> None:
    """I5, I6, I7 and I12."""
    desk = judge.place.desk()
    try:
        result = look(desk, today)
        assert result.refused is None, f"I7 {today}: refused: {result.refused}"
        due = [(m.file, m.step) for m in result.plan.messages]
        assert not due, f"I7 {today}: still due: {due}"
        tables = judge.place.look()
        _rows(desk, result.plan.lines, tables)
        _tasks(desk, tables)
    finally:
        close(desk)
    _history(judge, tables)
    _letters(tables)


def close(desk: Desk) -> None:
    """What the end of a process does."""
    ledger: Any = desk.ledger
    ledger.close()


def _rows(desk: Desk, lines: tuple[InvoiceLine, ...], tables: Tables) -> None:
    table, history = tables["invoices"], desk.ledger.history()
    seen = set()
    for line in lines:
        seen.add(line.row - 1)
        row = line.row - 1
        number = table.get(row, "invoice_no")
        assert (number or "") == line.invoice_no, f"I5 row {line.row}: is {number}"
        file = history.file((line.customer, "EUR"))
        for column, value in invoice_row(line, file, FR).items():
            cell = _plain(table.get(row, column))
            assert same(cell, value), f"I5 row {line.row} ({number}), {column}: {cell!r}, not {value!r}"
    for n in table.used():
        text = {c: table.get(n, c) for c in ROBOT["invoices"] if table.get(n, c) is not None}
        assert n in seen or not text, f"I5 row {n + 1}: belongs to no invoice, and says {text}"
    facts = facts_of(tables)
    for rows in facts.rows.values():
        for r in (r for r in rows if len(rows) == 1 and not r.faulty):
            shown = table.get(table.find("invoice_no", r.number), "balance")
            assert shown == float(r.open), f"I5 {r.number}: balance {shown}, not {r.open}"


def _plain(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) else cell


def _tasks(desk: Desk, tables: Tables) -> None:
    table = tables["todo"]
    numbers = [table.get(n, "no") for n in table.used() if table.get(n, "no") is not None]
    for facts in desk.ledger.history().files.values():
        for task in facts.tasks:
            if task.open:
                assert task.no in numbers, f"I7 task {task.no} ({task.kind}) is not on the sheet"


def _history(judge: Judge, tables: Tables) -> None:
    """Every message that left is told on the rows it named, and each message by the journal as what became of it."""
    table = tables["invoices"]
    known = {m.id: m for m in judge.place.ledger()}
    sent = [m for m in judge.place.sent() if known[m.id].status == "accepted"]
    for mail in sent:
        for number in mail.owed:
            rows = [n for n in table.used() if table.get(n, "invoice_no") == number]
            text = str(table.get(rows[0], "history")) if len(rows) == 1 else FR.date(mail.day)
            assert FR.date(mail.day) in text, f"I6 {number}: nothing about {mail.id}: {text!r}"
    for event, status in EVENTS.items():
        told = sorted(judge.journal(FR.values["event"][event]))
        assert told == sorted(m.id[:12] for m in known.values() if m.status == status), f"I6 {event}: the journal tells {told}"
    uncertain = [m.id for m in known.values() if m.status == "uncertain"]
    assert not (uncertain and judge.place.asked), f"I7 the mail server knows, and these stay uncertain: {uncertain}"


def _letters(tables: Tables) -> None:
    """Each formal letter on the sheet has a line before it, approved, about the same invoices and the same sum."""
    table = tables["todo"]
    lines = [
        (table.get(n, "no"), str(table.get(n, "action")), table.get(n, "invoices"), table.get(n, "amount"),
         table.get(n, "outcome"))
        for n in table.used()
    ]  # fmt: skip
    for no, action, invoices, amount, _ in lines:
        if action == f"{TASK['letter']} MED":
            approved = [
                x for x in lines
                if x[1] == f"{TASK['approve']} MED" and x[2:4] == (invoices, amount) and x[0] is not None and x[0] < no
                and x[4] in (OUTCOME["approved"], OUTCOME["done"])
            ]  # fmt: skip
            assert approved, f"I12 letter {no} about {invoices} ({amount}) was never approved"

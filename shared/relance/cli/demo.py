"""`demo`: an example register, made afresh and chased on three successive working days."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Lang, clock, day_of, example, table, words_for
from relance.cli.register import register_rows
from relance.cli.sample import sample_rows
from relance.domain.grid import open_tabs
from relance.domain.sheet import CellValue, CellWrite, Snapshot
from relance.domain.words import Words
from relance.domain.workdays import Workdays
from relance.runs.chase import chase
from relance.runs.desk import Result
from relance.runs.edit import change_settings
from relance.runs.look import look


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command(epilog=example("relance demo", "relance demo --folder essai --on 2026-10-05"))(demo)


def demo(
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to make it; made afresh each time.")] = Path("demo"),
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The first day.")] = None,
    lang: Lang = None,
) -> None:
    """Make an example register and chase it on three working days. Nothing leaves this machine."""
    words = bootstrap.languages()["fr"]
    told = words_for(lang)
    days = Workdays("FR")
    first = days.next_sending(day_of(on) if on else clock().date())
    path = folder / "registre.xlsx"
    shutil.rmtree(bootstrap.state_folder(path), ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    rows = sample_rows(words, first)
    bootstrap.create_register(path, words, register_rows(words, rows, {"register_id": "demo-registre"}))
    print(told.say_text("demo.made", path=str(path), count=len(rows["invoices"]), customers=len(rows["customers"])))
    today = first
    for number, act in enumerate((None, _approve, _pay_and_promise), start=1):
        if number > 1:
            today = days.next_sending(today + timedelta(days=1))
            up_to = {"payments_entered_up_to": days.add_working(today, -1).isoformat()}
            change_settings(bootstrap.open_store(path), bootstrap.lexicon(), words, up_to)
        if act is not None:
            print(told.say_text(f"demo.act_{number}", count=act(path, today, words)))
        _day(path, today, told)
    state = bootstrap.state_folder(path)
    print(told.say_text("demo.open", path=str(path), outbox=str(state / "outbox")))


def _day(path: Path, today: date, words: Words) -> None:
    """Plan, then chase, one day; and what came of it."""
    desk = bootstrap.open_desk(path)
    planned = look(desk, today)
    print()
    print(told_day(words, today, planned))
    result = chase(desk, today, lambda: datetime.combine(today, time(8, 30), UTC))
    h = words.headings["planned"]
    rows = [
        (d.customer.name, d.message.step or words.value("message_kind", d.message.kind),
         ", ".join(s.invoice[1] for s in d.message.said), words.amount(d.total, d.currency))
        for d in result.sent
    ]  # fmt: skip
    table(
        words.say_text("demo.sent", count=len(rows)),
        [h["customer"], h["step"], h["invoices"], h["total"]],
        rows,
        right=(3,),
    )
    tasks = [(desk.register.customers[t.file[0]].name, words.value("task", t.kind), words.say(t.briefing))
             for t in result.plan.tasks]  # fmt: skip
    todo = words.headings["todo"]
    if tasks:
        table(words.say_text("cli.tasks", count=len(tasks)), [todo["customer"], todo["action"], todo["briefing"]], tasks)
    _held(result, words)


def told_day(words: Words, today: date, planned: Result) -> str:
    """The line that opens a day."""
    return words.say_text("demo.day", date=today, messages=len(planned.drafts), tasks=len(planned.plan.tasks))


def _held(result: Result, words: Words) -> None:
    """A few of the rows that are late and were not chased, each with its reason."""
    if result.after is None:
        return
    seen, rows = set(), []
    for line in result.after.lines:
        if (line.days_late or line.status == "faulty") and line.why and line.why.code not in seen and line.last_action is None:
            seen.add(line.why.code)
            rows.append((line.customer, line.invoice_no, words.say(line.why)))
    h = words.headings["invoices"]
    table(words.say_text("demo.held"), [h["customer"], h["invoice_no"], h["why"]], rows[:14])


def _edit(path: Path, cells: Callable[[Snapshot], list[CellWrite]]) -> int:
    """What a person does in the workbook between two runs."""
    done = cells(bootstrap.open_store(path).read())
    if done:
        bootstrap.open_store(path).write(lambda now: [c for c in cells(now) if _at(now, c) != c.value])
    return len(done)


def _at(snapshot: Snapshot, cell: CellWrite) -> object:
    tab = next(t for t in snapshot.tabs if t.title == cell.tab)
    row = tab.rows[cell.row] if cell.row < len(tab.rows) else ()
    return row[cell.column] if cell.column < len(row) else None


def _approve(path: Path, today: date, words: Words) -> int:
    """Approve every line of the To do tab that asks for it."""
    asked = words.value("task", "approve")

    def cells(snapshot: Snapshot) -> list[CellWrite]:
        grid = open_tabs(snapshot, bootstrap.lexicon())[0]["todo"]
        action, outcome = grid.columns["action"], grid.columns["outcome"]
        return [
            CellWrite(grid.title, n, outcome, words.value("outcome", "approved"))
            for n, row in enumerate(grid.rows) if n and len(row) > action and str(row[action] or "").startswith(asked)
        ]  # fmt: skip

    return _edit(path, cells)


def _pay_and_promise(path: Path, today: date, words: Words) -> int:
    """Enter a payment of one invoice, and a promise on another."""
    edits: dict[str, dict[str, CellValue]] = {
        "F-1001": {"paid": 1240.0, "paid_on": today - timedelta(days=1)},
        "F-1015": {"promised_for": today + timedelta(days=10)},
    }

    def cells(snapshot: Snapshot) -> list[CellWrite]:
        grid = open_tabs(snapshot, bootstrap.lexicon())[0]["invoices"]
        number = grid.columns["invoice_no"]
        return [
            CellWrite(grid.title, n, grid.columns[column], value)
            for n, row in enumerate(grid.rows) if len(row) > number
            for column, value in edits.get(str(row[number]), {}).items()
        ]  # fmt: skip

    return _edit(path, cells)

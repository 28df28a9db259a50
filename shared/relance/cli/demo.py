"""`demo`: an example register, made afresh and chased on three successive working days."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Lang, Place, RefusedError, clock, day_of, words_for
from relance.cli.register import register_rows
from relance.cli.sample import nth_sending, sample_rows
from relance.cli.screen import Column, line, table
from relance.cli.telling import few, name_of, step_of
from relance.domain.grid import Grid, open_tabs
from relance.domain.parse import parse
from relance.domain.sheet import CellValue, CellWrite, Snapshot
from relance.domain.words import Words
from relance.domain.workdays import Workdays
from relance.ports.errors import RelanceError
from relance.runs.chase import chase
from relance.runs.desk import Result
from relance.runs.edit import change_settings
from relance.runs.look import look

REGISTER_ID = "demo-registre"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Option()] = Path("demo"),
    on: Annotated[str | None, typer.Option("--on", metavar="DATE")] = None,
    lang: Lang = None,
) -> None:
    """Make an example register and chase it on three working days. Nothing leaves this machine."""
    path = folder / "registre.xlsx"
    _clear(path)
    story(path, on, words_for(lang))


def story(place: Place, on: str | None, told: Words, after_run: Callable[[], None] = lambda: None) -> date:
    """Make the register and chase it on three working days, the last one before today unless `on` is the first.

    People act in between. Returns the working day that comes next; `after_run` is called after each run.
    """
    words, days = bootstrap.languages()["fr"], Workdays("FR")
    today = days.next_sending(day_of(on)) if on else nth_sending(days, days.next_sending(clock().date()), -3)
    rows = sample_rows(words, today)
    bootstrap.create_register(place, words, register_rows(words, rows, {"register_id": REGISTER_ID}))
    print(told.say_text("demo.made", path=str(place), count=len(rows["invoices"]), customers=len(rows["customers"])))
    told_reasons: set[str] = set()
    _day(place, today, told, told_reasons)
    after_run()
    for number, act in ((2, answer), (3, pay_and_promise)):
        today = nth_sending(days, today, 1)
        up_to = enter_payments(place, today, days, words)
        print(told.say_text(f"demo.act_{number}", count=act(place, today, words), up_to=up_to))
        _day(place, today, told, told_reasons)
        after_run()
    today = nth_sending(days, today, 1)
    enter_payments(place, today, days, words)
    outbox = bootstrap.state_folder(place) / "outbox"
    message = next(iter(sorted(outbox.glob("*.eml"))), outbox)
    print(told.say_text("demo.open", path=str(place), outbox=str(outbox), message=str(message)))
    return today


def enter_payments(path: Place, today: date, days: Workdays, words: Words) -> date:
    """Say that payments are entered up to the working day before; that day."""
    up_to = days.add_working(today, -1)
    change_settings(bootstrap.open_store(path), bootstrap.lexicon(), words, {"payments_entered_up_to": up_to.isoformat()})
    return up_to


def _clear(path: Path) -> None:
    """Remove the example of an earlier time, and nothing else. Raises RefusedError when it may be a real register."""
    state = bootstrap.state_folder(path)
    if path.exists():
        try:
            owner = parse(bootstrap.open_store(path).read(), bootstrap.lexicon()).register_id
        except RelanceError:
            owner = ""
        if owner != REGISTER_ID:
            raise RefusedError("demo.not_ours", path=str(path))
    if state.exists() and bootstrap.ledger_owner(state) != REGISTER_ID:
        raise RefusedError("demo.not_ours", path=str(state))
    shutil.rmtree(state, ignore_errors=True)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)


def _day(path: Place, today: date, words: Words, told: set[str]) -> None:
    """Plan, then chase, one day; and what came of it."""
    desk = bootstrap.open_desk(path)
    planned = look(desk, today)
    print()
    line((words.say_text("demo.day", date=today, messages=len(planned.drafts), tasks=len(planned.plan.tasks)), "bold cyan"))
    print()
    result = chase(desk, today, lambda: datetime.combine(today, time(8, 30), UTC))
    h, todo = words.headings["planned"], words.headings["todo"]
    sent = [
        (d.customer.name, step_of(d, words), words.amount(d.total, d.currency), few([s.invoice[1] for s in d.message.said]))
        for d in result.sent
    ]
    columns = (Column(h["customer"]), Column(h["step"]), Column(h["total"], right=True), Column(h["invoices"]))
    table(words.say_text("demo.sent", count=len(sent)), columns, sent)
    tasks = [(name_of(t.file[0], desk.register), words.value("task", t.kind), words.say(t.briefing)) for t in result.plan.tasks]
    if tasks:
        table(words.say_text("cli.tasks", count=len(tasks)), [todo["customer"], todo["action"], todo["briefing"]], tasks)
    _held(result, words, told)


def _held(result: Result, words: Words, told: set[str]) -> None:
    """For each reason not told on an earlier day, one row that is late or faulty and was not chased."""
    rows = []
    for x in result.after.lines if result.after else ():
        held = (x.days_late and x.status != "paid" and x.last_action != result.plan.today) or x.status == "faulty"
        if held and x.why and x.why.code not in told:
            told.add(x.why.code)
            rows.append((name_of(x.customer, result.register), x.invoice_no, words.say(x.why)))
    if rows:
        h = words.headings["invoices"]
        table(words.say_text("demo.held"), [h["customer"], h["invoice_no"], h["why"]], rows)


def _edit(path: Place, cells: Callable[[Snapshot], list[CellWrite]]) -> int:
    """What a person types in the register between two runs; how many cells."""
    return bootstrap.open_store(path).write(cells)


def _typed(grid: Grid, key: str, edits: dict[str, dict[str, CellValue]]) -> list[CellWrite]:
    """Cells of the rows whose key column begins with one of these texts."""
    at = grid.columns[key]
    return [
        CellWrite(grid.title, index, grid.columns[column], value)
        for index, row in enumerate(grid.rows) if index and len(row) > at
        for start, values in edits.items() if str(row[at] or "").startswith(start)
        for column, value in values.items()
    ]  # fmt: skip


def answer(path: Place, today: date, words: Words) -> int:
    """Approve every line of the To do tab that asks for it."""
    approved: dict[str, CellValue] = {"outcome": words.value("outcome", "approved")}
    lexicon = bootstrap.lexicon()
    return _edit(
        path, lambda now: _typed(open_tabs(now, lexicon)[0]["todo"], "action", {words.value("task", "approve"): approved})
    )


def pay_and_promise(path: Place, today: date, words: Words) -> int:
    """Enter the payments of one invoice and of what was promised on another, and a promise on a third."""
    yesterday = today - timedelta(days=1)
    edits: dict[str, dict[str, CellValue]] = {
        "F-1001": {"paid": 1240.0, "paid_on": yesterday},
        "F-1022": {"paid": 1500.0, "paid_on": yesterday},
        "F-1015": {"promised_for": today + timedelta(days=10)},
    }
    return _edit(path, lambda now: _typed(open_tabs(now, bootstrap.lexicon())[0]["invoices"], "invoice_no", edits))

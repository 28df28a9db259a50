"""`doctor`, `confirm` and `ledger`: looking after a register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relance import bootstrap, deployment
from relance.cli.base import (
    Json,
    Lang,
    On,
    Place,
    RefusedError,
    Reg,
    UsageError,
    Yes,
    ask,
    clock,
    opened,
    print_json,
    today_of,
    words_for,
)
from relance.cli.screen import MARKS, Column, grid, line, note, progress, table, text
from relance.cli.telling import more, name_of
from relance.domain.checkup.finding import GROUPS, Finding
from relance.domain.gates import changes_of, pins_of, refusal_of
from relance.domain.history import History, Message
from relance.domain.register import Register
from relance.domain.words import Words
from relance.runs.checkup import checkup
from relance.runs.rebuild import rebuild as run_rebuild

if TYPE_CHECKING:
    from rich.text import Text

SHOWN_MESSAGES = 30
STATES = {"accepted": "sent"}  # the others have an event of the same name


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(doctor)
    app.command()(confirm)
    ledger = typer.Typer()
    for command in (show, rebuild, adopt, resolve):
        ledger.command()(command)
    app.add_typer(ledger, name="ledger")


def doctor(
    reg: Reg,
    on: On = None,
    live_checks: Annotated[bool, typer.Option("--live-checks")] = False,
    yes: Yes = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Everything that can be wrong before going live, one line each."""
    if live_checks:
        _try_sheet(reg, yes or as_json, as_json, words_for(lang))
        return
    desk = opened(reg, lang)
    words = words_for(lang, desk.register.settings)
    today = today_of(on, desk.register.settings)
    with progress(words.say_text("cli.checking")):
        findings = checkup(desk, today)
    if as_json:
        print_json([
            {"level": f.level, "check": f.check, "says": words.say(f.says), "where": words.say(f.where) or None,
             "todo": words.say(f.todo) or None}
            for f in findings
        ])  # fmt: skip
    else:
        line((words.say_text("cli.doctor", path=reg.name, date=today), "bold"))
        _diagnosis(findings, words)
    if any(f.level == "error" for f in findings):
        raise typer.Exit(1)


def _try_sheet(reg: Place, yes: bool, as_json: bool, words: Words) -> None:
    """Try on a tab of its own what only Google itself can show."""
    if isinstance(reg, Path):
        raise UsageError("cli.no_sheet", path=str(reg))
    if not yes and not ask(words.say_text("cli.ask_trial", title=words.say_text("trial.title"))):
        raise RefusedError("cli.not_confirmed")
    with progress(words.say_text("cli.checking")):
        sights = bootstrap.try_sheet(reg, words)
    if as_json:
        checks = [(s.says.code.partition(".")[2].removesuffix("_not"), s) for s in sights]
        print_json([{"level": s.level, "check": check, "says": words.say(s.says)} for check, s in checks])
    else:
        for sight in sights:
            line(MARKS[sight.level], (words.say(sight.says), ""))
    if any(s.level == "error" for s in sights):
        raise typer.Exit(1)


def _diagnosis(findings: Sequence[Finding], words: Words) -> None:
    """The findings for a person: by group, each with what to do, and how many there are of each level."""
    for group in GROUPS:
        mine = [f for f in findings if f.group == group]
        if mine:
            print()
            line((words.say_text(f"doctor.group_{group}"), "bold"))
            grid(row for f in mine for row in _finding(f, words))
    counts = Counter(f.level for f in findings)
    print()
    code = "cli.not_ready" if counts["error"] else "cli.almost_ready" if counts["warning"] else "cli.ready"
    style = "bold red" if counts["error"] else "yellow" if counts["warning"] else "bold green"
    line((words.say_text(code, errors=counts["error"], warnings=counts["warning"]), style))


def _finding(f: Finding, words: Words) -> Iterator[tuple[Text, Text]]:
    place = (f" — {words.say(f.where)}", "dim") if f.where else ""
    yield text(MARKS[f.level]), text(words.say(f.says), place)
    if f.todo:
        yield text(""), text(("→ ", "dim"), words.say(f.todo))


def confirm(reg: Reg, yes: Yes = False, lang: Lang = None) -> None:
    """Accept what made the run refuse: many rows changed at once, or other bank details."""
    desk = opened(reg, lang)
    register, history = desk.register, desk.history(desk.register)
    words = words_for(lang, register.settings)
    pending = refusal_of(register, history, history.last_day or clock().date())
    code = pending.code if pending else ""
    if code not in ("refusal.mass_change", "refusal.pins_changed"):
        print(words.say_text("cli.nothing_to_confirm"))
        return
    note(words.say(pending))
    if code == "refusal.mass_change":
        changed, _, digest = changes_of(register, history)
        for key in changed[:20]:
            note(f"  {key[0]} · {key[1]} {key[2]}")
    elif history.pins is not None:
        now = pins_of(register.settings)
        for name in (f.name for f in fields(now)):
            old, new = getattr(history.pins, name), getattr(now, name)
            if old != new:
                note(f"  {name}: {_masked(name, old)} → {_masked(name, new)}")
    if not yes and not ask(words.say_text("cli.ask_confirm")):
        raise RefusedError("cli.not_confirmed")
    if code == "refusal.mass_change":
        desk.ledger.confirm(digest)
    else:
        desk.ledger.pin(pins_of(register.settings))
    print(words.say_text("cli.confirmed"))


def _masked(name: str, value: str) -> str:
    return f"…{value[-4:]}" if name == "iban" and value else value or "-"


def show(reg: Reg, as_json: Json = False, lang: Lang = None) -> None:
    """Runs, messages by state, open tasks, and the messages of which nobody knows whether they left."""
    desk = opened(reg, lang)
    words = words_for(lang, desk.register.settings)
    history = desk.history(desk.register)
    messages = [m for f in history.files.values() for m in f.messages]
    open_tasks = sum(t.open for f in history.files.values() for t in f.tasks)
    counts = Counter(m.status for m in messages)
    document: dict[str, Any] = {
        "register_id": history.register_id, "last_run": history.last_run, "last_day": history.last_day,
        "messages": dict(counts), "open_tasks": open_tasks,
        "uncertain": [m.id for m in messages if m.status == "uncertain"],
    }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        _memory(history, desk.register, messages, open_tasks, words)


def _memory(history: History, register: Register, messages: Sequence[Message], open_tasks: int, words: Words) -> None:
    """What the ledger knows, for a person: the latest messages last."""
    h = words.headings["journal"]
    if history.last_day is None:
        line(words.say_text("cli.ledger_empty"))
        return
    line((words.say_text("cli.ledger", run=history.last_run, day=history.last_day), "bold"))
    counts = Counter(m.status for m in messages)
    states = " · ".join(f"{words.value('event', STATES.get(s, s))} {n}" for s, n in counts.most_common())
    line(words.say_text("cli.ledger_counts", messages=len(messages), states=states or "-", tasks=open_tasks))
    print()
    latest = sorted(messages, key=lambda m: (m.day, m.id))[-SHOWN_MESSAGES:]
    columns = (
        Column(h["date"]), Column(h["customer"]), Column(h["step"]), Column(h["amount"], right=True), Column(h["event"]),
        Column(h["event_id"], spare=1),
    )  # fmt: skip
    rows = [
        (words.date(m.day), name_of(m.file[0], register), m.step or words.value("message_kind", m.kind),
         words.amount(m.total, m.file[1]), text((words.value("event", STATES.get(m.status, m.status)),
         "green" if m.status == "accepted" else "red")), m.id[:12])
        for m in latest
    ]  # fmt: skip
    if rows:
        table("", columns, rows, more=more(len(messages), words, SHOWN_MESSAGES))


def rebuild(reg: Reg, yes: Yes = False, lang: Lang = None) -> None:
    """Make a lost ledger believe what the register's journal says was sent."""
    desk = opened(reg, lang)
    words = words_for(lang, desk.register.settings)
    if desk.refusal is not None and desk.refusal.code != "refusal.ledger_lost":
        raise RefusedError(desk.refusal.code, **dict(desk.refusal.values))
    if not yes and not ask(words.say_text("cli.ask_rebuild", run=desk.register.last_run)):
        raise RefusedError("cli.not_confirmed")
    result = run_rebuild(desk, clock())
    print(words.say_text("cli.rebuilt", count=result.messages, unusable=len(result.unusable)))
    for name in result.unusable:
        note(f"  {name}")


def adopt(
    reg: Reg,
    folder: Annotated[Path | None, typer.Option("--from")] = None,
    yes: Yes = False,
    lang: Lang = None,
) -> None:
    """Take over the ledger of a renamed register, or accept the ledger as it is when the sheet is ahead of it."""
    desk = opened(reg, lang)
    words = words_for(lang, desk.register.settings)
    if desk.refusal is not None and desk.refusal.code == "refusal.copy":
        raise RefusedError(desk.refusal.code, **dict(desk.refusal.values))
    if not yes and not ask(words.say_text("cli.ask_adopt")):
        raise RefusedError("cli.not_confirmed")
    place = str(bootstrap.state_folder(reg))
    if deployment.deployed(reg):
        place = "DynamoDB"
    elif bootstrap.adopt_folder(reg, desk.register.register_id, folder) is None and not bootstrap.ledger_owner(Path(place)):
        raise RefusedError("cli.no_ledger")
    deployment.open_desk(reg).ledger.set_last_run(desk.register.last_run)
    print(words.say_text("cli.adopted", folder=place))


def resolve(
    reg: Reg,
    message: Annotated[str, typer.Argument(metavar="ID")],
    word: Annotated[str, typer.Argument(metavar="sent|not_sent")],
    lang: Lang = None,
) -> None:
    """Say what happened to a message of which nobody knows whether it left."""
    if word not in ("sent", "not_sent"):
        raise UsageError("cli.word", text=word)
    desk = opened(reg, lang)
    words: Words = words_for(lang, desk.register.settings)
    found = [m for f in desk.history(desk.register).files.values() for m in f.messages if m.id.startswith(message)]
    if len(found) != 1 or found[0].status != "uncertain":
        raise RefusedError("cli.no_uncertain", id=message)
    desk.ledger.resolve(found[0].id, "sent" if word == "sent" else "not_sent")
    print(words.say_text("cli.resolved"))

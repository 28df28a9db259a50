"""`doctor`, `confirm` and `ledger`: looking after a register."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from relance import bootstrap
from relance.cli.base import (
    Json,
    Lang,
    On,
    RefusedError,
    Reg,
    UsageError,
    Yes,
    ask,
    clock,
    example,
    note,
    print_json,
    table,
    today_of,
    words_for,
)
from relance.domain.gates import changes_of, pins_of, refusal_of
from relance.domain.words import Words
from relance.runs.checkup import checkup
from relance.runs.rebuild import rebuild as run_rebuild

ledger_app = typer.Typer(help="The durable record of what was sent.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command(epilog=example("relance doctor registre.xlsx"))(doctor)
    app.command(epilog=example("relance confirm registre.xlsx"))(confirm)
    ledger_app.command(epilog=example("relance ledger show registre.xlsx"))(show)
    ledger_app.command(epilog=example("relance ledger rebuild registre.xlsx"))(rebuild)
    ledger_app.command(epilog=example("relance ledger adopt registre.xlsx"))(adopt)
    ledger_app.command(epilog=example("relance ledger resolve registre.xlsx 3f2a… sent"))(resolve)
    app.add_typer(ledger_app, name="ledger")


def doctor(reg: Reg, on: On = None, as_json: Json = False, lang: Lang = None) -> None:
    """Everything that can be wrong before going live, one line each."""
    desk = bootstrap.open_desk(reg)
    words = words_for(lang, desk.register.settings)
    findings = checkup(desk, today_of(on, desk.register.settings))
    if as_json:
        print_json([{"level": f.level, "says": words.say(f.says)} for f in findings])
    else:
        marks = {"ok": "✓", "warning": "!", "error": "✗"}
        for f in findings:
            print(f"{marks[f.level]} {words.say(f.says)}")
    if any(f.level == "error" for f in findings):
        raise typer.Exit(1)


def confirm(reg: Reg, yes: Yes = False, lang: Lang = None) -> None:
    """Accept what made the run refuse: many rows changed at once, or other bank details."""
    desk = bootstrap.open_desk(reg)
    register, history = desk.register, desk.ledger.history()
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
        for name in ("iban", "bic", "from_email", "reply_to"):
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
    desk = bootstrap.open_desk(reg)
    words = words_for(lang, desk.register.settings)
    history = desk.ledger.history()
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
        return
    print(words.say_text("cli.ledger", run=history.last_run, day=history.last_day or "-", tasks=open_tasks))
    h = words.headings["journal"]
    rows = [(m.id, words.date(m.day), m.file[0], m.step or m.kind, m.status) for m in messages[-30:]]
    table("", ["id", h["date"], h["customer"], h["step"], h["event"]], rows)


def rebuild(reg: Reg, yes: Yes = False, lang: Lang = None) -> None:
    """Make a lost ledger believe what the register's journal says was sent."""
    desk = bootstrap.open_desk(reg)
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
    folder: Annotated[Path | None, typer.Option("--from", metavar="FOLDER", help="The state folder to take over.")] = None,
    yes: Yes = False,
    lang: Lang = None,
) -> None:
    """Take over the ledger of a renamed register, or accept the ledger as it is when the sheet is ahead of it."""
    desk = bootstrap.open_desk(reg)
    words = words_for(lang, desk.register.settings)
    if desk.refusal is not None and desk.refusal.code == "refusal.copy":
        raise RefusedError(desk.refusal.code, **dict(desk.refusal.values))
    if not yes and not ask(words.say_text("cli.ask_adopt")):
        raise RefusedError("cli.not_confirmed")
    moved = bootstrap.adopt_folder(reg, desk.register.register_id, folder)
    if moved is None and not bootstrap.ledger_owner(bootstrap.state_folder(reg)):
        raise RefusedError("cli.no_ledger")
    bootstrap.open_desk(reg).ledger.set_last_run(desk.register.last_run)
    print(words.say_text("cli.adopted", folder=str(bootstrap.state_folder(reg))))


def resolve(
    reg: Reg,
    message: Annotated[str, typer.Argument(metavar="ID", help="The message's id, or its beginning.")],
    word: Annotated[str, typer.Argument(metavar="sent|not_sent", help="What happened.")],
    lang: Lang = None,
) -> None:
    """Say what happened to a message of which nobody knows whether it left."""
    if word not in ("sent", "not_sent"):
        raise UsageError("cli.word", text=word)
    desk = bootstrap.open_desk(reg)
    words: Words = words_for(lang, desk.register.settings)
    found = [m for f in desk.ledger.history().files.values() for m in f.messages if m.id.startswith(message)]
    if len(found) != 1 or found[0].status != "uncertain":
        raise RefusedError("cli.no_uncertain", id=message)
    desk.ledger.resolve(found[0].id, "sent" if word == "sent" else "not_sent")
    print(words.say_text("cli.resolved"))

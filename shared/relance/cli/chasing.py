"""`plan`, `announce` and `chase`: what would leave, what will leave, what left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

import typer

from relance.cli.base import (
    Json,
    Lang,
    On,
    Place,
    Reg,
    UsageError,
    Yes,
    ask,
    clock,
    day_of,
    opened,
    print_json,
    stop,
    today_of,
    words_for,
)
from relance.cli.screen import note, progress
from relance.cli.telling import show_plan, subject, tell
from relance.domain.draft import Draft
from relance.domain.history import Message
from relance.domain.plan import InvoiceLine
from relance.domain.rows import problem_text
from relance.domain.words import Words
from relance.ports.errors import LedgerError, StoreError
from relance.ports.mail import Mailer, Messages
from relance.runs.chase import announce as run_announce
from relance.runs.chase import chase as run_chase
from relance.runs.desk import Desk, Result
from relance.runs.look import look


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(plan)
    app.command()(announce)
    app.command()(chase)


def plan(reg: Reg, on: On = None, as_json: Json = False, lang: Lang = None) -> None:
    """What would leave today and why. Writes nothing."""
    desk, result, words = _looked(reg, on, as_json, lang)
    if as_json:
        print_json(document(reg, desk, result, words))
    else:
        show_plan(reg.name, desk, result, words)
    if result.refused is not None:
        raise typer.Exit(1)


def announce(reg: Reg, on: On = None, as_json: Json = False, lang: Lang = None) -> None:
    """Decide, show in the register what will leave today, send nothing."""
    desk, result, words = _looked(reg, on, as_json, lang)
    if result.refused is None:
        result = _ran(reg, desk, result, words, as_json, lambda: run_announce(desk, result.plan.today, clock))
    _report(reg, desk, result, words, as_json, announced=True)


def chase(reg: Reg, yes: Yes = False, on: On = None, as_json: Json = False, lang: Lang = None) -> None:
    """Send what is due, and write status, next date, history and reason into the register."""
    if as_json and not yes:
        raise UsageError("cli.json_needs_yes")
    desk, result, words = _looked(reg, on, as_json, lang)
    allowed = None
    if result.refused is None and not yes:
        show_plan(reg.name, desk, result, words)
        if result.drafts and not ask(_question(result, words)):
            note(words.say_text("cli.nothing_sent"))
            return
        allowed = {d.message.id: d.message.content_hash for d in result.drafts}
    if result.refused is None:
        with _counted(desk, result, words) as counted:
            result = _ran(reg, desk, result, words, as_json, lambda: run_chase(counted, result.plan.today, clock, allowed))
    _report(reg, desk, result, words, as_json)


def _question(result: Result, words: Words) -> str:
    """What a yes would do, in the register's mode."""
    settings = result.register.settings
    return words.say_text(f"cli.ask_chase_{settings.mode}", count=len(result.drafts), to=settings.test_email)


class _Counting:
    """The mail server, with something told after each message."""

    def __init__(self, mailer: Mailer, told: Callable[[int], None]) -> None:
        self._mailer, self._told = mailer, told
        self._count = 0

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        try:
            return self._mailer.send(message, sender, raw)
        finally:
            self._count += 1
            self._told(self._count)

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        return self._mailer.was_accepted(message)


@contextmanager
def _counted(desk: Desk, result: Result, words: Words) -> Iterator[Desk]:
    """The desk, with a bar of the messages that left on the terminal."""
    with progress(words.say_text("cli.sending"), len(result.drafts)) as told:
        yield replace(desk, mailer=_Counting(desk.mailer, told))


def _looked(reg: Place, on: str | None, as_json: bool, lang: str | None) -> tuple[Desk, Result, Words]:
    """The register's plan; what cannot be opened is told in the form that was asked for."""
    if on:
        day_of(on)
    try:
        desk = opened(reg, lang)
        settings = desk.register.settings
        with progress(words_for(lang, settings).say_text("cli.deciding")):
            result = look(desk, today_of(on, settings))
    except (StoreError, LedgerError) as error:
        words = words_for(lang)
        if as_json:
            day = on or clock().date().isoformat()
            sentence = words.say_text(error.code, **error.values)
            print_json({"register": str(reg), "date": day, "mode": None, "refused": sentence, "notices": [],
                        "messages": [], "tasks": [], "invoices": [], "sent": [], "failed": [], "uncertain": []})  # fmt: skip
        stop(error, words)
    return desk, result, words_for(lang, settings)


def _ran(reg: Place, desk: Desk, planned: Result, words: Words, as_json: bool, run: Callable[[], Result]) -> Result:
    """The result of a run. What stops it is told in the form that was asked for, with what the ledger says left."""
    try:
        return run()
    except (StoreError, LedgerError) as error:
        if as_json:
            known = {m.id: m.status for f in desk.history(desk.register).files.values() for m in f.messages}
            ids = [d.message.id for d in planned.drafts]
            left = {"sent": [i for i in ids if known.get(i) == "accepted"], "failed": [],
                    "uncertain": [i for i in ids if known.get(i) == "uncertain"]}  # fmt: skip
            refused = {"refused": words.say_text(error.code, **error.values), "messages": [], "tasks": []}
            print_json({**document(reg, desk, planned, words), **refused, **left})
        stop(error, words)


def _report(reg: Place, desk: Desk, result: Result, words: Words, as_json: bool, announced: bool = False) -> None:
    if as_json:
        print_json({**document(reg, desk, result, words), **_done(result, words)})
    elif result.refused is not None:
        stop(result.refused, words)
    else:
        tell(reg, result, words, announced)
    if any(why is not None for why in (result.refused, result.stopped, result.unwritten)):
        raise typer.Exit(1)


def document(reg: Place, desk: Desk, result: Result, words: Words) -> dict[str, Any]:
    """The plan as JSON: amounts as strings with two decimals, dates ISO."""
    messages = desk.wording(result.register.templates)
    shown = result.after or result.plan
    first = desk.history(desk.register).next_task if result.after is None else _first_number(desk, result)
    return {
        "register": str(reg),
        "date": result.plan.today.isoformat(),
        "mode": result.register.settings.mode,
        "refused": words.say(result.refused) or None,
        "notices": [words.say(n) for n in result.plan.notices],
        "messages": [_message(d, messages, words) for d in result.drafts],
        "tasks": [
            {"no": first + n, "customer": t.file[0], "kind": t.kind, "step": t.step, "invoices": [s.invoice[1] for s in t.said]}
            for n, t in enumerate(result.plan.tasks)
        ],
        "invoices": [_line(line, words) for line in shown.lines],
    }  # fmt: skip


def _first_number(desk: Desk, result: Result) -> int:
    """The number of the first task that the run made."""
    numbers = [t.no for f in desk.history(desk.register).files.values() for t in f.tasks]
    made = len(result.plan.tasks) if result.register.settings.mode == "live" else 0
    return max(numbers, default=0) - made + 1


def _message(draft: Draft, messages: Messages, words: Words) -> dict[str, Any]:
    m = draft.message
    return {
        "id": m.id, "customer": m.file[0], "currency": m.file[1], "step": m.step or m.kind, "channel": m.channel,
        "to": list(m.to), "invoices": [s.invoice[1] for s in m.said], "total": money(draft.total),
        "subject": subject(draft, messages, words), "kind": m.kind,
    }  # fmt: skip


def _line(line: InvoiceLine, words: Words) -> dict[str, Any]:
    return {
        "customer": line.customer, "invoice_no": line.invoice_no, "instalment": line.instalment,
        "balance": None if line.balance is None else money(line.balance), "days_late": line.days_late,
        "status": line.status, "last_step": line.last_step, "next_step": line.next_step,
        "next_date": line.next_date.isoformat() if line.next_date else None, "why": words.say(line.why),
        "problem": problem_text(line.problem, words) or None,
    }  # fmt: skip


def money(amount: Decimal) -> str:
    """Two decimals, a point, no separators."""
    return f"{amount:.2f}"


def _done(result: Result, words: Words) -> dict[str, Any]:
    return {
        "sent": [d.message.id for d in result.sent],
        "failed": [{"id": f.draft.message.id, "reason": words.say(f.why)} for f in result.failed],
        "uncertain": [d.message.id for d in result.uncertain],
        "stopped": words.say(result.stopped) or None,
        "unwritten": words.say(result.unwritten) or None,
    }

"""`explain`, `simulate` and `aged`: questions that change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import (
    Json,
    Lang,
    On,
    Place,
    RefusedError,
    Reg,
    UsageError,
    day_of,
    opened,
    print_json,
    stop,
    today_of,
    words_for,
)
from relance.cli.chasing import money
from relance.cli.screen import SHOWN, Column, bar, grid, line, progress, table, text
from relance.cli.telling import more, name_of, status
from relance.domain.aged import BUCKETS, Aged, aged_balance
from relance.domain.explain import Explanation
from relance.domain.explain import explain as explain_invoice
from relance.domain.parse import parse
from relance.domain.register import Register
from relance.domain.words import Words
from relance.runs.simulate import Simulation
from relance.runs.simulate import simulate as run_simulation

MAY = ("row", "standing", "freshness", "file", "ceiling", "address", "sending_day")
STEP = ("scenario", "level", "offset", "distance", "gap", "next")
PASSED = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "dim")}


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(explain)
    app.command()(simulate)
    app.command()(aged)


def explain(
    reg: Reg,
    invoice: Annotated[str, typer.Argument()],
    customer: Annotated[str | None, typer.Option(metavar="CODE")] = None,
    instalment: Annotated[str | None, typer.Option()] = None,
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """One invoice, rule by rule: why it is chased today, or not."""
    desk = opened(reg, lang)
    today = today_of(on, desk.register.settings)
    words = words_for(lang, desk.register.settings)
    found = explain_invoice(desk.register, desk.history(desk.register), today, invoice, customer or "")
    found = [e for e in found if instalment in (None, e.line.instalment)]
    if not found:
        raise RefusedError("cli.no_invoice", invoice=invoice)
    if as_json:
        print_json([
            {"customer": e.line.customer, "invoice_no": e.line.invoice_no, "instalment": e.line.instalment,
             "status": e.line.status, "next_step": e.line.next_step, "next_date": e.line.next_date,
             "why": words.say(e.line.why),
             "rules": [{"rule": c.rule, "passed": c.passed, "says": words.say(c.says)} for c in e.checks]}
            for e in found
        ])  # fmt: skip
        return
    for number, e in enumerate(found):
        if number:
            print()
        _story(e, desk.register, words)


def _story(e: Explanation, register: Register, words: Words) -> None:
    """What an invoice is, each rule as it was found, and what follows."""
    x = e.line
    who = f"{name_of(x.customer, register)} ({x.customer})"
    line((f"{x.invoice_no} {x.instalment}".strip(), "bold"), f" · {who} · ", status(x.status, words))
    for title, rules in (("cli.whether", MAY), ("cli.which_step", STEP)):
        checks = [c for c in e.checks if c.rule in rules]
        if checks:
            line((words.say_text(title), "dim"))
            grid((text(PASSED[c.passed]), text(words.say(c.says))) for c in checks)
    line(("→ ", "bold"), (words.say(x.why), "bold"))


def simulate(
    reg: Reg,
    first: Annotated[str, typer.Option("--from", metavar="DATE")],
    last: Annotated[str, typer.Option("--to", metavar="DATE")],
    entry_lag: Annotated[int | None, typer.Option(metavar="N")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Replay the register day after day, on a copy, and count what would have left."""
    register = _read(reg, lang)
    words = words_for(lang, register.settings)
    start, end = day_of(first, "--from"), day_of(last, "--to")
    if end < start or (entry_lag or 0) < 0:
        raise UsageError("cli.period", first=start, last=end)
    if register.refusal is not None:
        stop(register.refusal, words)
    with progress(words.say_text("cli.simulating"), (end - start).days + 1) as told:
        out = run_simulation(register, start, end, entry_lag, lambda done, _: told(done))
    if as_json:
        reached = {step: len(invoices) for step, invoices in out.reached.items()}
        print_json({"days": out.days, "messages": out.messages, "wrong": out.wrong, "invoices_reached": reached,
                    "per_day": [{"date": d.isoformat(), "messages": n} for d, n in out.per_day]})  # fmt: skip
    else:
        _simulated(out, words)


def _read(reg: Place, lang: str | None) -> Register:
    """The register alone, without its memory. Raises StoreError."""
    with progress(words_for(lang).say_text("cli.reading", path=reg.name)):
        return parse(bootstrap.open_store(reg).read(), bootstrap.lexicon())


def _simulated(out: Simulation, words: Words) -> None:
    """What would have left, by step and by month, for a person."""
    line((words.say_text("cli.simulated", days=out.days, messages=out.messages), "bold"))
    line((words.say_text("cli.simulated_wrong", wrong=out.wrong), "yellow" if out.wrong else "green"))
    print()
    h = words.headings["planned"]
    if out.reached:
        top = max(len(found) for found in out.reached.values())
        rows = [
            (words.value("step", step), len(found), text((bar(len(found) / top, 24), "cyan")))
            for step, found in out.reached.items()
        ]
        table("", (Column(h["step"]), Column(words.say_text("cli.reached"), right=True), Column("", spare=1)), rows)
    months: Counter[str] = Counter()
    for day, count in out.per_day:
        months[day.strftime("%Y-%m")] += count
    if months:
        top = max(months.values())
        rows = [(month, count, text((bar(count / top, 24), "cyan"))) for month, count in sorted(months.items())]
        table(
            "", (Column(words.say_text("cli.month")), Column(words.say_text("cli.left"), right=True), Column("", spare=1)), rows
        )


def aged(reg: Reg, on: On = None, as_json: Json = False, lang: Lang = None) -> None:
    """The aged balance: who owes what, by days overdue."""
    register = _read(reg, lang)
    words = words_for(lang, register.settings)
    today = today_of(on, register.settings)
    if register.refusal is not None:
        stop(register.refusal, words)
    balance = aged_balance(register, today)
    currencies = sorted({a.currency for a in balance})
    totals = {c: _totals([a for a in balance if a.currency == c]) for c in currencies}
    if as_json:
        print_json({
            "date": today.isoformat(),
            "customers": [{"customer": a.customer, "name": name_of(a.customer, register), "currency": a.currency,
                           **{n: money(getattr(a, n)) for n in NAMES}} for a in balance],
            "totals": [{"currency": c, **{n: money(v) for n, v in t.items()}} for c, t in totals.items()],
        })  # fmt: skip
        return
    if not balance:
        line(words.say_text("cli.nothing_owed", date=today))
        return
    _balance(balance, totals, register, words.say_text("cli.aged", date=today), words)


NAMES = ("outstanding", *BUCKETS)
SPARE = {"outstanding": 0, "not_due": 3}  # what a narrow terminal loses first
Totals = dict[str, Decimal]


def _totals(balance: Sequence[Aged]) -> Totals:
    return {n: sum((getattr(a, n) for a in balance), Decimal(0)) for n in NAMES}


def _balance(balance: Sequence[Aged], totals: dict[str, Totals], register: Register, title: str, words: Words) -> None:
    """The table for a person: the largest overdue first, with its share of the total overdue as a bar."""

    def late(row: Totals) -> Decimal:
        return row["outstanding"] - row["not_due"]

    def cells(name: str, currency: str, row: Totals) -> list[object]:
        share = late(row) / late(totals[currency]) if late(totals[currency]) > 0 else Decimal(0)
        drawn = text((bar(float(share)), "red" if row["late_over_90"] > 0 else "yellow"))
        shown = (words.amount(row[n], currency if n == "outstanding" else "") if row[n] else "-" for n in NAMES)
        return [name, *shown, words.say_text("cli.percent", share=f"{share * 100:.0f}") if share > 0 else "", drawn]

    h = words.headings["customers"]
    columns = [Column(h["name"]), *(Column(h[n], right=True, spare=SPARE.get(n, 1)) for n in NAMES)]
    columns += [Column(words.say_text("cli.overdue"), right=True, spare=2), Column("", spare=4)]
    rows = [cells(name_of(a.customer, register), a.currency, {n: getattr(a, n) for n in NAMES}) for a in balance[:SHOWN]]
    last = [cells(words.say_text("cli.total"), c, t) for c, t in totals.items()]
    table(title, columns, rows, totals=last, more=more(len(balance), words))

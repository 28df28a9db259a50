"""`explain`, `simulate` and `aged`: questions that change nothing."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import (
    Json,
    Lang,
    On,
    RefusedError,
    Reg,
    UsageError,
    day_of,
    example,
    print_json,
    stop,
    table,
    today_of,
    words_for,
)
from relance.cli.chasing import money
from relance.domain.aged import BUCKETS, aged_balance
from relance.domain.explain import explain as explain_invoice
from relance.domain.parse import parse
from relance.runs.simulate import simulate as run_simulation


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command(epilog=example("relance explain registre.xlsx F-2026-014"))(explain)
    app.command(epilog=example("relance simulate registre.xlsx --from 2026-01-01 --to 2026-06-30 --entry-lag 3"))(simulate)
    app.command(epilog=example("relance aged registre.xlsx"))(aged)


def explain(
    reg: Reg,
    invoice: Annotated[str, typer.Argument(metavar="INVOICE", help="The invoice's number.")],
    customer: Annotated[str | None, typer.Option(metavar="CODE", help="Its customer, when several have this number.")] = None,
    instalment: Annotated[str | None, typer.Option(metavar="NAME", help="One of its instalments.")] = None,
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """One invoice, rule by rule: why it is chased today, or not."""
    desk = bootstrap.open_desk(reg)
    today = today_of(on, desk.register.settings)
    words = words_for(lang, desk.register.settings)
    found = explain_invoice(desk.register, desk.ledger.history(), today, invoice, customer or "")
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
    marks = {True: "✓", False: "✗", None: "·"}
    for e in found:
        print(f"{e.line.invoice_no} {e.line.instalment} — {e.line.customer} : {words.value('status', e.line.status)}")
        for c in e.checks:
            print(f"  {marks[c.passed]} {words.say(c.says)}")
        print(f"  → {words.say(e.line.why)}\n")


def simulate(
    reg: Reg,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    entry_lag: Annotated[int | None, typer.Option(metavar="N", help="Payments are typed N days late.")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Replay the register day after day, on a copy, and count what would have left."""
    register = parse(bootstrap.open_store(reg).read(), bootstrap.lexicon())
    words = words_for(lang, register.settings)
    start, end = day_of(first, "--from"), day_of(last, "--to")
    if end < start or (entry_lag or 0) < 0:
        raise UsageError("cli.period", first=start, last=end)
    if register.refusal is not None:
        stop(register.refusal, words)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task(words.say_text("cli.simulating"), total=(end - start).days + 1)
        out = run_simulation(register, start, end, entry_lag, lambda done, _: bar.update(task, completed=done))
    reached = {step: len(invoices) for step, invoices in out.reached.items()}
    if as_json:
        print_json({"days": out.days, "messages": out.messages, "wrong": out.wrong, "invoices_reached": reached,
                    "per_day": [{"date": d.isoformat(), "messages": n} for d, n in out.per_day]})  # fmt: skip
        return
    print(words.say_text("cli.simulated", days=out.days, messages=out.messages, wrong=out.wrong))
    table("", [words.headings["planned"]["step"], words.headings["planned"]["invoices"]], reached.items(), right=(1,))
    months = Counter({d.strftime("%Y-%m"): 0 for d, _ in out.per_day})
    for day, count in out.per_day:
        months[day.strftime("%Y-%m")] += count
    top = max(months.values(), default=1)
    for month, count in sorted(months.items()):
        print(f"{month} {count:6d} {'█' * round(40 * count / top)}")


def aged(reg: Reg, on: On = None, as_json: Json = False, lang: Lang = None) -> None:
    """The aged balance: who owes what, by days overdue."""
    register = parse(bootstrap.open_store(reg).read(), bootstrap.lexicon())
    words = words_for(lang, register.settings)
    today = today_of(on, register.settings)
    if register.refusal is not None:
        stop(register.refusal, words)
    balance = aged_balance(register, today)
    names = ("outstanding", *BUCKETS)
    currencies = sorted({a.currency for a in balance})
    totals = {c: {n: sum(getattr(a, n) for a in balance if a.currency == c) for n in names} for c in currencies}
    customers = register.customers

    def name(code: str) -> str:
        return customers[code].name if code in customers else code

    if as_json:
        print_json({
            "date": today.isoformat(),
            "customers": [{"customer": a.customer, "name": name(a.customer), "currency": a.currency,
                           **{n: money(getattr(a, n)) for n in names}} for a in balance],
            "totals": [{"currency": c, **{n: money(v) for n, v in t.items()}} for c, t in totals.items()],
        })  # fmt: skip
        return
    h = words.headings["customers"]
    rows = [(name(a.customer), a.currency, *(words.amount(getattr(a, n)) for n in names)) for a in balance]
    rows += [("=", c, *(words.amount(v) for v in t.values())) for c, t in totals.items()]
    headings = [h["name"], words.headings["invoices"]["currency"], *(h[n] for n in names)]
    table(words.say_text("cli.aged", date=today), headings, rows, right=range(2, 8))

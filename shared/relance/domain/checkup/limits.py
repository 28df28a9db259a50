"""What a first run would do, and what holds it back; what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from relance.domain.checkup.finding import Finding, Level, at_setting, found, sums
from relance.domain.context import Context
from relance.domain.history import History
from relance.domain.plan import Plan

MANY_DAYS = 5  # of a first run spread by the cap
WAITED = timedelta(days=7)


def limits(ctx: Context, plan: Plan) -> Iterator[Finding]:
    """The mode, the amounts and the cap. `plan` is that of the next sending day without a cap, payments entered."""
    s = ctx.settings
    mode: Level = "ok" if s.mode == "live" else "warning"
    yield found(mode, "limits", f"mode_{s.mode}", at_setting("mode") if mode == "warning" else None)
    if not s.ceiling:
        yield found("info", "limits", "no_ceiling", at_setting("ceiling"))
    yield from forecast(ctx, plan)


def forecast(ctx: Context, plan: Plan) -> Iterator[Finding]:
    """What would leave on the next sending day, and over how many days the cap would spread it."""
    messages, cap = plan.messages, ctx.settings.cap_per_day
    first = not any(facts.messages for facts in ctx.history.files.values())
    total = sums((m.file[1], m.total) for m in messages)
    people = len({m.file[0] for m in messages})
    if not messages:
        yield found("info", "limits", "nothing_leaves", date=plan.today)
        return
    check = "first_run" if first else "next_run"
    yield found("info", "limits", check, date=plan.today, messages=len(messages), customers=people, total=total)
    if cap and len(messages) > cap:
        days = -(-len(messages) // cap)
        level: Level = "warning" if days > MANY_DAYS else "info"
        yield found(level, "limits", "cap", at_setting("cap_per_day"), messages=len(messages), cap=cap, days=days)
    if not cap:
        yield found("info", "limits", "no_cap", at_setting("cap_per_day"))


def memory(history: History, today: date) -> Iterator[Finding]:
    """Messages of which nobody knows whether they left, and approvals that nobody gives."""
    uncertain = [m for f in history.files.values() for m in f.messages if m.status == "uncertain"]
    if uncertain:
        yield found("warning", "memory", "uncertain", None, count=len(uncertain), id=uncertain[0].id[:8])
    tasks = [t for f in history.files.values() for t in f.tasks]
    old = [t for t in tasks if t.kind == "approve" and t.open and today - t.created > WAITED]
    if old:
        total = sums((t.file[1], t.amount) for t in old)
        numbers = tuple(str(t.no) for t in sorted(old, key=lambda t: t.created)[:10])
        yield found("warning", "memory", "old_approvals", None, count=len(old), numbers=numbers, total=total)

"""When messages may leave, and how far payments are entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import holidays

from relance.domain.checkup.finding import Finding, at_setting, found
from relance.domain.context import Context
from relance.domain.words import reason

FAR = 14  # days without any sending day that are worth a word
HOLIDAYS_SHOWN = 3


def freshness(ctx: Context) -> Iterator[Finding]:
    """Whether payments are entered recently enough to chase anybody."""
    entered, where = ctx.settings.payments_entered_up_to, at_setting("payments_entered_up_to")
    if entered is None:
        yield found("error", "freshness", "entered_empty", where)
    elif not ctx.fresh:
        oldest = ctx.days.add_working(ctx.today, -ctx.settings.max_stale_working_days)
        yield found("error", "freshness", "stale", where, up_to=entered, oldest=oldest)
    elif entered > ctx.today:
        yield found("warning", "freshness", "entered_future", where, up_to=entered)
    else:
        yield found("ok", "freshness", "fresh", up_to=entered)


def calendar(ctx: Context) -> Iterator[Finding]:
    """The day it is, the days on which messages leave, and the next holidays."""
    s, days = ctx.settings, ctx.days
    yield found("ok", "calendar", "today", date=ctx.today, zone=s.time_zone)
    sending = days.next_sending(ctx.today)
    if not days.is_sending(sending):
        yield found("error", "calendar", "no_sending_day", at_setting("no_send_days"))
    elif (sending - ctx.today).days > FAR:
        yield found("warning", "calendar", "far_sending_day", at_setting("no_send_days"), date=sending)
    else:
        yield found("ok", "calendar", "sending_day", date=sending)
    coming = next_holidays(s.holidays_country, ctx.today, s.language)
    if coming:
        shown = tuple(reason("doctor.holiday", date=day, name=name) for day, name in coming)
        yield found("ok", "calendar", "holidays", country=s.holidays_country, days=shown)
    if not s.working_days_only:
        yield found("info", "calendar", "every_day", at_setting("working_days_only"))


def next_holidays(country: str, today: date, language: str) -> list[tuple[date, str]]:
    """The next public holidays of a country, named in this language where their names are known in it."""
    if not country:
        return []
    spoken = holidays.country_holidays(country).supported_languages
    chosen = next((name for name in spoken if name.partition("_")[0] == language), None)
    known = holidays.country_holidays(country, years=(today.year, today.year + 1), language=chosen)
    return [(day, name) for day, name in sorted(known.items()) if day >= today][:HOLIDAYS_SHOWN]


def lateness(ctx: Context) -> Iterator[Finding]:
    """Whether the robot has been run lately: a register in live mode that nobody chases is an accident."""
    last = ctx.history.last_day
    if last is None:
        yield found("info", "memory", "never_run")
    elif ctx.settings.mode == "live" and ctx.days.next_sending(last + timedelta(days=1)) < ctx.today:
        yield found("warning", "memory", "not_run", last=last)
    else:
        yield found("ok", "memory", "last_run", last=last, run=ctx.history.last_run)

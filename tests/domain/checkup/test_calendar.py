"""The calendar, the entry of payments, and runs that do not come."""

from __future__ import annotations

from datetime import date
from typing import Any

from relance.domain.checkup.calendar import calendar, freshness, lateness, next_holidays
from relance.domain.context import Context
from relance.domain.history import History
from relance.domain.register import Register
from relance.domain.settings import Settings

MONDAY = date(2026, 10, 5)


def context(history: History | None = None, **settings: Any) -> Context:
    return Context(Register(Settings(**settings)), history or History(), MONDAY)


def checks(found: Any) -> dict[str, str]:
    return {f.check: f.level for f in found}


def test_payments_must_be_entered_up_to_a_recent_day_that_has_come() -> None:
    def of(day: date | None) -> dict[str, str]:
        return checks(freshness(context(payments_entered_up_to=day)))

    assert of(None) == {"entered_empty": "error"}
    assert of(date(2026, 10, 1)) == {"stale": "error"}
    assert of(date(2026, 10, 2)) == {"fresh": "ok"}  # the Friday before
    assert of(MONDAY) == {"fresh": "ok"}
    assert of(date(2026, 10, 6)) == {"entered_future": "warning"}


def test_the_next_holidays_are_named_in_the_language_of_the_register_where_they_have_a_name_in_it() -> None:
    assert next_holidays("FR", MONDAY, "fr") == [
        (date(2026, 11, 1), "Toussaint"), (date(2026, 11, 11), "Armistice"), (date(2026, 12, 25), "Noël"),
    ]  # fmt: skip
    assert next_holidays("FR", MONDAY, "en")[0] == (date(2026, 11, 1), "All Saints' Day")
    assert len(next_holidays("DE", MONDAY, "xx")) == 3
    assert next_holidays("", MONDAY, "fr") == []


def test_days_without_sending_that_leave_none_are_an_error() -> None:
    every = frozenset(range(5))
    assert checks(calendar(context(no_send_weekdays=every)))["no_sending_day"] == "error"
    assert checks(calendar(context(no_send_ranges=((MONDAY, date(2026, 11, 30)),))))["far_sending_day"] == "warning"
    assert checks(calendar(context())) == {"today": "ok", "sending_day": "ok", "holidays": "ok"}
    assert checks(calendar(context(working_days_only=False)))["every_day"] == "info"


def test_a_live_register_that_nobody_runs_is_told() -> None:
    def of(last: date, mode: str = "live") -> dict[str, str]:
        return checks(lateness(context(History(last_run=3, last_day=last), mode=mode)))

    assert of(date(2026, 10, 2)) == {"last_run": "ok"}  # the Friday before
    assert of(date(2026, 10, 1)) == {"not_run": "warning"}
    assert of(date(2026, 9, 1), "draft") == {"last_run": "ok"}
    assert checks(lateness(context())) == {"never_run": "info"}

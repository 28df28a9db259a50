"""Whole days of a deployment: announced at 07:00, sent at 10:30, what SES tells, the watchdog; judged from outside."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.emulators.cloud import Cloud, Register
from tests.emulators.cloud.register import Rows
from tests.runs.deployments import PARIS
from tests.runs.desks import LATE, MONDAY

TUESDAY = MONDAY + timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def firm(cloud: Cloud, name: str, count: int = 2) -> Register:
    """A register of late customers, payments entered."""
    customers: Rows = [{"code": f"C{n}", "email": f"{name}-{n}@client.example"} for n in range(count)]
    invoices: Rows = [{"invoice_no": f"F{n}", "customer": f"C{n}", "due_date": LATE, "amount": 100.0 + n} for n in range(count)]
    return cloud.add_register(name, customers, invoices, payments_entered_up_to=date(2026, 10, 2))


def day(cloud: Cloud, on: date = MONDAY) -> None:
    """Announce and send."""
    cloud.at(at(7, day=on))
    cloud.schedule("AnnounceSchedule")
    cloud.pump()
    cloud.at(at(10, 30, day=on))
    cloud.schedule("SendSchedule")
    cloud.pump()


def to(cloud: Cloud, name: str) -> list[str]:
    """Whom SES took messages for, of a register."""
    return [a for t in cloud.account.taken for a in t.to if a.startswith(f"{name}-")]


def test_a_day_from_the_announcement_to_the_watchdog(cloud: Cloud) -> None:
    one = firm(cloud, "day")
    cloud.at(at(7))
    cloud.schedule("AnnounceSchedule")
    cloud.pump()
    assert to(cloud, "day") == []
    assert one.shown("F0", "next_step") == "R1"
    cloud.at(at(10, 30))
    cloud.schedule("SendSchedule")
    cloud.pump()
    assert sorted(to(cloud, "day")) == ["day-0@client.example", "day-1@client.example"]
    assert one.shown("F0", "status") == "Relancée"
    cloud.at(at(11, 30))
    watched = cloud.schedule("WatchdogSchedule")
    assert watched.result == {"told": [], "Missed": 0, "Late": 0, "OpenUncertain": 0}
    assert cloud.told() == []

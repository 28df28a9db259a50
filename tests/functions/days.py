"""A deployment's days, as the tests of this folder live them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from tests.emulators.cloud import Answer, Cloud, Register
from tests.emulators.cloud.register import Rows
from tests.runs.deployments import PARIS
from tests.runs.desks import LATE, MONDAY

__all__ = ["LATE", "MONDAY", "PARIS", "TUESDAY"]
TUESDAY = MONDAY + timedelta(days=1)
AMOUNT = 4321.87  # of the first invoice; the next ones are a euro more each


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An instant in Paris."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def firm(cloud: Cloud, name: str, count: int = 2, **settings: Any) -> Register:
    """A register of late customers, payments entered."""
    customers: Rows = [
        {"code": f"C{n}", "name": f"Exemple {name} {n} SARL", "email": f"{name}-{n}@client.example"} for n in range(count)
    ]
    invoices: Rows = [
        {"invoice_no": f"F{n}", "customer": f"C{n}", "due_date": LATE, "amount": AMOUNT + n} for n in range(count)
    ]
    return cloud.add_register(name, customers, invoices, **{"payments_entered_up_to": date(2026, 10, 2), **settings})


def announce(cloud: Cloud, on: date = MONDAY) -> list[Answer]:
    """07:00."""
    cloud.at(at(7, day=on))
    cloud.schedule("AnnounceSchedule")
    return cloud.pump()


def send(cloud: Cloud, on: date = MONDAY) -> list[Answer]:
    """10:30."""
    cloud.at(at(10, 30, on))
    cloud.schedule("SendSchedule")
    return cloud.pump()


def day(cloud: Cloud, on: date = MONDAY) -> None:
    """Announce and send."""
    announce(cloud, on)
    send(cloud, on)


def watch(cloud: Cloud, on: date = MONDAY) -> dict[str, Any]:
    """11:30; what the watchdog found."""
    cloud.at(at(11, 30, on))
    found: dict[str, Any] = cloud.schedule("WatchdogSchedule").result
    return found


def to(cloud: Cloud, name: str) -> list[str]:
    """Whom SES took messages for, of a register."""
    return sorted(a for t in cloud.account.taken for a in t.to if a.startswith(f"{name}-"))


def everyone(name: str, count: int = 2) -> list[str]:
    """The addresses of a firm's customers, sorted."""
    return sorted(f"{name}-{n}@client.example" for n in range(count))


def passes(answers: list[Answer], name: str) -> list[tuple[str, int, str, str | None]]:
    """What the log lines of passes say about a register: pass, part, outcome, reason."""
    lines = [line for answer in answers for line in answer.logs if line["message"] == "pass"]
    return [(x["pass"], x["part"], x["outcome"], x.get("why")) for x in lines if x["register"] == name]


def table(register: Register, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a tab's rows."""
    found = register.place.look()[name]
    return [tuple(found.get(row, column) for column in columns) for row in found.used()]


def private(cloud: Cloud) -> Iterator[str]:
    """What no log may hold: names, addresses, subjects and amounts of the messages that left, and of the firms above."""
    yield from ("@client.example", "Exemple ", "SARL", "compta@", "FR76300060000112", "private_key")
    for taken in cloud.account.taken:
        yield from (*taken.to, *taken.head.all("subject"))


AMOUNTS = re.compile(r"43[2-9]\d[.,]87")

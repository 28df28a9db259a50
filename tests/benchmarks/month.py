"""What a month of a deployment asks of AWS and Google, and its list price, from days counted under the emulator."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from moto.dynamodb import models as dynamodb
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from relance.domain.sheet import CellValue
from tests.emulators import aws
from tests.emulators.cloud import Answer, Cloud
from tests.emulators.cloud.register import Rows
from tests.runs.deployments import PARIS
from tests.runs.desks import MONDAY

# Dollars, list prices of us-east-1 as known in November 2026, to be checked against AWS's own list; SES: Essentials.
PRICES = {
    "Lambda, GB-second": 0.0000166667, "Lambda, request": 0.20e-6, "DynamoDB, write unit": 0.625e-6,
    "DynamoDB, read unit": 0.125e-6, "S3, put": 0.005e-3, "SQS, request": 0.5e-6, "SES, message": 0.16e-3,
    "logs, GB": 0.5, "requests of others": 0.0,
}  # fmt: skip
# A month, at most, before AWS's free tier; the two queues are polled all day (some 1.3 million empty answers).
FIXED = {"alarms": 22 * 0.10, "metrics of our own": 16 * 0.30, "secret": 0.40, "polling of queues": 0.55}
MESSAGES_A_MONTH = 2  # of each file
DUE = 250  # invoices chased on the day that is counted: what a message asks for is the same for each
DAYS = 30

WIDTHS = (8, 9, 7, 15, 10, 9)


@dataclass
class Counts:
    """What was asked of AWS, as its bills count it."""

    units: Counter[str] = field(default_factory=Counter)
    google: int = 0
    seconds: float = 0.0  # of the functions, all together

    def add(self, answers: list[Answer], cloud: Cloud) -> None:
        """The functions' own share, and what was asked of Google and SES."""
        for answer in answers:
            billed = [float(m[1]) for line in answer.lines if (m := re.search(r"Billed Duration: (\d+) ms", line))]
            memory = [int(m[1]) for line in answer.lines if (m := re.search(r"Memory Size: (\d+) MB", line))]
            self.units["Lambda, GB-second"] += sum(billed) / 1000 * (memory or [1024])[0] / 1024  # type: ignore[assignment]
            self.seconds += sum(billed) / 1000
            self.units["Lambda, request"] += 1
            self.units["logs, GB"] += sum(map(len, answer.lines)) / 1e9  # type: ignore[assignment]
        self.units["SES, message"] += cloud.ses.calls.count("SendEmail")
        cloud.ses.calls.clear()
        self.google += cloud.google.log.count()
        cloud.google.log.clear()

    @property
    def dollars(self) -> float:
        """At list price."""
        return sum(PRICES[name] * count for name, count in self.units.items())


def _with(one: Counts, times: float, other: Counts, more: float) -> Counts:
    names = one.units.keys() | other.units.keys()
    found = Counts(google=round(one.google * times + other.google * more))
    found.units.update({n: one.units[n] * times + other.units[n] * more for n in names})
    return found


@contextmanager
def counted() -> Iterator[Callable[[], Counts]]:
    """Count the requests that reach AWS's double; the call gives those since the last one.

    Meanwhile the double keeps no copy of its tables for each transaction: none is undone here.
    """
    held = [Counts()]
    server: Any = DomainDispatcherApplication
    real = server.__call__

    def call(self: Any, environ: Any, start_response: Any) -> Any:
        target, size = str(environ.get("HTTP_X_AMZ_TARGET", "")), int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size)
        environ["wsgi.input"] = BytesIO(body)
        answered: list[int] = []

        def begin(status: str, headers: Any, *more: Any) -> Any:
            answered.append(int({k.lower(): v for k, v in headers}.get("content-length", 0)))
            return start_response(status, headers, *more)

        result = real(self, environ, begin)
        _count(held[0].units, target, environ["REQUEST_METHOD"], body, sum(answered))
        return result

    server.__call__ = call
    tables: Any = dynamodb
    copying = tables.copy
    tables.copy = SimpleNamespace(deepcopy=lambda held: held if isinstance(held, tables.Table) else copying.deepcopy(held))

    def taken() -> Counts:
        found, held[0] = held[0], Counts()
        return found

    try:
        yield taken
    finally:
        server.__call__, tables.copy = real, copying


def _count(units: Counter[str], target: str, method: str, body: bytes, answered: int) -> None:
    operation = target.rpartition(".")[2]
    if target.startswith("DynamoDB"):
        if operation in ("PutItem", "UpdateItem", "TransactWriteItems"):
            units["DynamoDB, write unit"] += sum(_written(operation, json.loads(body)))
        else:
            units["DynamoDB, read unit"] += max(1, -(-answered // 4096))
    elif target.startswith("AmazonSQS"):
        units["SQS, request"] += 1
    elif not target and method == "PUT":
        units["S3, put"] += 1
    else:
        units["requests of others"] += 1


def _written(operation: str, said: Any) -> Iterator[int]:
    """Write units: each item as it is then, by the begun KB, twice in a transaction, and once more for the local index."""
    actions = [next(iter(a.values())) for a in said["TransactItems"]] if "TransactItems" in said else [said]
    for action in actions:
        key = action.get("Key") or action["Item"]
        table = dynamodb.dynamodb_backends[aws.ACCOUNT][aws.REGION].tables[action["TableName"]]
        item = table.get_item(DynamoType(key["pk"]), DynamoType(key["sk"]))
        size = -(-item.size() // 1024) if item else 1
        yield size * (2 if operation.startswith("Transact") else 1) + (size if item and "place" in item.attrs else 0)


def _day(cloud: Cloud, on: date, taken: Callable[[], Counts]) -> Counts:
    """Announced, sent, watched; what it took."""
    cloud.ses.calls.clear()
    cloud.google.log.clear()
    taken()
    answers: list[Answer] = []
    for hour, minute, schedule in ((7, 0, "AnnounceSchedule"), (10, 30, "SendSchedule"), (11, 30, "WatchdogSchedule")):
        cloud.at(datetime.combine(on, time(hour, minute), PARIS))
        answers += [cloud.schedule(schedule), *cloud.pump()]
    counts = taken()
    counts.add(answers, cloud)
    return counts


def _register(count: int) -> tuple[Rows, Rows]:
    customers: Rows = [{"code": f"C{n:05}", "email": f"c{n}@client.example"} for n in range(count // 5)]
    invoices: Rows = [
        {"invoice_no": f"F{n:06}", "customer": f"C{n // 5:05}", "amount": 100.0 + n % 997,
         "due_date": MONDAY - timedelta(days=8 * (n % 5) - 3 if n < DUE else -20)}
        for n in range(count)
    ]  # fmt: skip
    return customers, invoices


def month() -> None:
    """A month's calls and list price, by size of one register and by number of registers."""
    heads = ("messages", "day s", "Google", "Dynamo w/r", "USD by use", "and fixed")
    columns = " ".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True))
    print(f"\n{'a month of':<28} {columns}")
    quiet, busy, files = Counts(), Counts(), 0
    with counted() as taken:
        for count in (1_000, 5_000, 20_000, 300):
            with tempfile.TemporaryDirectory() as folder, Cloud(Path(folder)) as cloud:
                cloud.account.rate = 1e6
                customers, invoices = _register(count)
                given: dict[str, CellValue] = {"cap_per_day": 0, "ceiling": 0}
                given["payments_entered_up_to"] = MONDAY - timedelta(days=60)
                one = cloud.add_register("exemple", customers, invoices, **given)
                _day(cloud, MONDAY - timedelta(days=3), taken)  # first sights and first cells are not counted: once a register
                one.set(payments_entered_up_to=MONDAY - timedelta(days=3))
                busy = _day(cloud, MONDAY, taken)
                one.set(payments_entered_up_to=MONDAY)
                quiet, files = _day(cloud, MONDAY + timedelta(days=1), taken), count // 5
            _line(f"1 register, {count:,} invoices", quiet, busy, files, 1)
    for registers in (30, 300):
        _line(f"{registers} registers of 300", quiet, busy, files, registers)
    fixed = ", ".join(f"{name} {dollars:.2f}" for name, dollars in FIXED.items())
    print("day s: seconds of all functions on a day with messages, the doubles' own time in them; four registers run at once.")
    print(f"Two messages a file and month; 30 and 300 registers are that many times one of 300. Fixed: {fixed} USD.")
    print("Prices: AWS's list for us-east-1 as known in November 2026, before its free tier; check them against yours.")


def _line(name: str, quiet: Counts, busy: Counts, files: int, registers: int) -> None:
    left = busy.units["SES, message"]
    share = files * MESSAGES_A_MONTH / left if left else 0.0
    whole = _with(_with(quiet, DAYS - share, busy, share), registers, Counts(), 0)
    u = whole.units
    dynamo = f"{u['DynamoDB, write unit']:,.0f}/{u['DynamoDB, read unit']:,.0f}"
    print(
        f"{name:<28} {u['SES, message']:>8,.0f} {busy.seconds * registers:>9,.1f} {whole.google:>7,} {dynamo:>15} "
        f"{whole.dollars:>10.2f} {sum(FIXED.values()):>9.2f}", flush=True,
    )  # fmt: skip

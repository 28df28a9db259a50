"""Measure the adapters of AWS against their test doubles: requests per message, and the pace of sending."""

from __future__ import annotations

import json
from time import perf_counter

import boto3

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.adapters.ses.mailer import SesMailer, ses_client
from tests.adapters.facts import DAY, NOON, make_memory, make_message, make_raw
from tests.emulators import aws
from tests.emulators.line import Line
from tests.emulators.ses import Account, SesServer

WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")
READS = ("GetItem", "BatchGetItem", "Query")
SENDER = "compta@example.org"
RATE = 80.0  # of the account; a run's share is a quarter


def ledger(count: int) -> None:
    """Claim and accept so many messages of as many files; prints what each cost."""
    line = Line()
    book = DynamoLedger(
        line.between(aws.client("dynamodb")), line.between(aws.client("s3")), aws.ledger_table("bench"),
        aws.evidence_bucket(), "BENCH",
    )  # fmt: skip
    files = [(f"C{n:05}", "EUR") for n in range(count)]
    book.remember({file: make_memory() for file in files}, (), (), (), DAY)
    line.calls.clear()
    book.history({code for code, _ in files})
    run_reads = len(line.calls)
    line.calls.clear()
    start = perf_counter()
    for n, file in enumerate(files):
        message = make_message(f"{n:032x}", file=file)
        assert book.claim(message, make_raw(message.id), 1, NOON).granted
        book.accepted(message.id, f"srv-{n}")
    writes, reads = (sum(call in kind for call in line.calls) / count for kind in (WRITES, READS))
    kept = sum(call == "PutObject" for call in line.calls) / count
    note = f"{writes:.0f} writes, {reads:.0f} reads, {kept:.0f} object a message; the run's history: {run_reads} reads"
    print(json.dumps({"seconds": perf_counter() - start, "note": note}))


def sending(count: int) -> None:
    """Send so many messages at a run's share of the account's rate; prints how near it came."""
    server = SesServer(Account(rate=RATE))
    client = ses_client(boto3.Session("test", "test", region_name=aws.REGION), endpoint_url=server.url)
    mailer, share = SesMailer(client, "BENCH", "relance", 0.25), RATE / 4
    mailer.send(make_message("first"), SENDER, make_raw("first"))
    start = perf_counter()
    for n in range(count):
        mailer.send(make_message(f"{n:032x}"), SENDER, make_raw(f"{n}") * 200)
    seconds = perf_counter() - start
    throttled = server.calls.count("SendEmail") - count - 1
    note = f"{count / seconds / share:.0%} of the share of {share:.0f} a second, {throttled} throttled"
    print(json.dumps({"seconds": seconds, "note": note}))

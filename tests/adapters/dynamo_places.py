"""Ledgers in DynamoDB for tests: opened, filled, looked into."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.domain.history import FileMemory, InvoiceMemory
from tests.adapters.facts import DAY, FILE, INVOICE, NOON, make_memory, make_message, make_task
from tests.emulators import aws

PAID = FileMemory(DAY, "", {INVOICE: InvoiceMemory(DAY, open=False)})


def open_ledger(table: str, register_id: str = "REG", dynamo: Any = None) -> DynamoLedger:
    return DynamoLedger(dynamo or aws.dynamo(), aws.s3(), table, aws.evidence_bucket(), register_id, sleep=lambda _: None)


def items(table: str) -> list[dict[str, Any]]:
    """All items, as an engineer sees them."""
    return list(aws.dynamo().scan(TableName=table)["Items"])


def a_run(ledger: DynamoLedger, now: datetime, *customers: str) -> None:
    """A run that reads, and ends."""
    ledger.history(customers)
    ledger.finish(ledger.begin(now.date(), now), now, {})


def closed_file(table: str) -> None:
    """A file that was chased and paid."""
    ledger = open_ledger(table)
    ledger.remember({FILE: make_memory()}, (make_task(),), (), (), DAY)
    ledger.claim(make_message(), b"raw", 1, NOON)
    ledger.accepted("a1b2c3", "srv-1")
    paid = replace(make_task(no=1), outcome="done", outcome_on=DAY)
    ledger.remember({FILE: PAID}, (), (paid,), (), DAY)

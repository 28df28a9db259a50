"""The DynamoDB ledger: the contract, and what a table and a bucket add to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.adapters.dynamo_ledger import DynamoLedger
from tests.adapters.ledger_contract import LedgerContract
from tests.adapters.ledger_memory_contract import OperatorLedger
from tests.emulators.aws import drop_tables, dynamo, evidence_bucket, ledger_table, s3


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    drop_tables()


class TestDynamoLedger(LedgerContract):
    def open_ledger(self, place: Path, register_id: str = "REG") -> OperatorLedger:
        return DynamoLedger(dynamo(), s3(), ledger_table(place), evidence_bucket(), register_id)

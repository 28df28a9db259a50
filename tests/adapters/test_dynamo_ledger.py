"""The DynamoDB ledger: the contract, and what a table and a bucket add to it."""

from __future__ import annotations

from pathlib import Path

from relance.adapters.dynamo_ledger import DynamoLedger
from tests.adapters.ledger_contract import LedgerContract
from tests.adapters.ledger_memory_contract import OperatorLedger
from tests.emulators.aws import dynamo, evidence_bucket, ledger_table, s3


class TestDynamoLedger(LedgerContract):
    def open_ledger(self, place: Path, register_id: str = "REG") -> OperatorLedger:
        return DynamoLedger(dynamo(), s3(), ledger_table(place), evidence_bucket(), register_id)

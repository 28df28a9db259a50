"""The ledger on AWS: one DynamoDB table for the facts, one versioned S3 bucket for the exact bytes."""

from .ledger import DynamoLedger

__all__ = ["DynamoLedger"]

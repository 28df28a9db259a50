"""The ledger on AWS: one DynamoDB table for the facts, one versioned S3 bucket for the exact bytes."""

from .ledger import DynamoLedger
from .owner import register_of

__all__ = ["DynamoLedger", "register_of"]

"""The ledger on one machine: SQLite for the facts, a folder for the exact bytes."""

from .ledger import SqliteLedger

__all__ = ["SqliteLedger"]

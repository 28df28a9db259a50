"""Which register a sheet holds, known by the sheet's id: what its people erase from it does not make it another register.

One item a sheet: `pk` is `sheet#<id>`, `sk` `holds`. No register's id holds a `#`, so it never meets those of a ledger.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .table import Table, text, told

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOLDS = "holds"


def of_sheet(dynamo: DynamoDBClient, table: str, sheet: str, sleep: Callable[[float], None] = time.sleep) -> Table:
    """What is kept about a sheet."""
    return Table(dynamo, table, f"sheet#{sheet}", sleep)


def bind(kept: Table, register_id: str) -> None:
    """Keep that the sheet holds this register."""
    kept.put({**kept.key(HOLDS), "register": text(register_id)})


def register_of(dynamo: DynamoDBClient, table: str, sheet: str) -> str:
    """The register that a sheet holds; empty before its first run. Raises LedgerError."""
    with told():
        item = of_sheet(dynamo, table, sheet).get(HOLDS)
    return str(item["register"]["S"]) if item else ""

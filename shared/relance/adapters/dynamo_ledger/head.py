"""The register's own item: the run counter and the lease, and the facts of the register as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from relance.domain.codec import instant
from relance.ports.errors import LedgerError

from .reading import HEAD
from .table import VERSION, CancelledError, Item, Table, integer, text

LEASE = timedelta(minutes=16)  # longer than a function may run, shorter than the 20 minutes until its message comes again
OURS = "(attribute_not_exists(v) OR v <= :v)"


def take(table: Table, sheet: str, today: date, now: datetime) -> tuple[str, int]:
    """Take the register for a run: the lease's name, and the run's number.

    Raises LedgerError `ledger.busy`, and `ledger.other_sheet`: two sheets that share an id must not share a memory.
    """
    lease = uuid4().hex
    values: Item = {
        ":v": integer(VERSION), ":zero": integer(0), ":one": integer(1), ":today": text(today.isoformat()),
        ":lease": text(lease), ":until": text(_utc(now + LEASE)), ":now": text(_utc(now)),
        ":sheet": text(sheet), ":none": text(""),
    }  # fmt: skip
    try:
        head = table.update(
            HEAD,
            "SET v = :v, last_run = if_not_exists(last_run, :zero) + :one, last_day = :today,"
            " lease_by = :lease, lease_until = :until, sheet = :sheet",
            f"{OURS} AND (attribute_not_exists(lease_until) OR lease_until <= :now)"
            " AND (attribute_not_exists(sheet) OR sheet = :none OR sheet = :sheet)",
            values,
        )
    except CancelledError as cancelled:
        head = cancelled.items[0] or {}
        if head.get("sheet", {}).get("S", "") not in ("", sheet):
            raise LedgerError("ledger.other_sheet") from None
        if head.get("lease_by", {}).get("S") != lease:  # else a call that was repeated met its own effect
            raise LedgerError("ledger.busy") from None
    return lease, int(head["last_run"]["N"])


def give_up(table: Table, lease: str) -> None:
    """Release the register, unless the lease ran out and another run has it."""
    try:
        table.update(HEAD, "REMOVE lease_by, lease_until", "lease_by = :lease", {":lease": text(lease)})
    except CancelledError:
        return


def set_head(table: Table, expression: str, value: Item, condition: str = "") -> None:
    """Set a fact of the register as a whole; a condition that does not hold leaves it as it is."""
    whole = f"{OURS} AND {condition}" if condition else OURS
    try:
        table.update(HEAD, expression, whole, {":v": integer(VERSION), ":value": value})
    except CancelledError:
        return


def _utc(moment: datetime) -> str:
    """An instant as text that sorts as instants do."""
    return datetime.fromisoformat(instant(moment)).astimezone(UTC).isoformat(timespec="seconds")

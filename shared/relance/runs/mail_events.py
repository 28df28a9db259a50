"""`mail_events`: what the mail server says later about a message becomes a fact of its register's ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from relance.ports.errors import RelanceError
from relance.ports.ledger import Ledger
from relance.ports.mail import Returned


class OrphanError(RelanceError):
    """When a message that left under our name is not in its register's ledger: lost, or restored to an earlier day."""


def mail_event(
    event: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Returned | None], ledger_of: Callable[[str], Ledger]
) -> Returned | None:  # fmt: skip
    """Record what an event says. None when it is about a message of others, or decides nothing.

    Facts are added, never replaced: events may come in any order, twice, or before the mail server's answer. Raises
    OrphanError, LedgerError, and ValueError for an event that cannot be understood.
    """
    found = read(event)
    if found is None:
        return None
    try:
        ledger_of(found.register_id).add_event(found.message_id, found.event)
    except KeyError:
        raise OrphanError("pass.orphan", register=found.register_id, message=found.message_id) from None
    return found

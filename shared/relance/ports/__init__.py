"""What the runs need from the outside world. Each port has one contract suite in tests/adapters."""

from .deployment import Alerts, Listed, Listing, Pass, Passes, PassKind, PassOutcome, PassRecord, Registers, RunQueue
from .errors import (
    AlertError,
    DocumentError,
    LedgerError,
    MailRefusedError,
    MailUncertainError,
    MessageError,
    QueueError,
    RegistersError,
    RelanceError,
    StoreError,
)
from .ledger import Claim, Ledger
from .mail import Mailer, Messages, Returned, Worded
from .store import Document, RegisterStore, Sight

__all__ = [
    "AlertError",
    "Alerts",
    "Claim",
    "Document",
    "DocumentError",
    "Ledger",
    "LedgerError",
    "Listed",
    "Listing",
    "MailRefusedError",
    "MailUncertainError",
    "Mailer",
    "MessageError",
    "Messages",
    "Pass",
    "PassKind",
    "PassOutcome",
    "PassRecord",
    "Passes",
    "QueueError",
    "RegisterStore",
    "Registers",
    "RegistersError",
    "RelanceError",
    "Returned",
    "RunQueue",
    "Sight",
    "StoreError",
    "Worded",
]

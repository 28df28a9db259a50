"""The errors of the ports: a run turns each into one sentence."""

from __future__ import annotations

from typing import Literal


class RelanceError(Exception):
    """Base of the errors a run turns into one sentence. `code` names a text of words.toml, `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class StoreError(RelanceError):
    """When the register cannot be read or written: missing, not a register, locked, read-only, disk full."""


class LedgerError(RelanceError):
    """When the ledger cannot be opened or written, or another run holds it."""


class MessageError(RelanceError):
    """When one message cannot be worded: a bad template. The other messages still leave."""


class DocumentError(RelanceError):
    """When an invoice's document cannot be attached: missing, too large, not a PDF. The message still leaves."""


class RegistersError(RelanceError):
    """When the list of a deployment's registers cannot be read at all."""


class AlertError(RelanceError):
    """When the operators cannot be told."""


class QueueError(RelanceError):
    """When the queue of passes, or the record of those that ran, cannot be reached."""


class MailRefusedError(RelanceError):
    """When the mail server surely did not take a message.

    `kind` is `address` (these recipients are wrong), `later` (may be claimed again) or `configuration` (stop the run).
    """

    def __init__(
        self,
        code: str,
        kind: Literal["address", "later", "configuration"],
        addresses: tuple[str, ...] = (),
        **v: object,
    ) -> None:
        super().__init__(code, **v)
        self.kind = kind
        self.addresses = addresses


class MailUncertainError(RelanceError):
    """When nobody can say whether the mail server took a message."""

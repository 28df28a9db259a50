"""What words messages, what carries them, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from relance.domain.draft import Draft
    from relance.domain.history import Event, Message

    from .store import Document


class Mailer(Protocol):
    """What carries e-mails."""

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        """Hand over one message, once, and return the carrier's id for it.

        Raises MailRefusedError when it surely was not taken, MailUncertainError when nobody knows.
        """
        ...

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        """Whether a message claimed earlier was taken."""
        ...


@dataclass(frozen=True, slots=True)
class Worded:
    """A message in words: the subject, the text, its HTML twin, and the exact bytes that leave."""

    subject: str
    text: str
    html: str
    raw: bytes


class Messages(Protocol):
    """What words messages."""

    def render(self, draft: Draft, documents: Sequence[Document] = ()) -> Worded:
        """The MIME message of a draft, header `X-Relance-Id` included; same input, same bytes. Raises MessageError."""
        ...

    def subject(self, draft: Draft) -> str:
        """Its subject alone. Raises MessageError."""
        ...


@dataclass(frozen=True, slots=True)
class Returned:
    """What a mail server said later about a message."""

    register_id: str
    message_id: str
    event: Event

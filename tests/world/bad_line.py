"""How a message may fare on its way, and an outbox where it fares so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from relance.domain.history import Message
from relance.ports.errors import MailRefusedError, MailUncertainError
from relance.ports.mail import Mailer

Mood = Literal["well", "lost_answer", "lost_message", "later", "address", "configuration"]
Moods = Callable[[Message], Mood]


class BadLine:
    """A mailer behind a bad line. `mood` says how the next message fares, `knows` whether it can be asked later."""

    def __init__(self, real: Mailer, mood: Moods, knows: Callable[[], bool]) -> None:
        self._real, self._mood, self._knows = real, mood, knows

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        mood = self._mood(message)
        if mood == "lost_message":
            raise MailUncertainError("mail.uncertain")
        if mood == "later":
            raise MailRefusedError("mail.disk_full", "later")
        if mood == "configuration":
            raise MailRefusedError("mail.read_only", "configuration")
        if mood == "address":
            raise MailRefusedError("mail.no_recipient", "address", message.to[:1])
        name = self._real.send(message, sender, raw)
        if mood == "lost_answer":
            raise MailUncertainError("mail.uncertain")
        return name

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        return self._real.was_accepted(message) if self._knows() else "unknown"

"""An SES account as a world lives with it: what it refuses next, and how the double's moods play what a message meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.emulators.ses import Account, SesServer, Taken
from tests.emulators.ses.account import Fate
from tests.emulators.ses.faults import SesError, bad_request
from tests.emulators.ses.server import Mood as Answer
from tests.world.bad_line import Mood

LOST_ANSWERS: tuple[Answer, ...] = ("reset_after", "reset_after", "500_after", "silent_after")
LOST_MESSAGES: tuple[Answer, ...] = ("reset_before", "500_before", "503_before", "html_502", "silent_before")
THROTTLED = SesError("TooManyRequestsException", "Maximum sending rate exceeded.")
PERSISTENT = 6  # times in a row that a mailer no longer waits for
LATER = ((THROTTLED,) * PERSISTENT, (SesError("MessageRejected", "Message body is not acceptable."),))
STOPPED = (
    SesError("SendingPausedException", "Sending paused for this account."),
    SesError("AccountSuspendedException", "Your account has been suspended."),
    SesError("TooManyRequestsException", "Daily message quota exceeded."),
    SesError("MailFromDomainNotVerifiedException", "Mail-From domain is not verified."),
    SesError("AccessDeniedException", "User is not authorized to perform: ses:SendEmail"),
)  # fmt: skip
FATES: tuple[Fate, ...] = ("bounced", "bounced", "transient", "delayed", "complained")


@dataclass
class WorldAccount(Account):
    """`refusals` are its next answers. `chance` draws what becomes of each address, and, more rarely, whether a message is
    found harmful: with `ill`, it is not simply delivered."""

    refusals: list[SesError] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random(0))
    ill: float = 0.0
    harmful: dict[bytes, bool] = field(default_factory=dict)  # by message

    def send(self, request: Mapping[str, Any]) -> Taken:
        """SendEmail, refused when the next answer is a refusal."""
        if self.refusals:
            raise self.refusals.pop(0)
        return super().send(request)

    def _fate(self, address: str, raw: bytes) -> Fate:
        if raw not in self.harmful:
            self.harmful[raw] = self.chance.random() < self.ill / 5
        if self.harmful[raw]:
            return "rejected"
        if address not in self.fates:
            self.fates[address] = self.chance.choice(FATES) if self.chance.random() < self.ill else "delivered"
        return super()._fate(address, raw)


def play(server: SesServer, account: WorldAccount, mood: Mood, random: Random) -> None:
    """Let the next message fare so."""
    answer: Answer = "well"
    account.refusals.clear()
    match mood:
        case "well":
            account.refusals += [THROTTLED] * random.choice((0, 0, 0, 1, 3))
        case "lost_answer":
            answer = random.choice(LOST_ANSWERS)
        case "lost_message":
            answer = random.choice(LOST_MESSAGES)
        case "later":
            account.refusals += random.choice(LATER)
        case "address":
            account.refusals.append(bad_request("Domain contains illegal character"))
        case "configuration":
            account.refusals.append(random.choice(STOPPED))
    server.mood = lambda: answer

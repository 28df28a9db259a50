"""An SES account: who may send what to whom, how fast, and what became of each message."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from .faults import SesError, bad_request
from .mime import Head, as_delivered, check_address, not_verified, read_head

Fate = Literal["delivered", "bounced", "transient", "delayed", "complained", "rejected"]
DAY = 24 * 3600
MOST_RECIPIENTS = 50
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
SIMULATOR = "simulator.amazonses.com"
SIMULATED: Mapping[str, Fate] = {
    "success": "delivered", "bounce": "bounced", "complaint": "complained", "ooto": "delivered",
    "suppressionlist": "bounced",
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """A message that SES took: the bytes it was given, and those that arrive."""

    id: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str
    raw: bytes
    delivered: bytes
    head: Head
    fates: Mapping[str, Fate]


@dataclass
class Account:
    """All that tests set and read. Quotas count recipients, not messages."""

    region: str = "eu-west-3"
    number: str = "123456789012"
    production: bool = True
    sending: bool = True  # False: paused
    enforcement: Literal["HEALTHY", "PROBATION", "SHUTDOWN"] = "HEALTHY"
    rate: float = 14.0  # recipients a second
    daily: float = 50_000.0  # recipients in 24 hours; -1: no limit
    identities: set[str] = field(default_factory=lambda: {"example.org"})  # addresses and domains
    mail_from_ok: bool = True
    configuration_sets: set[str] = field(default_factory=lambda: {"relance"})
    suppressed: set[str] = field(default_factory=set)
    fates: dict[str, Fate] = field(default_factory=dict)  # by recipient; others are delivered
    viruses: set[bytes] = field(default_factory=set)  # a message with one of these is taken, then rejected
    forbidden: bool = False  # the caller's role may not send
    clock: Callable[[], float] = time.time
    taken: list[Taken] = field(default_factory=list)
    _sends: list[tuple[float, int]] = field(default_factory=list)

    def describe(self) -> dict[str, Any]:
        """The answer of GetAccount."""
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": self.enforcement,
            "ProductionAccessEnabled": self.production,
            "SendQuota": {
                "Max24HourSend": self.daily, "MaxSendRate": self.rate, "SentLast24Hours": float(self._sent_within(DAY)),
            },
            "SendingEnabled": self.sending,
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        }  # fmt: skip

    def send(self, request: Mapping[str, Any]) -> Taken:
        """SendEmail with raw content, its request already checked against the service's model. Raises SesError."""
        self._check_state()
        raw = self._raw_of(request)
        head = read_head(raw)
        sender = check_address(request.get("FromEmailAddress") or head.addresses("from")[0])
        to, cc, hidden = self._recipients(request, head)
        everyone = (*to, *cc, *hidden)
        self._check_identities(sender, head, everyone)
        tags = self._tags(request.get("EmailTags", ()))
        name = request.get("ConfigurationSetName", "")
        if name and name not in self.configuration_sets:
            raise SesError("NotFoundException", f"Configuration set <{name}> does not exist.")
        self._check_quota(len(everyone))
        now = datetime.fromtimestamp(self.clock(), UTC)
        message_id = f"0107{int(self.clock() * 1000):012x}-{uuid.uuid4()}-000000"
        fates = {address: self._fate(address, raw) for address in everyone}
        delivered = as_delivered(raw, message_id, self.region, now)
        taken = Taken(message_id, now, sender, to, cc, tags, name, raw, delivered, head, fates)
        self._sends.append((self.clock(), len(everyone)))
        self.taken.append(taken)
        return taken

    def _check_state(self) -> None:
        if self.forbidden:
            raise SesError("AccessDeniedException", "User is not authorized to perform: ses:SendEmail")
        if self.enforcement == "SHUTDOWN":
            raise SesError("AccountSuspendedException", "Your account has been suspended.")
        if not self.sending:
            raise SesError("SendingPausedException", "Sending paused for this account.")
        if not self.mail_from_ok:
            raise SesError("MailFromDomainNotVerifiedException", "Mail-From domain is not verified.")

    def _raw_of(self, request: Mapping[str, Any]) -> bytes:
        content = request["Content"]
        if "Raw" not in content:
            raise bad_request("This double takes raw content only.")
        raw: bytes = content["Raw"]["Data"]
        return raw

    def _recipients(self, request: Mapping[str, Any], head: Head) -> tuple[tuple[str, ...], ...]:
        """To, Cc and Bcc: the request's destination stands in place of the headers."""
        given = request.get("Destination", {})
        if not given:
            found = [tuple(map(check_address, head.addresses(name))) for name in ("to", "cc", "bcc")]
        else:
            names = ("ToAddresses", "CcAddresses", "BccAddresses")
            found = [tuple(map(check_address, given.get(name, ()))) for name in names]
        count = sum(map(len, found))
        if not count:
            raise bad_request("Missing required header 'To'.")
        if count > MOST_RECIPIENTS:
            raise bad_request(f"Recipient count exceeds {MOST_RECIPIENTS}.")
        return tuple(found)

    def _check_identities(self, sender: str, head: Head, everyone: Sequence[str]) -> None:
        needed = dict.fromkeys([sender, *head.addresses("from")])
        if not self.production:
            needed |= dict.fromkeys(a for a in everyone if not a.endswith(f"@{SIMULATOR}"))
        missing = [address for address in needed if not self.verified(address)]
        if missing:
            raise not_verified(missing, self.region)

    def verified(self, address: str) -> bool:
        """Whether the address, its domain or a parent of it was proved to be the account's."""
        domain = address.rpartition("@")[2].lower()
        parents = {".".join(domain.split(".")[n:]) for n in range(domain.count(".") + 1)}
        return address.lower() in self.identities or not parents.isdisjoint(self.identities)

    def _tags(self, given: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
        for tag in given:
            for what in ("Name", "Value"):
                if not TAG.fullmatch(tag[what]):
                    raise bad_request(f"Invalid tag {what.lower()} <{tag[what]}>: only A-Z, a-z, 0-9, _ and - are allowed.")
        if len({tag["Name"] for tag in given}) != len(given):
            raise bad_request("Duplicate message tag name.")
        return {tag["Name"]: tag["Value"] for tag in given}

    def _check_quota(self, count: int) -> None:
        if self._sent_within(1.0) + count > max(self.rate, 1.0):
            raise SesError("TooManyRequestsException", "Maximum sending rate exceeded.")
        if self.daily >= 0 and self._sent_within(DAY) + count > self.daily:
            raise SesError("TooManyRequestsException", "Daily message quota exceeded.")

    def _sent_within(self, seconds: float) -> int:
        since = self.clock() - seconds
        return sum(count for at, count in self._sends if at > since)

    def _fate(self, address: str, raw: bytes) -> Fate:
        if any(virus in raw for virus in self.viruses):
            return "rejected"
        local, _, domain = address.rpartition("@")
        if domain == SIMULATOR:
            return SIMULATED.get(local.partition("+")[0], "delivered")
        return "bounced" if address in self.suppressed else self.fates.get(address, "delivered")

"""What comes back about messages: SES's events as EventBridge carries them, on a bad line."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from .account import Account, Fate, Taken

DETAIL_TYPES = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "DeliveryDelay": "Email Delivery Delayed",
    "Reject": "Email Rejected",
}
FOLLOWING: dict[Fate, tuple[str, ...]] = {
    "delivered": ("Delivery",),
    "bounced": ("Bounce",),
    "transient": ("DeliveryDelay", "Bounce"),
    "delayed": ("DeliveryDelay", "Delivery"),
    "complained": ("Delivery", "Complaint"),
    "rejected": ("Reject",),
}
MOST_HEADERS = 10_240  # bytes of headers in an event


@dataclass
class Post:
    """Carries the events of an account: `late` seconds at most, and by chance twice, in any order, or never."""

    account: Account
    random: Random = field(default_factory=lambda: Random(0))
    late: float = 0.0
    twice: float = 0.0  # chance of each event
    lost: float = 0.0
    _told: int = 0
    _on_the_way: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def arriving(self, now: datetime) -> list[dict[str, Any]]:
        """The events that arrive until now, in the order of their arrival."""
        for taken in self.account.taken[self._told :]:
            for event in events_of(taken, self.account):
                self._put_on_the_way(event, taken.at)
        self._told = len(self.account.taken)
        here = sorted((entry for entry in self._on_the_way if entry[0] <= now), key=lambda entry: entry[0])
        self._on_the_way = [entry for entry in self._on_the_way if entry[0] > now]
        return [event for _, event in here]

    def _put_on_the_way(self, event: dict[str, Any], at: datetime) -> None:
        if self.random.random() < self.lost:
            return
        for _ in range(2 if self.random.random() < self.twice else 1):
            self._on_the_way.append((at + timedelta(seconds=self.random.uniform(0, self.late)), event))


def events_of(taken: Taken, account: Account) -> Iterator[dict[str, Any]]:
    """All events of a message that has a configuration set: Send, then what becomes of it at each recipient."""
    if not taken.configuration_set:
        return
    yield _event(taken, account, "Send", taken.at, {})
    seconds = 1
    for fate in dict.fromkeys(taken.fates.values()):
        addresses = [a for a, f in taken.fates.items() if f == fate]
        for kind in FOLLOWING[fate]:
            seconds += 1
            at = taken.at + timedelta(seconds=seconds)
            yield _event(taken, account, kind, at, DETAILS[kind](addresses, at, fate, account))


def _event(taken: Taken, account: Account, kind: str, at: datetime, detail: dict[str, Any]) -> dict[str, Any]:
    name = {"DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    arn = f"arn:aws:ses:{account.region}:{account.number}:configuration-set/{taken.configuration_set}"
    return {
        "version": "0", "id": str(uuid.uuid4()), "detail-type": DETAIL_TYPES[kind], "source": "aws.ses",
        "account": account.number, "time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "region": account.region, "resources": [arn],
        "detail": {"eventType": kind, "mail": _mail(taken, account), name: detail},
    }  # fmt: skip


def _mail(taken: Taken, account: Account) -> dict[str, Any]:
    headers = [{"name": name, "value": value} for name, value in taken.head.fields]
    while sum(len(h["name"]) + len(h["value"]) for h in headers) > MOST_HEADERS:
        headers.pop()
    return {
        "timestamp": stamp(taken.at), "source": taken.sender,
        "sourceArn": f"arn:aws:ses:{account.region}:{account.number}:identity/{taken.sender}",
        "sendingAccountId": account.number, "messageId": taken.id, "destination": list(taken.fates),
        "headersTruncated": len(headers) < len(taken.head.fields), "headers": headers,
        "commonHeaders": {
            "from": taken.head.all("from"), "to": taken.head.all("to"), "messageId": taken.id,
            "subject": next(iter(taken.head.all("subject")), ""),
        },
        "tags": {
            "ses:configuration-set": [taken.configuration_set], "ses:source-ip": ["192.0.2.1"],
            "ses:from-domain": [taken.sender.rpartition("@")[2]], "ses:caller-identity": ["chase"],
            **{name: [value] for name, value in taken.tags.items()},
        },
    }  # fmt: skip


def stamp(at: datetime) -> str:
    """An instant as SES writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _bounce(addresses: list[str], at: datetime, fate: Fate, account: Account) -> dict[str, Any]:
    listed = any(a in account.suppressed for a in addresses)
    permanent = fate == "bounced"
    return {
        "bounceType": "Permanent" if permanent else "Transient",
        "bounceSubType": "OnAccountSuppressionList" if listed else "General" if permanent else "MailboxFull",
        "bouncedRecipients": [
            {"emailAddress": a, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
            for a in addresses
        ],
        "timestamp": stamp(at), "feedbackId": f"0107{uuid.uuid4()}", "reportingMTA": "dns; a8-1.smtp-out.amazonses.com",
    }  # fmt: skip


def _complaint(addresses: list[str], at: datetime, fate: Fate, account: Account) -> dict[str, Any]:
    return {
        "complainedRecipients": [{"emailAddress": a} for a in addresses], "timestamp": stamp(at),
        "feedbackId": f"0107{uuid.uuid4()}", "complaintSubType": None, "complaintFeedbackType": "abuse",
        "arrivalDate": stamp(at),
    }  # fmt: skip


def _delivery(addresses: list[str], at: datetime, fate: Fate, account: Account) -> dict[str, Any]:
    return {
        "timestamp": stamp(at), "processingTimeMillis": 850, "recipients": addresses, "smtpResponse": "250 ok",
        "reportingMTA": "a8-1.smtp-out.amazonses.com",
    }  # fmt: skip


def _delay(addresses: list[str], at: datetime, fate: Fate, account: Account) -> dict[str, Any]:
    return {
        "timestamp": stamp(at), "delayType": "TransientCommunicationFailure", "expirationTime": stamp(at),
        "delayedRecipients": [
            {"emailAddress": a, "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host"}
            for a in addresses
        ],
    }  # fmt: skip


def _reject(addresses: list[str], at: datetime, fate: Fate, account: Account) -> dict[str, Any]:
    return {"reason": "Bad content"}


DETAILS: dict[str, Callable[[list[str], datetime, Fate, Account], dict[str, Any]]] = {
    "Delivery": _delivery, "Bounce": _bounce, "Complaint": _complaint, "DeliveryDelay": _delay, "Reject": _reject,
}  # fmt: skip

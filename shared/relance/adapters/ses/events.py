"""What SES says later about a message: its events, as EventBridge carries them, as facts of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from relance.domain.history import Event
from relance.ports.mail import Returned


def returned(event: Mapping[str, Any]) -> Returned | None:
    """The fact that an event of SES states; None for a message that is not ours, or a kind that decides nothing.

    A permanent bounce proves its addresses wrong. A transient one is a delay: it proves that the message left, and
    nothing against the address. ValueError for an event of ours that cannot be understood. Source: "Contents of event
    data", Amazon SES developer guide.
    """
    detail = event.get("detail")
    mail = detail.get("mail") if isinstance(detail, Mapping) else None
    tags = mail.get("tags") if isinstance(mail, Mapping) else None
    if not isinstance(detail, Mapping) or not isinstance(mail, Mapping) or not isinstance(tags, Mapping):
        return None
    try:
        register_id, message_id = str(tags["register"][0]), str(tags["message"][0])
    except (KeyError, IndexError):
        return None
    try:
        found = _event(str(detail["eventType"]), detail, mail)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise ValueError(f"an event of SES that cannot be understood: {type(fault).__name__} {fault}") from fault
    return None if found is None else Returned(register_id, message_id, found)


def _event(kind: str, detail: Mapping[str, Any], mail: Mapping[str, Any]) -> Event | None:
    known = {str(a).casefold(): str(a) for a in mail["destination"]}

    def addresses(listed: Any) -> tuple[str, ...]:
        bare = [parseaddr(str(r["emailAddress"] if isinstance(r, Mapping) else r))[1] for r in listed]
        return tuple(sorted(known.get(a.casefold(), a) for a in bare))

    match kind:
        case "Send":
            return Event("sent", _at(mail))
        case "Reject":
            return Event("rejected", _at(mail))
        case "Delivery":
            return Event("delivered", _at(detail["delivery"]), addresses(detail["delivery"]["recipients"]))
        case "DeliveryDelay":
            return Event("delayed", _at(detail["deliveryDelay"]), addresses(detail["deliveryDelay"]["delayedRecipients"]))
        case "Complaint":
            return Event("complained", _at(detail["complaint"]), addresses(detail["complaint"]["complainedRecipients"]))
        case "Bounce":
            bounce = detail["bounce"]
            word = "bounced" if bounce["bounceType"] == "Permanent" else "delayed"
            return Event(word, _at(bounce), addresses(bounce["bouncedRecipients"]))
    return None


def _at(part: Mapping[str, Any]) -> datetime:
    at = datetime.fromisoformat(str(part["timestamp"]))
    if at.utcoffset() is None:
        raise ValueError("an instant without offset")
    return at

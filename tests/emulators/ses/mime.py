"""The rules of raw messages, and what SES changes in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, getaddresses

from .faults import SesError, bad_request

MOST_BYTES = 40 * 1024 * 1024  # 40 MB per message
ONCE = ("from", "to", "cc", "subject", "date", "message-id", "reply-to", "mime-version", "content-type", "sender")
OWN = (b"message-id:", b"date:")  # SES writes its own
LONGEST_LINE = 998  # RFC 5322, 2.1.1
HEADERS_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Head:
    """The headers of a raw message, in order."""

    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for key, value in self.fields if key.lower() == name]

    def addresses(self, name: str) -> list[str]:
        """The addresses in a header."""
        return [address for _, address in getaddresses(self.all(name)) if address]


def read_head(raw: bytes) -> Head:
    """The headers, checked. Raises SesError."""
    if len(raw) > MOST_BYTES:
        raise bad_request(f"Message length is more than {MOST_BYTES} bytes long: '{len(raw)}'.")
    head = HEADERS_END.split(raw, maxsplit=1)[0]
    if not head.isascii():
        raise bad_request("Header contains non-ASCII characters.")
    for line in head.splitlines():
        if len(line) > LONGEST_LINE:
            raise bad_request("Header line is too long.")
        if line[:1] not in (b" ", b"\t") and not re.match(rb"[!-9;-~]+[ \t]*:", line):
            raise bad_request("Malformed header.")
    parsed = BytesHeaderParser(policy=compat32).parsebytes(head)
    found = Head(tuple((key, str(value)) for key, value in parsed.items()))
    for name in ONCE:
        if len(found.all(name)) > 1:
            raise bad_request(f"Duplicate header '{name.title()}'.")
    if not found.addresses("from"):
        raise bad_request("Missing required header 'From'.")
    return found


def as_delivered(raw: bytes, message_id: str, region: str, now: datetime) -> bytes:
    """The message as it arrives: with SES's own Message-ID and Date, and without Bcc."""
    end = HEADERS_END.search(raw)
    head, rest = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"\r\n\r\n")
    kept: list[bytes] = []
    dropping = False
    for line in head.splitlines():
        if line[:1] not in (b" ", b"\t"):
            dropping = line.lower().startswith((*OWN, b"bcc:"))
        if not dropping:
            kept.append(line)
    kept.append(f"Message-ID: <{message_id}@{region}.amazonses.com>".encode())
    kept.append(f"Date: {format_datetime(now)}".encode())
    return b"\r\n".join(kept) + rest


def check_address(address: str) -> str:
    """The bare address of a recipient. Raises SesError as SES words it."""
    ((_, bare),) = getaddresses([address]) or [("", "")]
    local, at, domain = bare.rpartition("@")
    if not at or not domain:
        raise bad_request("Missing final '@domain'")
    if not local:
        raise bad_request("Missing local name")
    if not bare.isascii() or re.search(r"[\s\x00-\x1f]", bare):
        which = "Domain" if not domain.isascii() or re.search(r"[\s\x00-\x1f]", domain) else "Local address"
        raise bad_request(f"{which} contains control or whitespace")
    if ".." in bare or local.startswith(".") or local.endswith(".") or not re.fullmatch(r"[A-Za-z0-9.-]+", domain):
        raise bad_request("Domain contains illegal character")
    if len(bare) > 320:
        raise bad_request("Address length is more than 320")
    return bare


def not_verified(identities: list[str], region: str) -> SesError:
    """The refusal of identities that nobody proved to own."""
    names = ", ".join(identities)
    return SesError(
        "MessageRejected",
        f"Email address is not verified. The following identities failed the check in region {region.upper()}: {names}",
    )

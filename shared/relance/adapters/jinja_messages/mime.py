"""The MIME bytes of a message: headers that no value can break, one plain text part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from email.errors import MessageError as HeaderError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from relance.domain.draft import Draft
from relance.ports import Document, MessageError

from .figures import UNSHOWN, one_line

LEAVES_AT = time(9)  # a fixed hour: the same draft gives the same bytes
MAX_NAME = 100


def mime(draft: Draft, subject: str, text: str, documents: Sequence[Document] = ()) -> bytes:
    """A message with CRLF lines. Raises MessageError `mail.no_recipient` when an address cannot stand in a header."""
    message, settings = draft.message, draft.settings
    if not message.to:
        raise MessageError("mail.no_recipient")
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    mail.set_content(UNSHOWN.sub("", text), charset="utf-8", cte="quoted-printable")
    for document in documents:
        mail.add_attachment(document.content, maintype="application", subtype="pdf", filename=one_line(document.name))
    sender = (settings.from_email,) if settings.from_email else ()  # a draft may be previewed before it is set
    replies = (settings.reply_to,) if settings.reply_to else ()
    identity = re.sub(r"[^0-9A-Za-z._-]", "", message.id)
    domain = re.sub(r"[^0-9A-Za-z.-]", "", settings.from_email.rpartition("@")[2]) or "relance.invalid"
    sent = datetime.combine(message.day, LEAVES_AT, ZoneInfo(settings.time_zone))
    head = (
        _addresses("From", one_line(settings.sender_name)[:MAX_NAME].strip(), sender),
        _addresses("Reply-To", "", replies),
        _addresses("To", "", message.to),
        _addresses("Cc", "", message.copy_to),
        f"Date: {format_datetime(sent)}\r\n",
        f"Message-ID: <{identity}@{domain}>\r\n",
        f"X-Relance-Id: {identity}\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
    )
    return "".join(head).encode("ascii") + mail.as_bytes()


@lru_cache(maxsize=1024)
def _addresses(header: str, name: str, addresses: tuple[str, ...]) -> str:
    """The folded header line, empty without addresses."""
    if not addresses:
        return ""
    try:
        value = SMTP.header_factory(header, [Address(name, addr_spec=address) for address in addresses])
        folded = str(value.fold(policy=SMTP))
    except (HeaderError, ValueError, IndexError) as fault:
        raise MessageError("mail.no_recipient", problem=str(fault)) from fault
    if not folded.isascii():
        raise MessageError("mail.no_recipient", problem=header)
    return folded

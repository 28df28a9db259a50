"""The MIME bytes of a message: headers that no value can break, text, HTML with its picture, and documents."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import datetime, time
from email.errors import MessageError as HeaderError
from email.headerregistry import Address
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from relance.domain.draft import Draft
from relance.ports.errors import MessageError
from relance.ports.store import Document

from .bank import Picture
from .chars import one_line

LEAVES_AT = time(9)  # a fixed hour: the same draft gives the same bytes
MAX_NAME = 100


def mime(
    draft: Draft, language: str, subject: str, text: str, html: str, picture: Picture | None, documents: Sequence[Document]
) -> bytes:
    """A message with CRLF lines. Raises MessageError `mail.no_recipient` when an address cannot stand in a header."""
    if not draft.message.to:
        raise MessageError("mail.no_recipient")
    identity = _identity(draft)
    page = _text(html, "html")
    if picture is not None:
        page = _together("related", identity, page, _picture(picture, content_id(draft)))
        page.set_param("type", "text/html")
    body = _together("alternative", identity, _text(text, "plain"), page)
    if documents:
        body = _together("mixed", identity, body, *map(_attached, documents))
    return _head(draft, language, subject).encode("ascii") + body.as_bytes()


def content_id(draft: Draft) -> str:
    """The address of the picture inside the message."""
    return f"qr.{_identity(draft)}@{_domain(draft)}"


def _head(draft: Draft, language: str, subject: str) -> str:
    message, settings = draft.message, draft.settings
    sender = (settings.from_email,) if settings.from_email else ()  # a draft may be previewed before it is set
    replies = (settings.reply_to,) if settings.reply_to else ()
    identity, domain = _identity(draft), _domain(draft)
    sent = datetime.combine(message.day, LEAVES_AT, ZoneInfo(settings.time_zone))
    thread = re.sub(r"[^0-9A-Za-z._-]", "", draft.thread)
    # Mail readers show the messages of one file together: all answer a first one, which need not exist (RFC 5322 3.6.4).
    conversation = f"In-Reply-To: <{thread}@{domain}>\r\nReferences: <{thread}@{domain}>\r\n" if thread else ""
    return "".join((
        _addresses("From", one_line(settings.sender_name)[:MAX_NAME].strip(), sender),
        _addresses("Reply-To", "", replies),
        _addresses("To", "", message.to),
        _addresses("Cc", "", message.copy_to),
        str(SMTP.header_factory("Subject", subject).fold(policy=SMTP)),
        f"Date: {format_datetime(sent)}\r\n",
        f"Message-ID: <{identity}@{domain}>\r\n",
        conversation,
        f"X-Relance-Id: {identity}\r\n",
        f"Content-Language: {re.sub('[^A-Za-z-]', '', language)}\r\n",
        "Auto-Submitted: auto-generated\r\n",  # RFC 3834: no robot should answer
        "X-Auto-Response-Suppress: DR, RN, NRN, AutoReply\r\n",  # absence notes may come: they name a substitute
        "MIME-Version: 1.0\r\n",
    ))  # fmt: skip


def _identity(draft: Draft) -> str:
    return re.sub(r"[^0-9A-Za-z._-]", "", draft.message.id)


def _domain(draft: Draft) -> str:
    return re.sub(r"[^0-9A-Za-z.-]", "", draft.settings.from_email.rpartition("@")[2]) or "relance.invalid"


def _text(text: str, subtype: str) -> MIMEPart:
    part = MIMEPart(SMTP)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    data = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    part.set_payload(b2a_qp(data, istext=True).decode("ascii"))
    return part


def _together(kind: str, identity: str, *parts: MIMEPart) -> MIMEPart:
    """Parts under a boundary that always comes out the same, and that no encoded text or file can hold (`=_`)."""
    whole = MIMEPart(SMTP)
    whole["Content-Type"] = f'multipart/{kind}; boundary="=_{kind}_{identity}"'
    whole.set_payload(list(parts))
    return whole


def _picture(picture: Picture, cid: str) -> MIMEPart:
    part = MIMEPart(SMTP)
    part.set_content(
        picture.png, maintype="image", subtype="png", disposition="inline", filename="qr.png", cid=f"<{cid}>"
    )  # fmt: skip
    return part


def _attached(document: Document) -> MIMEPart:
    part = MIMEPart(SMTP)
    part.set_content(
        document.content, maintype="application", subtype="pdf", disposition="attachment", filename=one_line(document.name)
    )  # fmt: skip
    return part


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

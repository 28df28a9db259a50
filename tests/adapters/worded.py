"""What a message reads like, and texts typed by people, for the tests of JinjaMessages."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from relance.adapters.jinja_messages import JinjaMessages
from relance.domain.draft import Draft
from relance.domain.register import Template

TEMPLATES = Path(__file__).parents[2] / "templates"
NASTY = "Zoë 🧾 شركة <script>alert(1)</script>\r\nBcc: x@evil.example\n\nIBAN : FR00\u202e\x00\ud800 " + "é" * 300


def parsed(raw: bytes) -> EmailMessage:
    """The message as a mail reader sees it."""
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def body_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text or the HTML of a message, with plain line ends."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def text_of(draft: Draft, *overrides: Template) -> str:
    """The text part of a draft's message."""
    return body_of(parsed(JinjaMessages(TEMPLATES, overrides).render(draft).raw))


def html_of(draft: Draft, *overrides: Template) -> str:
    """The HTML part of a draft's message."""
    return body_of(parsed(JinjaMessages(TEMPLATES, overrides).render(draft).raw), "html")


def typed(text: str, subject: str = "", **fields: Any) -> Template:
    """A person's own wording of R1."""
    return Template(**{"name": "R1", "language": "", "channel": "", "subject": subject, "text": text, "row": 7, **fields})

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


def text_of(draft: Draft, *overrides: Template) -> str:
    """The text part, with plain line ends."""
    text: str = parsed(JinjaMessages(TEMPLATES, overrides).render(draft).raw).get_content()
    return text.replace("\r\n", "\n")


def typed(text: str, subject: str = "", **fields: Any) -> Template:
    """A person's own wording of R1."""
    return Template(**{"name": "R1", "language": "", "channel": "", "subject": subject, "text": text, "row": 7, **fields})

"""What the mail server holds: the files of the outbox, read as their reader would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
]  # fmt: skip
AMOUNT = re.compile(r"-?\d[\d\u00a0\u202f]*,\d\d")
TOTAL = re.compile(r"^Total à régler\s*:\s*(-?\d[\d\u00a0\u202f]*,\d\d)", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """One message as accepted. `owed`: the balance shown for each invoice number; `credits` are negative."""

    id: str
    day: date
    to: tuple[str, ...]
    copy_to: tuple[str, ...]
    sender: str
    subject: str
    text: str
    raw: bytes
    owed: dict[str, Decimal]
    credits: tuple[Decimal, ...]
    total: Decimal | None
    promised: date | None  # the day that a message about a promise names
    thrown_away: bool = False  # the mail server took it, found it harmful, and nobody got it


def money(text: str) -> Decimal:
    """An amount as the French templates show it."""
    return Decimal(re.sub(r"[\u00a0\u202f]", "", text).replace(",", "."))


@lru_cache(maxsize=512)
def read(raw: bytes) -> Mail:
    """The message in these bytes."""
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    owed: dict[str, Decimal] = {}
    credits = []
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("Facture "):
            break
    for line in lines:
        amounts = AMOUNT.findall(line)
        if not line.strip():
            break
        if line.startswith("Avoir "):
            credits.append(money(amounts[-1]))
        elif amounts:
            owed[line.split()[0]] = money(amounts[-1])
    loose = re.findall(r"^Règlement reçu, non rattaché à une facture\s*:\s*(.*)$", text, re.MULTILINE)
    credits += [money(AMOUNT.findall(found)[0]) for found in loose]
    total = TOTAL.search(text)
    return Mail(
        mail["X-Relance-Id"], mail["Date"].datetime.date(), _people(mail, "To"), _people(mail, "Cc"), str(mail["From"]),
        mail["Subject"], text, raw, owed, tuple(credits), money(total[1]) if total else None, _promised(mail["Subject"]),
    )  # fmt: skip


def _promised(subject: str) -> date | None:
    found = re.search(r"(?:pour|prévu) le (\d+)(?:er)? (\w+) (\d{4})", subject)
    if found is None:
        return None
    day, month, year = found.groups()
    return date(int(year), MONTHS.index(month) + 1, int(day))


def _people(mail: EmailMessage, header: str) -> tuple[str, ...]:
    return tuple(a.addr_spec for a in mail[header].addresses) if mail[header] else ()


def accepted(outbox: Path) -> list[Mail]:
    """Every message of an outbox, in the order of acceptance."""
    return [read(p.read_bytes()) for p in sorted(outbox.glob("*.eml"))]

"""How to pay by transfer: the reference to recall, and the SEPA QR code that banking apps read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from relance.domain.bank import valid_iban
from relance.domain.draft import Draft

from .chars import one_line

MAX_REFERENCE = 140  # characters of a SEPA remittance text
MAX_PAYLOAD = 331  # bytes
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
PIXELS = 3  # of a module
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
MASK = 4  # one of the eight: a fixed one makes the same payload the same picture, five times faster


@dataclass(frozen=True, slots=True)
class Picture:
    """A square PNG and the length of its side in pixels."""

    png: bytes
    side: int


def qr_of(draft: Draft) -> Picture | None:
    """The QR code of the transfer that a draft asks for; None unless it is one in euros to a valid IBAN."""
    amount = draft.total if draft.promised_amount is None else draft.promised_amount
    s, iban = draft.settings, compact_iban(draft.settings.iban)
    if draft.currency != "EUR" or not iban or not LEAST <= amount <= MOST or not s.sender_name.strip():
        return None
    return _picture(payload(s.sender_name, iban, s.bic, amount, reference(draft)))


def compact_iban(typed: str) -> str:
    """The IBAN without spaces; empty unless its check digits agree."""
    iban = re.sub(r"\s", "", typed).upper()
    return iban if valid_iban(iban) else ""


def reference(draft: Draft, room: int = MAX_REFERENCE) -> str:
    """The invoice numbers, as many as there is room for and how many more; the customer's code without any."""
    numbers = list(dict.fromkeys(one_line(line.number).strip() for line in draft.lines))
    return listed(filter(None, numbers), room) or one_line(draft.customer.code)[:room]


def listed(names: Iterable[str], room: int) -> str:
    """Names in a row, whole ones only, `+n` for those left out; nothing when not even the first has room."""
    left = list(names)
    text = ""
    while left:
        longer = f"{text}, {left[0]}" if text else left[0]
        if len(longer) + (0 if len(left) == 1 else len(f" +{len(left)}")) > room:
            return f"{text} +{len(left)}" if text else ""
        text = longer
        del left[0]
    return text


def payload(name: str, iban: str, bic: str, amount: Decimal, text: str) -> str:
    """The data of the code (EPC069-12, version 002, UTF-8): one field a line, at most 331 bytes."""
    short = _BIC.fullmatch(bic.strip().upper())
    head = ["BCD", "002", "1", "SCT", short[0] if short else "", one_line(name).strip()[:70], iban, f"EUR{amount:.2f}", "", ""]
    room = MAX_PAYLOAD - len("\n".join(head).encode("utf-8", "replace")) - 1
    return "\n".join([*head, text[:MAX_REFERENCE].encode("utf-8", "replace")[:room].decode("utf-8", "ignore")])


@lru_cache(maxsize=256)
def _picture(data: str) -> Picture:
    import segno

    code = segno.make_qr(data.encode("utf-8", "replace"), error="m", mode="byte", mask=MASK, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="png", scale=PIXELS, border=4)
    return Picture(out.getvalue(), int(code.symbol_size(PIXELS, 4)[0]))

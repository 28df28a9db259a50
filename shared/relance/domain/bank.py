"""Bank accounts: whether an IBAN can be one."""

from __future__ import annotations

import re

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def valid_iban(iban: str) -> bool:
    """Whether an IBAN without spaces has the form and the check digits of one (ISO 13616, ISO 7064 mod 97-10)."""
    if not _IBAN.fullmatch(iban):
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1  # letters count from A = 10

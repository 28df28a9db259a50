"""What makes a whole run refuse: the register, or the ledger's memory of it, cannot be trusted (DESIGN 3 and 5)."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import date

from .history import History, Pins
from .keys import InvoiceKey
from .observe import fingerprint
from .register import Register
from .settings import Settings
from .words import Reason, reason

LEAST_CHANGES = 5


def pins_of(settings: Settings) -> Pins:
    """What is pinned at the first live run."""
    return Pins(settings.iban, settings.bic, settings.from_email, settings.reply_to, settings.currency)


def refusal_of(register: Register, history: History, today: date) -> Reason | None:
    """Why nothing may leave today, or None."""
    if register.refusal is not None:
        return register.refusal
    return _memory(register, history, today) or _settings(register.settings, history) or _mass_change(register, history)


def notice_of(register: Register, history: History) -> Reason | None:
    """The sheet is older than what the last finished run wrote: somebody put an earlier copy back."""
    if register.last_run < history.last_written:
        return reason("notice.restored", sheet=register.last_run, ledger=history.last_written)
    return None


def _memory(register: Register, history: History, today: date) -> Reason | None:
    if register.register_id and history.register_id and register.register_id != history.register_id:
        return reason("refusal.other_register")
    if register.last_run > history.last_run:
        if history.last_run == 0:
            return reason("refusal.ledger_lost")
        return reason("refusal.sheet_ahead", sheet=register.last_run, ledger=history.last_run)
    if history.last_day is not None and today < history.last_day:
        return reason("refusal.clock_back", last=history.last_day, today=today)
    return None


def _settings(settings: Settings, history: History) -> Reason | None:
    if settings.mode == "test" and not settings.test_email:
        return reason("refusal.no_test_email")
    if settings.mode == "live" and history.pins is not None:
        now = pins_of(settings)
        changed = tuple(f.name for f in fields(Pins) if getattr(now, f.name) != getattr(history.pins, f.name))
        if changed:
            return reason("refusal.pins_changed", fields=changed)
    return None


def changes_of(register: Register, history: History) -> tuple[tuple[InvoiceKey, ...], int, str]:
    """The known open invoices that vanished or whose customer's addresses changed, how many are known, and a
    fingerprint of this very change."""
    here = {i.key for i in register.invoices} | {f.key for f in register.faulty}
    changed: list[InvoiceKey] = []
    known, now = 0, []
    nobody = fingerprint(())
    for (code, _), facts in history.files.items():
        memory = facts.memory
        if memory is None:
            continue
        customer = register.customers.get(code)
        emails = fingerprint(customer.emails) if customer else memory.emails
        moved = memory.emails not in ("", nobody, emails)
        for key, invoice in memory.invoices.items():
            if invoice.open:
                known += 1
                if moved or key not in here:
                    changed.append(key)
                    now.append(emails)
    changed_keys = tuple(sorted(changed))
    digest = hashlib.sha256(repr((changed_keys, sorted(now))).encode()).hexdigest()[:16]
    return changed_keys, known, digest


def _mass_change(register: Register, history: History) -> Reason | None:
    """More than 5, and more than 10 %, of the known open invoices at once: rather an accident than the day's work."""
    changed, known, digest = changes_of(register, history)
    if len(changed) > max(LEAST_CHANGES, known / 10) and history.confirmed != digest:
        return reason("refusal.mass_change", count=len(changed), known=known)
    return None

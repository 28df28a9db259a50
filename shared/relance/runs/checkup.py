"""`doctor`: everything that can be wrong before going live, one finding each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from relance.domain.bank import valid_iban
from relance.domain.compose import compose
from relance.domain.context import Context
from relance.domain.decide import decide
from relance.domain.gates import notice_of, refusal_of
from relance.domain.history import History
from relance.domain.register import Register
from relance.domain.words import Reason, reason
from relance.ports import MessageError, StoreError
from relance.runs.desk import Desk


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check-up."""

    level: Literal["ok", "warning", "error"]
    says: Reason


def checkup(desk: Desk, today: date) -> list[Finding]:
    """All findings about a register, its ledger and its wording."""
    register, history = desk.register, desk.ledger.history()
    refusal = desk.refusal or refusal_of(register, history, today)
    found = [Finding("error", refusal) if refusal else Finding("ok", reason("doctor.readable"))]
    try:
        desk.store.check_writable()
        found.append(Finding("ok", reason("doctor.writable")))
    except StoreError as error:
        found.append(Finding("error", reason(error.code, **error.values)))
    found += _sender(register)
    found += _data(register, history, today)
    found += [Finding("warning", n) for n in register.notices]
    restored = notice_of(register, history)
    if restored is not None:
        found.append(Finding("warning", restored))
    uncertain = sum(m.status == "uncertain" for f in history.files.values() for m in f.messages)
    if uncertain:
        found.append(Finding("warning", reason("doctor.uncertain", count=uncertain)))
    if refusal is None:
        found += _wording(desk, register, history, today)
    return found


MODES = {"draft": reason("doctor.mode_draft"), "test": reason("doctor.mode_test"), "live": reason("doctor.mode_live")}


def _sender(register: Register) -> Iterator[Finding]:
    s = register.settings
    yield Finding("ok" if s.mode == "live" else "warning", MODES[s.mode])
    for setting in ("from_email", "sender_name", "sender_address", "signatory_name"):
        if not getattr(s, setting):
            level: Literal["warning", "error"] = "error" if setting == "from_email" else "warning"
            yield Finding(level, reason("doctor.setting_empty", setting=setting))
    if not s.iban:
        yield Finding("warning", reason("doctor.setting_empty", setting="iban"))
    elif not valid_iban(s.iban):
        yield Finding("error", reason("doctor.iban"))
    else:
        yield Finding("ok", reason("doctor.iban_ok"))


def _data(register: Register, history: History, today: date) -> Iterator[Finding]:
    ctx = Context(register, history, today)
    entered = register.settings.payments_entered_up_to
    if ctx.fresh:
        yield Finding("ok", reason("doctor.fresh", up_to=entered))
    else:
        yield Finding("error", reason("notice.stale", up_to=entered) if entered else reason("notice.stale_empty"))
    if register.faulty:
        rows = tuple(str(f.row) for f in register.faulty[:10])
        yield Finding("warning", reason("doctor.faulty", count=len(register.faulty), rows=rows))
    open_codes = {i.customer for i in register.invoices if i.balance > register.settings.tolerance}
    customers = [register.customers[c] for c in sorted(open_codes) if c in register.customers]
    for code, names in (
        ("doctor.no_email", [c.name for c in customers if not c.emails]),
        ("doctor.no_kind", [c.name for c in customers if not c.kind]),
        ("doctor.faulty_customers", [c.name for c in customers if c.faults]),
    ):
        if names:
            yield Finding("warning", reason(code, count=len(names), names=tuple(names[:5])))
    if not history.files:
        late = sum((today - i.due_date).days > 30 and not i.last_step_done for i in register.invoices if i.balance > 0)
        if late:
            yield Finding("warning", reason("doctor.late_start", count=late, step=register.settings.catch_up_start))


def _wording(desk: Desk, register: Register, history: History, today: date) -> Iterator[Finding]:
    """Whether each message of today, and each typed template, can be worded, as if payments were entered."""
    settings = replace(register.settings, payments_entered_up_to=today, cap_per_day=0)
    drafts = compose(decide(replace(register, settings=settings), history, today), register, desk.register_id)
    messages = desk.wording(register.templates)
    bad = set()
    typed = [
        replace(d, template=t.name, language=t.language or d.language, promised_for=today, granted_until=today)
        for t in register.templates for d in drafts[:1] if t.channel in ("", "email")
    ]  # fmt: skip
    for draft in (*drafts, *typed):
        try:
            messages.render(draft)
        except MessageError as error:
            bad.add(reason(error.code, **error.values))
    yield from (Finding("error", why) for why in sorted(bad, key=str))
    if not bad:
        yield Finding("ok", reason("doctor.wording", count=len(drafts)))

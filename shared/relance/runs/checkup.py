"""`doctor`: everything that can be wrong before going live, one finding each. Writes nothing, sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from relance.domain.checkup.bank import bank
from relance.domain.checkup.calendar import calendar, freshness, lateness
from relance.domain.checkup.finding import GROUPS, NAMED, Finding, Group, Level, at_rows, found, told
from relance.domain.checkup.ladders import email_steps, scenarios, unused_templates
from relance.domain.checkup.limits import limits, memory
from relance.domain.checkup.rows import customers, invoices
from relance.domain.checkup.sample import sample_draft
from relance.domain.checkup.sender import sender
from relance.domain.compose import compose
from relance.domain.context import Context
from relance.domain.decide import decide
from relance.domain.draft import Draft
from relance.domain.gates import notice_of, refusal_of
from relance.domain.register import Register
from relance.domain.standing import is_settled
from relance.domain.words import Reason, reason
from relance.ports.errors import DocumentError, MessageError, StoreError
from relance.runs.desk import Desk
from relance.runs.documents import MAX_BYTES

LOOKED = 200  # documents, and messages of the day, that are tried
# Which group a refusal or a notice belongs to, by its code; `register` for the others.
_GROUP_OF: dict[str, Group] = {
    "refusal.clock_back": "memory", "refusal.sheet_ahead": "memory", "refusal.ledger_lost": "memory",
    "refusal.copy": "memory", "refusal.renamed": "memory", "refusal.other_register": "memory",
    "refusal.mass_change": "memory", "refusal.pins_changed": "bank", "refusal.no_test_email": "sender",
    "refusal.setting_formula": "freshness", "notice.restored": "memory", "notice.customer_fault": "customers",
    "notice.scenario_fault": "wording", "notice.template_fault": "wording",
}  # fmt: skip
_SAID_BY_CHECKS = ("notice.language",)  # with their places


def checkup(desk: Desk, today: date) -> list[Finding]:
    """All findings about a register, its ledger and its wording, by group."""
    ctx = Context(desk.register, desk.history(desk.register), today)
    register, history = ctx.register, ctx.history
    refusal = desk.refusal or refusal_of(register, history, today)
    findings = [*_register(desk, refusal), *sender(register.settings), *bank(register.settings)]
    live = _live(ctx)
    plan = decide(live, history, ctx.days.next_sending(today))
    findings += [*customers(ctx, plan, desk.languages), *invoices(ctx, plan), *_documents(desk, ctx)]
    findings += [*freshness(ctx), *calendar(ctx), *scenarios(register)]
    findings += [*_wording(desk, ctx, compose(plan, live, desk.register_id)), *limits(ctx, plan)]
    findings += [*memory(history, today), *lateness(ctx)]
    if (restored := notice_of(register, history)) is not None:
        findings.append(told("warning", "memory", restored))
    return sorted(findings, key=lambda f: GROUPS.index(f.group))


def _live(ctx: Context) -> Register:
    """The register as the next sending day would find it in live mode, payments entered and no cap."""
    up_to = ctx.days.next_sending(ctx.today)
    return replace(ctx.register, settings=replace(ctx.settings, mode="live", payments_entered_up_to=up_to, cap_per_day=0))


def _register(desk: Desk, refusal: Reason | None) -> Iterator[Finding]:
    """Whether it can be read and written, and what a run would say of its rows."""
    if refusal is None:
        yield found("ok", "register", "readable")
    else:
        yield told("error", _GROUP_OF.get(refusal.code, "register"), refusal)
    try:
        desk.store.check_writable()
        yield found("ok", "register", "writable")
    except StoreError as error:
        yield told("error", "register", reason(error.code, **error.values))
    try:
        s = desk.register.settings
        yield from (told(sight.level, "register", sight.says) for sight in desk.store.inspect(s.language, s.time_zone))
    except StoreError as error:
        yield told("error", "register", reason(error.code, **error.values))
    yield from _few(Finding("warning", _GROUP_OF.get(n.code, "register"), n.code.partition(".")[2], n)
                    for n in desk.register.notices if n.code not in _SAID_BY_CHECKS)  # fmt: skip


def _few(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The first of each check; how many more there are."""
    counts: dict[str, list[Finding]] = {}
    for finding in findings:
        counts.setdefault(finding.check, []).append(finding)
    for same in counts.values():
        yield from same[:NAMED]
        if len(same) > NAMED:
            yield found("info", same[0].group, "others", count=len(same) - NAMED)


def _documents(desk: Desk, ctx: Context) -> Iterator[Finding]:
    """Whether the documents of overdue invoices could be attached."""
    named = [
        i for i in ctx.register.invoices
        if i.document and i.amount > 0 and i.due_date < ctx.today and not is_settled(i, ctx)
    ]  # fmt: skip
    looked = named[:LOOKED]
    if not looked:
        return
    missing = []
    for invoice in looked:
        try:
            desk.store.document(invoice.document, MAX_BYTES)
        except DocumentError as error:
            said = reason(error.code, **{**error.values, "limit": MAX_BYTES // 1_000_000})
            missing.append(replace(told("warning", "invoices", said, at_rows("invoices", [invoice.row])), check="document"))
    yield from _few(iter(missing))
    level: Level = "info" if missing else "ok"
    yield found(level, "invoices", "documents", count=len(looked) - len(missing), looked=len(looked), named=len(named))


def _wording(desk: Desk, ctx: Context, drafts: Sequence[Draft]) -> Iterator[Finding]:
    """Whether each e-mail of each scenario, each typed template, and each message of the day can be worded."""
    register, today = ctx.register, ctx.today
    own = register.settings.language
    spoken = {own} | {c.language for c in register.customers.values() if c.language}
    languages = sorted(spoken & desk.languages.keys()) or [own]
    tried: list[tuple[Draft, Reason | None]] = [
        (sample_draft(register, today, language, step.template or step.code, step),
         reason("doctor.at_step", tab="scenarios", scenario=name, step=step.code))
        for step, name in email_steps(register).values() for language in languages
    ]  # fmt: skip
    tried += [
        (sample_draft(register, today, t.language or own, t.name), at_rows("templates", [t.row]))
        for t in register.templates if t.channel in ("", "email")
    ]  # fmt: skip
    tried += [(draft, None) for draft in drafts[:LOOKED]]
    messages, bad = desk.wording(register.templates), dict[Reason, Reason | None]()
    for draft, where in tried:
        try:
            messages.render(draft)
        except MessageError as error:
            bad.setdefault(reason(error.code, **error.values), where)
    yield from (told("error", "wording", why, where) for why, where in sorted(bad.items(), key=str))
    kinds = {k for words in desk.languages.values() for pair in words.values["message_kind"].items() for k in pair}
    yield from unused_templates(register, kinds)
    if not bad:
        yield found("ok", "wording", "wording", count=len(tried), languages=tuple(languages))

"""The port `Messages`: picks a draft's wording, fills it, and makes its text, its HTML and the bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import jinja2
from jinja2.exceptions import SecurityError

from relance.domain.draft import Draft
from relance.domain.register import Template
from relance.domain.words import normalise
from relance.ports.errors import MessageError
from relance.ports.mail import Worded
from relance.ports.store import Document

from . import page, ready
from .bank import Picture, compact_iban, qr_of
from .chars import one_line, sendable, tidy
from .figures import is_formal, values_of
from .mime import content_id, mime
from .sandbox import FAULTS, MAX_OUTPUT, capped, environment, layout, problem, sandbox, typed

MAX_TEXT = 20_000  # characters of a typed template
MAX_SUBJECT = 200
MAX_HTML = 5 * MAX_OUTPUT
TEXT_PARTS = {"charges_mention": "_charges", "payment": "_payment", "closing": "_closing"}  # parts made of sentences
# How a message is worded when nothing has its name: never as a demand for money not due yet, or already paid.
OTHERWISE = {"step": "default", "pre_due": "PRE", "thanks": "MERCI"}
Values = Mapping[str, object]


class JinjaMessages:
    """Words drafts with the templates of `folder/<language>/mail`; people's own texts (`overrides`) come first.

    A text is given strings only: `invoices` and `credits` (rows of number, instalment, order, date, due_date, terms,
    amount, paid, disputed, balance, days_late, step and people's own columns), `invoice` (the first row), `customer`,
    `sender`, `legal`, `total`, `currency`, `unallocated`, `today`, `step`, `scenario`, `formal`, `letter`, `reference`,
    `attached`, `manager_in_copy`, `granted_until`, `charges`, `promised_for`, `promised_amount`, `payments_up_to`, and,
    in the text only, the ready parts `table`, `charges_mention`, `payment`, `bank`, `answers`, `closing`, `legal_block`.
    The HTML is made of the same text and the same parts: a template never says how it looks.
    """

    def __init__(self, folder: Path, overrides: tuple[Template, ...] = ()) -> None:
        self._built_in, self._page, self._names = _loaded(folder)
        self._sandbox = sandbox()
        self._compiled: dict[str, jinja2.Template] = {}
        self._overrides = overrides

    def render(self, draft: Draft, documents: Sequence[Document] = ()) -> Worded:
        """The message of a draft as text and HTML; same input, same bytes. Raises MessageError."""
        language, override = self._language(draft), self._override(draft)
        spoken = _spoken(draft, language, override)
        values = values_of(draft, spoken, documents)
        subject = self._subject(draft, language, values, override)
        full: dict[str, object] = values | _marks(draft)
        full |= {part: tidy(self._part(f"{language}/mail/{name}.j2", full)) for part, name in TEXT_PARTS.items()}
        body = self._typed(override, override.text, full) if override else self._block(draft, language, "text", full)
        body = sendable(tidy(body))
        marks = page.marks_in(body)
        picture = qr_of(draft) if page.MARKS["bank"] in marks else None
        parts = self._ready(draft, language, full, marks, picture)
        text = page.plain(body, parts) + "\n"
        html = self._page.render(
            language=spoken, direction=page.direction(spoken), subject=subject, preview=page.preview(body),
            sender=values["sender"], blocks=list(page.blocks(body, parts)),
        )  # fmt: skip
        if len(text) > MAX_OUTPUT or len(html) > MAX_HTML:
            raise _bad(override or draft.template, SecurityError("the message is too long"))
        raw = mime(draft, spoken, subject, text, html, picture, documents)
        return Worded(subject, text, html, raw)

    def subject(self, draft: Draft) -> str:
        """Its subject alone. Raises MessageError."""
        language, override = self._language(draft), self._override(draft)
        return self._subject(draft, language, values_of(draft, _spoken(draft, language, override)), override)

    def _subject(self, draft: Draft, language: str, values: Values, override: Template | None) -> str:
        if override and override.subject.strip():
            text = self._typed(override, override.subject, values)
        else:
            text = self._block(draft, language, "subject", values)
        line = one_line(text).strip()
        line = f"[TEST] {line}" if draft.message.test else line
        return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 1]}…"

    def _language(self, draft: Draft) -> str:
        """The draft's language, or the register's where the draft's has no templates."""
        for language in (draft.language, draft.settings.language):
            if language in self._names:
                return language
        raise MessageError("mail.template_missing", template=f"{draft.template} ({draft.language})")

    def _override(self, draft: Draft) -> Template | None:
        """The typed text that fits best: by name, then one for this language or channel before one for all."""
        for name in dict.fromkeys(normalise(n) for n in _names(draft) if n):
            fit = [t for t in self._overrides if normalise(t.name) == name and t.channel in ("", "email")]
            fit = [t for t in fit if t.language in ("", draft.language)]
            if fit:
                return max(fit, key=lambda t: (bool(t.language), bool(t.channel)))
        return None

    def _block(self, draft: Draft, language: str, block: str, values: Values) -> str:
        """A block of the built-in template; a step of people's own has the one that suits its kind."""
        message = draft.message
        other = "MED" if is_formal(draft) else OTHERWISE.get(message.kind, message.kind)
        name = next((n for n in _names(draft) if n in self._names[language]), other)
        if draft.template not in (name, message.step, message.kind) and not self._override(draft):
            raise MessageError("mail.template_missing", template=draft.template)
        try:
            template = self._built_in.get_template(f"{language}/mail/{name}.j2")
            return capped(template.blocks[block](template.new_context(dict(values))))
        except FAULTS as fault:
            raise _bad(name, fault) from fault

    def _part(self, path: str, values: Values) -> str:
        try:
            return capped(self._built_in.get_template(path).generate(values))
        except FAULTS as fault:
            raise _bad(path, fault) from fault

    def _ready(
        self, draft: Draft, language: str, values: Values, marks: Iterable[str], picture: Picture | None
    ) -> dict[str, ready.Part]:
        """The ready parts that a text shows, by their marks."""
        parts: dict[str, ready.Part] = {}
        for kind, mark in page.MARKS.items():
            if mark not in marks:
                continue
            worded = self._part(f"{language}/mail/_{kind}.j2", values)
            if kind == "table":
                parts[mark] = ready.table(worded)
            elif kind == "bank":
                parts[mark] = ready.bank(worded, picture, content_id(draft))
            elif kind == "answers":
                parts[mark] = ready.answers(worded, draft)
            else:
                parts[mark] = ready.legal(worded)
        return parts

    def _typed(self, template: Template, source: str, values: Values) -> str:
        if len(source) > MAX_TEXT:
            raise MessageError("mail.template_too_long", template=template.name)
        try:
            if source not in self._compiled:
                self._compiled[source] = typed(self._sandbox, source)
            return capped(self._compiled[source].generate(values))
        except FAULTS as fault:
            raise _bad(template, fault) from fault


@lru_cache(maxsize=4)
def _loaded(folder: Path) -> tuple[jinja2.Environment, jinja2.Template, Mapping[str, set[str]]]:
    """The built-in templates of a folder, the page, and the names that each language has; compiled once a process."""
    names: dict[str, set[str]] = {}
    for path in folder.glob("*/mail/[!_]*.j2"):
        names.setdefault(path.parts[-3], set()).add(path.stem)
    loader = jinja2.FileSystemLoader(folder)
    return environment(loader), layout(loader, inline=page.inline).get_template("_layout/mail.html.j2"), names


def _bad(template: Template | str, fault: BaseException) -> MessageError:
    name, row = (template, 0) if isinstance(template, str) else (template.name, template.row)
    return MessageError("mail.bad_template", template=name, row=row, problem=problem(fault))


def _names(draft: Draft) -> tuple[str, ...]:
    """The names its wording may have, best first. A repeat is a statement, never worded as the step of its tone."""
    if draft.message.kind in ("step", "pre_due", "thanks"):
        return (draft.template, draft.message.step)
    return (draft.template if draft.template != draft.message.step else draft.message.kind,)


def _spoken(draft: Draft, language: str, override: Template | None) -> str:
    """The language of the text: the customer's where a person typed one in it, else that of the built-in templates."""
    return draft.language if override and override.language == draft.language else language


def _marks(draft: Draft) -> dict[str, str]:
    """The marks of the ready parts, empty for a part that would have nothing to show."""
    s = draft.settings
    there = {
        "table": bool(draft.lines or draft.credits),
        "bank": bool(compact_iban(s.iban)),
        "answers": bool(s.reply_to or s.from_email),
        "legal_block": True,
    }
    return {kind: page.MARKS[kind] if shown else "" for kind, shown in there.items()}

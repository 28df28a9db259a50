"""The port `Messages`: picks a draft's wording, fills it, and makes the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2

from relance.domain.draft import Draft
from relance.domain.register import Template
from relance.domain.words import normalise
from relance.ports import Document, MessageError, Worded

from .figures import Values, columns, one_line, values_of
from .mime import mime
from .sandbox import FAULTS, capped, environment, problem, sandbox, typed

MAX_TEXT = 20_000  # characters of a typed template
MAX_SUBJECT = 200
PARTS = {"table": "_invoices", "charges_mention": "_charges", "payment": "_payment", "closing": "_closing"}


class JinjaMessages:
    """Words drafts with the templates of `folder/<language>/mail`; people's own texts (`overrides`) come first.

    A text is given strings only: `invoices` and `credits` (rows of number, instalment, order, date, due_date, amount,
    paid, disputed, balance, days_late, step and people's own columns), `invoice` (the first row), `customer`, `sender`,
    `total`, `currency`, `unallocated`, `today`, `step`, `formal`, `granted_until`, `charges`, `promised_for`,
    `promised_amount`, `payments_up_to`, and, in the text only, the ready parts `table`, `charges_mention`, `payment`
    and `closing`.
    """

    def __init__(self, folder: Path, overrides: tuple[Template, ...] = ()) -> None:
        self._built_in = environment(jinja2.FileSystemLoader(folder))
        self._built_in.filters["columns"] = columns
        self._sandbox = sandbox()
        self._compiled: dict[str, jinja2.Template] = {}
        self._overrides = overrides
        self._names: dict[str, set[str]] = {}
        for path in folder.glob("*/mail/[!_]*.j2"):
            self._names.setdefault(path.parts[-3], set()).add(path.stem)

    def render(self, draft: Draft, documents: Sequence[Document] = ()) -> Worded:
        """The MIME message of a draft, plain text; same input, same bytes. Raises MessageError."""
        language = self._language(draft)
        override = self._override(draft)
        values = values_of(draft, language)
        subject = self._subject(draft, language, values, override)
        full = dict(values) | {p: self._part(f"{language}/mail/{name}.j2", values) for p, name in PARTS.items()}
        text = self._typed(override, override.text, full) if override else self._block(draft, language, "text", full)
        text = tidy(text) + "\n"
        return Worded(subject, text, "", mime(draft, subject, text, documents))

    def subject(self, draft: Draft) -> str:
        """Its subject alone. Raises MessageError."""
        language = self._language(draft)
        return self._subject(draft, language, values_of(draft, language), self._override(draft))

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
        """A block of the built-in template; a step of people's own has the default one."""
        name = next((n for n in _names(draft) if n in self._names[language]), "default")
        if draft.template not in (name, draft.message.step) and not self._override(draft):
            raise MessageError("mail.template_missing", template=draft.template)
        try:
            template = self._built_in.get_template(f"{language}/mail/{name}.j2")
            return capped(template.blocks[block](template.new_context(dict(values))))
        except FAULTS as fault:
            raise MessageError("mail.bad_template", template=name, row=0, problem=problem(fault)) from fault

    def _part(self, path: str, values: Values) -> str:
        try:
            return tidy(capped(self._built_in.get_template(path).generate(values)))
        except FAULTS as fault:
            raise MessageError("mail.bad_template", template=path, row=0, problem=problem(fault)) from fault

    def _typed(self, template: Template, source: str, values: Values) -> str:
        if len(source) > MAX_TEXT:
            raise MessageError("mail.template_too_long", template=template.name)
        try:
            if source not in self._compiled:
                self._compiled[source] = typed(self._sandbox, source)
            return capped(self._compiled[source].generate(values))
        except FAULTS as fault:
            row = template.row
            raise MessageError("mail.bad_template", template=template.name, row=row, problem=problem(fault)) from fault


def _names(draft: Draft) -> tuple[str, ...]:
    """The names its wording may have, best first. A repeat is a statement, never worded as the step of its tone."""
    if draft.message.kind in ("step", "pre_due"):
        return (draft.template, draft.message.step)
    return (draft.template if draft.template != draft.message.step else draft.message.kind,)


def tidy(text: str) -> str:
    """Text without trailing spaces, and with one empty line where a condition left several."""
    out: list[str] = []
    for line in (line.rstrip(" \t\r") for line in text.split("\n")):
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).rstrip("\n")

"""The To do and templates tabs: what people answered, and their own wordings."""

from __future__ import annotations

from . import codes
from .grid import Grid, read, readers
from .parse_customers import Directory
from .register import Template, TodoAnswer
from .tables import TEMPLATES, TODO
from .values import Reader, bad, identifier, lines, then
from .words import Lexicon, Reason, reason

_TYPED_BY_PEOPLE = tuple(column.id for column in TODO.people)
_LETTERS = ("letter", "registered_letter")


def read_answers(grid: Grid, lexicon: Lexicon, directory: Directory) -> tuple[tuple[TodoAnswer, ...], list[Reason]]:
    """The lines on which people typed something, and a notice for each that could not be read.

    Of the robot's columns only the number is read, which says what line is answered; on a line without one also the
    customer and the day, since a person typed them.
    """
    wanted = [TODO.column(c) for c in ("no", "created", "customer", *_TYPED_BY_PEOPLE)]
    answers: list[TodoAnswer] = []
    notices: list[Reason] = []
    for line in read(grid, readers(wanted, lexicon)):
        values = line.values
        mine = {column: values[column] for column in _TYPED_BY_PEOPLE if column in values}
        if not mine and not any(fault.column in _TYPED_BY_PEOPLE for fault in line.faults):
            continue
        problem = next((f.why for f in line.faults if f.column == "no" or f.column in _TYPED_BY_PEOPLE), None)
        if problem is not None:
            notices.append(reason("notice.todo_fault", row=line.row, problem=problem))
            continue
        no = values.get("no")
        code = directory.find(values["customer"]) if no is None and "customer" in values else ""
        created = values.get("created") if no is None else None
        known = code if isinstance(code, str) else ""
        answers.append(TodoAnswer(line.row, no, customer=known, created=created, **mine))
    return tuple(answers), notices


def read_templates(grid: Grid, lexicon: Lexicon) -> tuple[tuple[Template, ...], list[Reason]]:
    """People's own wordings, and a notice for each row that cannot be used."""
    columns = readers(TEMPLATES.columns, lexicon)
    own: dict[str, Reader] = {
        "text": lines,
        "language": then(identifier, codes.language),
        "channel": then(columns["channel"], _channel),
    }
    found: list[Template] = []
    notices: list[Reason] = []
    for line in read(grid, columns | own, ("template", "text")):
        if line.faults:
            notices.append(reason("notice.template_fault", row=line.row, problem=line.faults[0].why))
            continue
        columns_of = ("template", "language", "channel", "subject", "text")
        name, language, channel, subject, text = (line.values.get(column, "") for column in columns_of)
        found.append(Template(name, language, channel, subject, text, line.row))
    return tuple(found), notices


def _channel(channel: str) -> str | Reason:
    """A wording is for e-mails or for letters, registered ones included."""
    if channel in _LETTERS:
        return "letter"
    return channel if channel == "email" else bad("fault.choice", channel, allowed=("email", "letter"))

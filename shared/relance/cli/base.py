"""What all commands share: today, the language of sentences, tables, JSON, errors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from relance import bootstrap
from relance.domain.settings import Settings
from relance.domain.words import Reason, Words, reason
from relance.ports import RelanceError

Reg = Annotated[Path, typer.Argument(metavar="REG", help="The register: path of an .xlsx workbook.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Take this day as today (YYYY-MM-DD).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str | None, typer.Option("--lang", metavar="fr|en", help="Language of the sentences.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


class RefusedError(RelanceError):
    """When a command cannot do what was asked: exit code 1."""


class UsageError(RelanceError):
    """When the command line itself is wrong: exit code 2."""


def words_for(lang: str | None, settings: Settings | None = None) -> Words:
    """The words of `--lang`, else of the locale, else of the register, else French."""
    known = bootstrap.languages()
    if lang is not None and lang not in known:
        raise UsageError("cli.lang", lang=lang, known=", ".join(known))
    local = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[:2]
    return known.get(lang or "") or known.get(local) or known.get(settings.language if settings else "") or known["fr"]


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the command line reads the clock for everybody else


def day_of(text: str, option: str = "--on") -> date:
    """A date typed as YYYY-MM-DD. Raises UsageError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("cli.date", option=option, text=text) from None


def today_of(on: str | None, settings: Settings) -> date:
    """`--on`, else today in the register's time zone."""
    return day_of(on) if on else local_day(clock(), settings.time_zone)


def local_day(now: datetime, zone: str) -> date:
    """The calendar day of an instant in a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def note(text: str) -> None:
    """A line for the person at the keyboard, beside what a program may read."""
    print(text, file=sys.stderr)


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> None:
    """A table on standard output; `right` are the columns aligned to the right."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(title=escape(title), title_justify="left", header_style="bold", show_edge=False, pad_edge=False)
    for index, heading in enumerate(headings):
        drawn.add_column(heading, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console.width = 160
    console.print(drawn)
    console.print()


def ask(question: str) -> bool:
    """Ask yes or no on the terminal; anything but a clear yes is no."""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("o", "oui", "y", "yes")


def said(error: RelanceError, words: Words) -> str:
    """The sentence of an error."""
    return words.say(reason(error.code, **error.values))


def stop(why: Reason | RelanceError, words: Words) -> NoReturn:
    """Say why on standard error and end with exit code 1."""
    note(f"relance: {said(why, words) if isinstance(why, RelanceError) else words.say(why)}")
    raise typer.Exit(1)


def example(*lines: str) -> str:
    """The end of a command's help."""
    return "Example:\n\n" + "\n\n".join(f"    {line}" for line in lines)

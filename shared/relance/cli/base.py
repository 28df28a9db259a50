"""What all commands share: today, the language of sentences, JSON, questions, errors."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from relance import bootstrap, deployment
from relance.cli.screen import clean, note, progress
from relance.domain.words import Reason, Words, reason
from relance.places import place_of
from relance.ports.errors import RelanceError

if TYPE_CHECKING:
    from relance.domain.settings import Settings
    from relance.places import Place as Place
    from relance.runs.desk import Desk
else:
    Place = Path  # typer knows no unions; the parser gives either

# What an option is for is said in words.toml, `texts.option`, under its parameter's name.
Reg = Annotated[Place, typer.Argument(metavar="REG", parser=place_of)]
On = Annotated[str | None, typer.Option("--on", metavar="DATE")]
Json = Annotated[bool, typer.Option("--json")]
Lang = Annotated[str | None, typer.Option("--lang", metavar="fr|en")]
Yes = Annotated[bool, typer.Option("--yes", "-y")]


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


def opened(reg: Place, lang: str | None) -> Desk:
    """The register with everything around it. Raises StoreError and LedgerError."""
    with progress(words_for(lang).say_text("cli.reading", path=reg.name)):
        return deployment.open_desk(reg)


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(document, ensure_ascii=not unicode, indent=2, default=str))


def ask(question: str) -> bool:
    """Ask yes or no on the terminal; anything but a clear yes is no."""
    print(clean(question), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("o", "oui", "y", "yes")


def said(error: RelanceError, words: Words) -> str:
    """The sentence of an error."""
    return words.say(reason(error.code, **error.values))


def stop(why: Reason | RelanceError, words: Words) -> NoReturn:
    """Say why on standard error and end with exit code 1."""
    note(f"relance: {said(why, words) if isinstance(why, RelanceError) else words.say(why)}")
    raise typer.Exit(1)

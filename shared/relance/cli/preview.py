"""`preview`: today's plan and messages as one page, to read before anything leaves."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Lang, On, Place, Reg, UsageError, day_of, opened, stop, today_of, words_for
from relance.cli.screen import note, progress
from relance.ports.errors import LedgerError, StoreError
from relance.runs.desk import Desk
from relance.runs.preview import preview as run_preview

Output = Annotated[Path | None, typer.Option("--output", "-o")]
Open = Annotated[bool, typer.Option("--open")]


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(preview)


def preview(reg: Reg, show: Open = False, on: On = None, output: Output = None, lang: Lang = None) -> None:
    """Today's plan, and each message as its reader sees it, as one page. Sends and writes nothing else."""
    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise UsageError("preview.output", path=str(output))
    if on:
        day_of(on)
    try:
        desk = opened(reg, lang)
        settings = desk.register.settings
        words = words_for(lang) if lang else desk.words(desk.register)
        with progress(words_for(lang, settings).say_text("cli.wording")):
            found = run_preview(desk, reg.stem, today_of(on, settings))
            path = output or _beside(reg, desk)
            bootstrap.write_preview(found, words, path)
    except (StoreError, LedgerError) as error:
        stop(error, words_for(lang))
    print(path)
    if show and not webbrowser.open(path.resolve().as_uri()):
        note(words.say_text("preview.not_opened", path=str(path)))
    if found.plan.refused is not None:
        stop(found.plan.refused, words_for(lang, settings))


def _beside(reg: Place, desk: Desk) -> Path:
    """With the ledger; beside a register whose ledger is missing, so that the place of its ledger stays free."""
    folder = bootstrap.state_folder(reg)
    if desk.refusal is not None and not folder.is_dir():
        return (reg if isinstance(reg, Path) else Path(reg.stem)).with_suffix(".preview.html")
    return (folder / "preview").with_suffix(".html")

"""Picks the adapters: the only place that knows a register is a workbook, and its ledger a folder beside it."""

from __future__ import annotations

import gc
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from relance.domain.register import Template
from relance.domain.sheet import CellValue
from relance.domain.words import Lexicon, Reason, Words, reason
from relance.ports import StoreError

if TYPE_CHECKING:
    from relance.adapters.sqlite_ledger import SqliteLedger
    from relance.adapters.workbook import WorkbookStore
    from relance.runs.desk import Desk
    from relance.runs.preview import Preview

FIRST_LANGUAGES = ("fr", "en")  # what a heading means when two languages disagree


def expect_many_objects() -> None:
    """Collect garbage less often: a run makes many small objects that live as long as it does."""
    gc.set_threshold(50_000, 20, 20)


def templates_folder() -> Path:
    """Where the languages live: beside the package in a clone or a Lambda layer, inside it in a wheel."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_templates", here.parents[1] / "templates", here.parent / "templates"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no templates beside {here}")


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Words]:
    """The words of every language there is a folder for, French first."""
    folder = templates_folder()
    names = [p.parent.name for p in folder.glob("*/words.toml")]
    names.sort(key=lambda name: (name not in FIRST_LANGUAGES, name != FIRST_LANGUAGES[0], name))
    return {name: Words.of(tomllib.loads((folder / name / "words.toml").read_text("utf-8"))) for name in names}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """How typed headings and values of any language are recognised."""
    return Lexicon.of(tuple(languages().values()))


def state_folder(path: Path) -> Path:
    """Where everything about a workbook is kept: `<name>.relance/` beside it."""
    return path.with_name(f"{path.stem}.relance")


def open_store(path: Path) -> WorkbookStore:
    """The workbook as a register store."""
    from relance.adapters.workbook import WorkbookStore

    return WorkbookStore(path)


def open_ledger(folder: Path, register_id: str) -> SqliteLedger:
    """The ledger in a state folder. Raises LedgerError."""
    from relance.adapters.sqlite_ledger import SqliteLedger

    return SqliteLedger(folder, register_id)


def open_desk(path: Path) -> Desk:
    """The register in a workbook, with its ledger, its outbox and its wording. Raises StoreError and LedgerError."""
    from relance.adapters.jinja_messages import JinjaMessages
    from relance.adapters.outbox import Outbox
    from relance.domain.parse import parse
    from relance.runs.desk import Desk

    def wording(overrides: tuple[Template, ...]) -> JinjaMessages:
        return JinjaMessages(templates_folder(), overrides)

    store, folder = open_store(path), state_folder(path)
    register = parse(store.read(), lexicon())
    register_id = register.register_id or ledger_owner(folder) or _unnamed(path)
    refusal = lost_memory(path, register.register_id, register.last_run)
    ledger = open_ledger(folder, register_id)
    return Desk(
        str(path),
        register_id,
        store,
        ledger,
        Outbox(folder / "outbox"),
        wording,
        lexicon(),
        languages(),
        register,
        refusal,
    )


def ledger_owner(folder: Path) -> str:
    """The id of the register whose ledger lies in a state folder; empty when there is none that can be read."""
    from relance.adapters.sqlite_ledger.owner import owner_of

    return owner_of(folder)


def lost_memory(path: Path, register_id: str, last_run: int) -> Reason | None:
    """Why a workbook that was chased before may not be chased from here: renamed, copied, or without its ledger."""
    if not register_id or ledger_owner(state_folder(path)):
        return None
    for folder in sorted(path.parent.glob("*.relance")):
        if ledger_owner(folder) == register_id:
            original = workbook_of(folder, register_id)
            if original is None:
                return reason("refusal.renamed", folder=folder.name)
            return reason("refusal.copy", original=original.name)
    return reason("refusal.ledger_lost") if last_run else None


def workbook_of(folder: Path, register_id: str) -> Path | None:
    """The workbook of this register beside its state folder; None when it was renamed, moved, deleted or replaced."""
    beside = (folder.with_name(f"{folder.stem}{suffix}") for suffix in (".xlsx", ".xlsm"))
    return next((path for path in beside if path.is_file() and _may_hold(path, register_id)), None)


def _may_hold(path: Path, register_id: str) -> bool:
    """Whether a workbook is this register; one that cannot be read is taken for it."""
    from relance.domain.parse import parse

    try:
        return parse(open_store(path).read(), lexicon()).register_id in ("", register_id)
    except StoreError:
        return True


def _unnamed(path: Path) -> str:
    """A name for a workbook that was not made by `relance new`, until its first run writes it into the sheet."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]


def create_register(path: Path, words: Words, rows: Mapping[str, Sequence[Mapping[str, CellValue]]]) -> None:
    """Write a new workbook with these first rows by table id. Raises StoreError."""
    from relance.adapters.workbook import create

    create(path, words, rows)


def write_preview(preview: Preview, words: Words, path: Path) -> None:
    """The page of a preview, in one file that is whole or absent. Raises StoreError."""
    from relance.adapters.preview_page import write_page

    write_page(preview, words, templates_folder(), path)


def adopt_folder(path: Path, register_id: str, folder: Path | None) -> Path | None:
    """Give a renamed workbook the state folder of its register, found beside it or named; None when there is none.

    Raises StoreError when the folder cannot be moved, or the workbook it belongs to is still beside it.
    """
    target = state_folder(path)
    if ledger_owner(target):
        return None
    found = [folder] if folder else sorted(path.parent.glob("*.relance"))
    mine = next((f for f in found if ledger_owner(f) == register_id), None)
    if mine is None:
        return None
    original = workbook_of(mine, register_id)
    if original is not None:
        raise StoreError("refusal.copy", original=original.name)
    try:
        mine.rename(target)
    except OSError as error:
        raise StoreError("store.failed", path=mine.name, why=error.strerror or str(error)) from error
    return target

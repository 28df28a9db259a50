"""Picks the adapters: the only place that knows what a register is kept in, and that its ledger is a folder.

The Google account is that of the key file in GOOGLE_APPLICATION_CREDENTIALS; RELANCE_GOOGLE_ENDPOINT replaces Google's own
address.
"""

from __future__ import annotations

import gc
import hashlib
import math
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from relance.domain.words import Lexicon, Reason, Words, reason
from relance.places import Place, SheetAddress
from relance.places import state_folder as state_folder
from relance.ports.errors import StoreError

if TYPE_CHECKING:
    from relance.adapters.google_sheet import AwsIdentity, GoogleSheetStore
    from relance.adapters.jinja_messages import JinjaMessages
    from relance.adapters.sqlite_ledger import SqliteLedger
    from relance.domain.register import Template
    from relance.domain.sheet import CellValue
    from relance.ports.store import RegisterStore, Sight
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
    return {name: words_of(name) for name in names}


@lru_cache(maxsize=8)
def words_of(language: str) -> Words:
    """The words of one language. Raises FileNotFoundError for one without a folder."""
    return Words.of(tomllib.loads((templates_folder() / language / "words.toml").read_text("utf-8")))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """How typed headings and values of any language are recognised."""
    return Lexicon.of(tuple(languages().values()))


def open_store(place: Place) -> RegisterStore:
    """The register's store. Raises StoreError when it is a Google Sheet and no account is given."""
    from relance.adapters.workbook import WorkbookStore

    return WorkbookStore(place) if isinstance(place, Path) else open_sheet(place)


def open_sheet(
    address: SheetAddress,
    key: str = "",
    aws_identity: AwsIdentity | None = None,
    time_left: Callable[[], float] = lambda: math.inf,
) -> GoogleSheetStore:
    """A Google Sheet as a register store.

    `key` is the JSON text of a key or a federation from a vault, `aws_identity` what gives the AWS role's credentials,
    `time_left` the seconds that retries may count on. Raises StoreError.
    """
    from relance.adapters.google_sheet import GoogleHttp, GoogleSheetStore, Pace, credentials

    path = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
    if not key and not path:
        raise StoreError("sheet.no_key")
    account = credentials(key or Path(path), aws_identity=aws_identity)
    http = GoogleHttp(account, Pace(time_left), os.environ.get("RELANCE_GOOGLE_ENDPOINT", ""))
    return GoogleSheetStore(http, address.spreadsheet_id, lexicon())


def try_sheet(address: SheetAddress, words: Words) -> Sequence[Sight]:
    """What Google does with a tab made for the trial, and deleted again. Raises StoreError."""
    from relance.adapters.google_sheet.live_checks import live_checks

    store = open_sheet(address)
    store.check_writable()
    return live_checks(store.http, address.spreadsheet_id, words.say_text("trial.title"))


def open_ledger(folder: Path, register_id: str) -> SqliteLedger:
    """The ledger in a state folder. Raises LedgerError."""
    from relance.adapters.sqlite_ledger import SqliteLedger

    return SqliteLedger(folder, register_id)


def open_desk(place: Place) -> Desk:
    """The register, with its ledger, its outbox and its wording. Raises StoreError and LedgerError."""
    from relance.adapters.outbox import Outbox
    from relance.domain.parse import parse
    from relance.runs.desk import Desk

    store, folder = open_store(place), state_folder(place)
    register = parse(store.read(), lexicon())
    register_id = register.register_id or ledger_owner(folder) or unnamed(place)
    refusal = lost_memory(place, register.register_id, register.last_run)
    ledger = open_ledger(folder, register_id)
    return Desk(
        str(place),
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


def wording(overrides: tuple[Template, ...]) -> JinjaMessages:
    """What words messages, people's own wordings first."""
    from relance.adapters.jinja_messages import JinjaMessages

    return JinjaMessages(templates_folder(), overrides)


def ledger_owner(folder: Path) -> str:
    """The id of the register whose ledger lies in a state folder; empty when there is none that can be read."""
    from relance.adapters.sqlite_ledger.owner import owner_of

    return owner_of(folder)


def lost_memory(place: Place, register_id: str, last_run: int) -> Reason | None:
    """Why a register that was chased before may not be chased from here: renamed, copied, or without its ledger."""
    mine = state_folder(place)
    if not register_id or ledger_owner(mine):
        return None
    for folder in sorted(mine.parent.glob("*.relance")):
        if ledger_owner(folder) == register_id:
            original = _original(place, folder, register_id)
            return reason("refusal.copy", original=original) if original else reason("refusal.renamed", folder=folder.name)
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


def unnamed(place: Place) -> str:
    """A name for a register that was not made by `relance new`, until its first run writes it into the sheet."""
    return hashlib.sha256(str(place.resolve() if isinstance(place, Path) else place).encode()).hexdigest()[:16]


def create_register(place: Place, words: Words, rows: Mapping[str, Sequence[Mapping[str, CellValue]]]) -> bool:
    """Make a register with these first rows by table id; a Google Sheet that is one already is made whole: False.

    Raises StoreError.
    """
    if isinstance(place, Path):
        from relance.adapters.workbook import create

        create(place, words, rows)
        return True
    from relance.adapters.google_sheet.create import create as create_sheet

    store = open_sheet(place)
    store.check_writable()
    return create_sheet(store.http, place.spreadsheet_id, lexicon(), words, rows)


def write_preview(preview: Preview, words: Words, path: Path) -> None:
    """The page of a preview, in one file that is whole or absent. Raises StoreError."""
    from relance.adapters.preview_page import write_page

    write_page(preview, words, templates_folder(), path)


def adopt_folder(place: Place, register_id: str, folder: Path | None) -> Path | None:
    """Give a register its state folder again, found where such folders lie, or named; None when there is none.

    Raises StoreError when the folder cannot be moved, or the register it belongs to is still there.
    """
    target = state_folder(place)
    if ledger_owner(target):
        return None
    found = [folder] if folder else sorted(target.parent.glob("*.relance"))
    mine = next((f for f in found if ledger_owner(f) == register_id), None)
    if mine is None:
        return None
    original = _original(place, mine, register_id)
    if original is not None:
        raise StoreError("refusal.copy", original=original)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mine.rename(target)
    except OSError as error:
        raise StoreError("store.failed", path=mine.name, why=error.strerror or str(error)) from error
    return target


def _original(place: Place, folder: Path, register_id: str) -> str | None:
    """The register that a state folder belongs to, unless it is this one: a sheet never changes its address."""
    if isinstance(place, SheetAddress):
        return None if folder.stem == place.spreadsheet_id else str(SheetAddress(folder.stem))
    original = workbook_of(folder, register_id)
    return original.name if original else None

"""`import`: bring a CSV file into the register."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Json, Lang, RefusedError, Reg, UsageError, day_of, print_json, stop, words_for
from relance.cli.screen import SHOWN, line, progress
from relance.domain.importing import ImportOptions, ImportResult
from relance.domain.parse import parse
from relance.domain.words import Reason, Words, reason
from relance.runs.edit import import_rows

TABLES = ("invoices", "customers", "payments", "scenarios")
# What a run says of the register's tabs, an import says of itself.
NOT_IMPORTED = {"refusal.heading_missing": "cli.column_missing", "refusal.heading_twice": "cli.column_twice"}
ENCODING = "utf-8-sig"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command("import")(import_file)


def import_file(
    reg: Reg,
    file: Annotated[Path, typer.Argument()],
    table: Annotated[str, typer.Option("--table", metavar="TABLE")],
    maps: Annotated[list[str] | None, typer.Option("--map")] = None,
    date_format: Annotated[str, typer.Option(metavar="STRPTIME")] = "%Y-%m-%d",
    decimal: Annotated[str, typer.Option(metavar=",|.")] = ".",
    open_items: Annotated[bool, typer.Option("--open-items")] = False,
    up_to: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    delimiter: Annotated[str, typer.Option()] = "auto",
    encoding: Annotated[str | None, typer.Option()] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Add or update rows of the register by key; lines that cannot be used are listed and left out."""
    if table not in TABLES:
        raise UsageError("cli.table", table=table, known=", ".join(TABLES))
    if decimal not in (",", "."):
        raise UsageError("cli.decimal", text=decimal)
    pairs = dict(_pair(text) for text in maps or ())
    options = ImportOptions(pairs, date_format, decimal, open_items, day_of(up_to, "--up-to") if up_to else None)
    header, rows = read_csv(file, delimiter, encoding)
    store, lexicon = bootstrap.open_store(reg), bootstrap.lexicon()
    with progress(words_for(lang).say_text("cli.importing", path=file.name, count=len(rows))):
        settings = parse(store.read(), lexicon).settings
        words, own = words_for(lang, settings), bootstrap.languages().get(settings.language) or bootstrap.languages()["fr"]
        store.check_writable()
        result = import_rows(store, lexicon, own, table, header, rows, options)
    whole = [why for number, why in result.refused if number == 1]  # the heading's line: nothing of the file was used
    if as_json:
        refused = [{"line": number, "reason": words.say(_as_import(why))} for number, why in result.refused]
        print_json({"added": result.added, "updated": result.updated, "refused": refused})
    elif not whole:
        _tell(result, words)
    if whole:
        stop(_as_import(whole[0]), words)


def _tell(result: ImportResult, words: Words) -> None:
    """What became of the lines, for a person."""
    refused = result.refused
    line(words.say_text("cli.imported", added=result.added, updated=result.updated, refused=len(refused)))
    for number, why in refused[:SHOWN]:
        line(("  ✗ ", "red"), words.say_text("cli.import_line", line=number, why=_as_import(why)))
    if len(refused) > SHOWN:
        line(("  " + words.say_text("cli.more", count=len(refused) - SHOWN), "dim"))


def _as_import(why: Reason) -> Reason:
    return reason(NOT_IMPORTED.get(why.code, why.code), **dict(why.values))


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or not name or not column:
        raise UsageError("cli.map", text=text)
    return name.strip(), column.strip()


def read_csv(file: Path, delimiter: str = "auto", encoding: str | None = None) -> tuple[list[str], list[list[str]]]:
    """The heading line and the others. Raises UsageError and RefusedError."""
    if delimiter in ("tab", "\\t"):
        delimiter = "\t"
    if delimiter != "auto" and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise UsageError("cli.delimiter", text=delimiter)
    text = _text(file, encoding)
    sign = _sniffed(text) if delimiter == "auto" else delimiter
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error:
        raise RefusedError("cli.no_text", path=str(file), encoding=encoding or ENCODING) from None
    if not any(cell.strip() for cell in (lines[0] if lines else ())):
        raise RefusedError("cli.empty_file", path=str(file))
    return lines[0], lines[1:]


def _text(file: Path, encoding: str | None) -> str:
    try:
        raw = file.read_bytes()
        return raw.decode(encoding or ENCODING)
    except OSError:
        raise RefusedError("cli.no_file", path=str(file)) from None
    except LookupError:
        raise UsageError("cli.encoding", text=encoding) from None
    except UnicodeDecodeError:
        if encoding is None and b"\0" not in raw:
            return raw.decode("cp1252", errors="replace")
        raise RefusedError("cli.no_text", path=str(file), encoding=encoding or ENCODING) from None


def _sniffed(text: str) -> str:
    """The delimiter that makes the most of the heading line."""
    first = text.partition("\n")[0]
    return max(",;\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign), ())))

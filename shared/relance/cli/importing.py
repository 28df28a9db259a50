"""`import`: bring a CSV file into the register."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Json, Lang, RefusedError, Reg, UsageError, day_of, example, print_json, stop, words_for
from relance.domain.importing import ImportOptions
from relance.domain.parse import parse
from relance.domain.words import Reason, reason
from relance.runs.edit import import_rows

TABLES = ("invoices", "customers", "payments", "scenarios")
# What a run says of the register's tabs, an import says of itself.
NOT_IMPORTED = {"refusal.heading_missing": "cli.column_missing", "refusal.heading_twice": "cli.column_twice"}
ENCODING = "utf-8-sig"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    text = example("relance import registre.xlsx ventes.csv --table invoices --map invoice_no=Numero --decimal ,")
    app.command("import", epilog=text)(import_file)


def import_file(
    reg: Reg,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The CSV file.")],
    table: Annotated[str, typer.Option("--table", metavar="TABLE", help="invoices, customers, payments or scenarios.")],
    maps: Annotated[list[str] | None, typer.Option("--map", metavar="id=Column", help="Which column holds a value.")] = None,
    date_format: Annotated[str, typer.Option(metavar="STRPTIME", help="How dates are written.")] = "%Y-%m-%d",
    decimal: Annotated[str, typer.Option(metavar=",|.", help="The decimal sign.")] = ".",
    open_items: Annotated[bool, typer.Option("--open-items", help="The file lists every unpaid invoice.")] = False,
    up_to: Annotated[str | None, typer.Option(metavar="DATE", help="Payments are entered up to this day.")] = None,
    delimiter: Annotated[str, typer.Option(metavar="auto|CHAR", help="What stands between two cells.")] = "auto",
    encoding: Annotated[str | None, typer.Option(help="UTF-8, else Windows-1252, unless said here.")] = None,
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
    settings = parse(store.read(), lexicon).settings
    words, own = words_for(lang, settings), bootstrap.languages().get(settings.language) or bootstrap.languages()["fr"]
    store.check_writable()
    result = import_rows(store, lexicon, own, table, header, rows, options)
    refused = [{"line": line, "reason": words.say(_as_import(why))} for line, why in result.refused]
    whole = [why for line, why in result.refused if line == 1]  # the heading's line: nothing of the file was used
    if as_json:
        print_json({"added": result.added, "updated": result.updated, "refused": refused})
    elif not whole:
        print(words.say_text("cli.imported", added=result.added, updated=result.updated, refused=len(refused)))
        for r in refused:
            print(words.say_text("cli.import_line", line=r["line"], why=r["reason"]))
    if whole:
        stop(_as_import(whole[0]), words)


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

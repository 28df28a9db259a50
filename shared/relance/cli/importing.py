"""`import`: bring a CSV file into the register."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from relance import bootstrap
from relance.cli.base import Json, Lang, RefusedError, Reg, UsageError, day_of, example, print_json, words_for
from relance.domain.importing import ImportOptions
from relance.domain.parse import parse
from relance.runs.edit import import_rows

TABLES = ("invoices", "customers", "payments", "scenarios")


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
    header, rows = read_csv(file)
    store, lexicon = bootstrap.open_store(reg), bootstrap.lexicon()
    settings = parse(store.read(), lexicon).settings
    own = bootstrap.languages().get(settings.language) or bootstrap.languages()["fr"]
    store.check_writable()
    result = import_rows(store, lexicon, own, table, header, rows, options)
    words = words_for(lang, settings)
    refused = [{"line": line, "reason": words.say(why)} for line, why in result.refused]
    if as_json:
        print_json({"added": result.added, "updated": result.updated, "refused": refused})
        return
    print(words.say_text("cli.imported", added=result.added, updated=result.updated, refused=len(refused)))
    for r in refused[:50]:
        print(words.say_text("cli.import_line", line=r["line"], why=r["reason"]))


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or not name or not column:
        raise UsageError("cli.map", text=text)
    return name.strip(), column.strip()


def read_csv(file: Path) -> tuple[list[str], list[list[str]]]:
    """The heading line and the others of a CSV file: UTF-8 or Windows-1252; comma, semicolon or tab."""
    try:
        raw = file.read_bytes()
    except OSError:
        raise RefusedError("cli.no_file", path=str(file)) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not lines:
        raise RefusedError("cli.empty_file", path=str(file))
    return lines[0], lines[1:]

"""A new register: a workbook with all its tabs, formats, lists, checks and colours, as the layout says."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from relance.adapters.workbook.container import Package
from relance.adapters.workbook.create_formulas import LETTERS, below_heading
from relance.adapters.workbook.create_pages import add_aged_balance, add_help
from relance.adapters.workbook.create_rules import Checks, add_colours
from relance.adapters.workbook.create_table import Rows, add_table
from relance.adapters.workbook.files import sync_folder, translating
from relance.domain.layout import setting_column
from relance.domain.layout_rules import check_of
from relance.domain.tables import BY_ID, TABLES
from relance.domain.words import Words

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_PLOT, _NO_TITLE = b"<plotArea>", b'<autoTitleDeleted val="1"/>'
_END = b"</worksheet>"  # `ignoredErrors` stands last in the sheet of a table


def create(path: Path, words: Words, rows: Mapping[str, Rows]) -> None:
    """Write a new register in the language of `words`.

    `rows` gives, by table id, the first rows by column id. KeyError for a column that a table does not have. Raises
    StoreError: `store.exists` when there is such a file, `store.missing` when its folder is not, `store.read_only`,
    `store.disk_full`.
    """
    raw = _finished(_bytes(words, rows), words)
    with translating(path):
        file = path.open("xb")
        try:
            with file:
                file.write(raw)
        except BaseException:
            path.unlink()
            raise
        sync_folder(path.parent)


def _bytes(words: Words, rows: Mapping[str, Rows]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator, book.properties.language = "Relance", "Relance", words.language
    checks = Checks(book, words)
    for table in TABLES:
        sheet = add_table(book, table.id, words, rows.get(table.id, ()))
        if table.id == "settings":
            _check_settings(checks, sheet, words)
        checks.add(sheet, table.id)
        add_colours(sheet, table.id, words)
        if table.id == "planned":
            add_aged_balance(book, words)
    add_help(book, words)
    checks.finish()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _check_settings(checks: Checks, sheet: Worksheet, words: Words) -> None:
    """Each setting is checked as its own kind."""
    label, value = LETTERS["settings"]["setting"], LETTERS["settings"]["value"]
    ids = {texts["label"]: setting for setting, texts in words.settings.items()}
    for row in range(2, sheet.max_row + 1):
        setting = ids.get(str(sheet[f"{label}{row}"].value), "")
        check = check_of("settings", setting_column(setting), words)
        if check is not None:
            checks.place(sheet, "settings", check, [f"{value}{row}"], row)


def _finished(raw: bytes, words: Words) -> bytes:
    """The workbook with what openpyxl cannot say.

    Excel shows no green corner where an identifier is made of digits, and no title over the chart.
    """
    package = Package(raw, "")
    ids = {title: table_id for table_id, title in words.tabs.items()}
    chart = "xl/charts/chart1.xml"
    changes: dict[str, bytes | None] = {chart: package.part(chart).replace(_PLOT, _NO_TITLE + _PLOT, 1)}
    for sheet in package.sheets:
        table = BY_ID.get(ids.get(sheet.title, ""))
        texts = [c.id for c in table.columns if c.kind in ("identifier", "text")] if table else []
        if table and texts:
            cells = " ".join(below_heading(LETTERS[table.id][column]) for column in texts)
            ignored = f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'.encode()
            changes[sheet.part] = package.part(sheet.part).replace(_END, ignored + _END)
    return package.rewritten(changes)

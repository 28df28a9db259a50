"""Imports planned on small registers, and what the register is after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from relance.domain.importing import ImportOptions, ImportResult, plan_import
from relance.domain.parse import parse
from relance.domain.register import Register
from relance.domain.sheet import Cell, CellWrite, Snapshot
from tests.domain.lexicon import FR, LEXICON, Row, register, setting

DAY = date(2026, 9, 30)
FA1: Row = {"invoice_no": "FA1", "customer": "DUP", "due_date": DAY, "amount": 4800.0}
HEADER = "invoice_no,customer,due_date,amount"


def plan(table: str, snapshot: Snapshot, header: str, *lines: str, **options: object) -> ImportResult:
    rows = [line.split(",") for line in lines]
    given_options = ImportOptions(**options)  # type: ignore[arg-type]
    return plan_import(snapshot, LEXICON, FR, table, header.split(","), rows, given_options)


def written(snapshot: Snapshot, writes: Sequence[CellWrite]) -> Snapshot:
    """The snapshot with these cells set."""
    found = []
    for one in snapshot.tabs:
        rows = [list(row) for row in one.rows]
        for write in (w for w in writes if w.tab == one.title):
            rows += [[] for _ in range(write.row + 1 - len(rows))]
            rows[write.row] += [None] * (write.column + 1 - len(rows[write.row]))
            value = write.value
            rows[write.row][write.column] = float(value) if type(value) is int else value
        found.append(replace(one, rows=rows))
    return Snapshot(tuple(found))


def after(table: str, snapshot: Snapshot, header: str, *lines: str, **options: object) -> Register:
    result = plan(table, snapshot, header, *lines, **options)
    assert result.refused == ()
    return parse(written(snapshot, result.writes), LEXICON)


def cells(snapshot: Snapshot, result: ImportResult) -> list[tuple[int, str, object]]:
    """The cells set: row of the sheet, heading, value."""
    headings = {one.title: one.rows[0] for one in snapshot.tabs}
    return [(w.row + 1, str(headings[w.tab][w.column]), w.value) for w in result.writes]


def refusals(result: ImportResult) -> list[tuple[int, str]]:
    return [(line, why.code) for line, why in result.refused]


def payments(*rows: Row, up_to: Cell = date(2026, 9, 1)) -> Snapshot:
    return register((FA1,), payments=rows, settings=(setting("payments_entered_up_to", up_to),))


PAID: Row = {"date": date(2026, 10, 1), "amount": 800.0, "invoice_no": "FA1"}

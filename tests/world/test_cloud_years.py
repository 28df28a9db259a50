"""What months do to a register as deployed."""

from __future__ import annotations

from typing import Any

import pytest

from relance.adapters.dynamo_ledger import moves
from tests.world.book import FR, Tables
from tests.world.matrix import LATE, Case


def drop(number: str) -> Any:
    """Take a paid invoice's row out of the sheet."""

    def act(_: Any, tables: Tables) -> str:
        table = tables["invoices"]
        table.rows.pop(table.find("invoice_no", number))
        return f"drop {number}"

    return act


def months_later(case: Case) -> None:
    """A1 was chased and paid, its row is gone, and nothing of its file was open for a hundred days."""
    case.chase()
    case.put("A1", paid=1200.0)
    case.tomorrow()
    case.chase()
    case.act(drop("A1"))
    for days in (1, 100, 1, 1):
        case.tomorrow(days)
        case.chase()


def test_an_invoice_that_comes_back_after_months_goes_on_where_it_stood(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "JOURNAL_LINES", 0)
    months_later(case)

    def back(_: Any, tables: Tables) -> str:
        table = tables["invoices"]
        row = max(table.used()) + 1
        for column, value in {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 1200.0}.items():
            table.put(row, column, value)
        return "A1 is back"

    case.act(back)
    for _ in range(2):
        case.tomorrow()
        case.chase()
    assert [m.step for m in case.cloud.ledger() if m.file[0] == "C1"] == ["R1", "R2"]


def test_the_journal_keeps_what_was_sent_when_nothing_of_the_file_is_open_any_more(case: Case) -> None:
    months_later(case)
    sent = {mail.id[:12] for mail in case.cloud.sent()}
    assert set(case.judge.journal(FR.values["event"]["sent"])) == sent

"""Several messages of one file: one of a step a day, and none once another run claimed one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from relance.domain.words import reason
from relance.runs.chase import chase
from relance.runs.look import look
from tests.runs.desks import LATE, MONDAY, Acting, Clock, Firm, Row, close
from tests.world.book import FR, setting

TWO_STEPS: list[Row] = [
    {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 900.0},
    {"invoice_no": "A2", "customer": "C1", "due_date": date(2026, 9, 1), "amount": 700.0, "last_step_done": "R1",
     "step_done_on": date(2026, 9, 10)},
]  # fmt: skip


def test_no_further_message_of_a_file_leaves_once_another_run_claimed_one(tmp_path: Path) -> None:
    firm = Firm(tmp_path, TWO_STEPS, grouping=FR.values["grouping"]["invoice"])
    desk = firm.desk()
    first = look(desk, MONDAY).drafts[0].message

    def another_run() -> None:
        version = desk.ledger.history().file(first.file).version
        claim = desk.ledger.claim(replace(first, id="0" * 32), b"", version, datetime(2026, 10, 5, 8, tzinfo=UTC))
        assert claim.granted

    result = chase(replace(desk, store=Acting(desk, another_run)), MONDAY, Clock(MONDAY))
    close(desk)
    assert [f.why for f in result.failed] == [reason("refusal.already_claimed")] * 2
    assert firm.sent() == []


def test_without_another_run_both_messages_leave(tmp_path: Path) -> None:
    firm = Firm(tmp_path, TWO_STEPS, grouping=FR.values["grouping"]["invoice"])
    assert [d.message.step for d in firm.chase().sent] == ["R2", "R1"]


def test_the_same_step_of_two_scenarios_takes_two_days(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 900.0},
        {"invoice_no": "A2", "customer": "C1", "due_date": LATE, "amount": 700.0, "scenario": "habitual"},
    ]
    firm = Firm(tmp_path, rows, grouping=FR.values["grouping"]["invoice"])
    firm.put("customers", ("code", "C1"), scenario="standard")
    result = firm.chase()
    assert (len(result.sent), result.failed) == (1, [])
    firm.edit(lambda tables: setting(tables, "payments_entered_up_to", MONDAY))
    firm.chase(MONDAY + timedelta(days=1))
    assert sorted(number for m in firm.sent() for number in m.owed) == ["A1", "A2"]

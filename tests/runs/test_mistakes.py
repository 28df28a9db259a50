"""What people change without meaning it: numbers, names, columns, the currency; nothing leaves for it, or twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from relance.domain.gates import pins_of
from relance.domain.history import Event
from relance.domain.words import reason
from tests.runs.deployments import Deployment, at
from tests.runs.desks import LATE, MONDAY, Firm, Row, close
from tests.world.book import FR, Tables, look_at, setting

TUESDAY = MONDAY + timedelta(days=1)
OUTCOME = FR.values["outcome"]
LARGE: Row = {"invoice_no": "A1", "customer": "C1", "due_date": date(2026, 9, 1), "amount": 900.0}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path)
    yield deployment
    deployment.end()


def freshly(firm: Firm, day: date) -> None:
    """Payments are entered up to the day before."""
    firm.edit(lambda tables: setting(tables, "payments_entered_up_to", day - timedelta(days=1)))


def announced(firm: Firm, here: Deployment) -> None:
    """The day is announced, and it is time to send."""
    here.now = at(7)
    assert here.run(firm, "announce").record.outcome == "done"
    here.now = at(10, 30)


def test_an_outcome_on_a_line_that_a_person_numbered_approves_nothing(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [LARGE], ceiling=500.0)

    def mine(tables: Tables) -> None:
        for column, value in {"no": 1.0, "action": "Appelé le comptable", "outcome": OUTCOME["approved"]}.items():
            tables["todo"].put(1, column, value)

    firm.edit(mine)
    firm.chase()
    todo = look_at(firm.path)["todo"]
    assert todo.get(1, "action") == "Appelé le comptable"
    assert [todo.get(row, "no") for row in todo.used()] == [1.0, 2.0]
    freshly(firm, TUESDAY)
    firm.chase(TUESDAY)
    assert firm.sent() == []


def test_answers_from_before_the_ledger_was_lost_approve_nothing(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [LARGE], ceiling=500.0)
    firm.chase()
    firm.edit(lambda tables: tables["todo"].put(1, "outcome", OUTCOME["refused"]))
    freshly(firm, TUESDAY)
    firm.chase(TUESDAY)
    firm.edit(lambda tables: tables["todo"].put(1, "outcome", OUTCOME["approved"]))  # a line that is over
    firm.state.rename(firm.state.with_suffix(".lost"))
    desk = firm.desk()
    desk.ledger.set_last_run(desk.register.last_run)
    close(desk)
    for day in (TUESDAY, TUESDAY + timedelta(days=1)):
        freshly(firm, day)
        firm.chase(day)
    assert firm.sent() == []


def test_a_wording_s_name_counts_whatever_its_case_when_it_changes_after_the_announcement(
    tmp_path: Path, here: Deployment
) -> None:
    firm = Firm(tmp_path)

    def add(tables: Tables) -> None:
        for column, value in {"template": "r1", "subject": "Sujet", "text": "Bonjour. {{ table }}"}.items():
            tables["templates"].put(1, column, value)

    firm.edit(add)
    announced(firm, here)
    firm.edit(lambda tables: tables["templates"].put(1, "text", "Jamais annoncé. {{ table }}"))
    ran = here.run(firm, "send")
    assert firm.sent() == []
    assert ran.result is not None
    assert {f.why for f in ran.result.failed} == {reason("refusal.stale_plan")}


def test_columns_of_people_s_own_may_change_places_after_the_announcement(tmp_path: Path, here: Deployment) -> None:
    firm = Firm(tmp_path)
    own = [("Chantier", "Agence"), ("X1", "Lyon"), ("X2", "Nice")]

    def add(tables: Tables) -> None:
        rows = tables["invoices"].rows
        width = max(len(row) for row in rows)
        for row, cells in zip(rows, own, strict=False):
            row += [None] * (width - len(row)) + list(cells)

    def swap(tables: Tables) -> None:
        for row in tables["invoices"].rows[: len(own)]:
            row[-1], row[-2] = row[-2], row[-1]

    firm.edit(add)
    announced(firm, here)
    firm.edit(swap)
    here.run(firm, "send")
    assert len(firm.sent()) == 2


def test_another_currency_in_the_settings_is_refused_until_it_is_confirmed_and_then_says_no_step_again(tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    firm.chase()
    freshly(firm, TUESDAY)
    firm.edit(lambda tables: setting(tables, "currency", "CHF"))
    refused = firm.chase(TUESDAY).refused
    assert refused is not None
    assert refused == reason("refusal.pins_changed", fields=("currency",))
    desk = firm.desk()
    desk.ledger.pin(pins_of(desk.register.settings))
    close(desk)
    assert firm.chase(TUESDAY).refused is None
    assert len(firm.sent()) == 2


def test_an_invoice_whose_currency_is_mended_goes_on_where_it_stood(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [{"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 900.0}])
    firm.chase()
    firm.put("invoices", ("invoice_no", "A1"), currency="CHF")
    steps = []
    for days in (1, 7, 8):
        freshly(firm, MONDAY + timedelta(days=days))
        steps += [d.message.step for d in firm.chase(MONDAY + timedelta(days=days)).sent]
    assert steps == ["R2"]


def test_a_wrong_address_typed_again_in_other_letters_is_the_same_one(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [{"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 900.0}])
    (left,) = firm.chase().sent
    desk = firm.desk()
    desk.ledger.add_event(left.message.id, Event("bounced", datetime(2026, 10, 5, 12, tzinfo=UTC), left.message.to))
    close(desk)
    firm.put("customers", ("code", "C1"), email=left.message.to[0].capitalize())
    freshly(firm, TUESDAY)
    firm.chase(TUESDAY)
    assert len(firm.sent()) == 1

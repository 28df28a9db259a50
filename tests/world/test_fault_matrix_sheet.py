"""The fault matrix, F10 and F14 to F17: Google fails, people work, rows are wrong. The index is in test_fault_matrix.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.emulators.sheets.faults import Fault, hang, reset, status
from tests.world.book import FR
from tests.world.matrix import LATE, MONDAY, TWO, Case, Row
from tests.world.people import Hand, delete_row, insert_row, sort_customers, sort_people_only, sort_rows

SITUATION = FR.values["situation"]
INVOICES = FR.tabs["invoices"]
PASSING: dict[str, list[Fault]] = {
    "429 twice": [status(429), status(429)], "500": [status(500)], "503, done": [status(503, after=True)],
    "no answer": [hang()], "cut off": [reset(), reset(after=True)],
}  # fmt: skip
STORE = {"S2": "store.read", "S6": "store.reread", "S10": "store.write"}


@pytest.mark.parametrize("faults", PASSING)
@pytest.mark.parametrize("place", STORE)
def test_F10_google_fails_for_a_moment_the_call_is_made_again(case: Case, place: str, faults: str) -> None:
    case.at[STORE[place]] = lambda: case.google.faults.next(*PASSING[faults])
    result = case.chase()
    assert result is not None
    assert (sorted(case.taken), result.unwritten) == (["A1", "B1"], None)
    case.settle()


@pytest.mark.parametrize("fault", [status(503), status(429), reset()], ids=["503", "429", "reset"])
@pytest.mark.parametrize("place", STORE)
def test_F10_google_fails_for_long_nothing_unread_leaves_and_what_left_is_shown_later(
    case: Case, place: str, fault: Fault
) -> None:
    case.at[STORE[place]] = lambda: case.google.faults.queue.extend([fault] * 100)
    result = case.chase()
    if place == "S2":
        assert (result, case.taken) == (None, [])
        assert case.stopped_by.startswith("sheet.")
    else:
        assert result is not None
        assert result.unwritten is not None
        assert sorted(case.taken) == ([] if place == "S6" else ["A1", "B1"])
        assert case.cell("A1", "last_step") is None
    case.later()
    case.chase()
    assert sorted(case.taken) == ["A1", "B1"]
    assert case.cell("A1", "last_step") == "R1"
    case.settle()


def filter_out(case: Case) -> None:
    """Somebody looks at one customer only: the other rows are hidden."""
    case.cloud.sheet.person.filter(INVOICES, "A", ("B1",))


HANDS: dict[str, Callable[[Hand, Any], str]] = {
    "sorted": sort_rows, "sorted in part": sort_people_only, "inserted": insert_row, "deleted": delete_row,
    "customers sorted": sort_customers,
}  # fmt: skip


@pytest.mark.parametrize("moment", ["store.reread", "ledger.claim", "store.write", "in the write"])
@pytest.mark.parametrize("what", [*HANDS, "filtered"])
def test_F14_rows_moved_while_a_run_works_no_cell_lands_on_another_row(case: Case, what: str, moment: str) -> None:
    def act() -> None:
        if what == "filtered":
            filter_out(case)
        else:
            case.act(HANDS[what])

    if moment == "in the write":
        case.at["store.write"] = lambda: case.cloud.in_the_gap(act)
    else:
        case.at[moment] = act
    case.chase()
    case.settle()  # each row that is there shows its own invoice, and nothing stands on any other
    shown = [number for number in case.taken if case.cloud.look()["invoices"].find("invoice_no", number)]
    assert [case.cell(number, "last_step") for number in shown] == ["R1"] * len(shown)


@pytest.mark.parametrize("heading", ["Échéance", "Client"])
def test_F15_a_required_column_renamed_the_run_refuses_and_says_which(case: Case, heading: str) -> None:
    person = case.cloud.sheet.person
    found = next(
        str(c.value) for c in person.sheet(INVOICES).rows[0].cells if c and str(c.value).rstrip("*").strip() == heading
    )
    person.rename_heading(INVOICES, found, f"{heading} bis")
    result = case.chase_untouched()
    assert result is not None
    assert result.refused is not None
    assert (result.refused.code, case.taken) == ("refusal.heading_missing", [])
    assert heading in FR.say(result.refused)
    person.rename_heading(INVOICES, f"{heading} bis", found)
    case.chase_untouched()
    assert sorted(case.taken) == ["A1", "B1"]


def test_F15_columns_that_were_moved_are_found(case: Case) -> None:
    case.cloud.sheet.person.move_columns(INVOICES, "C", "A")
    assert case.chase_untouched() is not None
    assert sorted(case.taken) == ["A1", "B1"]
    assert case.cell("A1", "last_step") == "R1"


EDITS: dict[str, dict[str, Any]] = {
    "paid": {"paid": 1200.0}, "disputed": {"situation": SITUATION["disputed"]}, "on hold": {"situation": SITUATION["on_hold"]},
    "promised": {"promised_for": MONDAY + timedelta(days=9)}, "amount": {"amount": 900.0},
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_F16_edited_before_it_is_read_again_it_does_not_leave(case: Case, edit: str) -> None:
    case.at["store.reread"] = lambda: case.put("A1", **EDITS[edit])
    case.chase()
    assert case.taken == ["B1"]
    case.put("A1", paid=1200.0)
    case.settle()


def test_F16_edited_after_it_was_read_again_the_window_is_a_minute(make_case: Callable[..., Case]) -> None:
    rows: list[Row] = [{"invoice_no": f"F{n}", "customer": f"C{n}", "due_date": LATE, "amount": 100.0} for n in range(9)]
    case = make_case(rows)
    case.clock.steps = (8,)  # a message takes 24 s: two of them leave between two readings

    def pay_all() -> None:
        for n in range(9):
            case.put(f"F{n}", paid=100.0)

    case.at["ledger.claim"] = pay_all
    case.chase()
    assert case.taken in (["F0", "F1"], ["F0", "F1", "F2"])
    case.settle()


def test_F17_rows_that_are_wrong_wait_and_the_others_leave(make_case: Callable[..., Case]) -> None:
    more: list[Row] = [
        {"invoice_no": number, "customer": code, "due_date": LATE, "amount": 80.0}
        for number, code in {"D1": "C3", "E1": "C5", "F1": "C6", "G1": "C7", "H1": "C8"}.items()
    ]
    case = make_case([*TWO, more[0], *more])
    case.put_customer("C5", email=None)
    case.put_customer("C6", email="un@c6.example; deux@c6.example")
    case.put("G1", due_date="30/13/2026")
    table = case.cloud.look()["invoices"]
    row, column = table.find("invoice_no", "H1"), table.columns["amount"]
    case.cloud.sheet.person.type(INVOICES, f"{chr(65 + column)}{row + 1}", "=1/0")
    case.chase_untouched()
    assert sorted(case.taken) == ["A1", "B1", "F1"]
    assert case.cloud.account.taken[-1].to == ("un@c6.example", "deux@c6.example")
    for number in ("D1", "G1", "H1"):
        assert case.cell(number, "problem"), number
        assert case.cell(number, "status") == FR.values["status"]["faulty"]
    assert "adresse" in str(case.cell("E1", "why"))
    assert case.cell("E1", "last_step") is None

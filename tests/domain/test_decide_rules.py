"""One test, or a few, for each of the rules 1 to 6 of deciding, named after it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from relance.domain.decide import decide
from relance.domain.history import History
from relance.domain.plan import InvoiceLine
from relance.domain.register import Scenario, Step
from tests.domain.telling import STANDARD, changed, day, story, without
from tests.domain.world import FRANCE, World

CALLS_OFF = without(STANDARD, "APPEL")


def one(scenario: Scenario = STANDARD, amount: float = 4800, **settings: Any) -> World:
    """One invoice A due 30/09."""
    world = World(scenario=scenario, **settings)
    world.invoice("A", amount, "30/09")
    return world


def line_of(world: World, name: str = "A") -> InvoiceLine:
    """What the last run wrote about an invoice."""
    return next(line for line in world.days[-1].plan.lines if line.key == world.invoices[name].key)


NOT_CHASED: dict[str, dict[str, Any]] = {
    "paid": {"paid": Decimal(4800)},
    "disputed": {"situation": "disputed"},
    "refused": {"situation": "refused"},
    "on hold": {"hold_until": day("05/10")},
    "in collection": {"situation": "in_collection"},
    "insolvency": {"situation": "insolvency"},
    "assigned": {"situation": "assigned"},
    "written off": {"situation": "written_off"},
    "to check": {"situation": "to_check"},
    "direct debit": {"payment_mode": "direct_debit"},
    "promised": {"promised_for": day("20/10")},
}
LIKEWISE: dict[str, dict[str, Any]] = {
    "paid by situation": {"situation": "paid"},
    "on hold by situation": {"situation": "on_hold"},
    "bill": {"payment_mode": "bill"},
    "card": {"payment_mode": "card"},
}
ALL_NOT_CHASED = {**NOT_CHASED, **LIKEWISE}


def not_chased(fields: dict[str, Any]) -> InvoiceLine:
    """The line of an invoice with these fields on the day of its first step, after checking that nothing chased it."""
    world = one()
    world.invoices["A"] = replace(world.invoices["A"], **fields)
    assert [item for item in world.run("05/10") if "conf" not in item and "!" not in item] == []
    return line_of(world)


@pytest.mark.parametrize("fields", ALL_NOT_CHASED.values(), ids=ALL_NOT_CHASED)
def test_rule_1_what_is_not_chased_says_why(fields: dict[str, Any]) -> None:
    line = not_chased(fields)
    assert line.why is not None
    assert line.status not in ("", "overdue", "reminded")


def test_rule_1_each_has_its_own_reason() -> None:
    reasons = {name: str(not_chased(fields).why) for name, fields in NOT_CHASED.items()}
    assert len(set(reasons.values())) == len(reasons), reasons


def test_rule_1_a_balance_within_the_tolerance_is_paid() -> None:
    world = one()
    world.pay("A", 4799, on="06/10")
    assert world.run("31/10") == story("05/10 R1[A]")


def test_rule_1_no_scenario_is_not_chased() -> None:
    world = one()
    world.customer(scenario="unknown")
    assert world.run("31/10") == []
    assert line_of(world).status == "not_chased"


def test_rule_1_a_faulty_row_is_listed_and_not_chased() -> None:
    world = one()
    world.add_faulty("F", "C1")
    assert world.run("05/10") == story("05/10 R1[A]")
    assert next(line for line in world.days[-1].plan.lines if line.invoice_no == "F").status == "faulty"


def test_rule_1_a_file_whose_credits_cover_it_is_not_chased_but_stays_listed_later() -> None:
    world = one(amount=1000)
    world.invoice("B", 1000, "20/10")
    world.invoice("N", -1000, "25/09")
    told = world.run("26/10", totals=True)
    assert [item for item in told if "!" not in item] == story("26/10 R1[A,B]=1000")
    assert len(world.tasks("allocate")) == 1


def test_rule_1_a_file_below_the_floor_is_not_chased() -> None:
    assert one(amount=19).run("31/12") == []


def test_rule_2_an_invoice_waits_until_its_due_date_could_be_seen_at_the_bank() -> None:
    world = one(scenario=changed(STANDARD, R1={"offset": 0}))
    assert world.run("06/10") == story("05/10 R1[A]")  # entered up to 02/10, two working days after 30/09


def test_rule_2_nothing_leaves_on_unknown_payments() -> None:
    world = one()
    unknown = world.register(day("05/10"))
    unknown = replace(unknown, settings=replace(unknown.settings, payments_entered_up_to=None))
    plan = decide(unknown, History(), day("05/10"))
    assert plan.messages == ()
    assert plan.notices != ()


def test_rule_3_the_granted_days_of_a_step_are_waited_for() -> None:
    steps = (Step("R1", 5, "email", days_granted=8), Step("R2", 8, "email"))
    assert one(scenario=Scenario("short", steps)).run("20/10") == story("05/10 R1[A] | 13/10 R2[A]")


def test_rule_3_the_gap_counts_every_message_of_the_file() -> None:
    world = one()
    world.invoice("B", 1000, "30/09")
    world.promise("B", "30/10", on="09/10")
    assert world.run("14/10") == story("05/10 R1[A,B] | 09/10 conf[B] | 14/10 R2[A]")


def test_rule_3_no_step_left_is_one_task() -> None:
    world = one(scenario=without(STANDARD, "APPEL", "MED", "DEC"))
    assert world.run("31/12") == story("05/10 R1[A] | 12/10 R2[A] | 27/10 R3[A] | 10/11 !decide")


def test_rule_3_a_level_is_lost_with_the_invoices_that_heard_it() -> None:
    world = one()
    world.invoice("B", 2000, "08/10")
    world.pay("A", 4800, on="13/10")
    assert world.run("26/10") == story("05/10 R1[A] | 12/10 R2[A] | 19/10 R1[B] | 26/10 R2[B]")


def test_rule_4_by_invoice_those_at_the_same_step_share_a_message() -> None:
    world = one(scenario=CALLS_OFF, grouping="invoice")
    world.invoice("B", 2000, "30/09")
    world.invoice("C", 2000, "20/10")
    assert world.run("27/10") == story("05/10 R1[A,B] | 12/10 R2[A,B] | 26/10 R1[C] | 27/10 R3[A,B]")


def test_rule_5_inactive_and_below_minimum_steps_count_as_passed() -> None:
    inactive = one(scenario=changed(CALLS_OFF, R2={"active": False}))
    small = one(scenario=changed(CALLS_OFF, R2={"minimum_amount": Decimal(5000)}))
    assert inactive.run("28/10") == small.run("28/10") == story("05/10 R1[A] | 27/10 R3[A]")


def test_rule_5_a_call_is_dropped_when_a_later_step_leaves_first() -> None:
    world = one()
    world.rest("13/10", until="26/10")
    assert world.run("31/10") == story("05/10 R1[A] | 12/10 R2[A] | 27/10 R3[A]")


def test_rule_5_a_pre_due_notice_never_leaves_on_the_due_date_and_counts_for_no_gap() -> None:
    late = World("30/09", scenario=changed(STANDARD, PRE={"active": True}))
    late.invoice("A", 4800, "30/09")
    assert late.run("30/09") == []
    early = World("20/09", scenario=changed(STANDARD, PRE={"active": True, "offset": -1}), min_gap_days=10)
    early.invoice("A", 4800, "30/09")
    assert early.run("05/10") == story("29/09 PRE[A] | 05/10 R1[A]")


def test_rule_5_beyond_the_cap_messages_wait_in_the_order_of_their_dates() -> None:
    world = World(cap_per_day=1)
    for name, due, customer in (("A", "30/09", "C3"), ("B", "30/09", "C2"), ("D", "29/09", "C1")):
        world.invoice(name, 100, due, customer=customer)
    assert world.run("07/10") == story("05/10 R1[D] | 06/10 R1[B] | 07/10 R1[A]")
    assert len(world.days[5].plan.waiting) == 2


def test_rule_6_a_scenario_without_the_start_step_starts_at_its_first_step() -> None:
    world = World("23/11", scenario=Scenario("own", (Step("X1", 3, "email"), Step("X2", 20, "email"))))
    world.invoice("A", 4800, "05/05")
    assert world.run("10/12") == story("23/11 X1[A] | 10/12 X2[A]")


def test_rule_6_a_step_done_by_hand_counts_from_its_date() -> None:
    world = World("23/11")
    world.invoice("A", 4000, "15/08", last_step_done="R2", step_done_on=day("10/11"))
    assert world.run("26/11") == story("23/11 !APPEL | 25/11 R3[A]")


def test_rule_6_a_step_done_by_hand_is_ignored_once_the_ledger_knows_a_step() -> None:
    world = one()
    world.edit("A", on="08/10", last_step_done="R3", step_done_on=day("07/10"))
    assert world.run("13/10") == story("05/10 R1[A] | 12/10 R2[A]")


def test_the_next_step_and_its_date_are_told_on_a_sending_day() -> None:
    world = one()
    world.run("06/10")
    line = line_of(world)
    assert (line.last_step, line.last_action, line.next_step, line.next_date) == (
        "R1", day("05/10"), "R2", FRANCE.next_sending(day("12/10")),
    )  # fmt: skip

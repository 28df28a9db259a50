"""Stories where the rules' text could be read in two ways; each says which reading it holds to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from relance.domain.register import Scenario, Step
from tests.domain.telling import STANDARD, changed, day, story, without
from tests.domain.world import World


def one(amount: float = 4800, scenario: Scenario = STANDARD, **settings: Any) -> World:
    """One invoice A due 30/09."""
    world = World(scenario=scenario, **settings)
    world.invoice("A", amount, "30/09")
    return world


def test_instalments_of_one_invoice_climb_as_invoices_of_their_own() -> None:
    world = World()
    for part, due in (("A/1", "30/09"), ("A/2", "30/10"), ("A/3", "30/11")):
        world.invoice(part, 1000, due)
    assert world.run("20/11", totals=True) == story(
        """05/10 R1[A/1]=1000 | 12/10 R2[A/1]=1000 | 19/10 !APPEL | 27/10 R3[A/1]=1000 | 12/11 ?MED[A/1]=1000
        | 17/11 *R3[A/1,A/2]=2000"""
    )


def test_an_approval_is_void_when_one_of_its_sums_changes_on_the_day_of_the_answer() -> None:
    # The answer is to the line as it stood; what leaves must be what was read. The new sums are asked the same day.
    world = one()
    world.pay("A", 800, on="17/11")
    world.answer("17/11", "approved", step="MED")
    assert world.run("17/11", totals=True) == story(
        """05/10 R1[A]=4800 | 12/10 R2[A]=4800 | 19/10 !APPEL | 27/10 R3[A]=4800 | 12/11 ?MED[A]=4800
        | 17/11 ?MED[A]=4000"""
    )


def test_an_approval_is_void_when_money_received_since_lowers_its_sum() -> None:
    # The balances of its invoices are as they were, but the debtor owes less than what was approved.
    world = one()
    world.receive(800, on="17/11")
    world.answer("17/11", "approved", step="MED")
    told = world.run("17/11", totals=True)
    assert [item for item in told if "MED" in item] == story("12/11 ?MED[A]=4800 | 17/11 ?MED[A]=4800")
    assert [task.amount for task in world.tasks("approve")] == [Decimal(4800), Decimal(4000)]


def test_an_approval_stands_when_another_invoice_comes() -> None:
    # B reaches the offset of the notice on 01/12, the day of the answer: it waits for its own approval.
    world = one()
    world.invoice("B", 2100, "20/10")
    world.answer("01/12", "approved", step="MED")
    told = world.run("01/12", totals=True)
    assert [item for item in told if "MED" in item] == story("12/11 ?MED[A]=4800 | 01/12 MED[A]=4800 letter")


def test_with_stale_payments_only_confirmations_and_pre_due_notices_leave() -> None:
    world = World(scenario=changed(STANDARD, PRE={"active": True}))
    world.invoice("A", 4800, "30/09")
    world.invoice("B", 1000, "30/09")
    world.invoice("D", 900, "20/10", customer="C2")
    world.entries_stand("08/10", since="10/10", until="18/10")
    world.promise("B", "30/10", on="14/10")
    assert world.run("26/10") == story(
        "05/10 R1[A,B] | 13/10 PRE[D] | 14/10 conf[B] | 19/10 R2[A] | 26/10 R1[D] | 26/10 !APPEL"
    )
    notices = {d.today: d.plan.notices for d in world.days}
    assert notices[day("13/10")]
    assert notices[day("13/10")] != notices[day("19/10")]


def test_a_promise_replaced_before_its_date_is_neither_kept_nor_broken() -> None:
    world = one()
    world.promise("A", "06/11", on="12/10")
    world.promise("A", "13/11", on="20/10")
    assert world.run("23/11") == story("05/10 R1[A] | 12/10 conf[A] | 20/10 conf[A] | 18/11 broken[A] | 23/11 R2[A]")


def test_after_a_broken_promise_the_call_waits_for_the_gap_too() -> None:
    # "Then the scenario where it stood, after the gap" holds for calls: on 02/11 the call is dropped, as R3 leaves.
    world = one()
    world.promise("A", "23/10", on="19/10")
    world.runs_a_day = 2
    assert world.run("02/11") == story("05/10 R1[A] | 12/10 R2[A] | 19/10 conf[A] | 28/10 broken[A] | 02/11 R3[A]")


def test_a_second_broken_promise_is_a_task_without_a_message() -> None:
    # "After the gap" without a message: min_gap_days after the day it was found broken (06/11), hence 12/11.
    world = one()
    world.promise("A", "16/10", on="12/10")
    world.promise("A", "03/11", on="26/10")
    assert world.run("20/11") == story(
        "05/10 R1[A] | 12/10 conf[A] | 21/10 broken[A] | 26/10 conf[A] | 06/11 !DEC | 12/11 R2[A] | 19/11 !APPEL"
    )


def test_a_promise_replaced_in_its_days_of_grace_is_broken_without_the_message() -> None:
    # Replaced on or after its date: broken, quietly; so the next one broken is the second.
    world = one()
    world.promise("A", "16/10", on="12/10")
    world.promise("A", "30/10", on="19/10")
    assert world.run("10/11") == story("05/10 R1[A] | 12/10 conf[A] | 19/10 conf[A] | 04/11 !DEC | 09/11 R2[A]")


def test_a_confirmation_waits_for_the_day_after_a_step_but_not_for_the_gap() -> None:
    # It "counts for the gap only": it starts a gap, and waits for none. One message a day, the step first.
    world = one()
    world.invoice("B", 1000, "30/09")
    world.promise("B", "30/10", on="12/10")
    assert world.run("18/10") == story("05/10 R1[A,B] | 12/10 R2[A] | 13/10 conf[B]")


@pytest.mark.parametrize("situation", ["disputed", ""])
def test_a_partial_dispute_takes_only_its_amount_out(situation: str) -> None:
    # A disputed amount is enough; with the situation typed too it is still partial.
    world = one()
    world.edit("A", on="08/10", situation=situation, disputed_amount=Decimal(1000))
    assert world.run("12/10", totals=True) == story("05/10 R1[A]=4800 | 08/10 !dispute | 12/10 R2[A]=3800")


def test_a_cleared_dispute_comes_back_after_the_gap_even_when_the_file_is_chased_before() -> None:
    world = one()
    world.invoice("B", 2000, "30/09")
    world.dispute("A", on="08/10")
    world.edit("A", on="23/10", situation="")
    assert world.run("11/11") == story("05/10 R1[A,B] | 08/10 !dispute | 12/10 R2[B] | 19/10 !APPEL | 27/10 R3[B]")


def test_a_cleared_dispute_is_listed_from_the_last_day_of_the_gap() -> None:
    world = one()
    world.invoice("B", 2000, "30/09")
    world.dispute("A", on="08/10")
    world.edit("A", on="22/10", situation="")
    assert world.run("30/10") == story("05/10 R1[A,B] | 08/10 !dispute | 12/10 R2[B] | 19/10 !APPEL | 27/10 R3[A,B]")


def test_an_invoice_with_its_own_scenario_climbs_by_itself_with_the_gap_of_the_file() -> None:
    # R2[B] would leave on 30/10; its own distance (13 days after 19/10) and the file's gap bring it to 02/11.
    slow = Scenario("slow", (Step("R1", 17, "email"), Step("R2", 30, "email")))
    world = one()
    world.invoice("B", 2000, "30/09", scenario="slow")
    world.scenarios["slow"] = slow
    assert world.run("13/11", totals=True) == story(
        """05/10 R1[A]=4800 | 12/10 R2[A]=4800 | 19/10 !APPEL | 19/10 R1[B]=2000 | 27/10 R3[A]=4800
        | 02/11 R2[B]=2000 | 12/11 ?MED[A]=4800"""
    )


def test_a_credit_note_without_date_is_set_against_the_oldest_invoice_at_once() -> None:
    world = one()
    world.invoice("B", 1000, "30/09")
    world.invoice("N", -300, "")
    assert world.run("12/10", totals=True) == story("05/10 R1[A,B]=5500 | 12/10 R2[A,B]=5500")
    assert world.messages()[0][1].credits == (("C1", "N", ""),)


def test_a_customer_on_hold_is_not_chased_through_the_date() -> None:
    world = one()
    world.customer(hold_until=day("16/10"))
    assert world.run("20/10") == story("19/10 R1[A]")


def test_a_customer_never_chased_is_never_chased() -> None:
    world = one()
    world.customer(do_not_chase=True)
    assert world.run("31/12") == []


def test_a_direct_debit_is_chased_once_it_is_returned() -> None:
    # Its offset has passed long before: it takes the first step on the day it is known, not one for each day lost.
    world = one()
    world.edit("A", on="30/09", payment_mode="direct_debit")
    world.edit("A", on="20/10", situation="returned")
    assert world.run("27/10") == story("20/10 R1[A] | 27/10 R2[A]")


def test_an_unknown_kind_is_asked_when_the_formal_notice_would_be_due() -> None:
    world = one()
    world.customer(kind="")
    assert world.run("30/11") == story("05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 27/10 R3[A] | 12/11 !kind")


def test_a_friendly_message_without_answer_is_never_repeated_and_the_next_step_keeps_its_date() -> None:
    world = one()
    world.unanswered("05/10")
    assert world.run("19/10") == story("05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL")


def test_a_formal_notice_without_answer_waits_for_a_persons_word() -> None:
    # "After a friendly step the next step goes on; a formal step waits": what follows an uncertain formal step waits.
    world = one(scenario=changed(STANDARD, MED={"channel": "email"}))
    world.answer("16/11", "approved", step="MED")
    world.unanswered("16/11")
    world.settle("10/12", "sent")
    assert world.run("10/12") == story(
        """05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 27/10 R3[A] | 12/11 ?MED[A] | 16/11 MED[A] | 10/12 !DEC"""
    )


def test_two_weeks_without_runs_delay_everything_and_hurry_nothing() -> None:
    world = one()
    world.rest("05/10", until="18/10")
    assert world.run("12/11") == story("19/10 R1[A] | 26/10 R2[A] | 02/11 !APPEL | 10/11 R3[A]")


def test_a_grouping_changed_twice_goes_back_to_the_highest_tone() -> None:
    # Back in account grouping the file stands at R3 again: C, at R1 by itself, is recalled in that tone. R1[C] of 10/11
    # was a step of C alone: it moves no distance of the file, and the notice asked for A stays asked.
    world = one()
    world.invoice("B", 2100, "20/10")
    world.invoice("C", 950, "05/11")
    world.set("02/11", grouping="invoice")
    world.set("16/11", grouping="account")
    assert world.run("10/12") == story(
        """05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 27/10 R3[A,B] | 10/11 R1[C] | 12/11 ?MED[A] | 24/11 *R3[A,B,C]
        | 01/12 ?MED[A,B] | 08/12 *R3[A,B,C]"""
    )


def test_an_edited_scenario_goes_on_at_the_first_later_step_not_yet_said() -> None:
    # R2 was said at 12 and now stands at 20: it is not said again. R2B follows it by 15 - 12 days and the gap.
    world = one(scenario=without(STANDARD, "APPEL"))
    steps = [s for s in STANDARD.steps if s.code not in ("APPEL", "R2")]
    moved = [replace(STANDARD.step("R2") or steps[0], offset=20), Step("R2B", 15, "email")]
    edited = replace(STANDARD, steps=tuple(sorted([*steps, *moved], key=lambda s: s.offset)))
    world.use("15/10", edited)
    assert world.run("05/11") == story("05/10 R1[A] | 12/10 R2[A] | 19/10 R2B[A] | 02/11 R3[A]")


def test_the_change_of_clocks_and_sending_at_week_ends_shift_nothing() -> None:
    world = World(working_days_only=False)
    world.invoice("A", 4800, "20/10")
    assert world.run("08/11") == story("25/10 R1[A] | 01/11 R2[A] | 08/11 !APPEL")


def test_the_year_ends_without_a_jump() -> None:
    world = World("20/11")
    world.invoice("A", 4800, "25/11")
    world.invoice("B", 900, "27/12", customer="C2")
    assert world.run("11/01/27") == story(
        """30/11 R1[A] | 07/12 R2[A] | 14/12 !APPEL | 22/12 R3[A] | 04/01/27 R1[B] | 06/01/27 ?MED[A]
        | 11/01/27 R2[B]"""
    )

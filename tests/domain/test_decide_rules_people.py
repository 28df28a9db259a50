"""One test, or a few, for each of the rules 7 to 12 of deciding and for the choice of the scenario, named after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relance.domain.register import Scenario
from tests.domain.telling import STANDARD, STRATEGIC, changed, day, story, without
from tests.domain.world import World

CALLS_OFF = without(STANDARD, "APPEL")


def one(scenario: Scenario = STANDARD, amount: float = 4800, **settings: Any) -> World:
    """One invoice A due 30/09."""
    world = World(scenario=scenario, **settings)
    world.invoice("A", amount, "30/09")
    return world


def test_rule_7_a_promise_on_a_to_do_line_covers_its_invoices() -> None:
    world = one()
    world.answer("20/10", "promised", kind="call", promised_for=day("30/10"))
    assert world.run("09/11") == story(
        "05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 20/10 conf[A] | 04/11 broken[A] | 09/11 R3[A]"
    )


def test_rule_7_a_promise_first_seen_after_its_date_is_a_task_and_chasing_goes_on() -> None:
    world = one()
    world.promise("A", "09/10", on="12/10")
    assert world.run("18/10") == story("05/10 R1[A] | 12/10 R2[A] | 12/10 !promise")


def test_rule_7_a_hold_makes_a_running_promise_void() -> None:
    world = one()
    world.promise("A", "30/10", on="09/10")
    world.edit("A", on="15/10", hold_until=day("20/11"))
    assert world.run("20/11") == story("05/10 R1[A] | 09/10 conf[A] | 15/10 !promise")


def test_rule_7_the_confirmation_can_be_switched_off() -> None:
    world = one(promise_confirmation=False)
    world.promise("A", "30/10", on="09/10")
    assert world.run("10/11") == story("05/10 R1[A] | 04/11 broken[A] | 09/11 R2[A]")


def test_rule_8_a_dispute_is_a_task_of_the_account_manager_for_seven_days() -> None:
    world = one()
    world.dispute("A", on="08/10")
    assert world.run("31/10") == story("05/10 R1[A] | 08/10 !dispute")
    (task,) = world.tasks("dispute")
    assert (task.owner, task.due - task.created) == ("comptes clients", timedelta(days=7))


def test_rule_8_payment_closes_a_dispute() -> None:
    world = one()
    world.dispute("A", on="08/10")
    world.pay("A", 4800, on="20/10")
    world.run("20/10")
    (file,) = world.history.files.values()
    assert [t.closed_on for t in file.tasks if t.kind == "dispute"] == [day("20/10")]


def test_rule_9_a_formal_notice_counts_from_its_posting() -> None:
    world = one()
    world.answer("16/11", "approved", step="MED")
    world.answer("20/11", "done", kind="letter", posted_on=day("19/11"), tracking_no="1A 000 000 0000 0")
    told = world.run("10/12")
    assert [item for item in told if "MED" in item or "DEC" in item] == story(
        "12/11 ?MED[A] | 16/11 MED[A] letter | 04/12 !DEC"
    )


def test_rule_9_a_formal_notice_lists_only_invoices_reminded_before() -> None:
    # B is disputed from the start and listed again from 11/11: past the offset, but in no message yet.
    world = one(scenario=CALLS_OFF)
    world.invoice("B", 1000, "30/09", situation="disputed")
    world.edit("B", on="06/11", situation="")
    told = world.run("12/11")
    assert [item for item in told if "MED" in item] == story("12/11 ?MED[A]")


def test_rule_9_a_repeat_recalls_the_formal_notice_and_is_never_one() -> None:
    world = World("31/08")
    world.invoice("A", 4800, "01/09")
    world.invoice("B", 2000, "15/10")
    world.answer("15/10", "approved", step="MED")
    told = [item for item in world.run("29/10") if "*" in item or "MED" in item]
    assert told == story("14/10 ?MED[A] | 15/10 MED[A] letter | 29/10 *MED[A,B]")
    repeat = next(m for _, m in world.messages() if m.kind == "repeat")
    assert {s.invoice[1]: s.step for s in repeat.said} == {"A": "", "B": "R3"}


def test_rule_9_a_refused_step_is_passed_without_a_message() -> None:
    approved_r2 = changed(CALLS_OFF, R2={"approval": True})
    world = one(scenario=approved_r2)
    world.answer("13/10", "refused", step="R2")
    assert world.run("28/10") == story("05/10 R1[A] | 12/10 ?R2[A] | 27/10 R3[A]")


def test_rule_10_a_customer_without_address_is_a_task_and_is_chased_once_it_is_given() -> None:
    world = one()
    world.customer(emails=())
    world.edit_customer("14/10", emails=("compta@dupont.example",))
    told = world.run("21/10")
    assert [item for item in told if "!" not in item] == story("14/10 R1[A] | 21/10 R2[A]")
    (task,) = world.tasks("address")
    assert task.created <= day("05/10")


def test_rule_11_an_unknown_kind_gets_reminders_but_no_formal_notice() -> None:
    world = one(scenario=CALLS_OFF)
    world.customer(kind="")
    world.edit_customer("20/11", kind="business")
    assert world.run("20/11") == story("05/10 R1[A] | 12/10 R2[A] | 27/10 R3[A] | 12/11 !kind | 20/11 ?MED[A]")


def test_rule_12_a_payment_dated_before_a_message_and_entered_after_it_is_an_apology() -> None:
    world = one()
    world.pay("A", 4800, on="14/10", dated="09/10")
    assert world.run("31/10") == story("05/10 R1[A] | 12/10 R2[A] | 14/10 !apology")


def test_rule_12_a_payment_dated_after_the_last_message_is_no_apology() -> None:
    world = one()
    world.pay("A", 4800, on="16/10", dated="14/10")
    assert world.run("31/10") == story("05/10 R1[A] | 12/10 R2[A]")


def profiled() -> World:
    """One invoice A of a customer whose profile nobody set, and a scenario for each profile."""
    world = one()
    world.scenarios |= {name: replace(CALLS_OFF, name=name) for name in ("new", "good", "standard", "habitual")}
    world.customer(scenario="")
    return world


def first_scenario(world: World) -> str:
    world.run("05/10")
    return world.messages()[0][1].scenario


@pytest.mark.parametrize(("days_late", "profile"), [(5, "good"), (6, "standard"), (20, "standard"), (21, "habitual")])
def test_the_profile_follows_the_mean_days_late(days_late: int, profile: str) -> None:
    world = profiled()
    for n in range(3):
        due = day("10/06") + timedelta(days=n)
        world.invoice(f"P{n}", 1000, f"{due:%d/%m}")
        world.pay(f"P{n}", 1000, on="30/09", dated=f"{due + timedelta(days=days_late):%d/%m}")
    assert first_scenario(world) == profile


@pytest.mark.parametrize(("invoice_date", "profile"), [("10/09", "new"), ("01/02", "standard")])
def test_with_few_paid_invoices_the_profile_follows_the_age_of_the_first(invoice_date: str, profile: str) -> None:
    world = profiled()
    world.invoices["A"] = replace(world.invoices["A"], invoice_date=day(invoice_date))
    assert first_scenario(world) == profile


def test_a_profile_set_by_a_person_wins() -> None:
    world = profiled()
    world.customer(profile="habitual")
    assert first_scenario(world) == "habitual"


def test_a_file_keeps_its_scenario_from_its_first_step() -> None:
    # The profile becomes `good` on 08/10, but A heard a step of `new`.
    world = profiled()
    for name in ("D", "E", "F"):
        world.invoice(name, 1000, "20/10")
        world.pay(name, 1000, on="08/10")
    assert world.run("12/10") == story("05/10 R1[A] | 12/10 R2[A]")
    assert [m.scenario for _, m in world.messages()] == ["new", "new"]


def test_a_person_changes_the_scenario_of_a_file_at_once() -> None:
    world = one()
    world.scenarios["other"] = replace(CALLS_OFF, name="other")
    world.edit_customer("08/10", scenario="other")
    world.run("12/10")
    assert [m.scenario for _, m in world.messages()] == ["standard", "other"]


@pytest.mark.parametrize("kind", ["consumer", "public"])
def test_a_kind_chooses_its_scenario_unless_a_person_sets_one(kind: str) -> None:
    world = one()
    world.scenarios[kind] = replace(CALLS_OFF, name=kind)
    world.customer(kind=kind, scenario="")
    world.run("05/10")
    assert [m.scenario for _, m in world.messages()] == [kind]


def test_a_strategic_customers_messages_go_in_copy_to_the_account_manager_whose_address_is_given() -> None:
    world = World(scenario=STRATEGIC)
    world.customer(account_manager="suivi@exemple.example")
    world.invoice("A", 4800, "30/09")
    world.answer("06/10", "approved")
    world.run("06/10")
    assert [m.copy_to for _, m in world.messages()] == [("suivi@exemple.example",)]


def test_the_cap_counts_what_left_earlier_the_same_day() -> None:
    world = World(cap_per_day=2)
    for n in range(5):
        world.invoice(f"F{n}", 100, "30/09", customer=f"C{n}")
    world.runs_a_day = 3
    world.run("05/10")
    assert len(list(world.messages())) == 2

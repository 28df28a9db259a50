"""The thank-you after payment: once, for what was reminded, when nothing else is owed, and only where people ask for it."""

from __future__ import annotations

from typing import Any

import pytest

from relance.domain.register import Scenario
from tests.domain.telling import STANDARD, changed, story
from tests.domain.world import World

THANKING = changed(STANDARD, MERCI={"active": True, "offset": 3})


def reminded(scenario: Scenario = THANKING, **settings: Any) -> World:
    """Invoice A, reminded on 05/10 and paid on 07/10."""
    world = World(scenario=scenario, **settings)
    world.invoice("A", 4800, "30/09")
    world.pay("A", 4800, on="08/10", dated="07/10")
    return world


def test_a_reminded_invoice_that_is_paid_is_thanked_for_once_after_the_steps_days() -> None:
    world = reminded()
    world.runs_a_day = 2
    assert world.run("20/10") == story("05/10 R1[A] | 12/10 MERCI[A]")  # 10/10 is a Saturday


def test_nobody_is_thanked_where_the_step_is_not_active() -> None:
    assert reminded(STANDARD).run("20/10") == story("05/10 R1[A]")


def test_an_invoice_that_was_never_reminded_is_not_thanked_for() -> None:
    world = World(scenario=THANKING)
    world.invoice("A", 4800, "30/09")
    world.pay("A", 4800, on="02/10")
    assert world.run("20/10") == []


def test_while_something_else_is_overdue_nobody_is_thanked() -> None:
    world = reminded()
    world.invoice("B", 2000, "06/10")
    world.pay("B", 2000, on="15/10")
    assert world.run("20/10") == story("05/10 R1[A] | 12/10 R1[B] | 15/10 MERCI[A] | 19/10 MERCI[B]")


def test_a_thank_you_does_not_delay_the_next_reminder() -> None:
    world = reminded()
    world.invoice("B", 2000, "08/10")
    assert world.run("14/10") == story("05/10 R1[A] | 13/10 R1[B]")
    world = reminded()
    world.invoice("B", 2000, "12/10")
    assert world.run("20/10") == story("05/10 R1[A] | 12/10 MERCI[A] | 19/10 R1[B]")


def test_invoices_paid_together_share_one_message() -> None:
    world = World(scenario=THANKING)
    for name in ("A", "B"):
        world.invoice(name, 1000, "30/09")
        world.pay(name, 1000, on="07/10")
    assert world.run("20/10") == story("05/10 R1[A,B] | 12/10 MERCI[A,B]")


def test_a_payment_entered_too_late_is_not_thanked_for() -> None:
    world = World(scenario=THANKING)
    world.invoice("A", 4800, "30/09")
    world.pay("A", 4800, on="02/11", dated="06/10")
    assert "MERCI[A]" not in " ".join(world.run("20/11"))


@pytest.mark.parametrize("fields", [{"do_not_chase": True}, {"emails": ()}])
def test_a_customer_who_may_not_be_written_to_is_not_thanked(fields: dict[str, Any]) -> None:
    world = reminded()
    world.edit_customer("08/10", **fields)
    assert "MERCI[A]" not in " ".join(world.run("20/10"))


def test_a_thank_you_that_asks_for_approval_waits_for_it() -> None:
    world = reminded(changed(THANKING, MERCI={"approval": True}))
    world.answer("14/10", "approved")
    assert world.run("20/10") == story("05/10 R1[A] | 12/10 ?MERCI[A] | 14/10 MERCI[A]")

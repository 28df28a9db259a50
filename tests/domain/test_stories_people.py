"""Dated stories of what people type: promises, disputes, approvals, corrected addresses. See `test_stories`."""

from __future__ import annotations

from decimal import Decimal

from relance.domain.register import Template
from tests.domain.telling import STRATEGIC, story
from tests.domain.world import World


def one_with_promise() -> World:
    world = World()
    world.invoice("A", 10_000, "30/09")
    world.promise("A", "30/10", on="19/10", amount=4000)
    return world


def test_07_a_kept_part_promise_is_not_called_broken_and_the_rest_is_chased_after_the_gap() -> None:
    world = one_with_promise()
    world.pay("A", 4000, on="29/10")
    assert world.run("30/11", totals=True) == story(
        "05/10 R1[A]=10000 | 12/10 R2[A]=10000 | 19/10 conf[A] | 03/11 R3[A]=6000 | 18/11 ?MED[A]=6000"
    )


def test_08_a_promise_kept_on_the_last_day_of_grace_is_kept() -> None:
    world = one_with_promise()
    world.pay("A", 4000, on="03/11")
    assert world.run("15/11", totals=True) == story("05/10 R1[A]=10000 | 12/10 R2[A]=10000 | 19/10 conf[A] | 09/11 R3[A]=6000")


def test_10_a_dispute_voids_the_promise_which_is_never_broken() -> None:
    world = World()
    world.invoice("A", 10_000, "30/09")
    world.promise("A", "13/11", on="19/10")
    world.dispute("A", on="13/11")
    world.edit("A", on="10/12", situation="", disputed_amount=Decimal(0))
    assert world.run("31/12") == story(
        "05/10 R1[A] | 12/10 R2[A] | 19/10 conf[A] | 13/11 !dispute | 13/11 !promise | 15/12 R3[A] | 30/12 ?MED[A]"
    )


def test_11_the_other_invoices_climb_while_one_is_promised() -> None:
    world = World()
    world.invoice("A", 10_000, "30/09")
    world.invoice("B", 3000, "08/10")
    world.promise("B", "06/11", on="26/10")
    assert world.run("13/11") == story(
        "05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 26/10 conf[B] | 02/11 R3[A] | 12/11 broken[B]"
    )


def test_13_a_promise_is_not_broken_before_payments_are_entered_that_far() -> None:
    world = World()
    world.invoice("A", 10_000, "30/09")
    world.promise("A", "06/11", on="12/10")
    world.entries_stand("06/11", since="07/11", until="15/11")
    assert world.run("25/11") == story("05/10 R1[A] | 12/10 conf[A] | 16/11 broken[A] | 23/11 R2[A]")


def test_20_an_approval_is_asked_again_when_its_sums_change() -> None:
    world = World("31/08")
    world.invoice("A", 4800, "01/09")
    world.invoice("B", 950, "02/09")
    world.pay("A", 1000, on="16/10")
    world.answer("20/10", "approved", step="MED")
    assert world.run("05/11", totals=True) == story(
        """07/09 R1[A,B]=5750 | 14/09 R2[A,B]=5750 | 21/09 !APPEL | 29/09 R3[A,B]=5750 | 14/10 ?MED[A,B]=5750
        | 16/10 ?MED[A,B]=4750 | 20/10 MED[A,B]=4750 letter | 04/11 !DEC"""
    )


def test_22_a_refused_notice_is_not_asked_again() -> None:
    world = World()
    world.invoice("A", 4800, "30/09")
    world.answer("16/11", "refused", step="MED")
    assert world.run("15/01/27") == story(
        "05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 27/10 R3[A] | 12/11 ?MED[A] | 16/11 !decide"
    )


def test_23_an_approved_message_lists_exactly_what_was_approved() -> None:
    world = World(scenario=STRATEGIC)
    world.invoice("A", 4800, "30/09")
    world.invoice("B", 2000, "15/10")
    for when in ("06/10", "20/10", "06/11"):
        world.answer(when, "approved")
    assert world.run("15/11") == story(
        """05/10 ?R1[A] | 06/10 R1[A] | 13/10 ?R2[A] | 20/10 R2[A] | 27/10 !APPEL | 04/11 ?R3[A,B] | 06/11 R3[A,B]"""
    )


def bounced_world() -> World:
    world = World()
    world.invoice("A", 4800, "30/09")
    world.bounce("06/10")
    world.edit_customer("08/10", emails=("direction@dupont.example",))
    return world


def test_24_a_bounced_message_counts_for_nothing_and_leaves_again_to_the_new_address() -> None:
    assert bounced_world().run("31/10") == story(
        "05/10 R1[A] | 06/10 !address | 08/10 R1[A] | 15/10 R2[A] | 22/10 !APPEL | 30/10 R3[A]"
    )


def test_24_a_bounced_message_leaves_as_a_letter_when_it_has_a_letter_text() -> None:
    # Until 31/10: R2 on 13/10 is followed by its call on 20/10 and by R3 on 28/10.
    world = bounced_world()
    world.templates = (Template("R1", "fr", "letter", "Relance", "Madame, Monsieur, ..."),)
    assert world.run("31/10") == story(
        "05/10 R1[A] | 06/10 !address | 06/10 R1[A] letter | 13/10 R2[A] | 20/10 !APPEL | 28/10 R3[A]"
    )
    assert world.messages()[1][1].to == ("direction@dupont.example",)


def test_34_a_promise_too_far_ahead_stops_the_chasing_and_is_a_task() -> None:
    world = World()
    world.invoice("A", 4800, "30/09")
    world.promise("A", "30/11", on="19/10")
    assert world.run("05/12") == story("05/10 R1[A] | 12/10 R2[A] | 19/10 !promise | 03/12 R3[A]")

"""Dated stories: what must come out of the rules, day by day, and nothing else.

Standard scenario, French holidays, one business customer with e-mail, payments entered up to the previous working day
and one run every calendar day, unless a story says otherwise. `tests.domain.telling` explains the notation.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.domain.telling import STANDARD, calendar, changed, day, story
from tests.domain.world import FRANCE, World

THREE_INVOICES = (("A", 4800, "30/09"), ("B", 2100, "20/10"), ("C", 950, "05/11"))


def world_of_three(**settings: Any) -> World:
    world = World(**settings)
    for name, amount, due in THREE_INVOICES:
        world.invoice(name, amount, due)
    return world


def weekly(paid: bool) -> World:
    """Thirteen invoices of 1 000, one each Friday from 4 September, each paid 20 days after its due date or never."""
    world = World("01/09")
    for n in range(13):
        due = day("04/09") + timedelta(days=7 * n)
        world.invoice(str(n + 1), 1000, f"{due:%d/%m}")
        if paid:
            world.pay(str(n + 1), 1000, on=f"{due + timedelta(days=20):%d/%m}")
    return world


def test_01_the_file_climbs_while_newer_invoices_are_recalled_in_its_tone() -> None:
    assert world_of_three().run("15/12") == story(
        """05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 27/10 R3[A,B] | 12/11 ?MED[A] | 17/11 *R3[A,B,C]
        | 01/12 ?MED[A,B] | 02/12 *R3[A,B,C]"""
    )


def test_03_a_late_but_regular_payer_is_recalled_and_starts_again_once_all_that_was_said_is_paid() -> None:
    assert weekly(paid=True).run("31/12") == story(
        """09/09 R1[1] | 16/09 R2[1,2] | 23/09 !APPEL | 30/09 *R2[2,3,4] | 14/10 *R2[4,5,6] | 28/10 *R2[6,7,8]
        | 28/10 !terms | 12/11 R1[9,10] | 19/11 R2[10,11] | 26/11 !APPEL | 03/12 R1[12,13] | 10/12 R2[13]"""
    )


def test_04_weekly_invoices_never_paid_reach_the_formal_notice_one_by_one() -> None:
    # After 20/10: each week one more invoice reaches the offset of the formal notice, and repeats keep away from its
    # first date (16/10) only.
    assert weekly(paid=False).run("19/11") == story(
        """09/09 R1[1] | 16/09 R2[1,2] | 23/09 !APPEL | 01/10 R3[1,2,3,4] | 16/10 ?MED[1] | 21/10 *R3[1,2,3,4,5,6,7]
        | 23/10 ?MED[1,2] | 30/10 ?MED[1,2,3] | 04/11 *R3[1,2,3,4,5,6,7,8,9] | 06/11 ?MED[1,2,3,4]
        | 13/11 ?MED[1,2,3,4,5] | 18/11 *R3[1,2,3,4,5,6,7,8,9,10,11] | 18/11 !terms"""
    )


def test_06_a_pre_due_notice_leaves_when_nothing_is_overdue() -> None:
    world = World("20/10", scenario=changed(STANDARD, PRE={"active": True}))
    world.invoice("A", 1000, "02/11")
    world.invoice("B", 900, "12/11")
    world.pay("A", 1000, on="04/11")
    assert world.run("20/11") == story("26/10 PRE[A] | 05/11 PRE[B] | 17/11 R1[B]")


def test_15_unallocated_money_covers_the_oldest_invoices() -> None:
    world = World()
    world.invoice("A", 1200, "30/09")
    world.invoice("B", 2000, "05/10")
    world.invoice("C", 500, "02/11")
    world.receive(3200, on="22/10")
    told = world.run("20/11", totals=True)
    assert told == story(
        """05/10 R1[A]=1200 | 12/10 R2[A,B]=3200 | 19/10 !APPEL | 22/10 !allocate[A,B] | 09/11 *R2[A,B,C]=500"""
    )


def test_16_each_currency_is_a_file_of_its_own() -> None:
    world = World()
    world.invoice("A", 8000, "15/10")
    world.invoice("B", 12_000, "15/10", currency="USD")
    assert world.run("28/10") == story("20/10 R1[A] | 20/10 R1[B] | 27/10 R2[A] | 27/10 R2[B]")


def test_17_a_step_done_by_hand_counts_from_the_day_it_was_first_seen() -> None:
    world = World("23/11")
    world.invoice("A", 4000, "15/08", last_step_done="R2")
    assert world.run("31/12") == story("30/11 !APPEL | 08/12 R3[A] | 23/12 ?MED[A]")


def test_19_a_very_late_file_starts_at_the_first_reminder() -> None:
    world = World("23/11")
    world.invoice("A", 4000, "05/05")
    assert world.run("31/12") == story("23/11 R1[A] | 30/11 R2[A] | 07/12 !APPEL | 15/12 R3[A] | 30/12 ?MED[A]")


def test_19_a_very_late_file_starts_where_the_setting_says() -> None:
    # After 08/12, B (R2's offset reached on 28/11, R3's on 13/12) is recalled once, away from the notice's date.
    world = World("23/11", catch_up_start="R3")
    world.invoice("A", 4000, "05/05")
    world.invoice("B", 2000, "16/11")
    assert world.run("31/12") == story("23/11 R3[A,B] | 08/12 ?MED[A] | 14/12 *R3[A,B] | 28/12 ?MED[A,B]")


AUGUST = ((date(2026, 8, 1), date(2026, 8, 23)),)


def test_26_what_falls_in_days_without_sending_leaves_after_them() -> None:
    world = World("15/07", no_send_ranges=AUGUST)
    world.invoice("A", 3000, "31/07")
    assert world.run("05/10") == story("24/08 R1[A] | 31/08 R2[A] | 07/09 !APPEL | 15/09 R3[A] | 30/09 ?MED[A]")


def test_26_a_holiday_delays_the_bank_days_and_the_first_reminder() -> None:
    world = World("01/07", no_send_ranges=AUGUST)
    world.invoice("A", 3000, "10/07")
    assert world.run("10/09") == story("16/07 R1[A] | 23/07 R2[A] | 30/07 !APPEL | 24/08 R3[A] | 08/09 ?MED[A]")


def test_27_each_invoice_climbs_by_itself_in_invoice_grouping() -> None:
    assert world_of_three(grouping="invoice").run("13/11") == story(
        """05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 26/10 R1[B] | 27/10 R3[A] | 02/11 R2[B] | 09/11 !APPEL
        | 10/11 R1[C] | 12/11 ?MED[A]"""
    )


def test_28_a_change_of_grouping_never_lowers_the_tone() -> None:
    world = world_of_three()
    world.set("02/11", grouping="invoice")
    assert world.run("20/11") == story(
        """05/10 R1[A] | 12/10 R2[A] | 19/10 !APPEL | 27/10 R3[A,B] | 10/11 R1[C] | 12/11 ?MED[A] | 17/11 R2[C]"""
    )


def test_30_a_file_below_the_floor_waits_until_it_is_above() -> None:
    world = World()
    world.invoice("A", 15, "30/09")
    world.invoice("B", 30, "26/10")
    assert world.run("20/11") == story("29/10 R1[A,B] | 05/11 R2[A,B] | 20/11 R3[A,B]")


def test_30_above_the_ceiling_each_message_needs_an_approval() -> None:
    # A file above the ceiling without approval is not chased: no call is asked on 20/10.
    world = World()
    world.invoice("A", 48_000, "30/09")
    world.invoice("B", 4000, "07/10")
    world.answer("13/10", "approved", step="R2")
    assert world.run("28/10", totals=True) == story(
        "05/10 R1[A]=48000 | 12/10 ?R2[A,B]=52000 | 13/10 R2[A,B]=52000 | 28/10 ?R3[A,B]=52000"
    )


def test_32_more_runs_a_day_send_nothing_more_and_missed_days_only_delay() -> None:
    world = World()
    world.runs_a_day = 3
    world.invoice("A", 4800, "30/09")
    world.invoice("B", 100, "07/10")
    world.rest("09/10", until="13/10")
    assert world.run("30/10") == story("05/10 R1[A] | 14/10 R2[A,B] | 21/10 !APPEL | 29/10 R3[A,B]")


def test_34_a_hold_lasts_through_its_date() -> None:
    world = World()
    world.invoice("A", 4800, "30/09", hold_until=day("16/10"))
    assert world.run("30/10") == story("19/10 R1[A] | 26/10 R2[A]")


def test_35_under_the_daily_cap_the_message_due_first_goes_first() -> None:
    world = World("05/10")
    for n in range(200):
        world.invoice(f"A{n:03}", 100, f"{day('25/09') + timedelta(days=n // 50):%d/%m}", customer=f"A{n:03}")
    for n in range(120):
        world.invoice(f"B{n:03}", 100, f"{day('28/09') + timedelta(days=n // 10):%d/%m}", customer=f"B{n:03}")
    world.run("20/10")
    first = [(when, m.file[0]) for when, m in world.messages() if m.step == "R1"]
    old = [when for when, customer in first if customer.startswith("A")]
    assert [old.count(d) for d in calendar(day("05/10"), day("08/10"))] == [50] * 4
    assert len(first) == 320
    for when, customer in first:
        planned = FRANCE.next_sending(world.invoices[customer].due_date + timedelta(days=5))
        if planned >= day("08/10"):
            assert when <= FRANCE.add_working(planned, 2), customer
    per_day = [len(d.plan.messages) for d in world.days]
    assert max(per_day) == 50

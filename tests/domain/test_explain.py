from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relance.bootstrap import languages
from relance.domain.explain import Explanation, explain
from relance.domain.words import Reason
from tests.domain.telling import day
from tests.domain.world import World


def explained(world: World, today: str = "05/10", number: str = "A") -> Explanation:
    (found,) = explain(world.register(day(today)), world.history, day(today), number, "")
    return found


def passed(found: Explanation) -> dict[str, bool | None]:
    return {check.rule: check.passed for check in found.checks}


def values(found: Explanation, rule: str) -> dict[str, object]:
    return dict(next(check.says for check in found.checks if check.rule == rule).values)


def failing(world: World, today: str = "05/10") -> set[str]:
    return {rule for rule, ok in passed(explained(world, today)).items() if ok is False}


def test_an_invoice_that_leaves_today_passes_every_gate() -> None:
    world = World()
    world.invoice("A", 4800, "30/09")
    found = explained(world)
    assert failing(world) == set()
    assert found.line.why == Reason("why.leaves_today", (("step", "R1"),))
    assert values(found, "offset") == {"step": "R1", "due": day("30/09"), "days": 5, "date": day("05/10")}


@pytest.mark.parametrize(
    ("cells", "gate"),
    [({"situation": "disputed"}, "standing"), ({"hold_until": date(2026, 10, 9)}, "standing"),
     ({"situation": "in_collection"}, "standing"), ({"payment_mode": "direct_debit"}, "standing"),
     ({"promised_for": date(2026, 10, 9)}, "standing"), ({"due_date": date(2026, 10, 3)}, "standing"),
     ({"amount": Decimal(15)}, "file"), ({"amount": Decimal(60_000)}, "ceiling")],
)  # fmt: skip
def test_the_gate_that_holds_an_invoice_back_does_not_pass(cells: dict[str, Any], gate: str) -> None:
    world = World()
    world.invoice("A", 4800, "25/09")
    world.invoices["A"] = replace(world.invoices["A"], **cells)
    assert passed(explained(world))[gate] is False


def test_what_holds_the_whole_file_back_does_not_pass() -> None:
    world = World()
    world.invoice("A", 4800, "01/09")
    world.customer("C1", emails=())
    assert failing(world) == {"address"}
    world.entries_stand("28/09", "05/10", "05/10")
    assert failing(world) == {"address", "freshness"}
    assert "sending_day" in failing(world, "04/10")


def test_the_next_step_counts_from_the_last_one() -> None:
    world = World()
    world.invoice("A", 4800, "30/09")
    world.run("05/10")
    found = explained(world, "06/10")
    assert values(found, "level") == {"step": "R1"}
    assert values(found, "distance") == {"last": "R1", "day": day("05/10"), "days": 7, "date": day("12/10")}
    assert values(found, "gap") == {"day": day("05/10"), "days": 5, "date": day("10/10")}
    assert (found.line.next_step, found.line.next_date) == ("R2", values(found, "next")["date"])
    assert failing(world, "06/10") == {"offset", "distance", "gap", "next"}


def test_time_granted_to_the_customer_is_part_of_the_distance() -> None:
    world = World()
    world.invoice("A", 4800, "30/09")
    world.run("28/10")  # R3, with 8 days granted
    assert values(explained(world, "29/10"), "distance")["days"] == 15


def test_credit_notes_are_taken_from_what_the_file_owes() -> None:
    world = World()
    world.invoice("A", 4800, "25/09")
    world.invoice("B", -300, "25/09")
    file = values(explained(world), "file")
    assert (file["count"], file["credit"], file["net"]) == (1, Decimal(300), Decimal(4500))


def test_a_row_to_mend_is_told_with_its_place() -> None:
    world = World()
    world.customer()
    world.add_faulty("A", "C1")
    found = explained(world)
    assert passed(found) == {"row": False}
    assert values(found, "row")["row"] == 99


def test_all_rows_with_the_number_are_explained_unless_a_customer_is_named() -> None:
    world = World()
    world.invoice("A/1", 100, "25/09")
    world.invoice("A/2", 100, "25/10")
    world.invoices["A"] = replace(world.invoices["A/1"], customer="C2")
    world.customer("C2")
    register = world.register(day("05/10"))
    assert len(explain(register, world.history, day("05/10"), "A", "")) == 3
    named = explain(register, world.history, day("05/10"), "A", "C1")
    assert [e.line.instalment for e in named] == ["1", "2"]
    assert explain(register, world.history, day("05/10"), "Z", "") == []


def test_every_check_can_be_said_in_every_language() -> None:
    world = World()
    world.invoice("A", 4800, "30/09")
    world.promise("A", "20/10", on="12/10")
    world.dispute("A", on="10/11", amount=1000)
    for passing in world.passing(day("20/11")):
        checks = explained(world, f"{passing.today:%d/%m}").checks
        assert all(words.say(check.says) for words in languages().values() for check in checks)

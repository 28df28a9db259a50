from __future__ import annotations

from decimal import Decimal

import pytest

from relance.domain.register import Scenario, Step
from relance.domain.scenarios import BUILT_IN, Names, in_order
from relance.domain.words import Reason
from tests.domain.lexicon import LEXICON

NAMES = ("standard", "new", "good", "habitual", "strategic", "consumer", "public")


def step(scenario: str, code: str) -> Step:
    found = BUILT_IN[scenario].step(code)
    assert found is not None
    return found


def offsets(scenario: str) -> dict[str, int]:
    return {s.code: s.offset for s in BUILT_IN[scenario].steps}


def test_the_built_in_scenarios_are_those_of_the_profiles_and_kinds() -> None:
    assert tuple(BUILT_IN) == NAMES
    assert all(BUILT_IN[name].name == name for name in NAMES)


def test_standard_is_the_published_ladder() -> None:
    expected = {"PRE": -7, "R1": 5, "R2": 12, "APPEL": 19, "R3": 27, "MED": 42, "DEC": 57, "MERCI": 3}
    assert offsets("standard") == expected
    call, r3, med, dec = (step("standard", code) for code in ("APPEL", "R3", "MED", "DEC"))
    assert (call.channel, call.after_previous, call.minimum_amount) == ("call", 7, Decimal(500))
    assert (r3.channel, r3.days_granted, r3.late_charges) == ("email", 8, "amount")
    assert (med.channel, med.approval, med.days_granted, med.late_charges) == ("registered_letter", True, 8, "claimed")
    assert (dec.channel, dec.after_previous) == ("task", 15)
    assert not step("standard", "MERCI").active
    assert [step("standard", code).late_charges for code in ("PRE", "R1", "R2")] == ["none", "none", "mention"]


@pytest.mark.parametrize(
    ("scenario", "ladder"),
    [
        ("new", {"R1": 2, "APPEL": 7, "R2": 10, "R3": 22, "MED": 37, "DEC": 52}),
        ("good", {"R1": 8, "R2": 18, "R3": 35, "MED": 56, "DEC": 71}),
        ("habitual", {"R1": 2, "R2": 7, "APPEL": 14, "R3": 18, "MED": 32, "DEC": 47}),
        ("strategic", {"R1": 5, "R2": 12, "APPEL": 19, "R3": 27, "MED": 42, "DEC": 57}),
        ("consumer", {"R1": 5, "R2": 12, "APPEL": 19, "R3": 27, "MED": 42, "DEC": 57}),
        ("public", {"R1": 5, "R2": 12, "APPEL": 19, "R3": 27}),
    ],
)
def test_each_variant_has_its_own_days(scenario: str, ladder: dict[str, int]) -> None:
    assert offsets(scenario) == ladder | {"PRE": -7, "MERCI": 3}


def test_every_message_of_strategic_is_approved() -> None:
    assert all(s.approval == s.is_message for s in BUILT_IN["strategic"].steps)


def test_a_consumer_hears_of_charges_only_in_the_formal_notice() -> None:
    charges = {s.code: s.late_charges for s in BUILT_IN["consumer"].steps if s.late_charges != "none"}
    assert charges == {"MED": "mention"}


@pytest.mark.parametrize("name", NAMES)
def test_steps_stand_in_the_order_of_their_offsets_with_the_thanks_last(name: str) -> None:
    *ladder, last = BUILT_IN[name].steps
    assert last.code == "MERCI"
    assert [s.offset for s in ladder] == sorted(s.offset for s in ladder)
    assert len({s.code for s in ladder}) == len(ladder)


def test_a_call_counted_from_the_step_before_it_stands_right_after_that_step() -> None:
    for scenario in BUILT_IN.values():
        for before, after in zip(scenario.steps, scenario.steps[1:], strict=False):
            if after.after_previous is not None:
                assert after.offset - before.offset == after.after_previous


def test_steps_of_one_day_keep_their_order() -> None:
    steps = (Step("B", 5, "email"), Step("A", 5, "call"), Step("P", -7, "email"))
    assert [s.code for s in in_order(steps)] == ["P", "B", "A"]


def test_names_are_found_in_any_case_the_exact_one_first() -> None:
    own = {"VIP": Scenario("VIP", (Step("r1", 5, "email"), Step("RAPPEL", 9, "email"))), **BUILT_IN}
    names = Names(own, LEXICON)
    assert [names.scenario(t) for t in ("VIP", "vip", "Standard")] == ["VIP", "VIP", "standard"]
    assert [names.step(t) for t in ("r1", "R1", "rappel", "Relance 2 (R2)")] == ["r1", "R1", "RAPPEL", "R2"]
    assert names.scenario("autre") == Reason("fault.unknown_scenario", (("text", "autre"),))
    assert names.step("R9") == Reason("fault.unknown_step", (("text", "R9"),))

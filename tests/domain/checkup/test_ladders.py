"""Scenarios that do something else than whoever wrote them believes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from relance.domain.checkup.ladders import email_steps, scenarios, unused_templates
from relance.domain.register import Register, Scenario, Step, Template
from relance.domain.scenarios import BUILT_IN
from relance.domain.settings import Settings


def checks(*steps: Step) -> dict[str, str]:
    register = Register(Settings(), scenarios={**BUILT_IN, "own": Scenario("own", steps)})
    return {f.check: f.level for f in scenarios(register)}


R1, R2 = Step("R1", 5, "email"), Step("R2", 15, "email", days_granted=8)
R3, MED = Step("R3", 30, "email"), Step("MED", 40, "registered_letter", approval=True)


def test_the_built_in_scenarios_and_a_sound_one_are_all_well() -> None:
    assert checks(R1, R2, R3, MED) == {"scenarios_ok": "ok"}


def test_a_scenario_that_never_writes_is_told() -> None:
    assert checks(replace(R1, active=False), Step("APPEL", 10, "call")) == {"no_message_step": "warning"}
    assert checks() == {"no_message_step": "warning"}


def test_two_steps_on_one_day_are_told() -> None:
    assert checks(R1, replace(R2, offset=5)) == {"same_day": "warning"}


def test_a_step_that_grants_more_days_than_the_next_one_leaves_is_told() -> None:
    assert checks(R1, R2, replace(R3, offset=20)) == {"granted": "warning"}


def test_steps_whose_tone_does_not_rise_are_told() -> None:
    assert checks(replace(R1, offset=20), replace(R2, offset=5)) == {"order": "warning"}


def test_a_scenario_whose_every_step_has_a_minimum_is_told() -> None:
    high = Decimal(500)
    assert checks(replace(R1, minimum_amount=high), replace(R2, minimum_amount=high)) == {"minimum": "warning"}
    assert checks(R1, replace(R2, minimum_amount=high)) == {"scenarios_ok": "ok"}


def test_every_distinct_email_of_the_scenarios_is_known_once() -> None:
    own = Scenario("own", (R1, replace(R2, template="doux"), replace(R3, active=False)))
    found = email_steps(Register(Settings(), scenarios={"own": own, "other": Scenario("other", (R1,))}))
    assert {key: name for key, (_, name) in found.items()} == {("R1", ""): "own", ("R2", "doux"): "own"}


def test_a_template_named_like_nothing_is_told() -> None:
    templates = tuple(Template(name, "", "", "", "Bonjour", row) for row, name in enumerate(("R1", "r 1", "Doux", "R7"), 2))
    own = Scenario("own", (R1, replace(R2, template="doux")))
    register = Register(Settings(), scenarios={"own": own}, templates=templates)
    assert [dict(f.says.values)["template"] for f in unused_templates(register, ("repeat",))] == ["R7"]

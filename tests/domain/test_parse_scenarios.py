from __future__ import annotations

from decimal import Decimal

import pytest

from relance.domain.parse import parse
from relance.domain.register import Register, Scenario, Step
from relance.domain.scenarios import BUILT_IN
from relance.domain.sheet import Cell, CellFault
from relance.domain.words import Reason, reason
from tests.domain.lexicon import DUPONT, LEXICON, Row, register, setting


def step(scenario: Cell, code: Cell, days: Cell, channel: Cell = "E-mail", **cells: Cell) -> Row:
    return {"scenario": scenario, "step": code, "days": days, "channel": channel, **cells}


def parsed(*rows: Row, **tabs: tuple[Row, ...]) -> Register:
    return parse(register(scenarios=rows, **tabs), LEXICON)


def problem(found: Register) -> Reason:
    (notice,) = found.notices
    assert notice.code == "notice.scenario_fault"
    inner = dict(notice.values)["problem"]
    assert isinstance(inner, Reason)
    return inner


def test_without_rows_the_built_in_scenarios_stand() -> None:
    assert parse(register(), LEXICON).scenarios == BUILT_IN
    assert parsed().scenarios == BUILT_IN


def test_a_scenario_is_read_in_full_and_added_to_the_built_in_ones() -> None:
    found = parsed(
        step("VIP", "R1", 5.0, template="Doux", approval="oui", copy_to="a@b.fr; c@d.fr", active="non"),
        step("VIP", "APPEL", "3", "Appel", counted_from="Étape précédente", minimum_amount=500.0),
        step("VIP", "MED", 30.0, "Recommandé", late_charges="Réclamées", days_granted=8.0, counted_from="Échéance"),
    )
    assert found.scenarios["VIP"] == Scenario(
        "VIP",
        (
            Step("R1", 5, "email", template="Doux", approval=True, copy_to=("a@b.fr", "c@d.fr"), active=False),
            Step("APPEL", 8, "call", after_previous=3, minimum_amount=Decimal(500)),
            Step("MED", 30, "registered_letter", late_charges="claimed", days_granted=8),
        ),
    )
    assert {name: s for name, s in found.scenarios.items() if name != "VIP"} == BUILT_IN
    assert found.notices == ()


def test_a_scenario_of_the_tab_replaces_the_built_in_one_of_that_name() -> None:
    found = parsed(step("Standard", "R1", 3.0))
    assert found.scenarios["standard"] == Scenario("standard", (Step("R1", 3, "email"),))
    assert "Standard" not in found.scenarios


def test_steps_are_ordered_by_offset_those_of_one_day_as_typed() -> None:
    found = parsed(
        step("X", "R2", 12.0),
        step("X", "A", 0.0, "Appel", counted_from="previous_step"),
        step("X", "R1", 5.0),
        step("X", "PRE", -7.0),
    )
    assert [s.code for s in found.scenarios["X"].steps] == ["PRE", "R1", "R2", "A"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (step("X", "R2", None), "fault.missing"),
        (step("X", None, 12.0), "fault.missing"),
        (step("X", "R2", "douze"), "fault.integer"),
        (step("X", "R2", 1e6), "fault.integer"),
        (step("X", "R2", 12.0, "Pigeon"), "fault.choice"),
        (step("X", "R2", 12.0, None), "fault.missing"),
        (step("X", "r1", 12.0), "fault.duplicate"),
        (step("X", "R2", -2.0, counted_from="Étape précédente"), "fault.negative"),
        (step("X", "R2", 12.0, days_granted=-1.0), "fault.negative"),
        (step("X", "R2", 12.0, minimum_amount=-1.0), "fault.negative"),
        (step("X", "R2", 12.0, approval="bof"), "fault.yes_no"),
        (step("X", "R2", 12.0, copy_to="a@b.fr\nBcc: x@y.z"), "fault.email_injection"),
        (step("X", CellFault("#REF!"), 12.0), "fault.amount_error"),
        (step(None, "R2", 12.0), "fault.missing"),
        ({"scenario": "X"}, "fault.missing"),
    ],
)
def test_a_fault_in_one_step_drops_the_whole_scenario(row: Row, code: str) -> None:
    found = parsed(step("X", "R1", 5.0), row, step("X", "R3", 27.0), step("Y", "R1", 5.0))
    assert problem(found).code == code
    assert set(found.scenarios) == {*BUILT_IN, "Y"}


def test_the_first_step_has_none_before_it() -> None:
    found = parsed(step("X", "R1", 5.0, counted_from="Étape précédente"))
    assert problem(found).code == "fault.choice"


def test_a_faulty_scenario_never_falls_back_to_the_built_in_one() -> None:
    found = parse(register((), ({**DUPONT, "scenario": "standard"},), scenarios=(step("standard", "R1", "x"),)), LEXICON)
    assert "standard" not in found.scenarios
    assert [f.why for f in found.customers["DUP"].faults] == [reason("fault.unknown_scenario", text="standard")]


def test_a_setting_may_name_a_scenario_that_is_dropped_but_no_unknown_one() -> None:
    rows = (step("standard", "R1", "x"),)
    found = parsed(*rows, settings=(setting("scenario_good", "standard"),))
    assert found.refusal is None
    assert found.settings.scenario_of["good"] == "standard"
    refusal = parsed(*rows, settings=(setting("scenario_good", "dur"),)).refusal
    unknown = reason("fault.unknown_scenario", text="dur")
    assert refusal == reason("refusal.setting", setting="scenario_good", row=2, problem=unknown)

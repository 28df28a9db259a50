"""Scenarios that do something else than whoever wrote them believes, and templates that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from relance.domain.checkup.finding import Finding, at_rows, found
from relance.domain.register import ZERO, Register, Scenario, Step
from relance.domain.scenarios import BUILT_IN
from relance.domain.words import normalise, reason


def scenarios(register: Register) -> Iterator[Finding]:
    """Each scenario with something wrong, the built-in ones as the register has them."""
    wrong = [f for s in register.scenarios.values() if s != BUILT_IN.get(s.name) for f in _scenario(s)]
    yield from wrong
    if not wrong:
        yield found("ok", "wording", "scenarios_ok", count=len(register.scenarios))


def _scenario(scenario: Scenario) -> Iterator[Finding]:
    rungs, where = scenario.rungs, reason("doctor.at_scenario", tab="scenarios", scenario=scenario.name)
    name = scenario.name
    if not rungs:
        yield found("warning", "wording", "no_message_step", where, scenario=name)
        return
    for low, high in pairwise(rungs):
        days = high.offset - low.offset
        if days <= 0:
            yield found("warning", "wording", "same_day", where, scenario=name, first=low.code, second=high.code)
        elif low.days_granted > days:
            yield found(
                "warning", "wording", "granted", where,
                scenario=name, first=low.code, second=high.code, granted=low.days_granted, days=days,
            )  # fmt: skip
    yield from _order(scenario, rungs)
    least = min(rung.minimum_amount for rung in rungs)
    if least > ZERO:
        yield found("warning", "wording", "minimum", where, scenario=name, minimum=least)


def _order(scenario: Scenario, rungs: tuple[Step, ...]) -> Iterator[Finding]:
    """Steps whose built-in codes come in another order than their tone rises."""
    known = [code for code in ("R1", "R2", "R3", "MED") if any(r.code == code for r in rungs)]
    here = [r.code for r in rungs if r.code in known]
    if here != known:
        where = reason("doctor.at_scenario", tab="scenarios", scenario=scenario.name)
        yield found("warning", "wording", "order", where, scenario=scenario.name, steps=tuple(here))


def email_steps(register: Register) -> dict[tuple[str, str], tuple[Step, str]]:
    """Every distinct e-mail that a scenario may send, by code and template, with the name of a scenario that has it."""
    found_: dict[tuple[str, str], tuple[Step, str]] = {}
    for scenario in register.scenarios.values():
        for step in scenario.ordered:
            if step.active and step.channel == "email":
                found_.setdefault((step.code, step.template), (replace(step, approval=False), scenario.name))
    return found_


def unused_templates(register: Register, kinds: Iterable[str]) -> Iterator[Finding]:
    """Typed templates whose name no step and no kind of message has: a slip of the pen, mostly."""
    names = {normalise(kind) for kind in kinds}
    for scenario in register.scenarios.values():
        for step in scenario.steps:
            names |= {normalise(step.code), normalise(step.template)}
    for template in register.templates:
        if normalise(template.name) not in names:
            yield found("warning", "wording", "template_unused", at_rows("templates", [template.row]), template=template.name)

"""The scenarios a register has without typing any, and how typed names of scenarios and steps are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from .register import Scenario, Step
from .values import bad
from .words import Lexicon, Reason

_CALL_FROM = Decimal(500)


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps by offset, those of one day as given; the thank-you, which is no rung, last."""
    return tuple(sorted(steps, key=lambda step: (step.is_thanks, step.offset)))


def _ladder(
    r1: int, r2: int, r3: int, med: int, call: Step | None, *, formal: bool = True, r3_charges: str = "amount"
) -> tuple[Step, ...]:
    """The steps of a scenario, in the order of their offsets."""
    early = r3_charges == "amount"
    steps = [
        Step("PRE", -7, "email"),
        Step("R1", r1, "email"),
        Step("R2", r2, "email", late_charges="mention" if early else "none"),
        Step("R3", r3, "email", days_granted=8, late_charges=r3_charges),
        Step("MERCI", 3, "email", active=False),
    ]
    if call:
        steps.append(call)
    if formal:
        claim = "claimed" if early else "mention"
        steps.append(Step("MED", med, "registered_letter", approval=True, days_granted=8, late_charges=claim))
        steps.append(Step("DEC", med + 15, "task", after_previous=15))
    return in_order(steps)


def _call(after: int, days: int, minimum: Decimal = _CALL_FROM) -> Step:
    return Step("APPEL", after + days, "call", after_previous=days, minimum_amount=minimum)


def _asking(steps: Iterable[Step]) -> tuple[Step, ...]:
    """These steps, each message after the due date approved by a person."""
    return tuple(replace(step, approval=True) if step.is_message else step for step in steps)


_STANDARD = _ladder(5, 12, 27, 42, _call(12, 7))

# The copy to the account manager that `strategic` wants is taken from the customer: no address is known here.
BUILT_IN: Mapping[str, Scenario] = {
    name: Scenario(name, steps)
    for name, steps in (
        ("standard", _STANDARD),
        ("new", _ladder(2, 10, 22, 37, _call(2, 5, Decimal(0)))),
        ("good", _ladder(8, 18, 35, 56, None)),
        ("habitual", _ladder(2, 7, 18, 32, _call(7, 7))),
        ("strategic", _asking(_STANDARD)),
        ("consumer", _ladder(5, 12, 27, 42, _call(12, 7), r3_charges="none")),
        ("public", _ladder(5, 12, 27, 42, _call(12, 7), formal=False)),
    )
}


class Names:
    """Finds scenarios and steps by name, whatever the case; the exact name first."""

    def __init__(self, scenarios: Mapping[str, Scenario], lexicon: Lexicon) -> None:
        codes = [step.code for scenario in scenarios.values() for step in scenario.steps]
        self._lexicon = lexicon
        self._scenarios = _by_name(scenarios)
        self._steps = _by_name(codes)

    def scenario(self, typed: str) -> str | Reason:
        """The name of the scenario, or why it is refused."""
        found = self._scenarios.get(typed) or self._scenarios.get(typed.casefold())
        return found or bad("fault.unknown_scenario", typed)

    def step(self, typed: str) -> str | Reason:
        """The code of the step in any scenario, typed as such or as it is shown, or why it is refused."""
        found = self._steps.get(typed) or self._steps.get(typed.casefold())
        return found or self._steps.get(self._lexicon.value("step", typed) or "") or bad("fault.unknown_step", typed)


def _by_name(names: Iterable[str]) -> dict[str, str]:
    """The names by themselves and in lower case; the first one wins."""
    found: dict[str, str] = {name: name for name in names}
    for name in names:
        found.setdefault(name.casefold(), name)
    return found

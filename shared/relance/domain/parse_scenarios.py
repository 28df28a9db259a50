"""The scenarios tab: rows -> scenarios. A scenario with a fault in it is none at all, never half of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .grid import Grid, Line, read, readers
from .register import ZERO, Scenario, Step
from .scenarios import BUILT_IN, in_order
from .tables import SCENARIOS
from .values import Reader, bad, integer, positive
from .words import Lexicon, Reason, reason

_REQUIRED = ("scenario", "step", "days", "channel")
_FURTHEST = 3650  # days


@dataclass(frozen=True, slots=True)
class ScenarioTab:
    """All scenarios by name, the built-in ones included; `dropped` are the names (in lower case) that have a fault."""

    scenarios: Mapping[str, Scenario]
    dropped: frozenset[str]
    notices: tuple[Reason, ...]


def scenario_readers(lexicon: Lexicon) -> dict[str, Reader]:
    """How the cells of a scenario's step are read, by column id."""
    special = {
        "days": integer(-_FURTHEST, _FURTHEST),
        "days_granted": integer(0, _FURTHEST),
        "minimum_amount": positive,
    }
    return readers(SCENARIOS.columns, lexicon, special)


def read_scenarios(grid: Grid, lexicon: Lexicon) -> ScenarioTab:
    """The built-in scenarios, those named in the tab replaced by what it says of them."""
    steps: dict[str, dict[int, Step]] = {}
    names = {name.casefold(): name for name in BUILT_IN}
    dropped: dict[str, None] = {}
    notices: list[Reason] = []
    name = ""
    for line in read(grid, scenario_readers(lexicon), _REQUIRED):
        # A row without a name stands in the middle of the scenario above it.
        name = line.values.get("scenario", name)
        folded = name.casefold()
        names.setdefault(folded, name)
        ladder = steps.setdefault(folded, {})
        problem = line.faults[0].why if line.faults else None if folded in dropped else _problem(line, ladder)
        if problem is None and folded not in dropped:
            ladder[line.row] = _step(line.values, _last_offset(ladder))
        elif problem is not None:
            dropped[folded] = None
            notices.append(reason("notice.scenario_fault", row=line.row, problem=problem))
    typed = {names[folded]: Scenario(names[folded], in_order(ladder.values())) for folded, ladder in steps.items()}
    kept = {name: s for name, s in (dict(BUILT_IN) | typed).items() if name.casefold() not in dropped}
    return ScenarioTab(kept, frozenset(dropped), tuple(notices))


def _last_offset(ladder: Mapping[int, Step]) -> int:
    return ladder[max(ladder)].offset if ladder else 0


def _problem(line: Line, ladder: Mapping[int, Step]) -> Reason | None:
    """What is wrong with a row whose cells are readable, given the rows of its scenario above it."""
    code, days = line.values["step"], line.values["days"]
    double = [row for row, step in ladder.items() if step.code.casefold() == code.casefold()]
    if double:
        return reason("fault.duplicate", rows=f"{double[0]}, {line.row}")
    if line.values.get("counted_from") == "previous_step":
        if not ladder:
            return reason("fault.choice", text="previous_step", allowed=("due_date",))
        if days < 0:
            return bad("fault.negative", str(days))
        if _last_offset(ladder) + days > _FURTHEST:
            return bad("fault.integer", str(days))
    return None


def _step(values: dict[str, Any], before: int) -> Step:
    """The step of a row; counted from the previous step, its offset adds to `before`, that of the row above."""
    days = values["days"]
    counted = values.get("counted_from") == "previous_step"
    return Step(
        code=values["step"],
        offset=before + days if counted else days,
        channel=values["channel"],
        after_previous=days if counted else None,
        template=values.get("template", ""),
        approval=values.get("approval", False),
        late_charges=values.get("late_charges", "none"),
        days_granted=values.get("days_granted", 0),
        minimum_amount=values.get("minimum_amount", ZERO),
        copy_to=values.get("copy_to", ()),
        active=values.get("active", True),
    )

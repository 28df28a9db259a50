"""The history after a plan was carried out: what simulations, forecasts and the rules' own tests go on from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from .compose import message_id
from .history import NO_FACTS, FileHistory, History, Message, Task
from .keys import FileKey
from .plan import Plan, PlannedMessage


def apply(plan: Plan, history: History) -> History:
    """The facts after all messages of the plan were accepted, its tasks numbered, its first sights kept."""
    files = dict(history.files)
    closed = {c.no: c.why for c in plan.closed}
    for task in plan.answered:
        files[task.file] = _with_task(files.get(task.file, NO_FACTS), task)
    for no, why in closed.items():
        for key, facts in files.items():
            open_task = next((t for t in facts.tasks if t.no == no and t.closed_on is None), None)
            if open_task is not None:
                files[key] = _with_task(facts, replace(open_task, closed_on=plan.today, closed_why=why))
    number = history.next_task
    for task in plan.tasks:
        facts = files.get(task.file, NO_FACTS)
        files[task.file] = replace(facts, tasks=(*facts.tasks, replace(task, no=number)))
        number += 1
    for key, memory in plan.memory.items():
        facts = files.get(key, NO_FACTS)
        files[key] = replace(facts, memory=memory, version=facts.version + 1)
    for planned in plan.messages:
        facts = files.get(planned.file, NO_FACTS)
        files[planned.file] = replace(facts, messages=(*facts.messages, _accepted(planned, plan, history)))
    return replace(history, files=files, next_task=number)


def _with_task(facts: FileHistory, task: Task) -> FileHistory:
    return replace(facts, tasks=tuple(task if t.no == task.no else t for t in facts.tasks))


def _accepted(planned: PlannedMessage, plan: Plan, history: History) -> Message:
    key: FileKey = planned.file
    name = message_id(history.register_id, plan.today, key, planned.step if planned.kind == "step" else planned.kind)
    at = datetime.combine(plan.today, time(8), UTC)
    return Message(
        name, key, plan.today, planned.kind, planned.step, planned.scenario, planned.channel, planned.to,
        planned.copy_to, planned.said, planned.total, planned.granted_days, "", claimed_at=at, accepted_id=name,
    )  # fmt: skip

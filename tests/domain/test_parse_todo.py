from __future__ import annotations

from datetime import date

import pytest

from relance.domain.parse import parse
from relance.domain.register import Register, Template, TodoAnswer
from relance.domain.sheet import Cell, CellFault
from relance.domain.words import Reason, reason
from tests.domain.lexicon import LEXICON, Row, register

DAY = date(2026, 10, 5)
ROBOT: Row = {"no": 7.0, "created": DAY, "due": DAY, "customer": "Dupont SARL", "action": "Appeler", "amount": "à voir"}


def parsed(*rows: Row, table: str = "todo") -> Register:
    return parse(register(**{table: rows}), LEXICON)


def test_an_answer_is_read_in_full_by_the_number_of_its_line() -> None:
    found = parsed(
        {
            **ROBOT, "owner": "ventes", "outcome": "Promesse", "promised_for": "30/10/2026", "tracking_no": "1A 234",
            "posted_on": DAY, "note": "rappeler\nlundi",
        }
    )  # fmt: skip
    answer = TodoAnswer(2, 7, "promised", date(2026, 10, 30), DAY, "1A 234", "ventes", "rappeler lundi")
    assert found.answers == (answer,)
    assert found.notices == ()


def test_a_line_nobody_typed_on_is_no_answer() -> None:
    assert parsed(ROBOT, {**ROBOT, "note": " "}, {**ROBOT, "customer": CellFault("#REF!")}).answers == ()


def test_a_line_typed_by_a_person_says_its_customer_and_day() -> None:
    found = parsed(
        {"customer": "dupont sarl", "created": DAY, "outcome": "Fait", "note": "appelé"},
        {"customer": "Inconnu", "created": "demain", "outcome": "Fait"},
    )
    assert found.answers == (
        TodoAnswer(2, None, "done", note="appelé", customer="DUP", created=DAY),
        TodoAnswer(3, None, "done"),
    )


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("outcome", "Peut-être", "fault.choice"),
        ("promised_for", "12/13/2026", "fault.date"),
        ("posted_on", date(2199, 1, 1), "fault.date_range"),
        ("note", CellFault("#REF!"), "fault.amount_error"),
        ("no", "sept", "fault.integer"),
    ],
)
def test_an_answer_that_cannot_be_read_is_told_and_not_used(column: str, cell: Cell, code: str) -> None:
    found = parsed({**ROBOT, "outcome": "Fait", column: cell}, {**ROBOT, "no": 8.0, "outcome": "Fait"})
    assert [a.no for a in found.answers] == [8]
    (notice,) = found.notices
    problem = dict(notice.values)["problem"]
    assert (notice.code, dict(notice.values)["row"]) == ("notice.todo_fault", 2)
    assert isinstance(problem, Reason)
    assert problem.code == code
    assert found.refusal is None


def test_templates_are_read_with_their_lines() -> None:
    found = parsed(
        {
            "template": "R1",
            "language": "Français",
            "channel": "E-mail",
            "subject": "Relance",
            "text": "Bonjour,\n\nMerci.",
        },
        {"template": "MED", "channel": "Recommandé", "text": "Mise en demeure"},
        table="templates",
    )
    assert found.templates == (
        Template("R1", "fr", "email", "Relance", "Bonjour,\n\nMerci.", 2),
        Template("MED", "", "letter", "", "Mise en demeure", 3),
    )


def test_a_template_that_cannot_be_used_is_told() -> None:
    rows: tuple[Row, ...] = ({"template": "R1"}, {"text": "x"}, {"template": "R1", "text": "x", "channel": "Appel"})
    found = parsed(*rows, table="templates")
    assert found.templates == ()
    refused = reason("fault.choice", text="call", allowed=("email", "letter"))
    assert found.notices == (
        reason("notice.template_fault", row=2, problem=reason("fault.missing", heading="text")),
        reason("notice.template_fault", row=3, problem=reason("fault.missing", heading="template")),
        reason("notice.template_fault", row=4, problem=refused),
    )

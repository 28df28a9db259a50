"""The JSON documents of `plan`, `chase`, `simulate` and `import`: their keys, their order, and what stands under them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.registers import DAY, Registers, invoice

PLAN = ["register", "date", "mode", "refused", "notices", "messages", "tasks", "invoices"]
DONE = ["sent", "failed", "uncertain", "stopped", "unwritten"]
MESSAGE = ["id", "customer", "currency", "step", "channel", "to", "invoices", "total", "subject", "kind"]
TASK = ["no", "customer", "kind", "step", "invoices"]
LINE = ["customer", "invoice_no", "instalment", "balance", "days_late", "status", "last_step", "next_step", "next_date",
        "why", "problem"]  # fmt: skip
AMOUNT, ISO = re.compile(r"-?[0-9]+\.[0-9]{2}"), re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    registers = Registers(tmp_path, capsys)
    registers.live(
        invoice("A", "2026-09-28", 4800, instalment="1/2"), invoice("A", "2026-09-29", "4800.5", instalment="2/2"),
        invoice("B", "2026-09-30", 100, situation="disputed"), invoice("C", "2026-09-30", 100),
    )  # fmt: skip
    registers.type("Factures", 5, "Montant TTC", "?")
    return registers


def check_plan(document: Any) -> None:
    (message,) = document["messages"]
    assert list(message) == MESSAGE
    assert (message["invoices"], message["to"], message["total"]) == (["A", "A"], ["compta@dupont.example"], "9600.50")
    assert [list(t) for t in document["tasks"]] == [TASK]
    assert [list(x) for x in document["invoices"]] == [LINE] * 4
    assert [x["balance"] for x in document["invoices"]] == ["4800.00", "4800.50", "100.00", None]
    for line in document["invoices"]:
        assert line["balance"] is None or AMOUNT.fullmatch(line["balance"])
        assert line["next_date"] is None or ISO.fullmatch(line["next_date"])
        assert line["why"]
    assert (document["date"], document["mode"], document["refused"], document["notices"]) == (DAY, "live", None, [])


def test_plan(reg: Registers) -> None:
    document = reg.json("plan", "REG", "--on", DAY)
    assert list(document) == PLAN
    check_plan(document)


def test_chase_is_the_plan_and_what_was_done(reg: Registers) -> None:
    planned = reg.json("plan", "REG", "--on", DAY)
    document = reg.chase()
    assert list(document) == [*PLAN, *DONE]
    check_plan(document)
    assert document["messages"] == planned["messages"]
    assert [document[key] for key in DONE] == [[planned["messages"][0]["id"]], [], [], None, None]


def test_what_fails_has_its_id_and_its_reason(reg: Registers) -> None:
    reg.type("Modèles", 2, "Modèle", "R1")
    reg.type("Modèles", 2, "Texte", "{{ broken")
    document = reg.chase()
    (failed,) = document["failed"]
    assert list(failed) == ["id", "reason"]
    assert (failed["id"], document["sent"]) == (document["messages"][0]["id"], [])


def test_a_refusal_is_one_sentence_and_has_no_messages(reg: Registers) -> None:
    reg.type_setting("Mode", "peut-être")
    for command in (("plan", "REG"), ("chase", "REG", "--yes")):
        document = reg.json(*command, "--on", DAY, code=1)
        assert isinstance(document["refused"], str)
        assert document["messages"] == []


def test_simulate(reg: Registers) -> None:
    document = reg.json("simulate", "REG", "--from", "2026-10-01", "--to", "2026-10-31")
    assert list(document) == ["days", "messages", "wrong", "invoices_reached", "per_day"]
    assert [type(document[key]) for key in ("days", "messages", "wrong")] == [int, int, int]
    assert all(isinstance(count, int) for count in document["invoices_reached"].values())
    assert all(list(day) == ["date", "messages"] and ISO.fullmatch(day["date"]) for day in document["per_day"])


def test_import_exits_with_0_when_lines_were_refused(reg: Registers) -> None:
    rows = [{"customer": "C1", **invoice("D", "2026-10-30", 10)}, {"customer": "C9", **invoice("E", "2026-10-30", 10)},
            {"customer": "C1", **invoice("B", "2026-09-30", 120)}]  # fmt: skip
    document = reg.table("invoices", rows)
    assert list(document) == ["added", "updated", "refused"]
    assert (document["added"], document["updated"]) == (1, 1)
    assert [(list(line), line["line"]) for line in document["refused"]] == [(["line", "reason"], 3)]

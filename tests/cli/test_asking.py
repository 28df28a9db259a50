"""`explain`, `simulate`, `aged`: questions that change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.registers import DAY, Registers, invoice

BUCKETS = ["outstanding", "not_due", "late_1_30", "late_31_60", "late_61_90", "late_over_90"]


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    registers = Registers(tmp_path, capsys)
    registers.live(
        invoice("A", "2026-09-25", 1200), invoice("B", "2026-09-25", 1200, situation="disputed"),
        invoice("C", "2026-12-01", 1200), invoice("D", "2026-09-25", 1200),
        invoice("E", "2026-09-25", 600, instalment="1/2"), invoice("E", "2026-10-25", 600, instalment="2/2"),
    )  # fmt: skip
    registers.type("Factures", 5, "Montant TTC", "?")
    other = {"code": "C2", "name": "Durand SA", "kind": "business", "email": "compta@durand.example"}
    registers.table("customers", [other])
    registers.table("invoices", [
        {"customer": "C2", **invoice("A", "2026-07-01", 300)},
        {"customer": "C2", "currency": "USD", **invoice("F", "2026-09-25", "50.50")},
    ])  # fmt: skip
    return registers


def explained(reg: Registers, *arguments: str, on: str = DAY) -> Any:
    (found,) = reg.json("explain", "REG", *arguments, "--on", on, "--lang", "en")
    return found


def rules(found: Any) -> dict[str, bool | None]:
    return {rule["rule"]: rule["passed"] for rule in found["rules"]}


def says(found: Any) -> dict[str, str]:
    return {rule["rule"]: rule["says"] for rule in found["rules"]}


def test_explain_says_each_rule_of_one_invoice(reg: Registers) -> None:
    found = explained(reg, "A", "--customer", "C1")
    assert list(found) == ["customer", "invoice_no", "instalment", "status", "next_step", "next_date", "why", "rules"]
    assert (found["customer"], found["next_date"], found["why"]) == ("C1", DAY, "R1: leaves today")
    assert all(list(rule) == ["rule", "passed", "says"] and rule["says"] for rule in found["rules"])
    assert False not in rules(found).values()
    assert says(found)["offset"] == "R1: due date 2026-09-25 + 5 days = 2026-09-30"
    assert not reg.path.with_suffix(".relance").exists()


def test_explain_says_what_stands_in_the_way(reg: Registers) -> None:
    assert rules(explained(reg, "B"))["standing"] is False
    reg.run("settings", "REG", "payments_entered_up_to=2026-09-25")
    assert rules(explained(reg, "A", "--customer", "C1"))["freshness"] is False
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-02", "floor=10000", "ceiling=1000")
    above = rules(explained(reg, "A", "--customer", "C1"))
    assert (above["file"], above["ceiling"]) == (False, False)


def test_explain_gives_the_arithmetic_of_the_step_after_a_message(reg: Registers) -> None:
    reg.chase()
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-05")
    found = explained(reg, "A", "--customer", "C1", on="2026-10-06")
    assert (found["next_step"], found["next_date"]) == ("R2", "2026-10-12")
    assert says(found)["level"] == "The file stands at R1"
    assert says(found)["distance"] == "R1 said on 2026-10-05, + 7 days = 2026-10-12"
    assert rules(found)["distance"] is False


def test_explain_of_a_row_to_mend_says_what_to_mend(reg: Registers) -> None:
    assert "Amount not understood" in reg.run("explain", "REG", "D", "--on", DAY, "--lang", "en")


def test_explain_for_a_person_ends_with_the_reason(reg: Registers) -> None:
    shown = reg.run("explain", "REG", "A", "--customer", "C1", "--on", DAY, "--lang", "en")
    assert "✓" in shown
    assert shown.strip().endswith("→ R1: leaves today")


def test_explain_takes_all_rows_with_the_number_unless_told_which(reg: Registers) -> None:
    assert [e["customer"] for e in reg.json("explain", "REG", "A", "--on", DAY)] == ["C1", "C2"]
    assert [e["instalment"] for e in reg.json("explain", "REG", "E", "--on", DAY)] == ["1/2", "2/2"]
    assert explained(reg, "E", "--instalment", "2/2")["instalment"] == "2/2"


def test_explain_of_an_unknown_invoice_is_refused(reg: Registers) -> None:
    assert reg.run("explain", "REG", "Z", "--on", DAY, code=1) == ""
    assert "Z" in reg.err
    reg.run("explain", "REG", "E", "--instalment", "3/2", code=1)


def test_simulate_counts_what_would_have_left_and_changes_nothing(reg: Registers) -> None:
    before = reg.path.read_bytes()
    found = reg.json("simulate", "REG", "--from", "2026-10-01", "--to", "2026-10-31")
    assert list(found) == ["days", "messages", "wrong", "invoices_reached", "per_day"]
    assert (found["days"], found["wrong"], reg.err) == (31, 0, "")
    assert found["messages"] == sum(day["messages"] for day in found["per_day"]) > 0
    assert all(list(day) == ["date", "messages"] for day in found["per_day"])
    assert found["invoices_reached"]["R1"] == 4  # not the disputed one, those due later, and the one to mend
    assert reg.path.read_bytes() == before
    assert reg.outbox == []


def test_simulate_sends_nothing_while_payments_are_typed_too_late(reg: Registers) -> None:
    period = ("simulate", "REG", "--from", "2026-10-01", "--to", "2026-10-31")
    assert reg.json(*period, "--entry-lag", "0")["messages"] == reg.json(*period)["messages"]
    assert reg.json(*period, "--entry-lag", "20")["messages"] == 0


def test_simulate_for_a_person_draws_the_months(reg: Registers) -> None:
    shown = reg.run("simulate", "REG", "--from", "2026-10-01", "--to", "2026-11-30", "--lang", "en")
    assert "61 days" in shown
    assert "2026-10 " in shown
    assert "█" in shown


@pytest.mark.parametrize(
    "options",
    [("--from", "2026-10-31", "--to", "2026-10-01"), ("--from", "oct", "--to", "2026-10-01"), ("--from", "2026-10-01"),
     ("--from", "2026-10-01", "--to", "2026-10-02", "--entry-lag", "-1")],
)  # fmt: skip
def test_a_period_that_makes_no_sense_is_wrong_usage(reg: Registers, options: tuple[str, ...]) -> None:
    assert reg.run("simulate", "REG", *options, code=2) == ""
    assert reg.err


def test_aged_sorts_what_is_owed_by_days_late(reg: Registers) -> None:
    document = reg.json("aged", "REG", "--on", DAY)
    assert (list(document), document["date"]) == (["date", "customers", "totals"], DAY)
    one = next(c for c in document["customers"] if c["customer"] == "C1")
    assert one == {
        "customer": "C1", "name": "Dupont SARL", "currency": "EUR", "outstanding": "4800.00", "not_due": "1800.00",
        "late_1_30": "3000.00", "late_31_60": "0.00", "late_61_90": "0.00", "late_over_90": "0.00",
    }  # fmt: skip


def test_aged_totals_each_currency(reg: Registers) -> None:
    totals = {t["currency"]: t for t in reg.json("aged", "REG", "--on", DAY)["totals"]}
    assert sorted(totals) == ["EUR", "USD"]
    assert all(list(t) == ["currency", *BUCKETS] for t in totals.values())
    assert (totals["EUR"]["outstanding"], totals["EUR"]["late_over_90"]) == ("5100.00", "300.00")
    assert totals["USD"]["outstanding"] == "50.50"


def test_aged_for_a_person_is_a_table(reg: Registers) -> None:
    shown = reg.run("aged", "REG", "--on", DAY, "--lang", "en")
    assert "Durand SA" in shown
    assert "4,800.00" in shown

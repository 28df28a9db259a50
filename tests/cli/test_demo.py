"""`demo`: three days that can be watched, the same every time, on one machine."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from relance.bootstrap import create_register, languages, lexicon, open_desk, open_store
from relance.cli.base import clock
from relance.cli.register import register_rows
from relance.cli.sample import sample_rows
from relance.domain.parse import parse
from relance.domain.workdays import Workdays
from relance.runs.look import look
from tests.cli.registers import Registers


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Registers:
    monkeypatch.chdir(tmp_path)
    made = Registers(tmp_path, capsys)
    made.path = Path("demo/registre.xlsx")
    return made


def told(reg: Registers, *more: str, on: str = "2026-10-05") -> str:
    return reg.run("demo", "--on", on, "--lang", "fr", *more)


def test_three_working_days_are_told_and_what_to_open(reg: Registers) -> None:
    said = told(reg, on="2026-10-08")
    assert [day in said for day in ("── 08/10/2026", "── 09/10/2026", "── 12/10/2026")] == [True, True, True]
    assert "Rien ne quitte cette machine" in said
    opened, tomorrow = said.splitlines()[-2:]
    assert [str(reg.path) in opened, str(reg.outbox[0]) in opened] == [True, True]
    assert f"relance preview {reg.path} --open" in tomorrow


def test_the_days_of_a_demo_are_the_last_three_so_that_today_has_something_to_show(reg: Registers) -> None:
    reg.run("demo", "--lang", "fr")
    desk = open_desk(reg.path)
    days = Workdays("FR")
    last = desk.ledger.history().last_day
    assert last is not None
    today = days.next_sending(last + timedelta(days=1))
    assert today >= clock().date()
    assert days.add_working(today, -1) <= clock().date()
    steps = {d.message.step for d in look(desk, today).drafts}
    assert {"PRE", "R1", "R2", "R3"} <= steps


def test_a_demo_is_the_same_every_time(reg: Registers) -> None:
    first, messages = told(reg), {path.name: path.read_bytes() for path in reg.outbox}
    assert told(reg) == first
    assert {path.name: path.read_bytes() for path in reg.outbox} == messages


@pytest.mark.parametrize("on", ["2026-12-24", "2028-02-27"])
def test_a_demo_tells_the_same_story_on_any_day(reg: Registers, on: str) -> None:
    """Week-ends, holidays, the end of a month: something leaves on more than one day."""
    told(reg, on=on)
    names = [path.name.split("-")[1] for path in reg.outbox]
    assert len(set(names)) >= 2
    assert len(names) >= 10


def test_the_robot_and_the_people_have_written_in_the_workbook(reg: Registers) -> None:
    told(reg)
    register = parse(open_store(reg.path).read(), lexicon())
    assert (register.refusal, register.last_run, register.settings.payments_entered_up_to) == (None, 3, date(2026, 10, 7))
    assert [a.outcome for a in register.answers] == ["approved", "approved"]
    paid = {i.number for i in register.invoices if i.paid and i.number in ("F-1001", "F-1022")}
    assert paid == {"F-1001", "F-1022"}
    assert reg.cell("Factures", 2, "Pourquoi")


def test_a_register_that_is_not_the_example_is_never_removed(reg: Registers) -> None:
    reg.path.parent.mkdir()
    reg.run("new", "REG")
    before = reg.path.read_bytes()
    reg.run("demo", code=1)
    assert (reg.path.read_bytes(), reg.err.startswith("relance: ")) == (before, True)
    reg.path.unlink()
    (state := reg.path.with_suffix(".relance")).mkdir()
    (state / "precious").touch()
    reg.run("demo", code=1)
    assert (state / "precious").exists()


def test_a_folder_may_be_named(reg: Registers) -> None:
    told(reg, "--folder", "essai")
    assert Path("essai/registre.xlsx").exists()
    assert not Path("demo").exists()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_example_is_a_matter_of_the_day_alone(lang: str) -> None:
    words, today = languages()[lang], date(2026, 10, 5)
    assert sample_rows(words, today) == sample_rows(words, today)
    assert sample_rows(words, today) != sample_rows(words, today + timedelta(days=1))


def test_the_example_meets_the_rules(tmp_path: Path) -> None:
    words, today, path = languages()["fr"], Workdays("FR").next_sending(date(2026, 10, 5)), tmp_path / "registre.xlsx"
    create_register(path, words, register_rows(words, sample_rows(words, today)))
    plan = look(open_desk(path), today).plan
    assert {m.step for m in plan.messages} == {"PRE", "R1", "R2", "R3"}
    assert {t.kind for t in plan.tasks} >= {"address", "allocate", "approve", "dispute", "kind", "promise"}
    assert {line.status for line in plan.lines} >= {
        "not_due", "overdue", "reminded", "to_approve", "promised", "faulty", "paid", "not_chased", "disputed", "refused",
        "on_hold", "in_collection", "insolvency", "assigned", "written_off", "to_check",
    }  # fmt: skip
    assert {line.why.code for line in plan.lines if line.why} >= {
        "why.below_floor", "why.covered", "why.automatic", "why.do_not_chase", "why.no_address", "why.kind_missing",
        "why.bank_days", "why.credit_note",
    }  # fmt: skip
    assert {fault.why.code for line in plan.lines for fault in line.problem} >= {
        "fault.amount", "fault.amount_ambiguous", "fault.date", "fault.unknown_customer", "fault.duplicate",
    }  # fmt: skip
    assert {m.file[1] for m in plan.messages} == {"EUR", "USD"}

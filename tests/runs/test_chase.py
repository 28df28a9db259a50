"""The run itself, over a real workbook, ledger and outbox: what leaves, what is held, and what the sheet says then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from relance import bootstrap
from relance.adapters.outbox import Outbox
from relance.domain.gates import changes_of, pins_of
from relance.domain.history import Message
from relance.domain.parse import parse
from relance.domain.words import reason
from relance.ports.errors import LedgerError, MailRefusedError, MailUncertainError, StoreError
from relance.runs.chase import chase
from relance.runs.checkup import checkup
from relance.runs.look import look
from tests.runs.desks import LATE, MONDAY, Clock, Firm, Row, close
from tests.world.book import FR, IBAN, Tables, look_at, open_elsewhere, people_of, setting

TUESDAY = MONDAY + timedelta(days=1)
SITUATION = FR.values["situation"]


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return Firm(tmp_path)


class Server(Outbox):
    """An outbox that answers as told: `before` runs before a message is taken, `after` once it is."""

    def __init__(self, folder: Path, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None,
                 answer: Literal["yes", "no", "unknown"] | None = None) -> None:  # fmt: skip
        super().__init__(folder)
        self._before, self._after, self._answer = before, after, answer

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        if self._before:
            self._before()
        name = super().send(message, sender, raw)
        if self._after:
            self._after()
        return name

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        return self._answer or super().was_accepted(message)


def server(firm: Firm, **how: Any) -> Server:
    return Server(firm.state / "outbox", **how)


def fail(error: BaseException) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def failures(result: Any) -> list[str]:
    return [f.why.code for f in result.failed]


def settings(**values: Any) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        for name, value in values.items():
            setting(tables, name, value)

    return change


def freshly(firm: Firm, day: date) -> None:
    """The morning's work: payments are entered up to the day before."""
    firm.edit(settings(payments_entered_up_to=day - timedelta(days=1)))


# -- what people do between the plan and the sending -------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        {"paid": 1200.0},
        {"situation": SITUATION["paid"]},
        {"situation": SITUATION["disputed"]},
        {"situation": SITUATION["on_hold"]},
        {"hold_until": date(2026, 10, 20)},
        {"promised_for": date(2026, 10, 20)},
        {"amount": "douze cents"},
    ],
    ids=["paid", "settled", "disputed", "on hold", "held until", "promised", "unreadable"],
)
def test_an_invoice_changed_after_the_decision_does_not_leave(firm: Firm, cells: dict[str, Any]) -> None:
    result = firm.chase(before_reread=lambda: firm.put("invoices", ("invoice_no", "A1"), **cells))
    assert [set(m.owed) for m in firm.sent()] == [{"B1"}]
    assert failures(result) == ["refusal.stale_plan"]


def test_a_payment_line_typed_after_the_decision_stops_the_message(firm: Firm) -> None:
    def pay(tables: Tables) -> None:
        for column, value in {"date": MONDAY, "amount": 1200.0, "invoice_no": "A1"}.items():
            tables["payments"].put(1, column, value)

    firm.chase(before_reread=lambda: firm.edit(pay))
    assert [set(m.owed) for m in firm.sent()] == [{"B1"}]
    assert firm.invoice("A1", "balance") == 0


def test_a_customer_no_longer_to_be_chased_is_not(firm: Firm) -> None:
    firm.chase(before_reread=lambda: firm.put("customers", ("code", "C1"), do_not_chase="oui"))
    assert [m.to for m in firm.sent()] == [("compta@c2.example",)]


def test_an_amount_edited_after_the_decision_holds_the_message_until_the_next_run(firm: Firm) -> None:
    result = firm.chase(before_reread=lambda: firm.put("invoices", ("invoice_no", "A1"), amount=900.0))
    assert failures(result) == ["refusal.stale_plan"]
    assert [m.owed for m in firm.sent()] == [{"B1": 350.5}]
    firm.chase()
    assert [m.owed for m in firm.sent()] == [{"B1": 350.5}, {"A1": 900}]


def test_an_address_changed_after_the_decision_holds_the_message(firm: Firm) -> None:
    firm.chase(before_reread=lambda: firm.put("customers", ("code", "C1"), email="neuf@c1.example"))
    assert [m.to for m in firm.sent()] == [("compta@c2.example",)]
    firm.chase()
    assert firm.sent()[1].to == ("neuf@c1.example",)


def test_a_kind_changed_after_the_decision_holds_the_message_that_words_it(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [{"invoice_no": "A1", "customer": "C1", "due_date": date(2026, 9, 1), "amount": 900.0,
                            "last_step_done": "R2", "step_done_on": date(2026, 9, 15)}])  # fmt: skip
    firm.chase(before_reread=lambda: firm.put("customers", ("code", "C1"), kind=FR.values["kind"]["consumer"]))
    assert not [m for m in firm.sent() if "441-10" in m.text]


def test_the_bank_account_changed_after_the_decision_stops_everything(firm: Firm) -> None:
    firm.chase(before_reread=lambda: firm.edit(settings(iban="FR7610107001011234567890129")))
    assert firm.sent() == []


def test_the_mode_changed_after_the_decision_stops_everything(firm: Firm) -> None:
    firm.chase(before_reread=lambda: firm.edit(settings(mode=FR.values["mode"]["draft"])))
    assert firm.sent() == []


def test_a_row_sorted_elsewhere_changes_nothing(firm: Firm) -> None:
    def turn(tables: Tables) -> None:
        rows = tables["invoices"].rows
        rows[1], rows[2] = rows[2], rows[1]

    assert firm.chase(before_reread=lambda: firm.edit(turn)).failed == []
    assert firm.invoice("A1", "balance") == 1200
    assert firm.invoice("B1", "balance") == 350.5


def test_the_sheet_is_read_again_before_a_message_once_a_minute_has_passed(firm: Firm) -> None:
    reads: list[int] = []
    desk = firm.desk(before_reread=lambda: reads.append(1))
    chase(desk, MONDAY, Clock(MONDAY, seconds=40))
    close(desk)
    assert len(reads) == 2
    assert len(firm.sent()) == 2


def test_a_payment_typed_while_messages_leave_stops_the_next_one(firm: Firm) -> None:
    reads: list[int] = []

    def pay_the_second_time() -> None:
        reads.append(1)
        if len(reads) == 2:
            firm.put("invoices", ("invoice_no", "B1"), paid=350.5)

    desk = firm.desk(before_reread=pay_the_second_time)
    chase(desk, MONDAY, Clock(MONDAY, seconds=40))
    close(desk)
    assert [set(m.owed) for m in firm.sent()] == [{"A1"}]


# -- what may leave ------------------------------------------------------------------------------------------------------


def test_only_allowed_messages_leave_and_only_unchanged(firm: Firm) -> None:
    desk = firm.desk()
    first, second = (d.message for d in look(desk, MONDAY).drafts)
    close(desk)
    result = firm.chase(allowed={first.id: first.content_hash, second.id: "another"})
    assert [m.id for m in firm.sent()] == [first.id]
    assert len(result.failed) == 1


def test_an_announcement_is_kept_and_sends_nothing(firm: Firm) -> None:
    result = firm.announce()
    desk = firm.desk()
    assert desk.ledger.announced(MONDAY) == {d.message.id: d.message.content_hash for d in result.drafts}
    close(desk)
    assert firm.sent() == []
    assert look_at(firm.path)["planned"].get(1, "to") == "compta@c1.example"


def test_a_draft_mode_sends_claims_and_remembers_nothing(tmp_path: Path) -> None:
    firm = Firm(tmp_path, mode=FR.values["mode"]["draft"])
    result = firm.chase()
    assert len(result.drafts) == 2
    assert (result.sent, firm.sent()) == ([], [])
    desk = firm.desk()
    history = desk.ledger.history()
    close(desk)
    assert (history.files, history.pins) == ({}, None)
    assert not (firm.state / "evidence").exists()


def test_test_mode_sends_to_the_test_address_and_never_counts(tmp_path: Path) -> None:
    firm = Firm(tmp_path, mode=FR.values["mode"]["test"], test_email="essai@exemple.example")
    firm.chase()
    assert [m.to for m in firm.sent()] == [("essai@exemple.example",)] * 2
    assert all(m.subject.startswith("[TEST]") for m in firm.sent())
    assert firm.invoice("A1", "last_step") is None
    firm.edit(settings(mode=FR.values["mode"]["live"]))
    firm.chase()
    assert [m.to for m in firm.sent()[2:]] == [("compta@c1.example",), ("compta@c2.example",)]


def test_test_mode_without_a_test_address_is_refused(tmp_path: Path) -> None:
    result = Firm(tmp_path, mode=FR.values["mode"]["test"]).chase()
    assert result.refused is not None
    assert result.refused.code == "refusal.no_test_email"


def test_the_outbox_takes_messages_without_a_sender_address_and_the_checkup_says_it_is_missing(tmp_path: Path) -> None:
    firm = Firm(tmp_path, from_email=None)
    assert ("error", "from_email") in [(f.level, f.check) for f in checkup(firm.desk(), MONDAY)]
    assert len(firm.chase().sent) == 2


# -- when the whole run refuses ------------------------------------------------------------------------------------------


def test_a_changed_bank_account_is_refused_until_it_is_confirmed(firm: Firm) -> None:
    firm.chase()
    freshly(firm, MONDAY + timedelta(days=7))
    firm.edit(settings(iban="FR7610107001011234567890129"))
    later = MONDAY + timedelta(days=7)
    before = look_at(firm.path)
    result = firm.chase(later)
    assert result.refused is not None
    assert result.refused.code == "refusal.pins_changed"
    assert look_at(firm.path) == before
    desk = firm.desk()
    desk.ledger.pin(pins_of(desk.register.settings))
    close(desk)
    assert firm.chase(later).refused is None
    assert all(IBAN not in m.text.replace(" ", "") for m in firm.sent()[2:])
    assert len(firm.sent()) == 4


def test_many_vanished_rows_are_refused_until_a_person_confirms(tmp_path: Path) -> None:
    rows: list[Row] = [{"invoice_no": f"F{n}", "customer": f"C{n}", "due_date": LATE, "amount": 100.0} for n in range(20)]
    firm = Firm(tmp_path, rows)
    firm.chase()

    def empty(tables: Tables) -> None:
        for n in range(1, 7):
            tables["invoices"].rows[n] = []

    firm.edit(empty)
    freshly(firm, TUESDAY)
    result = firm.chase(TUESDAY)
    assert result.refused is not None
    assert (result.refused.code, result.run) == ("refusal.mass_change", 0)
    desk = firm.desk()
    changed, known, digest = changes_of(parse(desk.store.read(), desk.lexicon), desk.ledger.history())
    assert (len(changed), known) == (6, 20)
    desk.ledger.confirm(digest)
    close(desk)
    assert firm.chase(TUESDAY).refused is None


def test_a_day_before_the_last_run_is_refused(firm: Firm) -> None:
    firm.chase(TUESDAY)
    result = firm.chase(MONDAY)
    assert result.refused is not None
    assert result.refused.code == "refusal.clock_back"


def test_a_sheet_ahead_of_its_ledger_is_refused(firm: Firm) -> None:
    firm.chase()
    firm.edit(settings(last_run=7))
    result = firm.chase()
    assert result.refused is not None
    assert result.refused.code == "refusal.sheet_ahead"


def test_a_sheet_whose_ledger_is_lost_is_refused(firm: Firm) -> None:
    firm.chase()
    firm.state.rename(firm.state.with_name("ailleurs"))
    result = firm.chase()
    assert result.refused is not None
    assert result.refused.code == "refusal.ledger_lost"
    assert firm.sent() == []


def test_a_register_open_elsewhere_is_refused_before_anything_leaves(firm: Firm) -> None:
    desk = firm.desk()
    open_elsewhere(firm.path)
    with pytest.raises(StoreError) as refusal:
        chase(desk, MONDAY, Clock(MONDAY))
    close(desk)
    assert refusal.value.code == "store.open_elsewhere"
    assert firm.sent() == []
    assert not firm.state.exists()


def test_two_runs_at_once_the_second_is_refused(firm: Firm) -> None:
    def another() -> None:
        with pytest.raises(LedgerError) as refusal:
            firm.chase()
        assert refusal.value.code == "ledger.busy"

    result = firm.chase(mailer=server(firm, before=another))
    assert len(result.sent) == 2
    assert len(firm.sent()) == 2


def test_a_run_that_passed_between_reading_and_beginning_stops_this_one(firm: Firm) -> None:
    desk = firm.desk()
    ledger = Late(desk.ledger, firm.chase)
    with pytest.raises(LedgerError) as refusal:
        chase(replace(desk, ledger=ledger), MONDAY, Clock(MONDAY))
    close(desk)
    assert refusal.value.code == "ledger.busy"
    assert len(firm.sent()) == 2


class Late:
    """A ledger that begins only after something else has happened."""

    def __init__(self, ledger: Any, first: Callable[[], object]) -> None:
        self._ledger, self._first = ledger, first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def begin(self, *when: Any) -> int:
        self._first()
        number: int = self._ledger.begin(*when)
        return number


# -- faults on the way ---------------------------------------------------------------------------------------------------


def templates(name: str, text: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables["templates"].put(1, "template", name)
        tables["templates"].put(1, "text", text)

    return change


def test_a_template_that_fails_holds_its_own_messages_with_the_reason(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [
        {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 1200.0},
        {"invoice_no": "B1", "customer": "C2", "due_date": LATE - timedelta(days=7), "amount": 350.5,
         "last_step_done": "R1", "step_done_on": LATE},
    ])  # fmt: skip
    firm.edit(templates("R1", "Bonjour {{ customer.nom }}"))
    result = firm.chase()
    assert failures(result) == ["mail.bad_template"]
    assert [set(m.owed) for m in firm.sent()] == [{"B1"}]
    assert "R1" in firm.invoice("A1", "problem")
    assert firm.invoice("B1", "problem") is None
    firm.edit(templates("R1", "Bonjour {{ customer.name }}, {{ table }}"))
    firm.chase()
    assert len(firm.sent()) == 2
    assert firm.invoice("A1", "problem") is None


def test_a_refusal_for_now_is_tried_again_by_the_next_run(firm: Firm) -> None:
    refusing = server(firm, before=fail(MailRefusedError("mail.disk_full", "later")))
    assert failures(firm.chase(mailer=refusing)) == ["mail.disk_full"] * 2
    assert firm.invoice("A1", "last_step") is None
    assert firm.invoice("A1", "problem")
    firm.chase()
    assert len(firm.sent()) == 2
    assert firm.invoice("A1", "last_step") == "R1"
    assert firm.invoice("A1", "problem") is None


def test_a_refusal_is_told_in_the_journal_in_words(firm: Firm) -> None:
    firm.chase(mailer=server(firm, before=fail(MailRefusedError("mail.read_only", "later"))))
    assert look_at(firm.path)["journal"].get(1, "detail") == FR.say_text("mail.read_only")


def test_a_refusal_of_configuration_stops_the_run_and_marks_nothing(firm: Firm) -> None:
    result = firm.chase(mailer=server(firm, before=fail(MailRefusedError("mail.read_only", "configuration"))))
    assert failures(result) == ["mail.read_only"]
    assert result.stopped == reason("mail.read_only")
    assert firm.chase().failed == []
    assert len(firm.sent()) == 2


def test_a_refused_address_asks_for_another_and_the_step_leaves_there(firm: Firm) -> None:
    wrong = MailRefusedError("mail.no_recipient", "address", ("compta@c1.example",))
    refusals = iter([wrong])

    def refuse_the_first() -> None:
        for error in refusals:
            raise error

    firm.chase(mailer=server(firm, before=refuse_the_first))
    firm.chase()
    assert [m.to for m in firm.sent()] == [("compta@c2.example",)]
    assert FR.values["task"]["address"] in {row[5] for row in look_at(firm.path)["todo"].rows[1:]}
    firm.put("customers", ("code", "C1"), email="neuf@c1.example")
    firm.chase()
    assert [m.to for m in firm.sent()][1:] == [("neuf@c1.example",)]


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_an_uncertain_message_is_settled_by_asking_the_outbox(firm: Firm, taken: bool) -> None:
    lost = fail(MailUncertainError("mail.uncertain"))
    result = firm.chase(mailer=server(firm, **{"after" if taken else "before": lost}))
    assert len(result.uncertain) == 2
    assert firm.invoice("A1", "status") == FR.values["status"]["uncertain"]
    firm.chase()
    assert len(firm.sent()) == 2
    assert firm.invoice("A1", "status") == FR.values["status"]["reminded"]


def test_an_uncertain_message_is_never_repeated(firm: Firm) -> None:
    lost = fail(MailUncertainError("mail.uncertain"))
    firm.chase(mailer=server(firm, before=lost, answer="unknown"))
    for day in (MONDAY, TUESDAY):
        freshly(firm, day)
        firm.chase(day, mailer=server(firm, answer="unknown"))
    assert firm.sent() == []
    assert firm.invoice("A1", "delivery") == FR.values["event"]["uncertain"]


def test_a_crash_between_acceptance_and_its_record_is_settled_by_asking_the_outbox(firm: Firm) -> None:
    class Crash(BaseException):
        """The machine stops."""

    desk = firm.desk(mailer=server(firm, after=fail(Crash())))
    with pytest.raises(Crash):
        chase(replace(desk, ledger=Unfinished(desk.ledger)), MONDAY, Clock(MONDAY))
    close(desk)
    assert len(firm.sent()) == 1
    firm.chase()
    assert [set(m.owed) for m in firm.sent()] == [{"A1"}, {"B1"}]
    assert firm.invoice("A1", "last_step") == "R1"


class Unfinished:
    """A ledger whose run is never closed, as when the process is killed."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def finish(self, *told: Any) -> None:
        """Nothing."""


def test_a_workbook_that_cannot_be_written_after_sending_is_healed_by_the_next_run(firm: Firm) -> None:
    locks: list[Path] = []
    result = firm.chase(mailer=server(firm, after=lambda: locks.append(open_elsewhere(firm.path))))
    assert result.unwritten is not None
    assert result.unwritten.code == "store.open_elsewhere"
    locks[0].unlink()
    assert firm.invoice("A1", "last_step") is None
    freshly(firm, TUESDAY)
    assert firm.chase(TUESDAY).unwritten is None
    assert len(firm.sent()) == 2
    assert firm.invoice("A1", "last_step") == "R1"


def test_a_register_opened_by_a_person_while_messages_leave_still_tells_what_left(firm: Firm) -> None:
    locks: list[Path] = []
    desk = firm.desk(mailer=server(firm, after=lambda: locks.append(open_elsewhere(firm.path))))
    result = chase(desk, MONDAY, Clock(MONDAY, seconds=40))
    close(desk)
    assert len(result.sent) == len(firm.sent()) == 1
    assert result.unwritten is not None


# -- what the sheet shows ------------------------------------------------------------------------------------------------


def test_a_second_run_with_nothing_due_writes_only_its_stamp(firm: Firm) -> None:
    firm.chase()
    before = look_at(firm.path)
    result = firm.chase()
    assert (result.sent, result.drafts) == ([], ())
    assert result.cells <= 2
    after = look_at(firm.path)
    changed = {t for t in after if after[t].rows != before[t].rows}
    assert changed == {"settings"}


def test_a_run_changes_no_cell_of_people(firm: Firm) -> None:
    before = people_of(look_at(firm.path))
    firm.announce()
    firm.chase()
    assert people_of(look_at(firm.path)) == before


def test_rows_of_one_number_each_show_their_own_balance(tmp_path: Path) -> None:
    row: Row = {"invoice_no": "A1", "customer": "C1", "due_date": LATE}
    firm = Firm(tmp_path, [{**row, "amount": 100.0}, {**row, "amount": 250.0}])
    firm.chase()
    table = look_at(firm.path)["invoices"]
    assert [table.get(n, "balance") for n in (1, 2)] == [100, 250]


def test_rows_without_a_number_each_show_their_own_problem(tmp_path: Path) -> None:
    firm = Firm(tmp_path, [
        {"customer": "C1", "due_date": LATE, "amount": 100.0},
        {"customer": "C1", "due_date": LATE, "amount": "cent"},
    ])  # fmt: skip
    firm.chase()
    table = look_at(firm.path)["invoices"]
    assert "cent" not in table.get(1, "problem")
    assert "cent" in table.get(2, "problem")


def test_a_row_that_people_emptied_keeps_no_robot_text(firm: Firm) -> None:
    firm.chase()

    def empty(tables: Tables) -> None:
        table = tables["invoices"]
        for column in ("invoice_no", "customer", "due_date", "amount"):
            table.put(1, column, None)

    firm.edit(empty)
    firm.chase()
    table = look_at(firm.path)["invoices"]
    assert not any(table.rows[1])


def test_a_row_with_nothing_but_a_note_of_peoples_own_keeps_no_robot_text(firm: Firm) -> None:
    def note(tables: Tables) -> None:
        table = tables["invoices"]
        table.rows[0].append("Ma note")
        table.rows[1] += [None] * (len(table.rows[0]) - len(table.rows[1]))
        table.rows[1][len(table.rows[0]) - 1] = "à garder"

    firm.edit(note)
    firm.chase()

    def empty(tables: Tables) -> None:
        table = tables["invoices"]
        for column in ("invoice_no", "customer", "due_date", "amount"):
            table.put(1, column, None)

    firm.edit(empty)
    firm.chase()
    assert [cell for cell in look_at(firm.path)["invoices"].rows[1] if cell] == ["à garder"]


def test_a_customer_row_that_people_emptied_keeps_no_robot_text(firm: Firm) -> None:
    firm.chase()

    def empty(tables: Tables) -> None:
        for column in ("code", "name", "kind", "email", "scenario"):
            tables["customers"].put(1, column, None)

    firm.edit(empty)
    firm.chase()
    assert not any(look_at(firm.path)["customers"].rows[1])


def test_a_customer_in_two_rows_shows_the_problem_in_both_and_figures_in_neither_alone(firm: Firm) -> None:
    firm.chase()

    def copy(tables: Tables) -> None:
        rows = tables["customers"].rows
        rows.append(list(rows[1]))

    firm.edit(copy)
    firm.put("invoices", ("invoice_no", "A1"), paid=200.0)
    firm.chase()
    table = look_at(firm.path)["customers"]
    assert table.get(1, "problem") == table.get(3, "problem")
    assert table.get(1, "outstanding") == table.get(3, "outstanding")


def test_the_ledger_holds_the_bytes_before_they_leave(firm: Firm) -> None:
    seen: list[bytes] = []

    def look_into_the_ledger() -> None:
        for path in firm.state.glob("evidence/*/1.eml"):
            ledger = sqlite3.connect(f"file:{firm.state / 'ledger.sqlite'}?mode=ro", uri=True)
            found = ledger.execute("SELECT accepted_id FROM messages WHERE id = ?", (path.parent.name,)).fetchall()
            ledger.close()
            assert found in ([("",)], [(p.stem,) for p in firm.state.glob(f"outbox/*{path.parent.name[:12]}.eml")])
            seen.append(path.read_bytes())

    firm.chase(mailer=server(firm, before=look_into_the_ledger))
    assert {m.raw for m in firm.sent()} == set(seen)


def test_a_register_made_elsewhere_gets_its_name_from_its_first_run(tmp_path: Path) -> None:
    firm = Firm(tmp_path)

    def forget(tables: Tables) -> None:
        setting(tables, "register_id", None)

    firm.edit(forget)
    firm.chase()
    named = bootstrap.open_desk(firm.path)
    close(named)
    assert named.register.register_id == named.register_id != ""
    firm.chase()
    assert len(firm.sent()) == 2

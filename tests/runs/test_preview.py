"""What `preview` gathers: every message as it would leave, every other row with its reason, and nothing written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from relance.domain.words import Reason
from relance.runs.preview import GROUP_OF, Preview, Shown, preview
from tests.runs.desks import LATE, MONDAY, Firm, Row, close
from tests.world.book import FR, make

PDF = b"%PDF-1.7\nexemple\n%%EOF\n"


def seen(one: Firm, day: date = MONDAY) -> tuple[Preview, list[Shown]]:
    """A preview, and its messages."""
    desk = one.desk()
    try:
        found = preview(desk, "registre", day)
        return found, list(found.shown)
    finally:
        close(desk)


def row(number: str, customer: str = "C1", due: date = LATE, **more: Any) -> dict[str, Any]:
    """An invoice of 500."""
    return {"invoice_no": number, "customer": customer, "due_date": due, "amount": 500.0, **more}


def firm_of(folder: Path) -> Firm:
    """A firm whose workbook a test makes itself."""
    one = Firm(folder)
    one.path.unlink()
    return one


def said(reasons: tuple[Reason, ...]) -> list[str]:
    return [FR.say(r) for r in reasons]


def test_a_message_is_shown_with_the_very_bytes_that_leave(tmp_path: Path) -> None:
    one = Firm(tmp_path, [row("A1")])
    _, (shown,) = seen(one)
    one.chase()
    assert shown.worded is not None
    assert shown.worded.raw == one.sent()[0].raw


def test_its_documents_are_named_and_come_along(tmp_path: Path) -> None:
    (tmp_path / "f.pdf").write_bytes(PDF)
    _, (shown,) = seen(Firm(tmp_path, [row("A1", document="f.pdf")]))
    assert (shown.attached, shown.missing) == (("f.pdf",), ())
    assert shown.worded is not None
    mail = message_from_bytes(shown.worded.raw)
    assert [p.get_payload(decode=True) for p in mail.walk() if p.get_content_subtype() == "pdf"] == [PDF]


def test_nothing_is_written_and_nothing_leaves(tmp_path: Path) -> None:
    one = Firm(tmp_path)
    before = one.path.read_bytes()
    seen(one)
    assert one.path.read_bytes() == before
    assert one.sent() == []
    assert not one.state.exists()


def test_a_message_that_cannot_be_worded_says_why_and_the_others_are_shown(tmp_path: Path) -> None:
    one = firm_of(tmp_path)
    template: Row = {"template": "R1", "language": "en", "channel": "", "subject": "", "text": "{{ nothing }}"}
    customers: list[Row] = [{"code": "C1", "language": "en"}, {"code": "C2"}]
    make(one.path, customers, [row("A1"), row("B1", "C2")], {"payments_entered_up_to": date(2026, 10, 2)},
         templates=[template])  # fmt: skip
    _, shown = seen(one)
    by_customer = {s.draft.customer.code: s for s in shown}
    fault = by_customer["C1"].fault
    assert fault is not None
    assert (by_customer["C1"].worded, fault.code) == (None, "mail.bad_template")
    assert by_customer["C2"].worded is not None
    assert by_customer["C2"].fault is None


def test_a_document_that_cannot_come_along_is_told_on_its_message(tmp_path: Path) -> None:
    _, (shown,) = seen(Firm(tmp_path, [row("A1", document="absent.pdf")]))
    assert shown.attached == ()
    assert "absent.pdf" in said(shown.missing)[0]
    assert shown.worded is not None


def test_a_step_says_by_which_dates_it_leaves_today(tmp_path: Path) -> None:
    one = Firm(tmp_path, [row("A1")])
    _, (first,) = seen(one)
    assert said(first.why) == ["R1\u00a0: échéance 28/09/2026 + 5 jours = 03/10/2026"]
    one.chase()
    one.put("settings", ("setting", FR.settings["payments_entered_up_to"]["label"]), value=date(2026, 10, 9))
    _, (second,) = seen(one, date(2026, 10, 12))
    assert [text.split()[0] for text in said(second.why)] == ["R2", "R1", "Dernier"]


def test_a_message_about_a_promise_says_so(tmp_path: Path) -> None:
    one = Firm(tmp_path, [row("A1", promised_for=date(2026, 10, 12))])
    _, (shown,) = seen(one)
    assert shown.why == (Reason("preview.promise_confirmed"),)


def test_messages_come_by_step_the_firmest_first_and_numbered_in_that_order(tmp_path: Path) -> None:
    older = {"last_step_done": "R1", "step_done_on": date(2026, 9, 20)}
    rows: list[Row] = [row("A1"), row("B1", "C2", date(2026, 9, 10), **older), row("D1", "C3")]
    found, shown = seen(Firm(tmp_path, rows))
    assert [(b.drafts[0][1].message.step, b.size) for b in found.batches] == [("R2", 1), ("R1", 2)]
    assert [(s.no, s.draft.message.step) for s in shown] == [(1, "R2"), (2, "R1"), (3, "R1")]
    assert found.sums == (("EUR", Decimal(1500)),)


def test_amounts_of_two_currencies_are_never_added(tmp_path: Path) -> None:
    found, _ = seen(Firm(tmp_path, [row("A1", currency="USD"), row("B1", "C2")]))
    assert found.sums == (("EUR", Decimal(500)), ("USD", Decimal(500)))


def test_messages_beyond_the_cap_wait(tmp_path: Path) -> None:
    found, shown = seen(Firm(tmp_path, [row("A1"), row("B1", "C2")], cap_per_day=1))
    assert len(shown) == 1
    assert [d.customer.code for _, d in found.waiting.drafts] == ["C2"]
    assert [h.kind for h in found.held] == ["later"]


def test_every_open_invoice_that_stays_is_held_under_its_reason_the_latest_first(tmp_path: Path) -> None:
    rows: list[Row] = [
        row("L1", situation="Litige"), row("L2", due=date(2026, 9, 1), situation="Litige"), row("N", due=date(2026, 12, 1)),
        row("S", hold_until=date(2026, 12, 1)), row("P", paid=500.0), row("A1"), row("X", amount="à voir"),
    ]  # fmt: skip
    found, _ = seen(Firm(tmp_path, rows))
    held = {h.kind: [x.line.invoice_no for x in h.lines] for h in found.held}
    assert held == {"dispute": ["L2", "L1"], "hold": ["S"], "not_due": ["N"]}
    assert [(h.late, h.sums[0][1]) for h in found.held] == [(2, Decimal(1000)), (1, Decimal(500)), (0, Decimal(500))]


def test_every_reason_has_a_group() -> None:
    never_held = {"paid", "faulty", "leaves_today", "repeat_today", "would_stop_default"}
    assert {f"why.{code}" for code in never_held} | set(GROUP_OF) == {c for c in FR.texts if c.startswith("why.")}


def test_tasks_are_those_open_and_those_made_today(tmp_path: Path) -> None:
    one = Firm(tmp_path, [row("L1", situation="Litige")])
    one.chase()
    found, _ = seen(one, date(2026, 10, 6))
    assert [(t.kind, t.no, name) for t, name in found.tasks] == [("dispute", 1, "Dupont C1 SARL")]
    assert found.first_task == 2
    fresh = tmp_path / "new"
    fresh.mkdir()
    new, _ = seen(Firm(fresh, [row("L1", situation="Litige")]))
    assert [(t.kind, t.no) for t, _ in new.tasks] == [("dispute", 1)]
    assert new.first_task == 1


def test_faulty_rows_are_told_with_their_place(tmp_path: Path) -> None:
    found, shown = seen(Firm(tmp_path, [row("A1"), row("X", amount="à voir")]))
    assert len(shown) == 1
    assert [(f.table, f.row, f.about) for f in found.faulty] == [("invoices", 3, "C1 X")]


def test_a_notice_about_a_row_stands_with_the_faulty_rows(tmp_path: Path) -> None:
    one = firm_of(tmp_path)
    payment: Row = {"date": date(2026, 10, 1), "amount": 10.0, "invoice_no": "absent"}
    settings: Row = {"payments_entered_up_to": date(2026, 9, 1)}
    make(one.path, [{"code": "C1"}], [row("A1")], settings, payments=[payment])
    found, _ = seen(one)
    assert [n.code for n in found.notices] == ["notice.stale"]
    assert [n.code for n in found.row_notices] == ["notice.payment_unknown"]


def test_the_next_sending_days_are_those_of_the_forecast(tmp_path: Path) -> None:
    found, _ = seen(Firm(tmp_path, [row("A1", due=date(2026, 10, 2))]))
    assert [d.day for d in found.days] == [date(2026, 10, n) for n in (6, 7, 8, 9, 12)]
    assert [d.size for d in found.days] == [0, 1, 0, 0, 0]


def test_a_refusal_shows_no_message_and_no_forecast(tmp_path: Path) -> None:
    one = Firm(tmp_path, mode="Test")
    found, shown = seen(one)
    assert found.plan.refused is not None
    assert (shown, found.days, found.held) == ([], (), ())


@pytest.mark.parametrize("mode", ["draft", "live"])
def test_the_mode_changes_no_message(tmp_path: Path, mode: str) -> None:
    one = Firm(tmp_path, mode=FR.values["mode"][mode])
    found, shown = seen(one)
    assert [s.draft.customer.code for s in shown] == ["C1", "C2"]
    assert found.notices == ()

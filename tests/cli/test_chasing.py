"""`plan`, `announce`, `chase`, as seen from outside: JSON, exit codes, the outbox, the workbook."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from relance.adapters.workbook import WorkbookStore
from tests.cli.registers import Registers, invoice


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


def test_a_plan_lists_every_row_and_writes_nothing(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), invoice("B", "2026-10-20", "2100.50"))
    before = reg.path.read_bytes()
    plan = reg.json("plan", "REG", "--on", "2026-10-05")
    assert list(plan) == ["register", "date", "mode", "refused", "notices", "messages", "tasks", "invoices"]
    assert (plan["date"], plan["mode"], plan["refused"], plan["notices"], plan["tasks"]) == ("2026-10-05", "live", None, [], [])
    (message,) = plan["messages"]
    assert {k: v for k, v in message.items() if k not in ("id", "subject")} == {
        "customer": "C1", "currency": "EUR", "step": "R1", "channel": "email", "to": ["compta@dupont.example"],
        "invoices": ["A"], "total": "4800.00", "kind": "step",
    }  # fmt: skip
    a, b = plan["invoices"]
    assert (a["invoice_no"], a["balance"], a["days_late"], a["status"], a["next_date"]) == (
        "A",
        "4800.00",
        5,
        "overdue",
        "2026-10-05",
    )
    assert (b["invoice_no"], b["balance"], b["status"], b["next_step"], b["problem"]) == ("B", "2100.50", "not_due", "R1", None)
    assert b["why"]
    assert reg.path.read_bytes() == before
    assert not reg.path.with_suffix(".relance").exists()


def test_a_chase_sends_once_and_writes_the_reason(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    first = reg.chase()
    assert [first["sent"], first["failed"], first["uncertain"]] == [[first["messages"][0]["id"]], [], []]
    assert reg.chase()["sent"] == []
    (file,) = reg.outbox
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert (mail["To"], mail["X-Relance-Id"]) == ("compta@dupont.example", first["sent"][0])
    evidence = reg.path.with_suffix(".relance") / "evidence" / first["sent"][0] / "1.eml"
    assert evidence.read_bytes() == file.read_bytes()
    assert [reg.cell("Factures", 2, h) for h in ("Statut", "Dernière étape", "Prochaine étape")] == ["Relancée", "R1", "R2"]
    assert reg.cell("Factures", 2, "Pourquoi")
    assert reg.cell("Journal", 2, "Étape") == "R1"


def test_a_second_run_with_nothing_due_writes_only_the_stamp(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase()
    before = {tab.title: tab.rows for tab in WorkbookStore(reg.path).read().tabs}
    reg.chase()
    after = {tab.title: tab.rows for tab in WorkbookStore(reg.path).read().tabs}
    assert [title for title in before if before[title] != after[title]] == ["Réglages"]


def test_rows_sorted_by_people_keep_their_own_status(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), invoice("B", "2026-12-20", 2100))
    reg.chase()
    a = [reg.cell("Factures", 2, h) for h in ("N° facture", "Échéance", "Montant TTC")]
    b = [reg.cell("Factures", 3, h) for h in ("N° facture", "Échéance", "Montant TTC")]
    for row, values in ((2, b), (3, a)):
        for heading, value in zip(("N° facture", "Échéance", "Montant TTC"), values, strict=True):
            reg.type("Factures", row, heading, value)
    reg.chase()
    assert [reg.cell("Factures", row, "Statut") for row in (2, 3)] == ["Non échue", "Relancée"]


def test_without_yes_nothing_leaves_unless_the_answer_is_yes(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    reg.run("chase", "REG", "--on", "2026-10-05")
    assert reg.outbox == []
    monkeypatch.setattr("sys.stdin", io.StringIO("oui\n"))
    reg.run("chase", "REG", "--on", "2026-10-05")
    assert len(reg.outbox) == 1


def test_json_cannot_ask(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.run("chase", "REG", "--json", "--on", "2026-10-05", code=2)
    assert reg.outbox == []


def test_draft_shows_and_sends_nothing(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), mode="draft")
    result = reg.chase()
    assert (len(result["messages"]), result["sent"]) == (1, [])
    assert reg.outbox == []
    assert reg.cell("Envois prévus", 2, "Étape") == "R1"


def test_test_mode_sends_to_the_test_address_and_never_counts(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), mode="test", test_email="moi@exemple.example")
    assert len(reg.chase()["sent"]) == 1
    assert message_from_bytes(reg.outbox[0].read_bytes(), policy=default)["To"] == "moi@exemple.example"
    reg.run("settings", "REG", "mode=live")
    assert reg.chase()["messages"][0]["step"] == "R1"


def test_announcing_sends_nothing(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    assert reg.json("announce", "REG", "--on", "2026-10-05")["sent"] == []
    assert reg.outbox == []
    assert reg.cell("Envois prévus", 2, "Étape") == "R1"
    assert "announced for today: 1" in reg.run("announce", "REG", "--on", "2026-10-05", "--lang", "en")
    assert len(reg.chase()["sent"]) == 1


def test_stale_payments_are_a_notice_and_no_refusal(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), up_to="2026-09-20")
    result = reg.chase()
    assert (result["refused"], result["messages"]) == (None, [])
    assert len(result["notices"]) == 1


def test_an_approval_typed_in_the_sheet_lets_exactly_that_line_go(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 60000))
    first = reg.chase()
    assert (first["messages"], [(t["kind"], t["step"], t["invoices"]) for t in first["tasks"]]) == (
        [],
        [("approve", "R1", ["A"])],
    )
    assert reg.cell("À faire", 2, "N°") == first["tasks"][0]["no"] == 1
    reg.type("À faire", 2, "Résultat", "Validé")
    assert [m["total"] for m in reg.chase()["messages"]] == ["60000.00"]
    assert len(reg.outbox) == 1


def test_people_cells_are_never_overwritten(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.type("Factures", 2, "Commentaire", "=HYPERLINK(1)")
    reg.type("Factures", 2, "Commentaire", "rappelé lundi")
    reg.chase()
    assert reg.cell("Factures", 2, "Commentaire") == "rappelé lundi"
    assert reg.cell("Factures", 2, "Montant TTC") == 4800


def test_two_registers_in_one_folder_are_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = Registers(tmp_path, capsys), Registers(tmp_path, capsys)
    two.path = tmp_path / "autre.xlsx"
    for reg in (one, two):
        reg.live(invoice("A", "2026-09-30", 4800))
        assert len(reg.chase()["sent"]) == 1
    assert len(one.outbox) == len(two.outbox) == 1

"""Bad input: a clear sentence or a row problem, the other rows served, nothing sent twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.registers import CUSTOMER, Registers, invoice


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Montant TTC", "abc"), ("Montant TTC", "1,234"), ("Échéance", "12/13/2025"), ("Échéance", "01/01/1899"),
        ("Échéance", "01/01/2199"), ("Réglé", -5), ("Client", "Inconnu"), ("Dernière relance faite", "R99"),
        ("Scénario", "inexistant"), ("Montant TTC", "#REF!"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_held_and_the_others_are_served(reg: Registers, heading: str, value: object) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), invoice("B", "2026-09-30", 100))
    reg.type("Factures", 2, heading, value)
    result = reg.chase()
    assert [m["invoices"] for m in result["messages"]] == [["B"]]
    bad = next(line for line in result["invoices"] if line["invoice_no"] == "A")
    assert (bad["status"], bool(bad["problem"])) == ("faulty", True)
    assert reg.cell("Factures", 2, "Anomalie")


def test_payment_lines_against_a_typed_amount_are_a_problem(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800, paid=100))
    reg.table("payments", [{"date": "2026-10-01", "amount": 200, "invoice_no": "A"}])
    assert reg.json("plan", "REG", "--on", "2026-10-05")["invoices"][0]["status"] == "faulty"


def test_of_two_rows_with_one_key_neither_is_chased(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), invoice("B", "2026-09-30", 4800))
    reg.type("Factures", 3, "N° facture", "A")
    assert [x["status"] for x in reg.json("plan", "REG", "--on", "2026-10-05")["invoices"]] == ["faulty", "faulty"]


def test_an_address_with_a_line_break_is_refused(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.type("Clients", 2, "E-mail", "a@b.fr\nBcc: c@d.fr")
    result = reg.chase()
    assert (result["messages"], result["invoices"][0]["status"]) == ([], "not_chased")
    assert reg.cell("Clients", 2, "Anomalie")


def test_a_formula_as_a_name_stays_text(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.table("customers", [{**CUSTOMER, "name": '=HYPERLINK("http://x")'}])
    reg.chase()
    assert reg.cell("Clients", 2, "Nom") == '=HYPERLINK("http://x")'


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 cut"])
def test_what_is_no_workbook_is_refused_with_a_sentence(reg: Registers, content: bytes) -> None:
    reg.path.write_bytes(content)
    result = reg.json("plan", "REG", code=1)
    assert (bool(result["refused"]), result["messages"]) == (True, [])
    assert reg.err.startswith("relance: ")


def test_a_missing_file_is_refused(reg: Registers) -> None:
    reg.run("plan", "REG", code=1)
    assert "registre.xlsx" in reg.err


@pytest.mark.parametrize("damage", ["tab", "heading", "twice", "merged"])
def test_a_register_out_of_shape_is_refused(reg: Registers, damage: str) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    book = load_workbook(reg.path)
    sheet = book["Factures"]
    if damage == "tab":
        del book["Clients"]
    elif damage == "heading":
        sheet["C1"] = "Autre"
    elif damage == "twice":
        sheet["E1"] = "Montant TTC"
    else:
        sheet.merge_cells("A2:A3")
    book.save(reg.path)
    result = reg.chase(code=1)
    assert (bool(result["refused"]), result["sent"]) == (True, [])
    assert reg.outbox == []


def test_a_third_of_the_known_rows_gone_is_refused_until_a_person_confirms(reg: Registers) -> None:
    reg.live(*(invoice(f"F{n}", "2026-12-30", 100) for n in range(30)), invoice("A", "2026-09-30", 4800))
    reg.chase()
    book = load_workbook(reg.path)
    book["Factures"].delete_rows(2, 10)
    book.save(reg.path)
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-09")
    assert reg.chase("2026-10-12", code=1)["refused"]
    reg.run("confirm", "REG", "--yes")
    assert [m["step"] for m in reg.chase("2026-10-12")["messages"]] == ["R2"]


def test_another_iban_stops_until_a_person_confirms(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), iban="FR7630006000011234567890189")
    reg.chase()
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-09", "iban=DE89370400440532013000")
    assert "IBAN" in reg.chase("2026-10-12", code=1)["refused"]
    assert len(reg.outbox) == 1
    reg.run("confirm", "REG", "--yes")
    assert len(reg.chase("2026-10-12")["sent"]) == 1


def test_a_clock_before_the_last_run_is_refused(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase()
    assert reg.chase("2026-10-02", code=1)["refused"]


def test_a_register_open_elsewhere_is_refused_before_anything_leaves(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    (reg.folder / ".~lock.registre.xlsx#").write_text("someone")
    assert reg.chase(code=1)["refused"]
    assert reg.outbox == []


@pytest.mark.parametrize("text", ["{{ ''.__class__ }}", "{{ invoices[0].nothing }}", "x" * 30_000])
def test_a_bad_template_holds_only_its_messages_and_says_so(reg: Registers, text: str) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.type("Modèles", 2, "Modèle", "R1")
    reg.type("Modèles", 2, "Texte", text)
    result = reg.chase()
    assert (result["sent"], len(result["failed"])) == ([], 1)
    assert reg.cell("Factures", 2, "Anomalie")


@pytest.mark.parametrize("pair", ["mode=loud", "payments_entered_up_to=soon", "nothing=1", "mode", "min_gap_days=x"])
def test_a_setting_that_is_not_understood_is_refused_and_not_written(reg: Registers, pair: str) -> None:
    reg.live()
    before = reg.path.read_bytes()
    reg.run("settings", "REG", pair, code=2)
    assert reg.path.read_bytes() == before


def test_a_renamed_register_is_recognised_and_can_be_adopted(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase()
    renamed = reg.folder / "nouveau.xlsx"
    reg.path.rename(renamed)
    reg.path = renamed
    assert reg.chase(code=1)["refused"]
    reg.run("ledger", "adopt", "REG", "--yes")
    assert reg.chase()["sent"] == []
    assert len(reg.outbox) == 1


def test_a_copy_is_recognised_and_sends_nothing(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase()
    copy = reg.folder / "copie.xlsx"
    shutil.copy(reg.path, copy)
    reg.path = copy
    assert "registre.xlsx" in reg.chase(code=1)["refused"]
    reg.run("ledger", "adopt", "REG", "--yes", code=1)


def test_a_copy_made_before_the_first_run_is_recognised_too(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    copy = reg.folder / "copie.xlsx"
    shutil.copy(reg.path, copy)
    reg.chase()
    reg.path = copy
    assert "registre.xlsx" in reg.chase(code=1)["refused"]


def test_a_lost_ledger_refuses_until_it_is_rebuilt_and_nothing_is_sent_again(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase()
    shutil.rmtree(reg.path.with_suffix(".relance"))
    assert reg.chase(code=1)["refused"]
    reg.run("ledger", "rebuild", "REG", "--yes")
    again = reg.chase("2026-10-05")
    assert (again["sent"], again["invoices"][0]["last_step"], again["invoices"][0]["next_step"]) == ([], "R1", "R2")


def test_a_ledger_older_than_the_sheet_refuses(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    state = reg.path.with_suffix(".relance")
    reg.chase("2026-10-02")
    shutil.copytree(state, reg.folder / "kept")
    reg.chase()
    shutil.rmtree(state)
    (reg.folder / "kept").rename(state)
    assert reg.chase(code=1)["refused"]
    assert reg.outbox == []
    reg.run("ledger", "rebuild", "REG", "--yes")
    assert reg.chase()["sent"] == []


def test_an_earlier_version_of_the_workbook_put_back_is_told_and_nothing_is_sent_again(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase("2026-10-02")
    shutil.copy(reg.path, reg.folder / "kept")
    reg.chase()
    shutil.copy(reg.folder / "kept", reg.path)
    result = reg.chase()
    assert (result["sent"], len(result["notices"])) == ([], 1)
    assert reg.cell("Factures", 2, "Dernière étape") == "R1"


def test_an_unknown_option_is_wrong_usage(reg: Registers) -> None:
    reg.run("plan", "REG", "--nothing", code=2)
    reg.run("plan", "REG", "--on", "tomorrow", code=2)

"""`import`: a CSV file as people have them -> rows of the register."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import pytest

from relance.bootstrap import lexicon, open_store
from relance.cli import main
from relance.domain.parse import parse
from relance.domain.register import Register
from tests.cli.registers import CUSTOMER, DAY, Registers, invoice


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    made = Registers(tmp_path, capsys)
    made.run("new", "REG")
    made.table("customers", [CUSTOMER])
    return made


def understood(reg: Registers) -> Register:
    return parse(open_store(reg.path).read(), lexicon())


def csv_of(reg: Registers, text: str, encoding: str = "utf-8") -> str:
    path = reg.folder / "fichier.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_importing_twice_adds_nothing_more(reg: Registers) -> None:
    rows = [invoice("A", "2026-09-30", "4800.00", customer="C1"), invoice("B", "2026-09-30", 100, customer="C1")]
    assert reg.table("invoices", rows) == {"added": 2, "updated": 0, "refused": []}
    before = reg.path.read_bytes()
    assert reg.table("invoices", rows) == {"added": 0, "updated": 0, "refused": []}
    assert reg.path.read_bytes() == before


def test_a_known_row_is_updated_by_its_key(reg: Registers) -> None:
    reg.table("invoices", [invoice("A", "2026-09-30", 4800, customer="C1")])
    assert reg.table("invoices", [invoice("A", "2026-10-15", 4800, customer="C1")])["updated"] == 1
    assert [i.due_date.isoformat() for i in understood(reg).invoices] == ["2026-10-15"]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_heading(reg: Registers, sign: str) -> None:
    heading, line = ["N° facture", "Client", "Échéance", "Montant TTC"], ["A", "C1", "2026-09-30", "12.50"]
    file = csv_of(reg, f"{sign.join(heading)}\n{sign.join(line)}\n")
    assert reg.json("import", "REG", file, "--table", "invoices")["added"] == 1


def test_a_delimiter_may_be_named(reg: Registers) -> None:
    file = csv_of(reg, "N° facture|Client|Échéance|Montant TTC\nA|C1|2026-09-30|12.50\n")
    assert reg.json("import", "REG", file, "--table", "invoices", "--delimiter", "|")["added"] == 1
    reg.run("import", "REG", file, "--table", "invoices", "--delimiter", "ab", code=2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_survive_the_usual_encodings(reg: Registers, encoding: str) -> None:
    file = csv_of(reg, "Code;Nom;Pays\nC2;Crémerie Dupont;FR\n", encoding)
    assert reg.json("import", "REG", file, "--table", "customers")["added"] == 1
    assert understood(reg).customers["C2"].name == "Crémerie Dupont"


def test_an_encoding_may_be_named(reg: Registers) -> None:
    file = csv_of(reg, "Code;Nom\nC2;Crémerie Dupont\n", "utf-16")
    reg.json("import", "REG", file, "--table", "customers", "--encoding", "utf-16")
    assert understood(reg).customers["C2"].name == "Crémerie Dupont"
    reg.run("import", "REG", file, "--table", "customers", code=1)
    reg.run("import", "REG", file, "--table", "customers", "--encoding", "klingon", code=2)
    reg.run("import", "REG", file, "--table", "customers", "--encoding", "ascii", code=1)


def test_columns_dates_and_decimals_are_read_as_told(reg: Registers) -> None:
    file = csv_of(reg, 'ref,who,due,sum\nA,C1,9/30/2026,"1.234,56"\n')
    told = ["--map", "invoice_no=ref", "--map", "customer=who", "--map", "due_date=due", "--map", "amount=sum"]
    reg.json("import", "REG", file, "--table", "invoices", *told, "--date-format", "%m/%d/%Y", "--decimal", ",")
    found = understood(reg).invoices[0]
    assert (found.number, found.due_date.isoformat(), str(found.amount)) == ("A", "2026-09-30", "1234.56")


def test_lines_that_cannot_be_used_are_listed_and_the_others_come_in(reg: Registers) -> None:
    file = csv_of(reg, "invoice_no,customer,due_date,amount\nA,C1,2026-09-30,10\nB,C9,2026-09-30,10\nC,C1,hier,10\n")
    result = reg.json("import", "REG", file, "--table", "invoices", "--lang", "fr")
    assert (result["added"], [r["line"] for r in result["refused"]]) == (1, [3, 4])
    assert "C9" in result["refused"][0]["reason"]
    said = reg.run("import", "REG", file, "--table", "invoices", "--lang", "fr")
    assert "refusées\u00a0: 2" in said
    assert "ligne 3" in said


@pytest.mark.parametrize("more", [["--map", "amount=Inconnue"], ["--map", "inconnue=amount"]])
def test_a_mapped_column_that_is_not_there_stops_the_import(reg: Registers, more: list[str]) -> None:
    file = csv_of(reg, "invoice_no,customer,due_date,amount\nA,C1,2026-09-30,10\n")
    before = reg.path.read_bytes()
    reg.run("import", "REG", file, "--table", "invoices", *more, "--lang", "en", code=1)
    assert reg.err.startswith("relance: Nothing was imported")
    assert reg.json("import", "REG", file, "--table", "invoices", *more, code=1)["refused"][0]["line"] == 1
    assert reg.path.read_bytes() == before


def test_what_the_command_line_says_wrong_is_told_in_a_sentence(reg: Registers) -> None:
    file = csv_of(reg, "invoice_no,customer,due_date,amount\nA,C1,2026-09-30,10\n")
    for code, arguments in [
        (2, [file, "--table", "ventes"]), (2, [file]), (2, [file, "--table", "invoices", "--decimal", "x"]),
        (2, [file, "--table", "invoices", "--map", "amount"]), (2, [file, "--table", "payments", "--up-to", "hier"]),
        (1, [str(reg.folder / "absent.csv"), "--table", "invoices"]), (1, [csv_of(reg, "") , "--table", "invoices"]),
        (1, [str(reg.path), "--table", "invoices"]),
    ]:  # fmt: skip
        reg.run("import", "REG", *arguments, code=code)
        assert reg.err
        assert "Traceback" not in reg.err


def test_payments_move_the_date_up_to_which_they_are_entered_on_never_back(reg: Registers) -> None:
    reg.table("invoices", [invoice("A", "2026-09-30", 4800, customer="C1")])
    line = {"date": "2026-10-01", "amount": 100, "invoice_no": "A"}
    reg.table("payments", [line])
    assert reg.json("settings", "REG")["payments_entered_up_to"] == "2026-10-01"
    reg.table("payments", [line], "--up-to", "2026-10-02")
    assert reg.json("settings", "REG")["payments_entered_up_to"] == "2026-10-02"
    reg.table("payments", [line | {"date": "2026-09-01"}])
    assert reg.json("settings", "REG")["payments_entered_up_to"] == "2026-10-02"
    assert understood(reg).invoices[0].paid == 200


def test_open_items_mark_what_is_absent_and_lift_it_when_it_is_listed_again(reg: Registers) -> None:
    both = [invoice("A", "2026-09-30", 4800, customer="C1"), invoice("B", "2026-09-30", 100, customer="C1")]
    reg.table("invoices", both)
    reg.table("invoices", both[:1], "--open-items")
    assert [i.situation for i in understood(reg).invoices] == ["", "to_check"]
    reg.table("invoices", both, "--open-items")
    assert [i.situation for i in understood(reg).invoices] == ["", ""]


def test_a_scenario_comes_in_by_its_steps(reg: Registers) -> None:
    reg.table("scenarios", [{"scenario": "mine", "step": "S1", "days": 3, "channel": "email"}])
    assert [s.code for s in understood(reg).scenarios["mine"].steps] == ["S1"]


def test_a_run_after_an_import_chases_what_came_in(reg: Registers) -> None:
    reg.run("settings", "REG", "mode=live", "from_email=compta@exemple.example", "payments_entered_up_to=2026-10-02")
    reg.table("invoices", [invoice("A", "2026-09-30", 4800, customer="C1")])
    assert [m["invoices"] for m in reg.chase(DAY)["messages"]] == [["A"]]


def test_thousands_of_rows_take_seconds(reg: Registers) -> None:
    path, first = reg.folder / "grand.csv", date.fromisoformat(DAY)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["invoice_no", "customer", "due_date", "amount"])
        writer.writerows([f"N{n}", "C1", first - timedelta(days=n % 90), f"{n}.50"] for n in range(2_500))
    start = perf_counter()
    with pytest.raises(SystemExit, match="0"):
        main(["import", str(reg.path), str(path), "--table", "invoices"])
    assert (len(understood(reg).invoices), perf_counter() - start < 10) == (2_500, True)

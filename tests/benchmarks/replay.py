"""Replay a register of past invoices: `python -m tests.benchmarks.replay invoices.csv`.

The file has a line per settled invoice: customerID, invoiceNumber, InvoiceDate, DueDate, InvoiceAmount, SettledDate,
with American dates. It is brought into a register by the commands that people use, and simulated day after day.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from relance.cli import main

FIRST, LAST = "2012-01-01", "2014-01-31"
SETTINGS = ("grouping=invoice", "min_gap_days=0", "floor=0", "cap_per_day=0", "working_days_only=no")
SCENARIO = [["replay", step, days, "email"] for step, days in (("S1", "1"), ("S2", "8"), ("S3", "15"), ("S4", "30"))]
INVOICES = (
    "invoice_no=invoiceNumber",
    "customer=customerID",
    "invoice_date=InvoiceDate",
    "due_date=DueDate",
    "amount=InvoiceAmount",
)
PAYMENTS = ("date=SettledDate", "amount=InvoiceAmount", "invoice_no=invoiceNumber", "customer=customerID")


def replay(source: Path, folder: Path) -> None:
    """Build the register in `folder` and print what simulating it counts."""
    register, customers, scenario = folder / "replay.xlsx", folder / "customers.csv", folder / "scenario.csv"
    with source.open(encoding="utf-8-sig", newline="") as file:
        codes = sorted({row["customerID"] for row in csv.DictReader(file)})
    _write(customers, ["code", "name", "email", "scenario"], [[c, c, f"{c}@example.com", "replay"] for c in codes])
    _write(scenario, ["scenario", "step", "days", "channel"], SCENARIO)
    _command("new", str(register), "--lang", "en")
    _command("settings", str(register), *SETTINGS)
    _command("import", str(register), str(scenario), "--table", "scenarios")
    _command("import", str(register), str(customers), "--table", "customers")
    _command("import", str(register), str(source), "--table", "invoices", *_american(INVOICES))
    _command("import", str(register), str(source), "--table", "payments", *_american(PAYMENTS))
    _command("simulate", str(register), "--from", FIRST, "--to", LAST)


def _american(columns: tuple[str, ...]) -> list[str]:
    return ["--date-format", "%m/%d/%Y", *(part for column in columns for part in ("--map", column))]


def _write(path: Path, heading: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])


def _command(*arguments: str) -> None:
    """Run one command as from a terminal, and say how long it took; one that is refused ends the replay."""
    start = perf_counter()
    try:
        main([*arguments, "--lang", "en"] if "--lang" not in arguments else arguments)
    except SystemExit as end:
        if end.code:
            raise
    print(f"  [{arguments[0]}: {perf_counter() - start:.1f} s]", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m tests.benchmarks.replay invoices.csv")
    with tempfile.TemporaryDirectory() as made:
        replay(Path(sys.argv[1]), Path(made))

"""Real processes, killed at any moment: every message leaves exactly once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from relance.adapters.sqlite_ledger import SqliteLedger
from relance.ports.errors import LedgerError
from tests.cli.registers import Registers, invoice

FILES = 30


def started(path: Path) -> subprocess.Popen[bytes]:
    """`relance chase` in a process of its own."""
    command = [sys.executable, "-c", "from relance.cli import main; main()", "chase", str(path), "--yes", "--on", "2026-10-05"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    reg = Registers(tmp_path, capsys)
    reg.live(cap_per_day=0)
    customers = [
        {"code": f"C{n}", "name": f"Client {n}", "email": f"c{n}@x.example", "scenario": "standard"} for n in range(FILES)
    ]
    reg.table("customers", customers)
    reg.table("invoices", [invoice(f"F{n}", "2026-09-30", 100 + n, customer=f"C{n}") for n in range(FILES)])
    return reg


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_every_message_leaves_exactly_once(reg: Registers, seed: int) -> None:
    moments = random.Random(seed)
    for _ in range(5):
        process = started(reg.path)
        deadline = time.monotonic() + 10
        wanted = len(reg.outbox) + moments.randrange(FILES // 3)
        while process.poll() is None and len(reg.outbox) < wanted and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
        process.wait()
    reg.chase()
    ids = Counter(message_from_bytes(f.read_bytes(), policy=default)["X-Relance-Id"] for f in reg.outbox)
    assert (len(ids), set(ids.values())) == (FILES, {1})
    assert {reg.cell("Factures", row, "Dernière étape") for row in range(2, FILES + 2)} == {"R1"}
    assert reg.chase()["sent"] == []


def test_while_a_run_holds_the_register_another_is_refused(reg: Registers) -> None:
    reg.chase()
    ledger = SqliteLedger(reg.path.with_suffix(".relance"), str(reg.json("ledger", "show", "REG")["register_id"]))
    ledger.begin(date(2026, 10, 5), datetime(2026, 10, 5, 8, tzinfo=UTC))
    with pytest.raises(LedgerError, match="busy"):
        SqliteLedger(reg.path.with_suffix(".relance"), ledger.history().register_id).begin(
            date(2026, 10, 5), datetime(2026, 10, 5, 8, tzinfo=UTC)
        )
    reg.run("chase", "REG", "--yes", "--on", "2026-10-05", code=1)
    ledger.close()
    assert reg.chase()["sent"] == []

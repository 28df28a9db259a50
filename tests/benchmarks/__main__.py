"""Measure Relance, each measurement in a process of its own: `python -m tests.benchmarks`.

`python -m cProfile -s tottime -m tests.benchmarks memory 10000` shows where the time of one of them goes.
"""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from relance import bootstrap
from relance.adapters.jinja_messages import JinjaMessages
from relance.adapters.jinja_messages.bank import qr_of
from relance.adapters.jinja_messages.mime import mime
from relance.cli import main
from relance.domain.decide import decide
from relance.domain.history import History
from relance.domain.parse import understand
from relance.domain.sheet import CellValue
from tests.adapters.drafts import a_draft, a_line
from tests.domain.lexicon import FR, LEXICON, register, setting

DAY = date(2026, 10, 5)
PER_CUSTOMER = 5
SETTINGS: tuple[tuple[str, CellValue], ...] = (
    ("mode", "live"), ("sender_name", "Exemple SAS"), ("from_email", "compta@exemple.example"), ("cap_per_day", 0),
    ("ceiling", 0), ("payments_entered_up_to", date(2026, 10, 2)),
)  # fmt: skip
Rows = list[dict[str, Any]]


def rows_of(count: int) -> dict[str, Rows]:
    """A register of so many open invoices, most of them late, all files with something to send."""
    customers: Rows = [
        {"code": f"C{n:06}", "name": f"Client {n}", "kind": "Professionnel", "email": f"compta@c{n}.example"}
        for n in range(count // PER_CUSTOMER)
    ]
    invoices: Rows = [
        {
            "invoice_no": f"F{n:07}",
            "customer": f"C{n // PER_CUSTOMER:06}",
            "amount": 100.0 + n % 997,
            "invoice_date": DAY - timedelta(days=45 + 8 * (n % PER_CUSTOMER)),
            "due_date": DAY - timedelta(days=8 * (n % PER_CUSTOMER) - 3),
        }
        for n in range(count)
    ]
    return {"invoices": invoices, "customers": customers, "settings": [dict(setting(k, v)) for k, v in SETTINGS]}


def in_memory(count: int) -> None:
    """Parse and decide, without any file; prints the best of three as JSON."""
    rows = rows_of(count)
    snapshot = register(rows["invoices"], rows["customers"], settings=rows["settings"])
    best: list[float] = []
    gc.set_threshold(50_000, 20, 20)  # as the command line does
    for _ in range(3):
        start = perf_counter()
        read = understand(snapshot, LEXICON)
        parsed = perf_counter()
        plan = decide(read, History(), DAY)
        best = min(best or [9e9, 0.0], [perf_counter() - start, parsed - start])
    print(json.dumps({"seconds": best[0], "note": f"parse {best[1]:.2f} s, {len(plan.messages)} messages"}))


def messages(count: int) -> None:
    """Word so many messages of five invoices, then make their QR codes and bytes again; prints the computing time of both."""
    drafts = [
        a_draft(
            "R2", charges="mention", message={"id": f"{n:032}"}, customer={"name": f"Client {n}"},
            lines=tuple(a_line(f"F{n}-{i}", f"{100 + n % 997}.{i}0") for i in range(PER_CUSTOMER)),
        ) for n in range(count + 1)
    ]  # fmt: skip
    wording = JinjaMessages(bootstrap.templates_folder())
    wording.render(drafts.pop())  # compiles the templates
    whole = carried = 0.0
    for draft in drafts:
        start = process_time()
        worded = wording.render(draft)
        rendered = process_time()
        other = replace(draft, total=draft.total + 1)  # another QR code: none is ready
        mime(other, "fr", worded.subject, worded.text, worded.html, qr_of(other), ())
        whole += rendered - start
        carried += process_time() - rendered
    print(json.dumps({"worded": whole - carried, "carried": carried}))


def make(path: Path, count: int) -> None:
    """A workbook with so many invoices."""
    bootstrap.create_register(path, FR, rows_of(count))
    print(json.dumps({"note": "only to have one"}))


def command(*arguments: str) -> None:
    """One command of `relance`, as it is typed."""
    main(arguments)


def on_aws(what: str, count: int) -> None:
    """The adapters of AWS; the others must not pay for loading their SDK."""
    from tests.benchmarks.on_aws import ledger, sending

    {"ledger": ledger, "sending": sending}[what](count)


def functions(part: str = "functions") -> None:
    """The built functions under AWS's runtime emulator: all of it, or a part."""
    from tests.benchmarks import functions, month

    {"functions": functions.everything, "starts": functions.starts, "imports": functions.imports,
     "layer": functions.layer, "month": month.month}[part]()  # fmt: skip


def double(count: int, folder: str) -> None:
    """Google's double with a register of so many invoices; the measured commands must not pay for loading it."""
    from tests.benchmarks.sheet import serve

    serve(rows_of(count), Path(folder))


def measured(*arguments: str) -> tuple[float, float, int, str]:
    """Run one measurement of this module apart: seconds, those of them computing, peak memory in MB, what it printed."""
    start = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks", *arguments], stdout=subprocess.PIPE, text=True
    ) as child:  # fmt: skip
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(arguments)}: exit code {child.returncode}")
    return perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, said


def starting() -> float:
    """Seconds until `relance --help` has been printed: the best of five, Python's own start included."""
    best = 9e9
    for _ in range(5):
        start = perf_counter()
        subprocess.run([Path(sys.executable).with_name("relance"), "--help"], check=True, stdout=subprocess.DEVNULL)
        best = min(best, perf_counter() - start)
    return best


def report(name: str, count: int, seconds: float, cpu: float | None, memory: int, note: str) -> None:
    """One line of the table."""
    computing = "" if cpu is None else f"{cpu:.2f}"
    print(f"{name:<36} {count:>8,} {seconds:>8.2f} {computing:>8} {count / seconds:>8,.0f} {memory:>5}  {note}", flush=True)


def everything() -> None:
    """The whole table. Seconds of commands include starting Python."""
    print(f"{'':<36} {'count':>8} {'seconds':>8} {'of CPU':>8} {'a second':>8} {'MB':>5}")
    print(f"{'relance --help':<36} {'':>8} {starting():>8.2f}", flush=True)
    for count in (10_000, 100_000):
        _, _, memory, said = measured("memory", str(count))
        found = json.loads(said)
        report("parse and decide, in memory", count, found["seconds"], None, memory, found["note"])
    count = 1_000
    _, _, memory, said = measured("messages", str(count))
    found = json.loads(said)
    for name, seconds in (("messages worded, text and HTML", found["worded"]), ("their QR codes and MIME", found["carried"])):
        report(name, count, seconds, seconds, memory, f"{1000 * seconds / count:.2f} ms a message of 5 invoices")
    for what, count in (("ledger", 200), ("sending", 200)):
        _, _, memory, said = measured("aws", what, str(count))
        found = json.loads(said)
        report(f"{what} on AWS's doubles, messages", count, found["seconds"], None, memory, found["note"])
    with tempfile.TemporaryDirectory() as folder:
        path, page, count = Path(folder) / "registre.xlsx", Path(folder) / "page.html", 10_000
        seconds, cpu, memory, _ = measured("make", str(path), str(count))
        report("make the workbook", count, seconds, cpu, memory, "")
        for name, arguments in _commands(str(path), str(page)):
            seconds, cpu, memory, said = measured("command", *arguments, "--on", DAY.isoformat(), "--lang", "en")
            cells = re.search(r"\((\d+) cells\)", said)
            note = f"{cells[1]} cells written" if cells else ""
            if page.exists():
                note = f"{count // PER_CUSTOMER:,} messages, a page of {page.stat().st_size / 1e6:.1f} MB"
                page.unlink()
            report(name, count, seconds, cpu, memory, note)
    over_a_sheet()


def over_a_sheet() -> None:
    """A whole run over a Google Sheet, and another with nothing due; the emulator's own time is in the seconds."""
    from tests.benchmarks.sheet import served

    for count in (2_000, 10_000, 20_000):
        with served(count) as sheet:
            for name in ("chase over a Google Sheet", "chase over it again, nothing due"):
                arguments = ("chase", sheet.address, "--yes", "--on", DAY.isoformat(), "--lang", "en")
                seconds, cpu, memory, _ = measured("command", *arguments)
                report(name, count, seconds, cpu, memory, sheet.calls())


def _commands(path: str, page: str) -> Iterable[tuple[str, list[str]]]:
    yield "relance plan --json", ["plan", path, "--json"]
    yield "relance preview", ["preview", path, "--output", page]
    yield "relance chase --yes", ["chase", path, "--yes"]
    yield "relance chase --yes, nothing due", ["chase", path, "--yes"]
    yield "relance plan --json, afterwards", ["plan", path, "--json"]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["memory", number]:
            in_memory(int(number))
        case ["messages", number]:
            messages(int(number))
        case ["aws", what, number]:
            on_aws(what, int(number))
        case ["serve", number, folder]:
            double(int(number), folder)
        case ["make", name, number]:
            make(Path(name), int(number))
        case ["command", *words]:
            command(*words)
        case ["functions" | "starts" | "imports" | "layer" | "month" as part]:
            functions(part)
        case []:
            everything()
            functions()
        case _:
            sys.exit(__doc__)

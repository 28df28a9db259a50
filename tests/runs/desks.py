"""A small register on disk, chased by the real run over the real adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from relance import bootstrap
from relance.domain.sheet import CellValue, Snapshot
from relance.ports.mail import Mailer
from relance.runs.chase import announce, chase
from relance.runs.desk import Desk, Result
from tests.world.book import Tables, edit, look_at, make
from tests.world.mails import Mail, accepted

MONDAY = date(2026, 10, 5)
LATE = date(2026, 9, 28)  # R1 is due on MONDAY
Row = Mapping[str, CellValue]


class Clock:
    """Instants of one morning, each `seconds` after the one before."""

    def __init__(self, day: date, seconds: int = 1) -> None:
        self.now = datetime(day.year, day.month, day.day, 8, 30, tzinfo=UTC)
        self.step = timedelta(seconds=seconds)

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


class Acting:
    """The register's store, with something that happens each time before it is re-read."""

    def __init__(self, desk: Desk, before: Callable[[], None]) -> None:
        self._store, self._before = desk.store, before
        self.read, self.write, self.check_writable = self._store.read, self._store.write, self._store.check_writable
        self.document, self.inspect = self._store.document, self._store.inspect

    def reread(self) -> Snapshot:
        """Let people act, then read."""
        self._before()
        return self._store.reread()


class Firm:
    """One register with two late customers, A1 and B1; `rows` and `settings` say more."""

    def __init__(self, folder: Path, invoices: list[Row] | None = None, **settings: CellValue) -> None:
        self.path = folder / "registre.xlsx"
        usual: list[Row] = [
            {"invoice_no": "A1", "customer": "C1", "due_date": LATE, "amount": 1200.0},
            {"invoice_no": "B1", "customer": "C2", "due_date": LATE, "amount": 350.5},
        ]
        rows = usual if invoices is None else invoices
        codes = sorted({str(r["customer"]) for r in rows})
        make(self.path, [{"code": c} for c in codes], rows, {"payments_entered_up_to": date(2026, 10, 2), **settings})

    @property
    def state(self) -> Path:
        return bootstrap.state_folder(self.path)

    def desk(self, mailer: Mailer | None = None, before_reread: Callable[[], None] | None = None) -> Desk:
        """The register as a process opens it."""
        desk = bootstrap.open_desk(self.path)
        if before_reread is not None:
            desk = replace(desk, store=Acting(desk, before_reread))
        return desk if mailer is None else replace(desk, mailer=mailer)

    def chase(self, day: date = MONDAY, allowed: Mapping[str, str] | None = None, **around: Any) -> Result:
        """One sending run, by a process that then ends."""
        return self._run(lambda desk: chase(desk, day, Clock(day), allowed), **around)

    def announce(self, day: date = MONDAY, **around: Any) -> Result:
        """One announcing run."""
        return self._run(lambda desk: announce(desk, day, Clock(day)), **around)

    def _run(self, run: Callable[[Desk], Result], **around: Any) -> Result:
        desk = self.desk(**around)
        try:
            return run(desk)
        finally:
            close(desk)

    def sent(self) -> list[Mail]:
        """What the outbox holds."""
        return accepted(self.state / "outbox")

    def edit(self, change: Callable[[Tables], None]) -> None:
        """A person changes cells and saves."""
        edit(self.path, change)

    def put(self, table: str, key: tuple[str, str], **cells: Any) -> None:
        """A person types in the row where a column has this value."""

        def change(tables: Tables) -> None:
            row = tables[table].find(*key)
            for column, value in cells.items():
                tables[table].put(row, column, value)

        self.edit(change)

    def invoice(self, number: str, column: str) -> Any:
        """What an invoice's row shows."""
        tables = look_at(self.path)["invoices"]
        return tables.get(tables.find("invoice_no", number), column)


def close(desk: Desk) -> None:
    """Give up the ledger's lock and file, as the end of a process does."""
    ledger: Any = desk.ledger
    ledger.close()

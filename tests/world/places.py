"""Where a world's register, ledger and mail server are: what people and judges need of them, whatever holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

from relance import bootstrap
from relance.adapters.sqlite_ledger import SqliteLedger
from relance.domain.history import Message
from relance.domain.sheet import CellValue
from relance.ports.ledger import Ledger
from relance.runs.desk import Desk
from tests.world.bad_line import BadLine, Moods
from tests.world.book import Tables, edit, look_at, make, open_elsewhere
from tests.world.mails import Mail, accepted
from tests.world.ports import Clock

Rows = Sequence[dict[str, CellValue]]


class Place(Protocol):
    """One register with its ledger and its mail server."""

    asked: bool  # whether the mail server can be asked what became of every message
    lease: timedelta  # how long a run that was cut short still holds the register
    excuses: tuple[str, ...]  # the ledger's reasons for which a run may stop

    def joins(self, clock: Clock, random: Random) -> None:
        """Live by this clock and this chance."""
        ...

    # -- the register --------------------------------------------------------------------------------------------------

    def make(self, customers: Rows, invoices: Rows) -> None:
        """Make it, in live mode."""
        ...

    def desk(self) -> Desk:
        """The register as a process opens it."""
        ...

    def look(self) -> Tables:
        """All its tabs, read without the robot's own reader."""
        ...

    def edit(self, change: Callable[[Tables], None], other: bool) -> None:
        """People change cells at once; `other`: with another program than usual."""
        ...

    def hold(self) -> Callable[[], None]:
        """Keep the register from being read or written, and give what ends it."""
        ...

    def in_the_gap(self, act: Callable[[], None]) -> bool:
        """Let something happen within the next write, after it was asked for and before it is done; False where none can."""
        ...

    # -- the ledger and the mail server --------------------------------------------------------------------------------

    def ledger(self) -> list[Message]:
        """The messages that the ledger knows, read by another process."""
        ...

    def evidence(self) -> Mapping[str, list[bytes]]:
        """The bytes kept of each message, the last attempt's last."""
        ...

    def sent(self) -> list[Mail]:
        """What the mail server took, in its order."""
        ...

    def on_bad_lines(self, desk: Desk, mood: Moods, knows: Callable[[], bool]) -> Desk:
        """A desk whose calls may fail. `mood` says how the next message fares, `knows` whether it can be asked later."""
        ...

    # -- runs ----------------------------------------------------------------------------------------------------------

    def begins(self, random: Random | None) -> None:
        """A run begins; with `random`, calls of it may fail."""
        ...

    def between(self) -> None:
        """A moment of a run with faults passes."""
        ...

    def closes(self, ledger: Ledger) -> None:
        """What the end of a run's process does, however it ended."""
        ...

    def ends(self, fault_free: bool, rereads: int) -> None:
        """A run has ended: what must hold of its calls does."""
        ...

    def arrive(self) -> None:
        """All that is on its way back about messages arrives, and people look after what nobody can know."""
        ...


class OnDisk:
    """A ledger and an outbox in a folder, `state`."""

    asked = True
    lease = timedelta(0)
    excuses: tuple[str, ...] = ()
    state: Path

    def joins(self, clock: Clock, random: Random) -> None:
        pass

    def ledger(self) -> list[Message]:
        ledger = SqliteLedger(self.state, "world-1")
        try:
            return list(ledger.messages())
        finally:
            ledger.close()

    def evidence(self) -> Mapping[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for path in sorted((self.state / "evidence").glob("*/*.eml")):
            found.setdefault(path.parent.name, []).append(path.read_bytes())
        return found

    def sent(self) -> list[Mail]:
        return accepted(self.state / "outbox")

    def on_bad_lines(self, desk: Desk, mood: Moods, knows: Callable[[], bool]) -> Desk:
        return replace(desk, mailer=BadLine(desk.mailer, mood, knows))

    def between(self) -> None:
        pass

    def closes(self, ledger: Ledger) -> None:
        local: Any = ledger
        local.close()

    def arrive(self) -> None:
        pass


class InWorkbook(OnDisk):
    """A workbook in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "registre.xlsx"
        self.state = bootstrap.state_folder(self.path)

    def make(self, customers: Rows, invoices: Rows) -> None:
        make(self.path, customers, invoices)

    def desk(self) -> Desk:
        return bootstrap.open_desk(self.path)

    def look(self) -> Tables:
        return look_at(self.path)

    def edit(self, change: Callable[[Tables], None], other: bool) -> None:
        edit(self.path, change, by_library=other)

    def hold(self) -> Callable[[], None]:
        return open_elsewhere(self.path).unlink

    def in_the_gap(self, act: Callable[[], None]) -> bool:
        return False

    def begins(self, random: Random | None) -> None:
        pass

    def ends(self, fault_free: bool, rereads: int) -> None:
        pass

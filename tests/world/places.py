"""Where the register of a world lies: what people and judges need of it, whatever holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Protocol

from relance import bootstrap
from relance.domain.sheet import CellValue
from relance.runs.desk import Desk
from tests.world.book import Tables, edit, look_at, make, open_elsewhere

Rows = Sequence[dict[str, CellValue]]


class Place(Protocol):
    """One register. `state` is the folder of its ledger and outbox."""

    state: Path

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

    def begins(self, random: Random | None) -> None:
        """A run begins; with `random`, calls of it may fail."""
        ...

    def ends(self, fault_free: bool, rereads: int) -> None:
        """A run has ended: what must hold of its calls does."""
        ...


class InWorkbook:
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

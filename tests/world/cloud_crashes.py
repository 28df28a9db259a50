"""The stage of the story as deployed: its moments are the HTTP requests to DynamoDB, S3 and SES."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.emulators.line import Fault
from tests.emulators.ses import Taken
from tests.emulators.sheets.model import Spreadsheet
from tests.emulators.sheets.server import SheetsServer
from tests.world.cloud import InCloud
from tests.world.days import Kind, World
from tests.world.places import Place
from tests.world.ports import Side
from tests.world.weather import no_fault


@dataclass(frozen=True)
class Kept:
    """All there was at a moment; nothing is ever taken out of the bucket."""

    book: Spreadsheet
    items: list[dict[str, Any]]
    taken: list[Taken]


class Cloud:
    """A spreadsheet, a table and an account that can be set back."""

    def __init__(self, folder: Path, google: SheetsServer) -> None:
        self.place = InCloud(folder, google)
        self.kept: dict[str, Kept] = {}

    def fresh(self) -> Place:
        return self.place

    def keep(self, name: str) -> None:
        self.kept[name] = Kept(self.place.sheet.person.book.copy(), self.place.items(), [*self.place.account.taken])

    def back(self, name: str) -> Place:
        kept = self.kept[name]
        self.place.sheet.file.book = kept.book.copy()
        self.place.account = self.place.new_account(kept.taken)
        self.place.put_back(kept.items)
        return self.place

    def moments(self, world: World) -> int:
        return len(self.place.calls)

    def stopped(self, world: World, kind: Kind, stop: tuple[int, Side]) -> str:
        fault: Fault = "crash" if stop[1] == "before" else "crash_after"
        self.place.script = lambda number, _: fault if number == stop[0] else None
        world.run(kind)
        self.place.script = no_fault
        assert len(self.place.calls) == stop[0], f"request {stop} was not reached"
        return self.place.calls[-1]

"""What a deployment of many registers needs: which there are, the queue of their passes, what became of them, alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from relance.domain.words import Reason


@dataclass(frozen=True, slots=True)
class Listed:
    """One register of a deployment: its name there, the id of its sheet, and since when it is listed so."""

    name: str
    sheet: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The registers to run, and what is wrong with the others: one bad entry never stops the rest."""

    found: tuple[Listed, ...]
    problems: tuple[Reason, ...] = ()


class Registers(Protocol):
    """The registers of a deployment."""

    def list(self) -> Listing:
        """Those that are active, by name. Raises RegistersError."""
        ...


PassKind = Literal["announce", "send"]


@dataclass(frozen=True, slots=True)
class Pass:
    """One scheduled pass over one register: the instant it was scheduled for, and which part of it."""

    register: str
    sheet: str
    kind: PassKind
    at: datetime
    part: int = 1


class RunQueue(Protocol):
    """The passes that wait to be run: those of one register in order, one after the other."""

    def put(self, one: Pass) -> None:
        """Let a pass be run; the same twice within a few minutes is once. Raises QueueError."""
        ...

    def waiting(self) -> int:
        """How many passes wait or run, about. Raises QueueError."""
        ...


PassOutcome = Literal["running", "goes_on", "done", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class PassRecord:
    """What became of one part of a pass, at the instant `at`: ids, counts and a reason, no personal data."""

    register: str
    kind: PassKind
    part: int
    outcome: PassOutcome
    at: datetime
    register_id: str = ""
    why: Reason | None = None
    sent: int = 0
    uncertain: tuple[str, ...] = ()  # ids of all messages of which nobody knew then whether they left


class Passes(Protocol):
    """What became of the passes of each day."""

    def record(self, day: date, record: PassRecord) -> None:
        """Keep this, in place of what was recorded of the same part. Raises QueueError."""
        ...

    def of_day(self, day: date, register: str = "") -> Sequence[PassRecord]:
        """Those of a day, of one register or of all, by register, kind and part. Raises QueueError."""
        ...


class Alerts(Protocol):
    """The way to the people who operate a deployment."""

    def raise_alert(self, subject: str, text: str) -> None:
        """Tell them now. Raises AlertError."""
        ...

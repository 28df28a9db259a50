"""What goes wrong by chance around a run on AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.emulators.line import UNSURE, Fault

FaultOf = Callable[[int, str], Fault | None]  # how the request with this number, of this operation, fares
OUTAGE = 6  # requests one after the other that fail
NEVER = 10**6


def no_fault(number: int, operation: str) -> Fault | None:
    """All is well."""
    return None


@dataclass
class Weather:
    """How likely what goes wrong outside is; all 0: nothing does."""

    requests: float = 0.0  # a request to DynamoDB, S3 or SES's GetAccount, or its answer, fails
    stops: float = 0.0  # the machine stops at some request of a run
    resolved: float = 1.0  # people look up what no event tells
    late: float = 0.0  # seconds at most until an event arrives
    twice: float = 0.0
    lost: float = 0.0
    ill: float = 0.0  # an address is not simply delivered to


def faults(weather: Weather, chance: Random, between: Callable[[], None]) -> FaultOf:
    """What happens to the requests of one run; `between` happens before each."""
    last = chance.randrange(1, 60) if chance.random() < weather.stops else 0
    side: Fault = chance.choice(("crash", "crash_after"))
    down = chance.randrange(1, 60) if chance.random() < weather.requests * 4 else NEVER

    def fault(number: int, operation: str) -> Fault | None:
        between()
        if number == last:
            return side
        if operation == "SendEmail" or not (down <= number < down + OUTAGE or chance.random() < weather.requests):
            return None
        if operation == "TransactWriteItems":
            return chance.choice((*UNSURE, "throttled", "conflict"))
        return chance.choice(UNSURE if operation == "PutObject" else (*UNSURE, "throttled"))

    return fault

"""The pace of sending: a token bucket."""

from __future__ import annotations

from collections.abc import Callable

BURST = 0.2  # seconds of sending that may be caught up after a slow answer


class Pace:
    """Lets `rate` recipients a second through: one after the other, and catches up a fifth of a second at most."""

    def __init__(self, rate: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._next = clock()  # when the next recipient may be addressed

    def wait(self, recipients: int) -> None:
        """Return when so many recipients may be addressed."""
        now = self._clock()
        self._next = max(self._next, now - BURST)
        if self._next > now:
            self._sleep(self._next - now)
        self._next += recipients / self._rate

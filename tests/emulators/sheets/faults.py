"""What can go wrong on the way, and the record of every call."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.emulators.sheets.errors import ApiError

HTML_502 = (
    b"<!DOCTYPE html>\n<html lang=en><title>Error 502 (Server Error)!!1</title><p>The server encountered a temporary error."
)


@dataclass(frozen=True)
class Fault:
    """One fault for one call.

    kind: `status` (a JSON error, or Google's HTML page for 502), `hang` (no answer until the client gives up), `reset`
    (connection cut), `slow` (answers after `seconds`). `after`: the call was carried out before the fault.
    """

    kind: str
    status: int = 0
    after: bool = False
    seconds: float = 0.0
    retry_after: int = 0
    message: str = ""


def status(code: int, after: bool = False, retry_after: int = 0, message: str = "") -> Fault:
    """Any code as JSON in Google's shape, with Google's usual sentence or the one given; 502 as HTML."""
    return Fault("status", code, after, retry_after=retry_after, message=message)


def hang(after: bool = False) -> Fault:
    """The client's read timeout runs out."""
    return Fault("hang", after=after)


def reset(after: bool = False) -> Fault:
    """The connection is cut without an answer."""
    return Fault("reset", after=after)


def slow(seconds: float) -> Fault:
    """A right answer, late."""
    return Fault("slow", seconds=seconds)


MESSAGES = {
    429: "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' "
    "of service 'sheets.googleapis.com' for consumer 'project_number:100000000001'.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}


def scripted_error(fault: Fault) -> ApiError:
    """The error Google answers with the fault's code."""
    return ApiError(fault.status, fault.message or MESSAGES.get(fault.status, f"Scripted fault {fault.status}."))


@dataclass
class Quota:
    """Google's limits per minute, refilled each minute of the emulator's clock."""

    clock: Callable[[], float]
    per_user: int = 60
    per_project: int = 300
    minute: int = -1
    used: Counter[str] = field(default_factory=Counter)

    def take(self, account: str, writes: bool) -> None:
        """Count a call.

        Raises: ApiError 429 RESOURCE_EXHAUSTED when the minute's calls are used up.
        """
        minute = int(self.clock() // 60)
        if minute != self.minute:
            self.minute, self.used = minute, Counter()
        kind = "Write" if writes else "Read"
        for limit, scope, key in (
            (self.per_user, "per user", f"{kind}/{account}"),
            (self.per_project, "", f"{kind}/"),
        ):
            if self.used[key] >= limit:
                raise quota_error(kind, scope)
        self.used[f"{kind}/{account}"] += 1
        self.used[f"{kind}/"] += 1


def quota_error(kind: str, scope: str) -> ApiError:
    """429 as Google words it."""
    limit = f"{kind} requests per minute{' ' + scope if scope else ''}"
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{kind} requests' and limit '{limit}' of service 'sheets.googleapis.com' "
        "for consumer 'project_number:100000000001'.",
        details=[
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": {
                    "service": "sheets.googleapis.com",
                    "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
                },
            }
        ],
    )


@dataclass(frozen=True)
class Logged:
    """One call as it happened. `method` is Google's id for it, e.g. sheets.spreadsheets.values.update."""

    method: str
    verb: str
    url: str
    account: str
    status: int
    bytes_in: int
    bytes_out: int
    writes: bool


@dataclass
class CallLog:
    """Every API call, oldest first (token calls are kept apart)."""

    calls: list[Logged] = field(default_factory=list)
    tokens: int = 0

    def count(self, *endings: str) -> int:
        """How many calls; with endings, those whose method ends so (`values.update`)."""
        return sum(1 for call in self.calls if not endings or call.method.endswith(endings))

    def reads(self) -> int:
        """Calls that change nothing."""
        return sum(1 for call in self.calls if not call.writes)

    def writes(self) -> int:
        """Calls that change something, refused ones included."""
        return sum(1 for call in self.calls if call.writes)

    def clear(self) -> None:
        """Start counting again."""
        self.calls.clear()
        self.tokens = 0


@dataclass
class Script:
    """Faults waiting for their call."""

    queue: deque[Fault | None] = field(default_factory=deque)
    matched: list[tuple[str, Fault]] = field(default_factory=list)

    def next(self, *faults: Fault | None) -> None:
        """One entry per coming call; None lets a call pass."""
        self.queue.extend(faults)

    def on(self, method: str, *faults: Fault) -> None:
        """Faults for the coming calls whose method id ends with `method`; "token" stands for the calls for tokens."""
        self.matched.extend((method, fault) for fault in faults)

    def take(self, method: str) -> Fault | None:
        """The fault of this call, used up."""
        found = self.aimed(method)
        return found if found is not None or not self.queue else self.queue.popleft()

    def aimed(self, method: str) -> Fault | None:
        """The fault meant for this method, used up."""
        for index, (ending, fault) in enumerate(self.matched):
            if method.endswith(ending):
                del self.matched[index]
                return fault
        return None

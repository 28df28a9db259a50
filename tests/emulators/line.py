"""The line between a client and AWS: it counts requests, loses them or their answers, and can stop the machine for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

Fault = Literal["lost", "lost_answer", "failed", "failed_after", "crash", "crash_after", "throttled", "conflict"]
UNSURE: tuple[Fault, ...] = ("lost", "lost_answer", "failed", "failed_after")  # what the SDK repeats
CONFLICT = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled",'
    b'"CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]}'
)
THROTTLED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate exceeded"}'


class Crash(BaseException):
    """The machine stops."""


class _Raw:
    """What a response's body is read from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body]


@dataclass
class Line:
    """`fault(number, operation)` says how the request with that number, from 1, fares; None: well."""

    fault: Callable[[int, str], Fault | None] = lambda number, operation: None
    calls: list[str] = field(default_factory=list)
    stopped: bool = False

    def between(self, client: Any) -> Any:
        """The client, from now on on this line and no other."""
        event = f"before-send.{client.meta.service_model.service_id.hyphenize()}"
        client.meta.events.unregister(event, unique_id="line")
        client.meta.events.register(event, self._send, unique_id="line")
        return client

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        if self.stopped:
            raise Crash(operation)
        self.calls.append(operation)
        fault = self.fault(len(self.calls), operation)
        match fault:
            case None:
                return None
            case "crash":
                self.stopped = True
                raise Crash(operation)
            case "lost":
                raise ConnectionClosedError(endpoint_url=request.url)
            case "failed":
                return _answer(request, 500, b"{}")
            case "throttled":
                return _answer(request, 400, THROTTLED)
            case "conflict":
                return _answer(request, 400, CONFLICT)
        URLLib3Session().send(request)
        if fault == "crash_after":
            self.stopped = True
            raise Crash(operation)
        if fault == "lost_answer":
            raise ReadTimeoutError(endpoint_url=request.url)
        return _answer(request, 500, b"{}")


def _answer(request: Any, status: int, body: bytes) -> AWSResponse:
    raw: Any = _Raw(body)
    headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0"})
    return AWSResponse(request.url, status, headers, raw)

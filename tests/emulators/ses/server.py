"""The account behind HTTP, as SDKs call it: requests checked against the service's model, answers as SES gives them."""

from __future__ import annotations

import base64
import binascii
import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import botocore.session
from botocore.model import Shape, StructureShape
from botocore.validate import ParamValidator

from .account import Account
from .faults import SesError

Mood = Literal[
    "well", "silent_before", "silent_after", "reset_before", "reset_after", "500_before", "500_after", "503_before", "html_502"
]
SCOPE = re.compile(
    r"^AWS4-HMAC-SHA256 Credential=\S+/\d{8}/([a-z0-9-]+)/ses/aws4_request, ?SignedHeaders=\S+, ?Signature=[0-9a-f]{64}$"
)
MODEL = botocore.session.get_session().get_service_model("sesv2")
GIVE_UP = 20.0  # seconds a silent server waits for its client to hang up


class SesServer(ThreadingHTTPServer):
    """An account on a port of this machine. `mood` says how the next SendEmail fares; `calls` notes every operation."""

    daemon_threads = True

    def __init__(self, account: Account, mood: Callable[[], Mood] = lambda: "well") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.account, self.mood = account, mood
        self.calls: list[str] = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """What a client takes as its endpoint."""
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Give the port back."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: SesServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        try:
            self._check_signature()
            route = (self.command, self.path.partition("?")[0])
            if route == ("GET", "/v2/email/account"):
                self.server.calls.append("GetAccount")
                self._reply(200, self.server.account.describe())
            elif route == ("POST", "/v2/email/outbound-emails"):
                self.server.calls.append("SendEmail")
                self._send_email(body)
            else:
                raise SesError("UnknownOperationException", f"No operation {' '.join(route)}.")
        except SesError as error:
            self._reply(error.status, {"message": error.message}, error.type)

    def _check_signature(self) -> None:
        found = SCOPE.match(self.headers.get("Authorization", ""))
        if not found:
            raise SesError("MissingAuthenticationTokenException", "Missing Authentication Token")
        if found[1] != self.server.account.region:
            raise SesError("SignatureDoesNotMatch", f"Credential should be scoped to region {self.server.account.region}.")

    def _send_email(self, body: bytes) -> None:
        mood = self.server.mood()
        if mood.endswith("_before") or mood == "html_502":
            self._misbehave(mood)
            return
        with self.server.lock:
            taken = self.server.account.send(understood(body, "SendEmail"))
        if mood == "well":
            self._reply(200, {"MessageId": taken.id})
        else:
            self._misbehave(mood)

    def _misbehave(self, mood: Mood) -> None:
        self.close_connection = True
        if mood.startswith("silent"):
            self.connection.settimeout(GIVE_UP)
            with suppress(OSError):
                self.connection.recv(1)  # until the client hangs up
        elif mood.startswith("reset"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
        elif mood == "html_502":
            self._write(502, b"<html><body>Bad Gateway</body></html>", "text/html", {})
        elif mood.startswith("503"):
            self._reply(503, {"message": None}, "ServiceUnavailable")
        else:
            self._reply(500, {"message": None}, "InternalFailure")

    def _reply(self, status: int, content: dict[str, Any], error: str = "") -> None:
        self._write(status, json.dumps(content).encode(), "application/json", {"x-amzn-ErrorType": error} if error else {})

    def _write(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "x-amzn-RequestId": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


def understood(body: bytes, operation: str) -> dict[str, Any]:
    """The request's parameters, as the service's model has them. Raises SesError for anything it does not have."""
    try:
        given = json.loads(body)
    except ValueError as fault:
        raise SesError("SerializationException", "The body is not JSON.") from fault
    shape = MODEL.operation_model(operation).input_shape
    if shape is None or not isinstance(given, dict):
        raise SesError("SerializationException", "The body is not an object.")
    read: dict[str, Any] = _read(given, shape)
    report = ParamValidator().validate(read, shape)
    if report.has_errors():
        raise SesError("BadRequestException", report.generate_report())
    return read


def _read(value: Any, shape: Shape) -> Any:
    """A JSON value with its bytes decoded, by its shape."""
    if shape.type_name == "blob":
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError) as fault:
            raise SesError("SerializationException", "Bytes that are not base64.") from fault
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {name: _read(v, shape.members[name]) if name in shape.members else v for name, v in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        member: Any = shape
        return [_read(v, member.member) for v in value]
    return value

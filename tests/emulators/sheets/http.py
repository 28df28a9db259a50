"""The HTTP side: HTTP/1.1 with kept connections, one write per answer."""

import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

Serve = Callable[[str, str, dict[str, str], bytes], Any]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    serve: Serve

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: list[BaseException] = []
        self.open: set[socket.socket] = set()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; a fault of the emulator is told when it stops."""
        fault = sys.exc_info()[1]
        if fault is not None and not isinstance(fault, OSError):
            self.faults.append(fault)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        cast("_Listener", self.server).open.add(self.connection)

    def finish(self) -> None:
        cast("_Listener", self.server).open.discard(self.connection)
        super().finish()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = cast("_Listener", self.server).serve(self.command, self.path, headers, body)
        if answer.ending:
            self._cut(answer.ending)
            return
        retry = f"Retry-After: {answer.retry_after}\r\n" if answer.retry_after else ""
        head = (
            f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('',))[0]}\r\nContent-Type: {answer.content_type}\r\n"
            f"Content-Length: {len(answer.body)}\r\n{retry}\r\n"
        )
        self.wfile.write(head.encode("latin-1") + answer.body)

    def __getattr__(self, name: str) -> Any:
        """Every verb (`do_GET`, `do_POST`…) is served alike."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _cut(self, ending: str) -> None:
        """Close without an answer; a reset is seen as one (RST) by the client."""
        if ending == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the server keeps its own log."""


class HttpServer:
    """Listens on a free port of 127.0.0.1 in a thread of its own."""

    def __init__(self, serve: Serve) -> None:
        self._listener = _Listener()
        self._listener.serve = serve
        self.base = f"http://127.0.0.1:{self._listener.server_port}"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.005,), daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and close the connections clients left open.

        Raises: RuntimeError when the emulator itself failed on a call (the client saw a cut connection).
        """
        self._listener.shutdown()
        for connection in list(self._listener.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._listener.server_close()
        self._thread.join()
        for fault in self._listener.faults:
            raise RuntimeError("The emulator failed while it answered a call.") from fault

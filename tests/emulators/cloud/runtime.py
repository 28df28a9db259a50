"""One instance of a function: AWS's Runtime Interface Emulator, its Python client, and what was built, as a process."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
BUILT = ROOT / ".aws-sam" / "build"
CLOCK = Path(__file__).parent / "clock"
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
THE_END = ("REPORT RequestId", "Waiting for runtime domain processes termination")  # of an invocation, of a killed one
PATIENCE = 60.0  # seconds to wait for a port or an answer beyond the function's own limit


@dataclass(frozen=True)
class Where:
    """What runs the functions: this Python, on these folders; `built` when they are the artefacts as shipped."""

    python: str
    version: str
    built: bool

    def code(self, logical: str, source: str) -> Path:
        """The folder of a function, by its logical id in the template and the name of its source."""
        return BUILT / logical if self.built else ROOT / "functions" / source

    def paths(self, code: Path) -> list[Path]:
        """From where a function whose code lies there imports."""
        library = BUILT / "Library" / "python" if self.built else ROOT / "shared"
        return [CLOCK, code, library, ROOT / ".runtime" / self.version]


@lru_cache(maxsize=1)
def where() -> Where:
    """The artefacts as shipped when there is a Python of Lambda's version here, else the source with this one."""
    candidates = [shutil.which("python3.13") or "", *map(str, Path.home().glob(".pyenv/versions/3.13.*/bin/python3.13"))]
    built = platform.machine() == "x86_64" and (BUILT / "Library" / "python" / "relance").is_dir()
    for python in filter(None, candidates) if built else ():
        if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
            return Where(python, "3.13", True)
    return Where(sys.executable, f"3.{sys.version_info[1]}", False)


def emulator() -> Path:
    """AWS's emulator of the runtime interface, from the package of SAM's command line."""
    name = f"aws-lambda-rie-{ARCHITECTURES[platform.machine()]}"
    found = next((ROOT / ".tools").glob(f"lib/python3.*/site-packages/samcli/local/rapid/{name}"), None)
    if found is None:
        raise FileNotFoundError(f"no {name}: run `make build` first")
    return found


@dataclass
class Answer:
    """What came of an invocation: the result, or the error; and what was printed."""

    result: Any
    error: str
    lines: list[str]
    seconds: float

    @property
    def logs(self) -> list[dict[str, Any]]:
        """The log lines."""
        return [line for line in self._json() if "level" in line]

    @property
    def metrics(self) -> dict[str, float]:
        """The sums of the metrics."""
        found: dict[str, float] = {}
        for line in self._json():
            for block in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                for metric in block["Metrics"]:
                    found[metric["Name"]] = found.get(metric["Name"], 0) + sum(line[metric["Name"]])
        return found

    def _json(self) -> Iterator[dict[str, Any]]:
        for line in self.lines:
            with suppress(ValueError):
                found = json.loads(line)
                if isinstance(found, dict):
                    yield found


@dataclass
class Function:
    """An instance, started when first invoked and kept until `stop`."""

    name: str
    code: Path
    environment: Mapping[str, str]
    timeout: int
    memory: int = 1024
    printed: list[str] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None
    _port: int = 0

    def invoke(self, event: object) -> Answer:
        """Let it handle an event, as Lambda would."""
        start, before = time.perf_counter(), len(self.printed)
        if self._process is None:
            self._start()
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
        request = urllib.request.Request(url, json.dumps(event).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout + PATIENCE) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as ended:  # 502: the process ended before it answered
            with ended:
                text = ended.read().decode()
        seconds = time.perf_counter() - start
        self._wait_for(THE_END, before)
        return _answer(text, self.printed[before:], seconds)

    def kill(self) -> None:
        """Stop the function's own process at once, as a machine that fails; the next invocation gets a new one."""
        for child in _children(self._process.pid if self._process else 0):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """End the instance."""
        process, self._process = self._process, None
        if process is not None:
            children = _children(process.pid)
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            if process.stdout is not None:
                process.stdout.close()

    def _start(self) -> None:
        here = where()
        self._port = _free_port()
        address = ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        api = ["--runtime-api-address", f"127.0.0.1:{_free_port()}"]
        environment = {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp"), "LANG": "C.UTF-8", "TZ": "UTC",
            "LAMBDA_TASK_ROOT": str(self.code), "PYTHONPATH": os.pathsep.join(map(str, here.paths(self.code))),
            "AWS_LAMBDA_FUNCTION_NAME": self.name, "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory), **self.environment,
        }  # fmt: skip
        command = [str(emulator()), *address, *api, here.python, "-m", "awslambdaric", "app.handler"]
        self._process = subprocess.Popen(
            command, cwd=self.code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        _wait_for_port(self._port)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        with suppress(ValueError):  # closed by `stop`
            for line in process.stdout or ():
                self.printed.append(line.rstrip("\n"))

    def _wait_for(self, texts: tuple[str, ...], since: int) -> None:
        """Printing is a pipe of its own: what belongs to an invocation may come a little after its answer."""
        until = time.monotonic() + 2
        while time.monotonic() < until and not any(text in line for line in self.printed[since:] for text in texts):
            time.sleep(0.005)


def _answer(text: str, lines: list[str], seconds: float) -> Answer:
    try:
        result = json.loads(text)
    except ValueError:
        return Answer(None, text, lines, seconds)
    failed = isinstance(result, dict) and "errorType" in result
    return Answer(None if failed else result, str(result.get("errorType")) if failed else "", lines, seconds)


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for_port(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on port {port}")


def told() -> str:
    """What runs the functions, in a sentence."""
    here = where()
    if here.built:
        return f"Functions run as built, by Python {here.version} under AWS's runtime emulator."
    return f"No Python 3.13 here for the artefacts: functions run from source, by Python {here.version}, under the emulator."


def _children(pid: int) -> list[int]:
    if not pid:
        return []
    found = Path(f"/proc/{pid}/task/{pid}/children")
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [int(child) for child in listed or (found.read_text("ascii").split() if found.exists() else ())]

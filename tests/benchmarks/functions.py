"""Measure the built functions under AWS's runtime emulator: cold starts, imports, the layer."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.month import month
from tests.emulators.cloud import Cloud, Function
from tests.emulators.cloud.runtime import BUILT, where
from tests.emulators.ses.events import events_of
from tests.functions.days import day, firm
from tests.infra.deployed import FUNCTIONS

LIGHT = "import boto3; from aws_lambda_powertools import Logger, Metrics"
BATCH = f"{LIGHT}; from aws_lambda_powertools.utilities.batch import BatchProcessor"
BARE = {"start": LIGHT, "chase": f"{BATCH}; import gspread, jinja2", "mail_events": BATCH, "watchdog": LIGHT}
CLIENTS = {  # what boto3 makes for each: it loads most of itself then, not when imported
    "start": ("ssm", "sqs", "sns"), "chase": ("secretsmanager", "dynamodb", "s3", "sqs", "sesv2"),
    "mail_events": ("dynamodb",), "watchdog": ("dynamodb", "ssm", "sqs", "sns"),
}  # fmt: skip
LATER = {  # what each function imports beside `app`, once it works
    "start": "import boto3; from relance.adapters import sns_alerts, sqs_runs, ssm_registers",
    "chase": "import boto3, relance.adapters.jinja_messages.messages, relance.adapters.ses.mailer; "
    "from relance.adapters import dynamo_ledger, dynamo_passes, google_on_aws, google_sheet, sqs_runs",
    "mail_events": "import boto3, relance.adapters.ses.events; from relance.adapters import dynamo_ledger",
    "watchdog": "import boto3; from relance.adapters import dynamo_ledger, dynamo_passes, sns_alerts, sqs_runs, ssm_registers",
}


def starts() -> None:
    """Cold starts and warm calls, each doing its work: for one register of two customers."""
    print(f"\n{'function':<14} {'cold ms':>8} {'init ms':>8} {'warm ms':>8}   {'as built' if where().built else 'from source'}")
    with tempfile.TemporaryDirectory() as folder, Cloud(Path(folder)) as cloud:
        one = firm(cloud, "exemple")
        day(cloud)
        told = json.dumps(next(events_of(cloud.account.taken[0], cloud.account)))
        said = {"register": one.name, "sheet": one.sheet, "pass": "announce", "at": cloud.now.isoformat()}
        for name in FUNCTIONS:
            cold, init, warm = [], [], []
            for n in range(5):
                instance: Function = replace(cloud.function(name), printed=[], _process=None)
                first = instance.invoke(_event(name, {**said, "part": 2 * n + 2}, told))
                cold.append(first.seconds)
                found = (re.search(r"INIT REPORT\(durationMs: ([\d.]+)", line) for line in first.lines)
                init += [float(m[1]) for m in found if m]
                warm.append(instance.invoke(_event(name, {**said, "part": 2 * n + 3}, told)).seconds)
                instance.stop()
            print(f"{name:<14} {1000 * median(cold):>8.0f} {median(init or [0]):>8.0f} {1000 * median(warm):>8.0f}", flush=True)


def _event(name: str, one: Mapping[str, Any], told: str) -> Any:
    """What each function is invoked with."""
    if name in ("start", "watchdog"):
        return {"pass": "announce", "registers": ["exemple"]} if name == "start" else {}
    body = told if name == "mail_events" else json.dumps(one)
    return {"Records": [{"messageId": "1", "body": body, "eventSource": "aws:sqs", "attributes": {}, "messageAttributes": {}}]}


def imports() -> None:
    """What our own modules take to import once all else is there; its share of that and what the libraries alone take.

    The libraries: imported, and then with the clients that the function makes of boto3.
    """
    print("\nimports: our own modules beside boto3 and powertools, for chase gspread and jinja2 too; target 15 % of the whole")
    print(f"{'function':<14} {'own ms':>6} {'libraries':>10} {'share':>6} {'and clients':>12} {'share':>6}")
    for name in FUNCTIONS:
        made = f"s = boto3.Session(region_name='eu-west-3')\nfor c in {CLIENTS[name]!r}: s.client(c)\n"
        alone = min(_printed(name, f"{_CLOCK}{BARE[name]}\n{_TOLD}") for _ in range(7))
        ready = min(_printed(name, f"{_CLOCK}{BARE[name]}\n{made}{_TOLD}") for _ in range(7))
        code = f"import app; {LATER[name]}"
        begun = set(_loaded(name, "pass"))
        others = [m for m in _loaded(name, code) if m not in begun and not m.startswith(("relance", "app"))]
        first = f"import contextlib, importlib\nfor m in {others!r}:\n  {_QUIETLY}"
        own = min(_printed(name, f"{first}{_CLOCK}{code}\n{_TOLD}") for _ in range(7))
        shares = (f"{1000 * bare:>{width}.0f} {own / (bare + own):>6.0%}" for bare, width in ((alone, 10), (ready, 12)))
        print(f"{name:<14} {1000 * own:>6.0f}", *shares, flush=True)


_QUIETLY = "with contextlib.suppress(Exception): importlib.import_module(m)\n"
_CLOCK = "import time; begun = time.process_time()\n"
_TOLD = "print(time.process_time() - begun)"


def _run(name: str, code: str) -> str:
    here = where()
    paths = [BUILT / FUNCTIONS[name], BUILT / "Library" / "python"]
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_METRICS_NAMESPACE": "x",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
    }  # fmt: skip
    return subprocess.run([here.python, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout


def _printed(name: str, code: str) -> float:
    return float(_run(name, code))


def _loaded(name: str, code: str) -> list[str]:
    return _run(name, f"{code}; import sys; print(*sys.modules)").split()


def layer() -> None:
    """Its size, unzipped and zipped."""
    library = BUILT / "Library"
    size = sum(path.stat().st_size for path in library.rglob("*") if path.is_file()) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(shutil.make_archive(str(Path(folder) / "layer"), "zip", library))
        print(f"\nlayer: {size:.0f} MB unzipped (target 200, AWS's limit 250), {archive.stat().st_size / 1e6:.0f} MB zipped")


def everything() -> None:
    """All of it."""
    starts()
    if where().built:
        imports()
        layer()
    month()

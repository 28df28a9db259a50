"""Functions are small, ask for what they need and load no more."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.deployed import FUNCTIONS

ROOT = Path(__file__).parents[2]
HEAVY = ("gspread", "typst", "python_calamine", "babel", "openpyxl", "jinja2", "holidays", "requests", "google.auth")
ALLOWED = ("relance.deployment", "relance.bootstrap", "relance.runs", "aws_lambda_powertools", "typing", "datetime", "json")


def app(name: str) -> Path:
    return ROOT / "functions" / name / "app.py"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_parses_its_event_calls_a_run_and_tells(name: str) -> None:
    source = app(name).read_text("utf-8")
    assert len(source.splitlines()) <= 70
    tree = ast.parse(source)
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named = [f"{n.module}.{a.name}" if n.module == "relance" else str(n.module) for n in froms for a in n.names]
    named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert [module for module in named if not module.startswith(ALLOWED)] == []


LATER = {  # what they load when they are first invoked
    "start": ("ssm_registers", "sqs_runs", "sns_alerts"),
    "mail_events": ("dynamo_ledger", "ses.events"),
    "watchdog": ("ssm_registers", "sqs_runs", "sns_alerts", "dynamo_passes", "dynamo_ledger"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_begins_with_a_function_is_light(name: str) -> None:
    assert loaded(name, "import app") == (["holidays"] if name == "chase" else [])


@pytest.mark.parametrize("name", LATER)
def test_what_neither_reads_sheets_nor_words_messages_never_loads_what_does(name: str) -> None:
    adapters = ", ".join(f"relance.adapters.{adapter}" for adapter in LATER[name])
    found = loaded(name, f"import app, boto3, {adapters}; from relance import bootstrap; bootstrap.words_of('fr')")
    assert found == ["boto3"]


def loaded(name: str, first: str) -> list[str]:
    """Which heavy libraries a function's process has loaded after that."""
    code = f"{first}; import sys; print(*[m for m in {(*HEAVY, 'boto3')} if m in sys.modules])"
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join((str(app(name).parent), str(ROOT / "shared"))),
        "POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_METRICS_NAMESPACE": "x",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.split()

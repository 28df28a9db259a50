"""`start`: Scheduler, twice a day → one pass for every register."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from relance.deployment import Deployment, now
from relance.runs.start import start

logger, metrics = Logger(), Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"pass": "announce" | "send", "time": "<instant>", "registers": ["<name>", …]}`, the last two optional."""
    here = Deployment("REGISTERS", "QUEUE", "ALERTS", "TIME_ZONE", "LANGUAGE")
    at = datetime.fromisoformat(event["time"]) if event.get("time") else now()
    only = event.get("registers", [])
    if event.get("pass") not in ("announce", "send") or at.utcoffset() is None or not isinstance(only, list):
        raise ValueError("the event names no pass, or an instant without offset, or registers that are no list")
    day = at.astimezone(here.zone).date()
    done = start(here.registers(), here.queue(), here.alerts(), here.words, event["pass"], at, day, only)
    metrics.add_metric("Registers", MetricUnit.Count, len(done.registers))
    metrics.add_metric("RegisterProblems", MetricUnit.Count, len(done.problems))
    said = {"pass": event["pass"], "day": str(day), "registers": done.registers, "problems": [p.code for p in done.problems]}
    logger.info("started", extra=said)
    return said

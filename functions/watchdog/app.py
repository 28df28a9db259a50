"""`watchdog`: Scheduler, once the day's messages have left → what did not happen, to the operators."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from relance.deployment import Deployment, now
from relance.runs.watchdog import watchdog

logger, metrics = Logger(), Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"time": "<instant>"}`, optional."""
    here = Deployment("TABLE", "REGISTERS", "QUEUE", "ALERTS", "TIME_ZONE", "LANGUAGE")
    at = datetime.fromisoformat(event["time"]) if event.get("time") else now()
    seen = watchdog(here.registers(), here.passes(), here.queue(), here.ledger, here.alerts(), here.words, at, here.zone)
    counts = {"Missed": len(seen.missed), "Late": len(seen.late), "OpenUncertain": len(seen.uncertain)}
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    said = {"told": [why.code for why in seen.told], **counts}
    logger.info("watched", extra=said)
    return said

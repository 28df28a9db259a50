"""A function that does what it is asked: the emulator is tried with it. `{"do": …}`, or a batch of a queue with such bodies."""

import json
import os
import time
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger, metrics = Logger(service="toy"), Metrics(namespace="Toy", service="toy")


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """Batch item failures for a batch, else what was asked for."""
    if "Records" not in event:
        return do(event, context)
    failed = []
    for record in event["Records"]:
        asked = json.loads(record["body"])
        if do({**asked, "received": record["attributes"]["ApproximateReceiveCount"]}, context) == "failed":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def do(asked: dict[str, Any], context: Any) -> Any:
    """One thing."""
    logger.info("asked", extra={**asked, "pid": os.getpid()})
    match "raise" if "TOY_RAISES" in os.environ else asked.get("do"):
        case "look":
            left, memory = context.get_remaining_time_in_millis() / 1000, context.memory_limit_in_mb
            return {"pid": os.getpid(), "left": left, "memory": int(memory), "environment": dict(os.environ)}
        case "clock":
            signed = datetime.now(UTC)  # noqa: TID251 - what the SDKs sign with
            return {"time": time.time(), "datetime": signed.timestamp()}
        case "raise":
            raise LookupError("asked for")
        case "sleep":
            time.sleep(asked["seconds"])
        case "exit":
            os._exit(1)
        case "fail":
            return "failed"
        case "count":
            metrics.add_metric("Counted", MetricUnit.Count, asked["count"])
    return "done"

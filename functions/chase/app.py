"""`chase`: the queue of passes → one pass over one register."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from relance import bootstrap, deployment
from relance.runs.scheduled import Around, Ran, scheduled

logger, metrics = Logger(), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
bootstrap.expect_many_objects()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One message of the queue; it comes again only when nothing could be recorded of it."""
    here = deployment.Deployment("TABLE", "EVIDENCE", "CONFIGURATION_SET", "QUEUE", "TIME_ZONE", "GOOGLE")

    def time_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    def run(record: Any) -> None:
        try:
            one = deployment.pass_of(record.body)
            around = Around(here.passes(), here.queue(), here.zone, deployment.now, time_left)
            begun = time_left()
            ran = scheduled(one, lambda one: here.desk(one.sheet, time_left), around)
        except Exception as fault:
            metrics.add_metric("PassesFailed", MetricUnit.Count, 1)
            logger.error("not run", extra={"message_id": record.message_id, "error": deployment.word_for(fault)})
            raise
        tell(ran, begun - time_left())

    return process_partial_response(event, run, processor, context)


def tell(ran: Ran, seconds: float) -> None:
    """One log line and the metrics of a pass: ids, codes and counts, no personal data."""
    record, result = ran.record, ran.result
    outcome = ran.dropped or record.outcome
    said = {"register": record.register, "pass": record.kind, "part": record.part, "outcome": outcome,
            "why": record.why.code if record.why else None, "seconds": round(seconds, 1)}  # fmt: skip
    counts = {"Passes": 1, "PassesFailed": outcome == "failed", "PassesRefused": outcome == "refused",
              "Sent": record.sent, "Uncertain": len(record.uncertain), "NotSent": 0}  # fmt: skip
    if result is not None:
        counts["NotSent"] = len(result.failed)
        said |= {"run": result.run, "planned": len(result.drafts), "not_sent": [f.why.code for f in result.failed],
                 "cells": result.cells}  # fmt: skip
    for name, count in counts.items():
        metrics.add_metric(name, MetricUnit.Count, int(count))
    metrics.add_metric("Seconds", MetricUnit.Seconds, seconds)
    said |= {"sent": record.sent, "uncertain": len(record.uncertain)}
    if ran.fault is not None:
        said["trace"] = deployment.trace_of(ran.fault)
    (logger.error if outcome == "failed" else logger.warning if outcome == "refused" else logger.info)("pass", extra=said)

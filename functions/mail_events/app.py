"""`mail_events`: what SES says about messages → facts of their registers' ledgers."""

import json
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from relance import deployment
from relance.runs.mail_events import OrphanError, mail_event

logger, metrics = Logger(), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """Some messages of the queue; those that could not be recorded come again, and end in the dead-letter queue."""
    here = deployment.Deployment("TABLE")

    def run(record: Any) -> None:
        try:
            found = mail_event(json.loads(record.body), deployment.returned, here.ledger)
        except Exception as fault:
            metrics.add_metric("Orphans", MetricUnit.Count, isinstance(fault, OrphanError))
            logger.error("event not recorded", extra={"message_id": record.message_id, "error": deployment.word_for(fault)})
            raise
        kind = found.event.kind if found else "ignored"
        for name, counted in {"Events": True, "Bounced": kind == "bounced", "Complained": kind == "complained"}.items():
            metrics.add_metric(name, MetricUnit.Count, counted)
        about = {"register": found.register_id, "mail": found.message_id} if found else {}
        logger.info("event", extra={"kind": kind, **about})

    return process_partial_response(event, run, processor, context)

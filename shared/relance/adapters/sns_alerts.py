"""Alerts to the operators, through an SNS topic: never through SES, which may be what fails."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from relance.ports.errors import AlertError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MOST_SUBJECT = 100  # characters, ASCII: SNS refuses more
MOST_TEXT = 60_000  # characters; SNS takes 256 KB


class SnsAlerts:
    """The subscribers of a topic."""

    def __init__(self, client: SNSClient, topic: str) -> None:
        self._client, self._topic = client, topic

    def raise_alert(self, subject: str, text: str) -> None:
        """Tell the operators. Twice is better than not at all: a call without an answer is made again. Raises AlertError."""
        plain = unicodedata.normalize("NFKD", subject).encode("ascii", "ignore").decode()
        line = " ".join(plain.split())[:MOST_SUBJECT] or "Relance"
        try:
            self._client.publish(TopicArn=self._topic, Subject=line, Message=text[:MOST_TEXT] or line)
        except ClientError as fault:
            raise AlertError("alert.failed", error=fault.response["Error"]["Code"]) from fault
        except BotoCoreError as fault:
            raise AlertError("alert.failed", error=type(fault).__name__) from fault

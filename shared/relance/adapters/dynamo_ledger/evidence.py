"""The exact bytes of messages, in a versioned bucket: `<register>/<message id>/<attempt>.eml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from relance.ports.errors import LedgerError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Evidence:
    """The bytes of one register's messages. None is ever replaced: a key may have versions, and a claim names its own."""

    def __init__(self, client: S3Client, bucket: str, register_id: str) -> None:
        self._client, self._bucket, self._register_id = client, bucket, register_id

    def put(self, message_id: str, attempt: int, raw: bytes) -> str:
        """Keep the bytes and return their version. Raises LedgerError `ledger.not_versioned`, and botocore's errors."""
        answer = self._client.put_object(
            Bucket=self._bucket, Key=self._key(message_id, attempt), Body=raw, ContentType="message/rfc822"
        )
        version = answer.get("VersionId", "null")
        if version == "null":
            raise LedgerError("ledger.not_versioned", bucket=self._bucket)
        return version

    def get(self, message_id: str, attempt: int, version: str) -> bytes:
        """The bytes of an attempt. Raises LedgerError `ledger.damaged` when they are gone."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(message_id, attempt), VersionId=version)
        except ClientError as fault:
            if fault.response["Error"]["Code"] in ("NoSuchKey", "NoSuchVersion", "404"):
                raise LedgerError("ledger.damaged") from fault
            raise
        return answer["Body"].read()

    def _key(self, message_id: str, attempt: int) -> str:
        return f"{self._register_id}/{message_id}/{attempt}.eml"

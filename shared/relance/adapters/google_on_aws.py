"""What Google's library needs to know of AWS: a key kept in Secrets Manager, or the function's own role (keyless)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from relance.ports.errors import StoreError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEY_FIELDS = ("client_email", "private_key", "token_uri")


def service_account_key(client: SecretsManagerClient, name: str) -> dict[str, Any]:
    """The service account key in a secret. Raises StoreError, which never says what the secret holds."""
    try:
        text = client.get_secret_value(SecretId=name)["SecretString"]
    except ClientError as fault:
        raise StoreError("google_key.unreachable", name=name, error=fault.response["Error"]["Code"]) from fault
    except (BotoCoreError, KeyError) as fault:
        raise StoreError("google_key.unreachable", name=name, error=type(fault).__name__) from fault
    try:
        key = json.loads(text)
    except ValueError:
        key = None
    missing = tuple(f for f in KEY_FIELDS if not (isinstance(key, dict) and isinstance(key.get(f), str) and key[f]))
    if missing:
        raise StoreError("google_key.incomplete", name=name, fields=missing)
    found: dict[str, Any] = key
    return found


def role_supplier(session: boto3.Session) -> Any:
    """The session's credentials as a google.auth.aws.AwsSecurityCredentialsSupplier, for workload identity federation.

    google-auth by itself reads them once from the environment or asks EC2's metadata service, which a function does not
    have; boto3 finds and renews them wherever it runs.
    """
    from google.auth import aws, exceptions

    refuse: Any = exceptions.RefreshError

    class Supplier(aws.AwsSecurityCredentialsSupplier):
        def get_aws_security_credentials(self, context: Any, request: Any) -> Any:
            found: Any = session.get_credentials()
            if found is None:
                raise refuse("no AWS credentials", retryable=False)
            frozen = found.get_frozen_credentials()
            return aws.AwsSecurityCredentials(frozen.access_key, frozen.secret_key, frozen.token)

        def get_aws_region(self, context: Any, request: Any) -> str:
            if not session.region_name:
                raise refuse("no AWS region", retryable=False)
            return str(session.region_name)

    return Supplier()

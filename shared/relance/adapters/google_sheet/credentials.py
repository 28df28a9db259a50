"""Who the robot is for Google: one function for every way to prove it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.auth import aws
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import service_account

from relance.ports.errors import StoreError

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

_AUTH = "https://www.googleapis.com/auth/"
AwsIdentity = aws.AwsSecurityCredentialsSupplier  # gives the AWS role's credentials and region
SCOPES = (f"{_AUTH}spreadsheets", f"{_AUTH}drive.metadata.readonly")
DOCUMENTS = f"{_AUTH}drive.readonly"  # only where invoices name PDFs in Drive


def credentials(source: Path | str, scopes: tuple[str, ...] = SCOPES, aws_identity: AwsIdentity | None = None) -> Credentials:
    """The credentials in a file, or in a JSON text from a vault.

    Either a service account's key, or a Workload Identity Federation configuration (`external_account`), which holds no
    secret: the process proves its AWS role through `aws_identity`, or through its environment without one. Scopes are
    always passed, since federation refuses an empty list. Raises StoreError `sheet.key_unreadable`.
    """
    name = source.name if isinstance(source, Path) else ""
    try:
        info: dict[str, Any] = json.loads(source.read_text("utf-8") if isinstance(source, Path) else source)
        if info.get("type") == "external_account":
            return _federated(info, scopes, aws_identity)
        made: Credentials = service_account.Credentials.from_service_account_info(info, scopes=scopes)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, AttributeError, KeyError, GoogleAuthError) as error:
        raise StoreError("sheet.key_unreadable", name=name) from error
    return made


def _federated(info: dict[str, Any], scopes: tuple[str, ...], aws_identity: AwsIdentity | None) -> Credentials:
    """From the configuration itself: google.auth's loaders would call Google to look for a project."""
    if aws_identity is not None:
        info = {key: value for key, value in info.items() if key != "credential_source"}
    made: Credentials = aws.Credentials.from_info(info, scopes=scopes, aws_security_credentials_supplier=aws_identity)  # type: ignore[no-untyped-call]
    return made

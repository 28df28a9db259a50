"""A register kept in a Google Sheet."""

from __future__ import annotations

from relance.adapters.google_sheet.credentials import SCOPES, AwsIdentity, credentials
from relance.adapters.google_sheet.http import GoogleHttp, Pace
from relance.adapters.google_sheet.store import GoogleSheetStore

__all__ = ["SCOPES", "AwsIdentity", "GoogleHttp", "GoogleSheetStore", "Pace", "credentials"]

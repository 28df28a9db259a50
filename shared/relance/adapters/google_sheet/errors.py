"""What Google answers when it refuses, as sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relance.ports.errors import StoreError

AGAIN = frozenset((429, 500, 502, 503, 504))
_DRIVE_LIMITS = frozenset(("rateLimitExceeded", "userRateLimitExceeded"))  # domain usageLimits; never storageQuotaExceeded
_DISABLED = frozenset(("SERVICE_DISABLED", "accessNotConfigured"))
_BAD_REQUESTS = (
    ("Office file", "sheet.office"),
    ("not supported for this document", "sheet.office"),
    ("protected cell or object", "sheet.protected"),
    ("number of cells in the workbook", "sheet.full"),
    ("No grid with id", "sheet.tab_gone"),
    ("Unable to parse range", "sheet.tab_gone"),
    ("No developer metadata", "sheet.tab_gone"),
    ("developer metadata location", "sheet.tab_gone"),
    ("Requested writing within range", "sheet.shrunk"),
    ("exceeds grid limits", "sheet.shrunk"),
)


def may_pass(status: int, error: Mapping[str, Any]) -> bool:
    """Whether the same call may well succeed a moment later."""
    return status in AGAIN or (status == 403 and not _DRIVE_LIMITS.isdisjoint(reasons(error)))


def reasons(error: Mapping[str, Any]) -> set[str]:
    """Google's own words for why it refused: `reason` of each detail (Sheets) or error (Drive)."""
    listed = [*error.get("details", ()), *error.get("errors", ())]
    return {str(item["reason"]) for item in listed if isinstance(item, Mapping) and "reason" in item}


def refusal(status: int, error: Mapping[str, Any], account: str, api: str) -> StoreError:
    """The StoreError of an HTTP status and the `error` object of its body (empty for a page of HTML)."""
    message, why = str(error.get("message", "")), reasons(error)
    if status == 400:
        code = next((code for text, code in _BAD_REQUESTS if text in message), "")
        return StoreError(code) if code else StoreError("sheet.refused", why=message[:200])
    if status == 401:
        return StoreError("sheet.key_refused", account=account)
    if not _DISABLED.isdisjoint(why):
        return StoreError("sheet.api_off", api=api)
    if status == 429 or not _DRIVE_LIMITS.isdisjoint(why):
        return StoreError("sheet.quota")
    if status in (403, 404):
        return StoreError("sheet.no_access" if status == 403 else "sheet.not_found", account=account)
    if status in AGAIN:
        return StoreError("sheet.down", status=status)
    return StoreError("sheet.refused", why=message[:200] or str(status))

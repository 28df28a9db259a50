"""Errors as Google words and shapes them."""

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
CELL_LIMIT = 10_000_000
TEXT_LIMIT = 50_000


class ApiError(Exception):
    """A refusal: what the client gets instead of an answer."""

    def __init__(self, code: int, message: str, status: str = "", reason: str = "", details: list[Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS.get(code, "UNKNOWN")
        self.reason = reason  # Drive's word for it, e.g. notFound
        self.details = details or []

    def body(self, drive: bool = False) -> dict[str, Any]:
        """The JSON of the answer; Drive lists its errors with a reason each."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if drive:
            error["errors"] = [{"message": self.message, "domain": "global", "reason": self.reason or "badRequest"}]
        else:
            error["status"] = self.status
            if self.details:
                error["details"] = self.details
        return {"error": error}


def invalid(message: str) -> ApiError:
    """400 INVALID_ARGUMENT."""
    return ApiError(400, message)


def not_built(what: str) -> ApiError:
    """501: the emulator does not know this part of the API and never pretends to."""
    return ApiError(501, f"The Sheets emulator does not offer {what}. Add it to tests/emulators/sheets before relying on it.")


def no_permission() -> ApiError:
    """403, the same sentence for "not shared" and "shared as viewer only"."""
    return ApiError(403, "The caller does not have permission", reason="insufficientFilePermissions")


def protected() -> ApiError:
    """400: a hard protection stands in the way."""
    return invalid(
        "You are trying to edit a protected cell or object. "
        "Please contact the spreadsheet owner to remove protection if you need to edit."
    )


def check_cell_count(total: int) -> None:
    """Refuse a grid that would take the file above Google's limit.

    Raises: ApiError 400.
    """
    if total > CELL_LIMIT:
        raise invalid(f"This action would increase the number of cells in the workbook above the limit of {CELL_LIMIT} cells.")

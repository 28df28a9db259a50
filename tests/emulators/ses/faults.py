"""How SES says no: the status, the type in `x-amzn-ErrorType`, the message in the body."""

from __future__ import annotations

STATUS = {
    "TooManyRequestsException": 429,
    "NotFoundException": 404,
    "MissingAuthenticationTokenException": 403,
    "SignatureDoesNotMatch": 403,
    "AccessDeniedException": 403,
    "UnknownOperationException": 404,
}  # all others: 400


class SesError(Exception):
    """A refusal, as its caller sees it."""

    def __init__(self, type_: str, message: str) -> None:
        super().__init__(type_, message)
        self.type = type_
        self.message = message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS.get(self.type, 400)


def bad_request(message: str) -> SesError:
    """The refusal of a request that says something SES does not take."""
    return SesError("BadRequestException", message)

"""What a failed call means: surely refused, and then for whom; or nobody knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)

from relance.ports.errors import MailRefusedError, MailUncertainError

NOT_REACHED = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, NoRegionError)
CROWDED = ("TooManyRequestsException", "Throttling", "ThrottlingException", "LimitExceededException", "RequestLimitExceeded")
PAUSED = ("AccountSuspendedException", "SendingPausedException")
FORBIDDEN = (
    "AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredToken",
    "ExpiredTokenException", "SignatureDoesNotMatch", "InvalidSignatureException", "MissingAuthenticationTokenException",
    "IncompleteSignature", "OptInRequired", "RequestExpired",
)  # fmt: skip
ADDRESS = re.compile(r"address|domain contains|@domain|local name", re.IGNORECASE)
FAILED_CHECK = re.compile(r"failed the check in region [^:]*: *(.+)$", re.DOTALL)


@dataclass(frozen=True)
class Call:
    """What was asked for: who sends to whom, from an account that may be in the sandbox."""

    sender: str
    recipients: tuple[str, ...]
    sandbox: bool
    configuration_set: str


@dataclass(frozen=True)
class Verdict:
    """The error to raise, and whether the same message may be handed over again at once."""

    error: MailRefusedError | MailUncertainError
    again: bool = False


def verdict(fault: ClientError | BotoCoreError, call: Call) -> Verdict:
    """What a fault of a call means. Certain only when SES said so in its own words, or was never reached."""
    if isinstance(fault, ClientError):
        return _answered(fault, call)
    if isinstance(fault, NOT_REACHED):
        return Verdict(MailRefusedError("mail.unreachable", "configuration", error=type(fault).__name__), again=True)
    if isinstance(fault, NO_CREDENTIALS):
        return Verdict(MailRefusedError("mail.forbidden", "configuration", error=type(fault).__name__))
    if isinstance(fault, ParamValidationError):
        return Verdict(MailRefusedError("mail.rejected", "later", why=type(fault).__name__))
    return Verdict(MailUncertainError("mail.uncertain"))


def _answered(fault: ClientError, call: Call) -> Verdict:
    code = fault.response["Error"].get("Code", "")
    text = fault.response["Error"].get("Message", "") or ""
    status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if not 400 <= status < 500 or not code or code.isdigit():
        return Verdict(MailUncertainError("mail.uncertain"))  # not SES's own words
    if code in CROWDED:
        if "daily" in text.lower() or code == "LimitExceededException":
            return Verdict(MailRefusedError("mail.daily_quota", "configuration"))
        return Verdict(MailRefusedError("mail.throttled", "later"), again=True)
    if code in PAUSED:
        return Verdict(MailRefusedError("mail.paused", "configuration"))
    if code in FORBIDDEN:
        return Verdict(MailRefusedError("mail.forbidden", "configuration", error=code))
    if code == "NotFoundException":
        return Verdict(MailRefusedError("mail.no_configuration_set", "configuration", name=call.configuration_set))
    if code == "MailFromDomainNotVerifiedException":
        return Verdict(MailRefusedError("mail.not_verified", "configuration", identity=call.sender))
    if not_verified := FAILED_CHECK.search(text):
        return Verdict(_unverified(_names(not_verified[1]), call))
    if code == "BadRequestException" and ADDRESS.search(text):
        wrong = call.recipients if len(call.recipients) == 1 else ()
        return Verdict(MailRefusedError("mail.bad_address", "address", wrong, why=text[:200]))
    return Verdict(MailRefusedError("mail.rejected", "later", why=f"{code}: {text[:200]}"))


def _unverified(names: Sequence[str], call: Call) -> MailRefusedError:
    """In the sandbox recipients must be verified too: that says nothing against their addresses."""
    theirs = {a.lower() for a in call.recipients}
    if call.sandbox and all(name.lower() in theirs for name in names):
        return MailRefusedError("mail.sandbox", "configuration")
    return MailRefusedError("mail.not_verified", "configuration", identity=call.sender)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]

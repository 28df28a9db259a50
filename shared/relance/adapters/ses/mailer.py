"""Handing messages to Amazon SES (API v2), each exactly once: SES has no idempotency token."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from relance.domain.history import SENT_EVENTS, Message
from relance.ports.errors import MailRefusedError, MailUncertainError

from .pace import Pace
from .verdict import Call, verdict

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_sesv2 import SESV2Client

T = TypeVar("T")

MOST_BYTES = 40_000_000  # SES takes 40 MB
MOST_RECIPIENTS = 50  # of one message
TRIES = 6  # of a call that surely had no effect
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=30)
NO_TRACKING = {"Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}}


def ses_client(session: boto3.Session, **options: Any) -> SESV2Client:
    """The only client to send with: the SDK would repeat a call that got no answer, and so send a message again.

    A call is made once, and waits long for its answer, since an answer not waited for leaves nobody knowing.
    """
    config = ONE_ATTEMPT.merge(options.pop("config", None) or Config())
    client: SESV2Client = session.client("sesv2", config=config, **options)
    return client


@dataclass
class _Allowance:
    """What the account may still send today, as it stood when asked, less what was sent since."""

    sandbox: bool
    left: float  # recipients
    pace: Pace


class SesMailer:
    """Messages of one register, at the run's `share` of the account's sending rate, tagged with register and message."""

    def __init__(
        self, client: SESV2Client, register_id: str, configuration_set: str, share: float,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        if not TAG.fullmatch(register_id):
            raise ValueError(f"register id {register_id!r} cannot be a tag of a message")
        self._client, self._register_id, self._configuration_set = client, register_id, configuration_set
        self._share, self._clock, self._sleep = share, clock, sleep
        self._allowance: _Allowance | None = None

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        """Hand over one message, to all its recipients in one call; returns SES's id for it.

        A call that surely had no effect (throttled, never reached) is made again, up to 6 times within some 30 s.
        Raises MailRefusedError and MailUncertainError, with codes `mail.…`; when the day's quota is used up, the account
        paused, or nothing can be sent for a reason of set-up, the kind is `configuration`.
        """
        recipients = (*message.to, *message.copy_to)
        if not sender:
            raise MailRefusedError("mail.no_sender", "configuration")
        if not message.to:
            raise MailRefusedError("mail.no_recipient", "address")
        if len(recipients) > MOST_RECIPIENTS:
            raise MailRefusedError("mail.too_many_recipients", "later", count=len(recipients), most=MOST_RECIPIENTS)
        if len(raw) > MOST_BYTES:
            raise MailRefusedError("mail.too_large", "later", size=len(raw) // 1_000_000, most=MOST_BYTES // 1_000_000)
        if self._allowance is None:
            self._allowance = self._ask()
        allowance = self._allowance
        if allowance.left < len(recipients):
            raise MailRefusedError("mail.daily_quota", "configuration")
        call = Call(sender, recipients, allowance.sandbox, self._configuration_set)

        def hand_over() -> str:
            allowance.pace.wait(len(recipients))
            return self._client.send_email(**self._request(message, sender, raw))["MessageId"]

        accepted_id = self._repeated(hand_over, call)
        allowance.left -= len(recipients)
        return accepted_id

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        """`yes` when an event proves it; else `unknown`: SES cannot be asked, and a missing event proves nothing."""
        return "yes" if any(e.kind in SENT_EVENTS for e in message.events) else "unknown"

    def _request(self, message: Message, sender: str, raw: bytes) -> dict[str, Any]:
        return {
            "FromEmailAddress": sender,
            "Destination": {"ToAddresses": list(message.to), "CcAddresses": list(message.copy_to)},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [
                {"Name": "register", "Value": self._register_id}, {"Name": "message", "Value": message.id},
            ],
            "ConfigurationSetName": self._configuration_set,
            "ConfigurationOverrides": NO_TRACKING,
        }  # fmt: skip

    def _ask(self) -> _Allowance:
        """The account's state and quotas. Raises MailRefusedError: nothing was handed over yet."""
        call = Call("", (), sandbox=False, configuration_set=self._configuration_set)
        try:
            account = self._repeated(self._client.get_account, call)
        except MailUncertainError as error:
            raise MailRefusedError("mail.unreachable", "configuration", error="GetAccount") from error
        if not account.get("SendingEnabled", True) or account.get("EnforcementStatus") == "SHUTDOWN":
            raise MailRefusedError("mail.paused", "configuration")
        quota = account["SendQuota"]
        daily = quota["Max24HourSend"]
        left = float("inf") if daily < 0 else daily - quota["SentLast24Hours"]
        rate = max(quota["MaxSendRate"], 1.0) * self._share
        sandbox = not account.get("ProductionAccessEnabled", True)
        return _Allowance(sandbox, left, Pace(rate, self._clock, self._sleep))

    def _repeated(self, call: Callable[[], T], about: Call) -> T:
        """The call's answer; made again, a little later each time, as long as it surely had no effect."""
        for attempt in range(TRIES):
            try:
                return call()
            except (ClientError, BotoCoreError) as fault:
                found = verdict(fault, about)
                if not found.again or attempt == TRIES - 1:
                    raise found.error from fault
            self._sleep(2.0**attempt)
        raise AssertionError

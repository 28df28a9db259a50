"""Picks the adapters of a deployment on AWS; the only place that reads its environment and its clock.

Each function is given what it needs, and no more:

    RELANCE_TABLE               the ledger's table
    RELANCE_EVIDENCE            the bucket of the exact bytes
    RELANCE_CONFIGURATION_SET   of SES
    RELANCE_REGISTERS           the path of the registers' parameters
    RELANCE_QUEUE               the address of the queue of passes
    RELANCE_ALERTS              the topic of the operators
    RELANCE_TIME_ZONE           in which the schedule's days are counted
    RELANCE_LANGUAGE            of alerts
    RELANCE_GOOGLE_SECRET       the secret with the Google key, or
    RELANCE_GOOGLE_FEDERATION   the configuration of workload identity federation, which holds no secret
"""

from __future__ import annotations

import json
import math
import os
import re
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from relance import bootstrap
from relance.domain.words import Reason, Words, reason
from relance.places import Place, SheetAddress
from relance.ports.errors import LedgerError, RelanceError

if TYPE_CHECKING:
    import boto3

    from relance.adapters.dynamo_ledger import DynamoLedger
    from relance.adapters.dynamo_passes import DynamoPasses
    from relance.adapters.sns_alerts import SnsAlerts
    from relance.adapters.sqs_runs import SqsRuns
    from relance.adapters.ssm_registers import SsmRegisters
    from relance.ports.deployment import Pass
    from relance.ports.mail import Mailer, Returned
    from relance.runs.desk import Desk

REGISTER_ID = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what a tag of a message may be; it is part of keys, too
SHARE = 0.25  # of the account's sending rate: at most four registers are chased at once


class ConfigurationError(RelanceError):
    """When the deployment's environment is not what a function needs: `problems` are all of them."""

    def __str__(self) -> str:
        problems: Any = self.values["problems"]
        return "; ".join(f"{why.code.partition('.')[2]}: {dict(why.values)['name']}" for why in problems)


def _zone(text: str) -> bool:
    try:
        return bool(ZoneInfo(text).key)
    except (KeyError, ValueError, OSError):
        return False


def _federation(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("type") == "external_account"


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "RELANCE_REGISTERS": lambda text: text.startswith("/"),
    "RELANCE_QUEUE": lambda text: text.startswith(("https://", "http://")),
    "RELANCE_ALERTS": lambda text: text.startswith("arn:"),
    "RELANCE_TIME_ZONE": _zone,
    "RELANCE_LANGUAGE": lambda text: (bootstrap.templates_folder() / text / "words.toml").is_file() and "." not in text,
    "RELANCE_GOOGLE_FEDERATION": _federation,
}
GOOGLE = ("RELANCE_GOOGLE_SECRET", "RELANCE_GOOGLE_FEDERATION")


class Deployment:
    """The outside world of a function that needs these variables. Raises ConfigurationError, naming all that is wrong."""

    def __init__(self, *needed: str, environ: Mapping[str, str] = os.environ) -> None:
        self._given = {name: environ.get(f"RELANCE_{name}", "") for name in needed}
        self._google = {name: environ.get(name, "") for name in GOOGLE if "GOOGLE" in needed}
        problems = tuple(self._problems(environ))
        if problems:
            raise ConfigurationError("deployment.configuration", problems=problems)

    def _problems(self, environ: Mapping[str, str]) -> Iterator[Reason]:
        names = [f"RELANCE_{name}" for name in self._given if name != "GOOGLE"]
        for name in (*names, *(name for name, text in self._google.items() if text)):
            text = environ.get(name, "")
            if not text:
                yield reason("deployment.missing", name=name)
            elif name in CHECKS and not CHECKS[name](text):
                yield reason("deployment.wrong", name=name)
        if self._google and not any(self._google.values()):
            yield reason("deployment.missing", name=" / ".join(GOOGLE))

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the schedule's days are counted."""
        return ZoneInfo(self._given["TIME_ZONE"])

    @cached_property
    def words(self) -> Words:
        """The words of alerts."""
        return bootstrap.words_of(self._given["LANGUAGE"])

    def registers(self) -> SsmRegisters:
        """The deployment's registers."""
        from relance.adapters.ssm_registers import SsmRegisters

        return SsmRegisters(client("ssm"), self._given["REGISTERS"])

    def queue(self) -> SqsRuns:
        """The passes that wait."""
        from relance.adapters.sqs_runs import SqsRuns

        return SqsRuns(client("sqs"), self._given["QUEUE"])

    def passes(self) -> DynamoPasses:
        """The record of each day's passes."""
        from relance.adapters.dynamo_passes import DynamoPasses

        return DynamoPasses(client("dynamodb"), self._given["TABLE"])

    def alerts(self) -> SnsAlerts:
        """The way to the operators."""
        from relance.adapters.sns_alerts import SnsAlerts

        return SnsAlerts(client("sns"), self._given["ALERTS"])

    def ledger(self, register_id: str, sheet: str = "") -> DynamoLedger:
        """A register's ledger; the bucket is reached only where bytes are kept."""
        from relance.adapters.dynamo_ledger import DynamoLedger

        bucket = self._given.get("EVIDENCE", "")
        s3: Any = client("s3") if bucket else None
        return DynamoLedger(client("dynamodb"), s3, self._given["TABLE"], bucket, register_id, sheet=sheet)

    def desk(self, sheet: str, time_left: Callable[[], float] = lambda: math.inf) -> Desk:
        """A register in a Google Sheet, its ledger on AWS, its messages through SES. Raises StoreError and LedgerError."""
        from relance.adapters.dynamo_ledger import register_of
        from relance.domain.parse import parse
        from relance.runs.desk import Desk

        address = SheetAddress(sheet)
        store = bootstrap.open_sheet(address, self._google_key(), self._identity(), time_left)
        register = parse(store.read(), bootstrap.lexicon())
        kept = register_of(client("dynamodb"), self._given["TABLE"], sheet)
        register_id = kept or register.register_id or bootstrap.unnamed(address)
        if not REGISTER_ID.fullmatch(register_id):
            raise LedgerError("ledger.bad_register", id=register_id)
        ledger = self.ledger(register_id, sheet)
        owner = ledger.sheet()
        copy = owner not in ("", sheet)
        return Desk(
            str(address), register_id, store, ledger, self._mailer(register_id), bootstrap.wording, bootstrap.lexicon(),
            bootstrap.languages(), register,
            reason("refusal.copy", original=str(SheetAddress(owner))) if copy else None,
        )  # fmt: skip

    def _google_key(self) -> str:
        """The key or federation as JSON text. Raises StoreError."""
        from relance.adapters.google_on_aws import service_account_key

        name = self._google.get("RELANCE_GOOGLE_SECRET", "")
        if not name:
            return self._google.get("RELANCE_GOOGLE_FEDERATION", "")
        return json.dumps(service_account_key(client("secretsmanager"), name))

    def _identity(self) -> Any:
        from relance.adapters.google_on_aws import role_supplier

        return role_supplier(session()) if self._google.get("RELANCE_GOOGLE_FEDERATION") else None

    def _mailer(self, register_id: str) -> Mailer:
        from relance.adapters.ses.mailer import SesMailer, ses_client

        return SesMailer(ses_client(session()), register_id, self._given["CONFIGURATION_SET"], SHARE)


def deployed(place: Place) -> bool:
    """Whether a register is run on AWS as far as this environment tells: its ledger is there, and SES carries its messages."""
    return isinstance(place, SheetAddress) and bool(os.environ.get("RELANCE_TABLE"))


def open_desk(place: Place) -> Desk:
    """A register with everything around it: that of the deployment, for a Google Sheet, where the environment names one.

    Raises ConfigurationError, StoreError and LedgerError.
    """
    if isinstance(place, SheetAddress) and deployed(place):
        return Deployment("TABLE", "EVIDENCE", "CONFIGURATION_SET").desk(place.spreadsheet_id)
    return bootstrap.open_desk(place)


@lru_cache(maxsize=1)
def session() -> boto3.Session:
    """The one session of the process."""
    import boto3

    return boto3.Session()


@lru_cache(maxsize=16)
def client(service: Any) -> Any:
    """The one client of a service; the caller knows its type."""
    return session().client(service)


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def pass_of(body: str) -> Pass:
    """The pass that a message of the queue asks for. ValueError when it asks for none."""
    from relance.adapters.sqs_runs import pass_of

    return pass_of(body)


def returned(event: Mapping[str, Any]) -> Returned | None:
    """What an event of SES says; None when it is not about our messages. ValueError when it cannot be understood."""
    from relance.adapters.ses.events import returned

    return returned(event)


def word_for(fault: BaseException) -> str:
    """A fault in a log: its code or its kind, never its values, which may name people."""
    return fault.code if isinstance(fault, RelanceError) else type(fault).__name__


def trace_of(fault: BaseException) -> list[str]:
    """Where a fault of the program came from: files, lines and functions alone."""
    frames = traceback.extract_tb(fault.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]

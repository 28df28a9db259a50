"""The whole deployment: what `template.yaml` says, made of doubles, and the functions it names."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from moto.ssm.models import ssm_backends

from relance.domain.sheet import CellValue
from tests.emulators import aws
from tests.emulators.cloud.driver import Driver
from tests.emulators.cloud.register import Register, Rows
from tests.emulators.cloud.runtime import Answer, Function, where
from tests.emulators.ses import Account, SesServer
from tests.emulators.ses.events import Post
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer
from tests.infra.deployed import FUNCTIONS, KNOWN, resource, resources
from tests.world.sheets import InSheet

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Cloud:
    """Everything of one deployment. `inbox` is a subscriber of the alerts; the clock stands where `at` put it, and goes on."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._clock = folder, folder.resolve() / "clock"  # functions run elsewhere
        self._clock.write_text("0", encoding="ascii")
        self.google, self.sqs, self.sns, self.ssm = SheetsServer(validate=False), *map(aws.client, ("sqs", "sns", "ssm"))
        self.google.__enter__()
        self.ses = SesServer(Account())
        self._open_account()
        self.table, self.bucket = aws.ledger_table(folder), aws.evidence_bucket()
        self.queues = dict(self._queues())
        self.topic = self.sns.create_topic(Name=str(resource("Alerts")["TopicName"]))["TopicArn"]
        self.inbox = self.sqs.create_queue(QueueName=f"inbox-{self.table}")["QueueUrl"]
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=self.arn(self.inbox))
        self.key = self._secret()
        self.functions: dict[str, list[Function]] = {}
        self._new = {name: self._as_deployed(name) for name in FUNCTIONS}
        self._made: list[Function] = []
        self.driver = Driver(self)

    def __enter__(self) -> Cloud:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for name in FUNCTIONS:
            self._stop(name)
        self.ses.stop()
        self.google.__exit__(None, None, None)
        for name in self._parameters():
            self.ssm.delete_parameter(Name=name)
        for url in (*self.queues.values(), self.inbox):
            self.sqs.delete_queue(QueueUrl=url)
        aws.client("secretsmanager").delete_secret(SecretId=self.key, ForceDeleteWithoutRecovery=True)
        self.sns.delete_topic(TopicArn=self.topic)
        aws.drop_tables()

    def _open_account(self) -> None:
        """An SES account that nothing was sent from yet, its mood good."""
        self.account = self.ses.account = Account(
            rate=1000.0, identities={"exemple.example"}, configuration_sets={str(resource("Mail")["Name"])},
            clock=lambda: self.now.timestamp(),
        )  # fmt: skip
        self.post, self.ses.mood = Post(self.account), lambda: "well"

    # -- what it is made of ----------------------------------------------------------------------------------------------

    def _queues(self) -> Iterator[tuple[str, str]]:
        """The queues of the template by logical id, those that others name first."""
        given = resources("AWS::SQS::Queue")
        made: dict[str, str] = {}
        for name in sorted(given, key=lambda name: "RedrivePolicy" in given[name]):
            properties = given[name]
            attributes = {
                k: str(v).lower() if isinstance(v, bool) else str(v)
                for k, v in properties.items() if k in ("FifoQueue", "VisibilityTimeout", "MessageRetentionPeriod")
            }  # fmt: skip
            if "RedrivePolicy" in properties:
                policy = properties["RedrivePolicy"]
                dead = self.arn(made[str(policy["deadLetterTargetArn"]).strip("<>").partition(".")[0]])
                attributes["RedrivePolicy"] = json.dumps({**policy, "deadLetterTargetArn": dead})
            made[name] = self.sqs.create_queue(QueueName=properties["QueueName"], Attributes=attributes)["QueueUrl"]
            yield name, made[name]

    def arn(self, url: str) -> str:
        """The ARN of a queue."""
        return str(self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])

    def _secret(self) -> str:
        key = json.dumps(self.google.accounts.new_key(ROBOT, self.google.base))
        made = aws.client("secretsmanager").create_secret(Name=f"google-{self.table}", SecretString=key)
        return str(made["ARN"])

    @property
    def known(self) -> Mapping[str, str]:
        """What the template's names stand for here."""
        return {
            **KNOWN, "Runs": self.queues["Runs"], "Alerts": self.topic, "TimeZone": "Europe/Paris", "Language": "fr",
            "Storage.Outputs.LedgerName": self.table, "Storage.Outputs.EvidenceName": self.bucket,
            "Mail": next(iter(self.account.configuration_sets)), "GoogleSecretArn": self.key,
        }  # fmt: skip

    def function(self, name: str, instance: int = 0) -> Function:
        """An instance of a function; `name` is its folder's."""
        instances = self.functions.setdefault(name, [])
        while len(instances) <= instance:
            instances.append(replace(self._new[name], printed=[]))
            self._made.append(instances[-1])
        return instances[instance]

    def _as_deployed(self, name: str) -> Function:
        properties = resource(FUNCTIONS[name], known=self.known)
        variables = {k: _with_secret(v) for k, v in properties["Environment"]["Variables"].items()}
        environment = {
            **{k: v for k, v in variables.items() if v != "<AWS::NoValue>"},
            "AWS_REGION": aws.REGION, "AWS_DEFAULT_REGION": aws.REGION, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": aws.endpoint(), "AWS_ENDPOINT_URL_SESV2": self.ses.url,
            "RELANCE_GOOGLE_ENDPOINT": self.google.base, "RELANCE_TEST_CLOCK": str(self._clock),
        }  # fmt: skip
        code = where().code(FUNCTIONS[name], name)
        limit, memory = int(properties["Timeout"]), int(properties["MemorySize"])
        return Function(properties["FunctionName"], code, environment, limit, memory)

    @contextmanager
    def changed(
        self, name: str, code: Path | None = None, timeout: int | None = None, **variables: str | None
    ) -> Iterator[None]:
        """For a while a function has other code, another limit in seconds, or other variables; None: without it."""
        before = self._new[name]
        environment = {k: v for k, v in {**before.environment, **variables}.items() if v is not None}
        self._new[name] = replace(before, code=code or before.code, timeout=timeout or before.timeout, environment=environment)
        warm = self.functions.pop(name, [])
        try:
            yield
        finally:
            self._stop(name)
            self._new[name], self.functions[name] = before, warm

    def _stop(self, name: str) -> None:
        for instance in self.functions.pop(name, ()):
            instance.stop()

    # -- registers and people --------------------------------------------------------------------------------------------

    def add_register(self, name: str, customers: Rows, invoices: Rows, **settings: CellValue) -> Register:
        """A register in a sheet of its own, shared with the robot, and its parameter."""
        register = Register(name, InSheet(self._folder / name, self.google))
        register.fill(customers, invoices, **settings)
        self.list_register(name, register.sheet)
        return register

    def list_register(self, name: str, sheet: str, since: datetime = LONG_AGO, **more: Any) -> None:
        """Put a register's parameter, as if at that instant; `more` are other fields of it."""
        self.list_text(name, json.dumps({"sheet": sheet, **more}), since)

    def list_text(self, name: str, text: str, since: datetime = LONG_AGO) -> None:
        """Put a text as a register's parameter, whatever it says."""
        path = f"{KNOWN['RegistersPath']}/{name}"
        self.ssm.put_parameter(Name=path, Value=text, Type="String", Overwrite=True)
        ssm_backends[aws.ACCOUNT][aws.REGION]._parameters[path][-1].last_modified_date = since

    def clear(self) -> None:
        """Forget registers, ledgers, messages and alerts of before; instances of functions stay warm."""
        for name in self._parameters():
            self.ssm.delete_parameter(Name=name)
        for name in reversed(self.queues):  # dead-letter queues last, which take from the others
            self.driver.later(name)
        for url in (*reversed(self.queues.values()), self.inbox):
            list(self.driver.take(url))
        self.google.calm()
        aws.dynamo().delete_table(TableName=self.table)
        aws.ledger_table(self._folder)
        self._open_account()

    def _parameters(self) -> list[str]:
        pages = self.ssm.get_paginator("describe_parameters").paginate()
        return [p["Name"] for page in pages for p in page["Parameters"]]

    # -- time, and what happens in it ------------------------------------------------------------------------------------

    def at(self, instant: datetime) -> None:
        """Put the clock of all functions, and of SES, to an instant."""
        self._clock.write_text(repr(instant.timestamp() - time.time()), encoding="ascii")

    @property
    def now(self) -> datetime:
        """What the functions' clock shows."""
        return datetime.fromtimestamp(time.time() + float(self._clock.read_text("ascii")), UTC)

    def schedule(self, name: str, instant: datetime | None = None) -> Answer:
        """Scheduler invokes the target of a schedule of the template, for that instant (now)."""
        return self.driver.schedule(name, instant or self.now)

    def pump(self, **how: Any) -> list[Answer]:
        """Let everything that waits be handled: SES's events, then the queues."""
        return self.driver.pump(**how)

    def told(self) -> list[tuple[str, str]]:
        """Subjects and texts of the alerts since the last look."""
        return [(b["Subject"], b["Message"]) for b in map(json.loads, self.driver.take(self.inbox))]

    def waiting(self, queue: str) -> int:
        """How many messages lie in a queue, those in flight too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.queues[queue], AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def printed(self) -> list[str]:
        """Every line that any function printed."""
        return [line for instance in self._made for line in instance.printed]


def _with_secret(value: Any) -> str:
    """A variable of a deployment that has a key in a secret."""
    return str(value["then"]) if isinstance(value, dict) and "If" in value else str(value)

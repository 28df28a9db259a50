"""A world's register as deployed: the Google Sheet, its ledger in DynamoDB and S3, its messages through SES."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Literal

from relance import bootstrap
from relance.adapters.dynamo_ledger import DynamoLedger
from relance.adapters.dynamo_ledger.items import message_from
from relance.adapters.ses.events import returned
from relance.adapters.ses.mailer import SesMailer
from relance.domain.history import Message
from relance.domain.words import reason
from relance.ports.ledger import Ledger
from relance.runs.desk import Desk
from relance.runs.mail_events import mail_event
from tests.adapters.ses.places import client_of
from tests.emulators import aws
from tests.emulators.line import Line
from tests.emulators.ses import SesServer, Taken
from tests.emulators.ses.events import Post
from tests.emulators.sheets.server import SheetsServer
from tests.world.accounts import WorldAccount, play
from tests.world.bad_line import Mood, Moods
from tests.world.mails import Mail, read
from tests.world.ports import Clock
from tests.world.sheets import Spreadsheet
from tests.world.weather import FaultOf, Weather, faults, no_fault
from tests.world.wording import wording

REGISTER = "world-1"
ALLOWED = frozenset((
    "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "TransactWriteItems", "PutObject", "GetAccount", "SendEmail",
))  # fmt: skip
BATCH = 25  # items of one BatchWriteItem
NEVER_COMES = timedelta(days=60)


@lru_cache(maxsize=1)
def ses() -> SesServer:
    """The double, one per process; each world has an account of its own behind it."""
    return SesServer(WorldAccount())


@lru_cache(maxsize=4)
def clients(number: int) -> tuple[Any, Any, Any]:
    """The clients of the n-th of the processes that run at once; 0: of a process that only looks."""
    return aws.client("dynamodb"), aws.client("s3"), client_of(ses().url)


class InCloud(Spreadsheet):
    """A spreadsheet, a table and a bucket, an account of SES. `clean` when done with it."""

    asked = False
    lease = timedelta(minutes=16)
    excuses: tuple[str, ...] = ("ledger.busy", "ledger.unreachable")

    def __init__(self, folder: Path, google: SheetsServer, weather: Weather | None = None) -> None:
        super().__init__(google)
        self.folder, self.weather = folder, weather or Weather()
        self.table, self.bucket = aws.ledger_table(folder), new_bucket(folder)
        self.account = self.new_account()
        self.script: FaultOf = no_fault  # what happens to the requests of a run that chance leaves alone
        self.fault: FaultOf = no_fault
        self.lines: list[Line] = []  # of the processes that run
        self.calls: list[str] = []  # the last process's requests
        self._kept: dict[str, bytes] = {}

    def joins(self, clock: Clock, random: Random) -> None:
        self.clock, self.random, weather = clock, random, self.weather
        self.account.clock, self.account.chance = lambda: clock.now.timestamp(), random
        ses().account, ses().mood = self.account, lambda: "well"
        self.post = Post(self.account, random, weather.late, weather.twice, weather.lost)

    def new_account(self, taken: Sequence[Taken] = ()) -> WorldAccount:
        """An account that may send for the register and took these messages."""
        return WorldAccount(identities={"exemple.example"}, ill=self.weather.ill, taken=list(taken))

    # -- processes -----------------------------------------------------------------------------------------------------

    def desk(self) -> Desk:
        store, register = self.opened()
        register_id = register.register_id or REGISTER
        dynamo, s3, mail = clients(0)
        ledger, mailer = self.ledger_over(dynamo, s3, register_id), self._mailer(mail, register_id)
        languages, lexicon = bootstrap.languages(), bootstrap.lexicon()
        return Desk("feuille", register_id, store, ledger, mailer, wording, lexicon, languages, register)

    def on_bad_lines(self, desk: Desk, mood: Moods, knows: Callable[[], bool]) -> Desk:
        line = Line(no_fault if self.lines else self.fault)
        self.lines.append(line)
        dynamo, s3, mail = map(line.between, clients(len(self.lines)))
        ledger = self.ledger_over(dynamo, s3, desk.register_id)
        owner = ledger.sheet()
        refusal = reason("refusal.copy", original=owner) if owner not in ("", self.sheet.file.id) else None
        mailer = Moody(self._mailer(mail, desk.register_id), lambda message: self.prepare(mood(message)))
        return replace(desk, ledger=ledger, mailer=mailer, refusal=refusal)

    def prepare(self, mood: Mood) -> None:
        """The next message is about to be handed over."""
        play(ses(), self.account, mood, self.random)

    def ledger_over(self, dynamo: Any, s3: Any, register_id: str = REGISTER) -> DynamoLedger:
        """The ledger of a process with these clients."""
        return DynamoLedger(dynamo, s3, self.table, self.bucket, register_id, self._sleep, self.sheet.file.id)

    def _mailer(self, client: Any, register_id: str) -> SesMailer:
        return SesMailer(client, register_id, "relance", 0.25, lambda: self.clock.now.timestamp(), self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)

    def begins(self, random: Random | None) -> None:
        if not self.lines:
            super().begins(random)
            self.fault = self.script if random is None else faults(self.weather, self.random, self.between)

    def closes(self, ledger: Ledger) -> None:
        """A process that ends gives nothing up by itself."""
        line = self.lines.pop()
        self.calls = line.calls
        assert ALLOWED.issuperset(line.calls), f"not allowed to: {set(line.calls) - ALLOWED}"

    # -- what comes back -----------------------------------------------------------------------------------------------

    def between(self) -> None:
        self.deliver(self.clock.now)

    def deliver(self, until: datetime) -> None:
        """The function of mail events is given what arrives until then."""
        for event in self.post.arriving(until.astimezone(UTC)):
            mail_event(event, returned, lambda register_id: self.ledger_over(aws.dynamo(), None, register_id))

    def arrive(self) -> None:
        self.deliver(self.clock.now + NEVER_COMES)
        ledger, taken = self.ledger_over(aws.dynamo(), aws.s3()), {t.tags["message"] for t in self.account.taken}
        for message in self.ledger():
            if message.status == "uncertain" and self.random.random() < self.weather.resolved:
                ledger.resolve(message.id, "sent" if message.id in taken else "not_sent")

    # -- what judges see -----------------------------------------------------------------------------------------------

    def ledger(self) -> list[Message]:
        found = [message_from(item) for item in self.items() if item["sk"]["S"].startswith("message#")]
        return sorted(found, key=lambda m: (m.day, m.claimed_at, m.id))

    def items(self) -> list[dict[str, Any]]:
        """All items, as an engineer sees them."""
        found = list(aws.dynamo().get_paginator("scan").paginate(TableName=self.table).build_full_result()["Items"])
        named = {item["register"]["S"] for item in found if item["pk"]["S"].startswith("sheet#")}
        whose = {item["pk"]["S"] for item in found if not item["pk"]["S"].startswith(("day#", "sheet#"))} | named
        assert whose <= {REGISTER}, f"I11 {whose}"
        return found

    def put_back(self, items: Sequence[dict[str, Any]]) -> None:
        """The table as it once was, as a restored one is."""
        aws.dynamo().delete_table(TableName=self.table)
        aws.ledger_table(self.folder)
        for start in range(0, len(items), BATCH):
            puts: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]
            aws.dynamo().batch_write_item(RequestItems={self.table: puts})

    def evidence(self) -> Mapping[str, list[bytes]]:
        claimed = {item["evidence"]["S"] for item in self.items() if "evidence" in item}
        listed = aws.s3().get_paginator("list_object_versions").paginate(Bucket=self.bucket).build_full_result()
        found: dict[str, list[bytes]] = {}
        for version in sorted(listed.get("Versions", ()), key=lambda v: v["VersionId"] in claimed):
            register_id, message_id, _ = version["Key"].split("/")
            assert register_id == REGISTER, f"I11 {version['Key']}"
            found.setdefault(message_id, []).append(self._bytes(version["Key"], version["VersionId"]))
        return found

    def _bytes(self, key: str, version: str) -> bytes:
        if version not in self._kept:
            self._kept[version] = aws.s3().get_object(Bucket=self.bucket, Key=key, VersionId=version)["Body"].read()
        return self._kept[version]

    def sent(self) -> list[Mail]:
        return [self._mail(taken) for taken in self.account.taken]

    def _mail(self, taken: Taken) -> Mail:
        mail = read(taken.raw)
        assert taken.tags == {"register": REGISTER, "message": mail.id}, f"I11 {mail.id}: {taken.tags}"
        assert (taken.to, taken.cc) == (mail.to, mail.copy_to), f"I8 {mail.id}: {taken.to} {taken.cc}"
        return replace(mail, thrown_away="rejected" in taken.fates.values())

    def clean(self) -> None:
        """Leave nothing behind: the double of AWS copies all tables for each transaction."""
        aws.drop_tables()
        listed = aws.s3().get_paginator("list_object_versions").paginate(Bucket=self.bucket).build_full_result()
        objects: Any = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in listed.get("Versions", ())]
        if objects:
            aws.s3().delete_objects(Bucket=self.bucket, Delete={"Objects": objects})
        aws.s3().delete_bucket(Bucket=self.bucket)


@dataclass
class Moody:
    """A mailer before whose every message the mail server's mood is set."""

    real: SesMailer
    prepare: Callable[[Message], None]

    def send(self, message: Message, sender: str, raw: bytes) -> str:
        self.prepare(message)
        return self.real.send(message, sender, raw)

    def was_accepted(self, message: Message) -> Literal["yes", "no", "unknown"]:
        return self.real.was_accepted(message)


def new_bucket(folder: Path) -> str:
    """A versioned bucket for a place."""
    name = f"evidence-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    where: Any = {"LocationConstraint": aws.REGION}
    aws.s3().create_bucket(Bucket=name, CreateBucketConfiguration=where)
    versioning = aws.storage()["Evidence"]["VersioningConfiguration"]
    aws.s3().put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    return name

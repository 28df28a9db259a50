"""Each function, with the variables that the template gives it, makes no call to AWS that its role does not allow."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from relance import deployment
from tests.cli.test_sheet import SheetRegisters
from tests.emulators import aws
from tests.emulators.ses import Account, SesServer
from tests.emulators.ses.events import events_of
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer
from tests.infra.deployed import FUNCTIONS, resource
from tests.infra.test_roles import CONFIGURATION_SET, EVIDENCE, LEDGER, LOG, MAY, PARAMETERS
from tests.infra.transformed import ROOT
from tests.runs.deployments import PATH, Deployment, at

ROLES = {stem: resource(name)["Role"].strip("<>").removesuffix(".Arn") for stem, name in FUNCTIONS.items()}
TAKEN_BY_LAMBDA = {  # from the queue, in the function's name
    (f"sqs:{verb}", queue)
    for verb in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")
    for queue in ("<Runs.Arn>", "<Events.Arn>")
}
UNSEEN = {  # allowed, and not asked for in the day below
    ("ssm:GetParametersByPath", PARAMETERS),  # whether AWS looks at the path with its last slash or without is not said
    ("dynamodb:BatchGetItem", LEDGER),  # for customers whose files had closed
}


@dataclass
class Context:
    """What Lambda tells a function of itself."""

    function_name: str
    left: Callable[[], int]
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-west-3:123456789012:function:relance"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return self.left()


@dataclass
class Cloud:
    """A deployment whose functions run here, their calls noted as the actions and resources that IAM would see."""

    here: Deployment
    names: Mapping[str, str]
    server: SesServer
    calls: set[tuple[str, str]] = field(default_factory=set)
    short_after_one: bool = False

    def invoke(self, stem: str, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
        """Run a function with exactly the variables of the template."""
        given = resource(FUNCTIONS[stem])["Environment"]["Variables"]
        for name, value in given.items():
            text = value if isinstance(value, str) else value["then"]
            monkeypatch.setenv(name, self.names.get(text, text))
        monkeypatch.delenv("RELANCE_GOOGLE_FEDERATION", raising=False)
        self.calls.clear()
        for cached in (deployment.session, deployment.client):
            cached.cache_clear()
        deployment.session().events.register("provide-client-params", self._note)
        spec = importlib.util.spec_from_file_location(f"{stem}_app", ROOT / "functions" / stem / "app.py")
        assert spec
        assert spec.loader
        app = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(app)
        answer = app.handler(event, Context(stem, self._left))
        for name in given:
            monkeypatch.delenv(name, raising=False)
        return answer

    def _left(self) -> int:
        return 200_000 if self.short_after_one and self.server.account.taken else 900_000

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service = "ses" if model.service_model.service_name == "sesv2" else model.service_model.service_name
        if model.name == "TransactWriteItems":
            self.calls |= {(f"dynamodb:{verb}Item", LEDGER) for action in params["TransactItems"] for verb in action}
            return
        actions = [model.name, "SendRawEmail"] if "Raw" in params.get("Content", {}) else [model.name]
        for where in self._resources(service, params, model.name):
            self.calls |= {(f"{service}:{action}", where) for action in actions}  # raw bytes: SES asks for SendRawEmail

    @staticmethod
    def _resources(service: str, params: dict[str, Any], operation: str) -> list[str]:
        if service == "ses":
            return ["<SenderIdentities>", CONFIGURATION_SET] if operation == "SendEmail" else ["*"]
        return {
            "dynamodb": [f"{LEDGER}/index/{params.get('IndexName')}" if params.get("IndexName") else LEDGER],
            "ssm": [PARAMETERS + params.get("Path", "").removeprefix(PATH)],
            "sqs": ["<Runs.Arn>"],
            "sns": ["<Alerts>"],
            "s3": [EVIDENCE],
            "secretsmanager": ["<GoogleSecretArn>"],
        }[service]


@pytest.fixture
def cloud(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A live register of two files with something due, listed since yesterday."""
    server = SesServer(Account(rate=1e6, identities={"exemple.example"}))
    here = Deployment(tmp_path)
    with SheetsServer(validate=False) as google:
        key = tmp_path / "key.json"
        key.write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        secret = aws.client("secretsmanager").create_secret(Name=here.table, SecretString=key.read_text("utf-8"))["ARN"]
        for name, value in {
            "GOOGLE_APPLICATION_CREDENTIALS": str(key), "RELANCE_GOOGLE_ENDPOINT": google.base,
            "RELANCE_HOME": str(tmp_path / "home"), "AWS_ENDPOINT_URL": aws.endpoint(), "AWS_ENDPOINT_URL_SESV2": server.url,
            "AWS_DEFAULT_REGION": aws.REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(deployment, "now", lambda: here.now)
        reg = SheetRegisters(tmp_path, capsys, google)
        due = {"due_date": "2026-09-28", "amount": "1200.00"}
        reg.live({"invoice_no": "F1", **due}, {"invoice_no": "F2", "currency": "USD", **due})
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
        here.list_register("exemple", reg.address)
        yield Cloud(here, {
            "<Storage.Outputs.LedgerName>": here.table, "<Storage.Outputs.EvidenceName>": aws.evidence_bucket(),
            "<Mail>": "relance", "<Runs>": here.url, "<Alerts>": here.alerts._topic, "<TimeZone>": "Europe/Paris",
            "<Language>": "fr", "<GoogleSecretArn>": secret,
        }, server)  # fmt: skip
    here.end()
    server.stop()
    for cached in (deployment.session, deployment.client):
        cached.cache_clear()


def queued(cloud: Cloud) -> dict[str, Any]:
    """The next message of the queue of runs, as Lambda hands it over."""
    (message,) = cloud.here.sqs.receive_message(QueueUrl=cloud.here.url)["Messages"]
    cloud.here.sqs.delete_message(QueueUrl=cloud.here.url, ReceiptHandle=message["ReceiptHandle"])
    return {"Records": [record(message["Body"])]}


def record(body: str) -> dict[str, Any]:
    return {
        "messageId": "1",
        "receiptHandle": "1",
        "body": body,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def allowed(stem: str) -> set[tuple[str, str]]:
    """What a role allows, but for logs, which are written outside the function's code."""
    return {(action, where) for where, actions in MAY[ROLES[stem]].items() for action in actions - LOG}


def test_a_day_of_a_register_asks_for_what_its_roles_allow_and_for_no_more(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, set[tuple[str, str]]] = {stem: set() for stem in FUNCTIONS}

    def invoke(stem: str, event: dict[str, Any]) -> Any:
        answer = cloud.invoke(stem, event, monkeypatch)
        made[stem] |= cloud.calls
        return answer

    cloud.here.list_register("wrong", "no sheet")
    for kind, hour in (("announce", 7), ("send", 10)):
        cloud.here.now = at(hour, 30)
        assert invoke("start", {"pass": kind, "time": cloud.here.now.isoformat()})["registers"] == ("exemple",)
        if kind == "send":
            cloud.short_after_one = True  # time for one message: the other leaves in part 2
            assert invoke("chase", queued(cloud)) == {"batchItemFailures": []}
            cloud.short_after_one, cloud.server.mood = False, lambda: "reset_after"
        assert invoke("chase", queued(cloud)) == {"batchItemFailures": []}
    assert invoke("watchdog", {"time": cloud.here.now.isoformat()})["OpenUncertain"] == 1
    taken, _ = cloud.server.account.taken
    events = [record(json.dumps(event)) for event in events_of(taken, cloud.server.account)]
    assert invoke("mail_events", {"Records": events}) == {"batchItemFailures": []}
    assert invoke("watchdog", {"time": at(11).replace(year=2100).isoformat()})["Missed"] == 2
    for stem in FUNCTIONS:
        own = TAKEN_BY_LAMBDA if stem in ("chase", "mail_events") else set()
        assert made[stem] <= allowed(stem), stem
        assert allowed(stem) - made[stem] - own <= UNSEEN, stem

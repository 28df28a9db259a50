"""The deploy guide says what is so: its commands are understood, what it names is in the template, its values are taken."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from relance import deployment
from relance.adapters import ssm_registers
from relance.cli import main
from tests.emulators import aws
from tests.emulators.ses import Account, SesServer
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer
from tests.infra.deployed import KNOWN, plain
from tests.infra.transformed import root, templates

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "infra" / "deploy.md").read_text("utf-8")
COMMANDS = [line.strip() for line in re.findall(r"^ {4}(\S.*)$", GUIDE, re.MULTILINE)]
AWS = [m[1] for line in COMMANDS if (m := re.search(r"(?:^|\$\()(aws .*?)\)?$", line))]
OF_THE_CLI = {"--query", "--output", "--cli-binary-format"}
LOGS_TAIL = {"--since", "--follow"}  # a command of the CLI alone, in no service's model
NAMES = {**KNOWN, "Prefix": "relance"}


def options_of(words: list[str]) -> dict[str, str]:
    """The options of a command and what each is given; nothing for a flag."""
    found: dict[str, str] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word
            found[name] = ""
        elif name and not found[name]:
            found[name] = word
    return found


@lru_cache(maxsize=16)
def model_of(service: str) -> Any:
    session: Any = botocore.session.get_session()
    return session.get_service_model(service)


def understood(shape: Any, text: str) -> bool:
    """Whether a value is one that the service's model takes."""
    if shape.type_name == "structure":
        given = dict(part.partition("=")[::2] for part in text.split(","))
        return given.keys() <= shape.members.keys() and all(understood(shape.members[k], v) for k, v in given.items())
    if shape.type_name == "boolean":
        return text in ("", "true", "false")
    return bool(text) and (text in shape.enum if getattr(shape, "enum", ()) else True)


@pytest.mark.parametrize("command", AWS)
def test_a_command_of_the_aws_cli_is_one_of_its_service_s(command: str) -> None:
    _, service, operation, *rest = shlex.split(command)
    options = options_of(rest)
    if (service, operation) == ("logs", "tail"):
        assert options.keys() <= LOGS_TAIL
        return
    model = model_of(service)
    if operation == "wait":
        waiters: Any = botocore.session.get_session().get_waiter_model(service)
        waiter = {xform_name(name, "-"): name for name in waiters.waiter_names}[rest[0]]
        operation = xform_name(waiters.get_waiter(waiter).operation, "-")
    shape = model.operation_model({xform_name(n, "-"): n for n in model.operation_names}[operation]).input_shape
    members = {f"--{xform_name(name, '-')}": name for name in shape.members}
    assert options.keys() <= members.keys() | OF_THE_CLI
    assert set(shape.required_members) <= {members[o] for o in options if o in members}
    assert [o for o, text in options.items() if o in members and not understood(shape.members[members[o]], text)] == []


@pytest.mark.parametrize("command", [c for c in AWS if "--query" in c])
def test_a_query_asks_for_what_the_service_answers(command: str) -> None:
    _, service, operation, *rest = shlex.split(command)
    model = model_of(service)
    answer = model.operation_model({xform_name(n, "-"): n for n in model.operation_names}[operation]).output_shape
    asked = re.sub(r"'[^']*'", "", options_of(rest)["--query"])
    assert set(re.findall(r"[A-Za-z]\w+", asked)) <= set(members_of(answer))


def members_of(shape: Any, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all members of a shape, at any depth."""
    if shape.name not in above:
        for name, member in getattr(shape, "members", {}).items():
            yield name
            yield from members_of(member, (*above, shape.name))
        if shape.type_name == "list":
            yield from members_of(shape.member, (*above, shape.name))


def test_the_zone_of_the_signature_is_asked_for_since_regions_have_their_own() -> None:
    assert any("SigningHostedZone" in command for command in AWS)
    assert re.search(r"^\| `TOKEN\._domainkey\.[^|]*\| CNAME \| `TOKEN\.ZONE` \|$", GUIDE, re.MULTILINE)


def test_a_parameter_that_must_stay_is_written_where_the_next_deployment_finds_it() -> None:
    """A deployment takes the values of its file again; a restored table must not be left for the lost one."""
    stays = dict(re.findall(r"--parameter-overrides (\w+)=(\S+)", GUIDE))
    assert f"Set `RestoredLedger` to `{stays['RestoredLedger']}` in\n`exemple.toml`" in GUIDE
    assert re.search(r"without `--parameter-overrides` takes those of `exemple.toml`", GUIDE)


def test_the_guide_says_when_waiting_for_a_restored_table_ends() -> None:
    waiters: Any = botocore.session.get_session().get_waiter_model("dynamodb")
    waiter = waiters.get_waiter("TableExists")
    assert f"`wait` gives up after {waiter.delay * waiter.max_attempts // 60} minutes" in GUIDE


def test_the_key_is_deleted_only_once_the_commands_that_need_it_were_given() -> None:
    """What reads or writes a sheet from a computer needs it: up to the run in test mode, and again when an alarm comes."""
    sections = {int(m[1]): m[2] for m in re.finditer(r"^## (\d)\. .*?$(.*?)(?=^## )", GUIDE, re.MULTILINE | re.DOTALL)}
    needing = [number for number, text in sections.items() if re.search(r"^ {4}\.venv/bin/relance ", text, re.MULTILINE)]
    assert f"Delete `key.json` when section {max(needing)} is done" in GUIDE
    assert "get-secret-value --secret-id relance/google --query SecretString --output text > key.json" in GUIDE


def test_a_parameter_of_the_store_is_changed_with_its_flag() -> None:
    assert "--overwrite" not in next(c for c in AWS if "put-parameter" in c)  # the first time there is nothing to change
    assert "Overwrite" in model_of("ssm").operation_model("PutParameter").input_shape.members
    assert "`--overwrite`" in GUIDE


def test_the_guide_uses_many_commands_and_all_are_seen() -> None:
    services = "sesv2|secretsmanager|lambda|ssm|logs|cloudformation|sqs|dynamodb"
    assert len(AWS) == len(re.findall(rf"\baws (?:{services}) ", "\n".join(COMMANDS))) >= 20


def payloads() -> Iterator[tuple[str, dict[str, Any]]]:
    for command in AWS:
        options = options_of(shlex.split(command))
        if "--payload" in options:
            yield options["--function-name"], json.loads(options["--payload"])


def test_functions_are_invoked_by_their_names_with_events_they_take() -> None:
    names = {plain(r["Properties"].get("FunctionName"), NAMES) for r in root()["Resources"].values() if "Properties" in r}
    found = list(payloads())
    assert {name for name, _ in found} == {"relance-start", "relance-watchdog"} <= names
    starts = [event for name, event in found if name == "relance-start"]
    assert {event["pass"] for event in starts} == {"announce", "send"}
    assert all(event.keys() <= {"pass", "time", "registers"} for event in starts)


def test_the_register_of_the_guide_is_understood() -> None:
    (command,) = [options_of(shlex.split(c)) for c in AWS if "put-parameter" in c]
    path, name = command["--name"].rsplit("/", 1)
    assert path == root()["Parameters"]["RegistersPath"]["Default"]
    value = command["--value"].replace("ID_OF_YOUR_SHEET", "1" * 44)
    listing = ssm_registers._understood({name: (value, None)})
    assert ([r.name for r in listing.found], listing.problems) == ([name], ())


def test_every_name_of_ours_is_in_the_templates() -> None:
    named = {n.removesuffix(".fifo") for n in re.findall(r"(?<![\w/.-])relance-[a-z-]+(?:\.fifo)?", GUIDE)}
    texts = json.dumps([plain(t, NAMES) for t in templates().values()])
    others = {"relance-aws", "relance-restored"}  # of Google's, and the engineer's own
    assert len(named - others) >= 7
    assert [n for n in named - others if f'"{n}"' not in texts and f'"{n}.fifo"' not in texts] == []
    for log in re.findall(r"/aws/lambda/[a-z-]+", GUIDE):
        assert f'"{log}"' in texts


def test_every_parameter_that_is_named_is_one_and_those_without_default_are_named() -> None:
    parameters = root()["Parameters"]
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", GUIDE))
    assert named <= parameters.keys() | root()["Outputs"].keys()
    assert {name for name, p in parameters.items() if "Default" not in p} <= named
    for name, value in re.findall(r"--parameter-overrides (\w+)=(\S+)", GUIDE):
        allowed = parameters[name].get("AllowedValues")
        assert value in allowed if allowed else re.fullmatch(parameters[name]["AllowedPattern"], value)
    for name in re.findall(r"OutputKey=='(\w+)'", GUIDE):
        assert name in root()["Outputs"]


@pytest.mark.parametrize(
    ("parameter", "pattern"),
    [
        ("SenderIdentities", r"`(arn:aws:ses:[^`]+)`"),
        ("SenderAddresses", r"`((?:compta|\*)@exemple\.example)`"),
        ("GoogleProvider", r"`(projects/NUMBER/[^`]+)`"),
        ("GoogleServiceAccount", r"`(relance@PROJECT[^`]+)`"),
    ],
)
def test_the_examples_of_parameters_are_taken(parameter: str, pattern: str) -> None:
    found = [m.replace("NUMBER", "12").replace("PROJECT", "exemple") for m in re.findall(pattern, GUIDE)]
    assert found
    assert [text for text in found if not re.fullmatch(root()["Parameters"][parameter]["AllowedPattern"], text)] == []


def test_google_is_told_to_trust_the_role_that_runs() -> None:
    role = plain(root()["Resources"]["ChaseRole"]["Properties"]["RoleName"], NAMES)
    assert f"attribute.aws_role/arn:aws:sts::123456789012:assumed-role/{role}" in GUIDE


def test_the_figures_of_the_cost_are_those_of_the_templates() -> None:
    alarms = [r["Properties"] for r in templates()["infra/alarms.yaml"]["Resources"].values()]
    said = re.search(r"(\d+) alarms \((\w+) of them with two metrics\)", GUIDE)
    assert said
    assert int(said[1]) == len(alarms)
    assert {"six": 6}[said[2]] == sum("Metrics" in a for a in alarms)


def test_make_and_sam_are_asked_for_what_they_have() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", "\n".join(COMMANDS))) == {"build"} <= targets
    files = set(re.findall(r"--config-file (\S+)", GUIDE))
    assert files == {"exemple.toml"}
    assert "capabilities = " in (ROOT / "samconfig.toml").read_text("utf-8")


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty sheet; Google, DynamoDB, S3 and SES are played here."""
    server = SesServer(Account(rate=1e6, identities={"exemple.example"}))
    with SheetsServer(validate=False) as google:
        file = google.drive.add_spreadsheet("Registre", writers=(ROBOT,))
        key = tmp_path / "key.json"
        key.write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        for name, value in {
            "GOOGLE_APPLICATION_CREDENTIALS": str(key), "RELANCE_GOOGLE_ENDPOINT": google.base, "RELANCE_HOME": str(tmp_path),
            "AWS_ENDPOINT_URL": aws.endpoint(), "AWS_ENDPOINT_URL_SESV2": server.url, "AWS_DEFAULT_REGION": aws.REGION,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "RELANCE_TABLE": aws.ledger_table(tmp_path),
            "RELANCE_EVIDENCE": aws.evidence_bucket(), "RELANCE_CONFIGURATION_SET": "relance",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        for cached in (deployment.session, deployment.client):
            cached.cache_clear()
        yield file.id
    for cached in (deployment.session, deployment.client):
        cached.cache_clear()
    aws.drop_tables()
    server.stop()


def test_the_commands_of_relance_run_one_after_the_other(
    deployed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [c.removeprefix(".venv/bin/") for c in COMMANDS if c.startswith(".venv/bin/relance")]
    assert len(found) >= 6
    for command in found:
        monkeypatch.setattr("sys.stdin", StringIO("o\n"))
        with pytest.raises(SystemExit) as ended:
            main(shlex.split(command.replace("ID_OF_YOUR_SHEET", deployed))[1:])
        said = capsys.readouterr()
        refused = "doctor" in command or "resolve" in command  # a bare register lacks much, and has nothing uncertain
        assert ended.value.code in ((0, 1) if refused else (0, None)), f"{command}: {said.err or said.out}"

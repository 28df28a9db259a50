"""The deployment as a whole: what it is made of, what it asks, what it is called."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.infra.deployed import FUNCTIONS, default, plain, resource, resources
from tests.infra.transformed import PREFIX, ROOT, root, templates, written

SES = "arn:aws:ses:eu-west-3:123456789012:identity/"
SECRET = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:"
POOL = "projects/12/locations/global/workloadIdentityPools/"
OPTIONAL = {"RELANCE_GOOGLE_SECRET", "RELANCE_GOOGLE_FEDERATION"}


@pytest.mark.parametrize("path", sorted(templates()))
def test_every_parameter_is_described_and_used(path: str) -> None:
    template = templates()[path]
    body = json.dumps({k: v for k, v in template.items() if k not in ("Parameters", "Metadata")})
    for name, parameter in template["Parameters"].items():
        assert len(parameter["Description"]) > 15, name
        assert f'"Ref": "{name}"' in body or f"${{{name}}}" in body, name


def test_every_parameter_stands_in_one_group_of_the_form() -> None:
    groups = root()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(root()["Parameters"])


@pytest.mark.parametrize("path", sorted(templates()))
def test_every_output_is_described(path: str) -> None:
    assert all(output["Description"] for output in templates()[path].get("Outputs", {}).values())


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("Prefix", ["relance", "re-2"], ["Relance", "-x", "x-", "a" * 21, "r", "re_lance"]),
        ("RegistersPath", ["/relance/registers", "/a"], ["relance", "/relance/", "//a", "/a b"]),
        ("SenderIdentities", [f"{SES}exemple.example", f"{SES}compta@exemple.example"], ["exemple.example", "*", f"{SES}*"]),
        ("SenderAddresses", ["compta@exemple.example", "*@exemple.example"], ["*", "*@*", "compta", "co*@exemple.example"]),
        ("GoogleSecretArn", ["", f"{SECRET}relance/google-AbC123"], ["relance/google", f"{SECRET}*", f"{SECRET}google"]),
        ("GoogleProvider", ["", f"{POOL}aws/providers/relance"], ["//iam.googleapis.com/projects/12", '"', f"{POOL}aws"]),
        ("GoogleServiceAccount", ["", "a@b.iam.gserviceaccount.com"], ["moi@exemple.example", '"@x.gserviceaccount.com']),
        ("TimeZone", ["Europe/Paris", "UTC", "America/Argentina/Ushuaia"], ["europe/paris", "Europe/"]),
        ("AnnounceTime", ["07:00", "23:59", "04:00"], ["7:00", "03:59", "24:00", "07:60"]),
        ("AlertEmail", ["", "ops@exemple.example"], ["ops", "a@b,c@d"]),
        ("RestoredLedger", ["", "relance-restored.2"], ["a", "x/y"]),
    ],
)  # fmt: skip
def test_a_parameter_takes_what_is_right_and_refuses_what_is_not(parameter: str, good: list[str], bad: list[str]) -> None:
    said = root()["Parameters"][parameter]

    def taken(text: str) -> bool:
        return bool(re.fullmatch(said["AllowedPattern"], text)) and len(text) <= said.get("MaxLength", 4096)

    assert [text for text in good if not taken(text)] == []
    assert [text for text in bad if taken(text)] == []


def test_the_four_hours_follow_one_pattern_and_one_another() -> None:
    hours = ["AnnounceTime", "SendTime", "WatchdogTime", "SecondWatchdogTime"]
    assert [default(h) for h in hours] == ["07:00", "10:30", "11:30", "16:30"]
    assert len({root()["Parameters"][h]["AllowedPattern"] for h in hours}) == 1


def truth(rule: Any, given: dict[str, str]) -> bool:
    """An assertion of the template's rules, for given parameters."""
    ((name, parts),) = rule.items()
    if name == "Fn::Equals":
        return bool(plain(parts[0], given) == plain(parts[1], given))
    told = [truth(part, given) for part in parts]
    return {"Fn::And": all(told), "Fn::Or": any(told), "Fn::Not": not told[0]}[str(name)]


@pytest.mark.parametrize(
    ("secret", "provider", "account", "right"),
    [
        ("arn", "", "", True),
        ("", "projects/1", "a@b", True),
        ("", "", "", False),
        ("arn", "projects/1", "a@b", False),
        ("", "projects/1", "", False),
        ("arn", "", "a@b", False),
    ],
)
def test_exactly_one_way_into_google_is_given(secret: str, provider: str, account: str, right: bool) -> None:
    given = {"GoogleSecretArn": secret, "GoogleProvider": provider, "GoogleServiceAccount": account}
    assertions = root()["Rules"]["OneWayIntoGoogle"]["Assertions"]
    assert all(truth(a["Assert"], given) for a in assertions) is right


def test_the_federation_is_what_google_expects() -> None:
    known = {"GoogleProvider": "projects/1/x", "GoogleServiceAccount": "a@b"}
    variables = root()["Resources"]["ChaseFunction"]["Properties"]["Environment"]["Variables"]
    found = json.loads(plain(variables["RELANCE_GOOGLE_FEDERATION"]["Fn::If"][2], known))
    assert found["type"] == "external_account"
    assert found["audience"] == "//iam.googleapis.com/projects/1/x"
    assert found["service_account_impersonation_url"].endswith("/serviceAccounts/a@b:generateAccessToken")


@pytest.mark.parametrize("stem", FUNCTIONS)
def test_a_function_runs_its_file_on_the_runtime_with_the_library(stem: str) -> None:
    found = resource(FUNCTIONS[stem])
    assert (found["Runtime"], found["Architectures"], found["Handler"]) == ("python3.13", ["x86_64"], "app.handler")
    assert "def handler(" in (ROOT / "functions" / stem / "app.py").read_text("utf-8")
    assert re.search(rf"^build-{FUNCTIONS[stem]}: FOLDER = {stem}$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert len(found["Layers"]) == 1
    assert found["Timeout"] <= 900


def test_a_run_has_fifteen_minutes_and_a_gigabyte() -> None:
    assert (resource("ChaseFunction")["Timeout"], resource("ChaseFunction")["MemorySize"]) == (900, 1024)


@pytest.mark.parametrize("stem", FUNCTIONS)
def test_a_function_is_given_exactly_the_variables_it_asks_for(stem: str) -> None:
    asked = re.search(r"Deployment\(([^)]*)\)", (ROOT / "functions" / stem / "app.py").read_text("utf-8"))
    assert asked
    names = {f"RELANCE_{name}" for name in re.findall(r'"([A-Z_]+)"', asked[1])}
    if "RELANCE_GOOGLE" in names:
        names = names - {"RELANCE_GOOGLE"} | OPTIONAL
    given = resource(FUNCTIONS[stem])["Environment"]["Variables"]
    assert {name for name in given if name.startswith("RELANCE_")} == names
    assert {name for name in given if not name.startswith("RELANCE_")} == {
        "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL",
    }  # fmt: skip
    assert (given["POWERTOOLS_SERVICE_NAME"], given["POWERTOOLS_METRICS_NAMESPACE"]) == (stem, PREFIX)


@pytest.mark.parametrize("stem", FUNCTIONS)
def test_logs_are_kept_for_a_time_and_no_longer(stem: str) -> None:
    found = resource(FUNCTIONS[stem])
    log = resource(found["LoggingConfig"]["LogGroup"].strip("<>"))
    assert log["LogGroupName"] == f"/aws/lambda/{found['FunctionName']}"
    assert log["RetentionInDays"] == "<LogRetentionDays>"


def test_every_log_group_has_a_function() -> None:
    assert len(resources("AWS::Logs::LogGroup")) == len(FUNCTIONS)


def test_names_fit_their_limits_with_the_longest_prefix() -> None:
    limits = {
        "FunctionName": 64,
        "RoleName": 64,
        "QueueName": 80,
        "TopicName": 256,
        "LayerName": 140,
        "Name": 64,
        "AlarmName": 255,
    }
    found = [
        (key, plain(found["Properties"])[key])
        for template in templates().values()
        for found in template["Resources"].values()
        for key in limits
        if key in found.get("Properties", {}) and not str(plain(found["Properties"])[key]).startswith("<")
    ]
    assert len(found) >= 30
    assert [name for _, name in found if not str(name).startswith(PREFIX)] == []
    assert [name for key, name in found if len(name) > limits[key]] == []


def test_google_can_name_every_caller_in_127_bytes() -> None:
    for logical in FUNCTIONS.values():
        function = resource(logical)
        role = resource(function["Role"].strip("<>").removesuffix(".Arn"))["RoleName"]
        caller = f"arn:aws-us-gov:sts::123456789012:assumed-role/{role}/{function['FunctionName']}"
        assert len(caller.encode()) <= 127


def test_what_is_deployed_is_built_by_the_makefile_without_copying_the_clone() -> None:
    sam = written("template.yaml")["Resources"]
    built = [name for name, r in sam.items() if r["Type"] in ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion")]
    assert sorted(built) == sorted([*FUNCTIONS.values(), "Library"])
    assert {sam[name]["Metadata"]["BuildMethod"] for name in built} == {"makefile"}
    assert "build_in_source = true" in (ROOT / "samconfig.toml").read_text("utf-8")


def test_every_check_that_is_skipped_says_why() -> None:
    for template in templates().values():
        for name, found in template["Resources"].items():
            for skip in found.get("Metadata", {}).get("checkov", {}).get("skip", ()):
                assert len(skip["comment"]) > 30, (name, skip["id"])


def test_the_stores_are_nested_under_the_stack() -> None:
    assert resource("Storage")["TemplateURL"] == "infra/storage.yaml"
    assert resource("Alarms")["TemplateURL"] == "infra/alarms.yaml"
    for name in ("Storage", "Alarms"):
        given = set(resource(name)["Parameters"])
        assert given == set(templates()[resource(name)["TemplateURL"]]["Parameters"])

"""A template's values as they would be deployed, for tests that judge names, resources and policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.transformed import PREFIX, REGION, root, templates

KNOWN = {
    "AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": "123456789012", "Prefix": PREFIX,
    "RegistersPath": "/relance/registers", "Alerts": "<Alerts>", "AnnounceTime": "07:00", "SendTime": "10:30",
    "WatchdogTime": "11:30", "SecondWatchdogTime": "16:35",
}  # fmt: skip
FUNCTIONS = {
    "start": "StartFunction",
    "chase": "ChaseFunction",
    "mail_events": "MailEventsFunction",
    "watchdog": "WatchdogFunction",
}


def plain(value: Any, known: Mapping[str, str] = KNOWN) -> Any:
    """A value with its functions worked out: `<Name>` stands for a resource or parameter, `<Name.Attribute>` for its own."""
    if isinstance(value, list):
        return [plain(v, known) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, given),) = value.items()
        if name == "Ref":
            return known.get(given, f"<{given}>")
        if name == "Fn::GetAtt":
            return known.get(".".join(given), f"<{'.'.join(given)}>")
        if name == "Fn::Sub":
            return _filled(given, known)
        if name == "Fn::Split":
            return str(plain(given[1], known)).split(given[0])
        if name == "Fn::Select":
            return plain(given[1], known)[int(given[0])]
        if name == "Fn::If":
            return {"If": given[0], "then": plain(given[1], known), "else": plain(given[2], known)}
    return {k: plain(v, known) for k, v in value.items()}


def _filled(given: Any, known: Mapping[str, str]) -> str:
    text, more = (given, {}) if isinstance(given, str) else given
    names = {**known, **{k: str(plain(v, known)) for k, v in more.items()}}
    return re.sub(r"\$\{([^}]+)\}", lambda m: names.get(m[1], f"<{m[1]}>"), text)


def resources(kind: str, path: str = "template.yaml") -> dict[str, Any]:
    """The properties of a template's resources of one kind, by logical id."""
    found = templates()[path]["Resources"]
    return {name: plain(r.get("Properties", {})) for name, r in found.items() if r["Type"] == kind}


def resource(name: str, path: str = "template.yaml", known: Mapping[str, str] = KNOWN) -> dict[str, Any]:
    """The properties of one resource."""
    found: dict[str, Any] = plain(templates()[path]["Resources"][name]["Properties"], known)
    return found


def statements(role: str) -> Iterator[dict[str, Any]]:
    """What a role may do, with actions and resources as lists; a statement that depends on a condition counts."""
    for policy in resource(role)["Policies"]:
        for one in policy["PolicyDocument"]["Statement"]:
            said = one["then"] if "If" in one else one
            yield {**said, "Action": listed(said["Action"]), "Resource": listed(said["Resource"])}


def listed(value: Any) -> list[Any]:
    """A value that may stand alone, or in a list."""
    return value if isinstance(value, list) else [value]


def default(parameter: str) -> Any:
    """What a parameter is when nobody says."""
    return root()["Parameters"][parameter]["Default"]

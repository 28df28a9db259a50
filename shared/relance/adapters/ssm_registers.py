"""The registers of a deployment: one JSON parameter each, under one path of the Systems Manager's parameter store."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from relance.domain.words import Reason, reason
from relance.ports.deployment import Listed, Listing
from relance.ports.errors import RegistersError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
SHEET = re.compile(r"(?:https://docs\.google\.com/spreadsheets/d/)?([A-Za-z0-9_-]{20,})(?:[/?#].*)?")
FIELDS = {"sheet", "active"}


class SsmRegisters:
    """The parameters `<path>/<name>`, each `{"sheet": "<address or id of the Google Sheet>", "active": true}`."""

    def __init__(self, client: SSMClient, path: str) -> None:
        self._client, self._path = client, path.rstrip("/")

    def list(self) -> Listing:
        """The active registers by name, and all that is wrong with the others. Raises RegistersError."""
        texts: dict[str, tuple[str, datetime | None]] = {}
        try:
            pages = self._client.get_paginator("get_parameters_by_path").paginate(
                Path=f"{self._path}/", Recursive=True, WithDecryption=True
            )
            for page in pages:
                for p in page["Parameters"]:
                    texts[p["Name"].removeprefix(f"{self._path}/")] = p["Value"], p.get("LastModifiedDate")
        except ClientError as fault:
            raise RegistersError("registers.unreachable", path=self._path, error=fault.response["Error"]["Code"]) from fault
        except BotoCoreError as fault:
            raise RegistersError("registers.unreachable", path=self._path, error=type(fault).__name__) from fault
        return _understood(texts)


def _understood(texts: dict[str, tuple[str, datetime | None]]) -> Listing:
    problems: list[Reason] = []
    found: dict[str, Listed] = {}
    for name, (text, since) in sorted(texts.items()):
        place = _place(name, text, since, problems)
        if place is not None:
            found[name] = place
    by_sheet: dict[str, list[str]] = {}
    for name, place in found.items():
        by_sheet.setdefault(place.sheet, []).append(name)
    for names in by_sheet.values():
        if len(names) > 1:  # two schedules for one sheet: none of them is run, until a person says which
            problems.append(reason("registers.twice", names=tuple(names)))
            for name in names:
                del found[name]
    return Listing(tuple(found.values()), tuple(problems))


def _place(name: str, text: str, since: datetime | None, problems: list[Reason]) -> Listed | None:
    """The register a parameter names; None, with the problems noted, when it cannot be run or must not be."""
    before = len(problems)
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        problems.append(reason("registers.not_json", name=name))
        return None
    if not NAME.fullmatch(name):
        problems.append(reason("registers.bad_name", name=name))
    if unknown := sorted(given.keys() - FIELDS):
        problems.append(reason("registers.unknown_fields", name=name, fields=tuple(unknown)))
    sheet = SHEET.fullmatch(given["sheet"]) if isinstance(given.get("sheet"), str) else None
    if sheet is None:
        problems.append(reason("registers.bad_sheet", name=name))
    active = given.get("active", True)
    if not isinstance(active, bool):
        problems.append(reason("registers.bad_active", name=name))
    if sheet is None or len(problems) > before or not active:
        return None
    return Listed(name, sheet[1], since)

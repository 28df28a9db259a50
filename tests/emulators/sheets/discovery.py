"""Google's own discovery documents as judge of what goes in and out.

They come with PyPI's google-api-python-client (`discovery_cache/documents`). Checks are compiled once per process.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from tests.emulators.sheets.errors import ApiError, invalid
from tests.emulators.sheets.masks import Tree
from tests.emulators.sheets.model import Json
from tests.emulators.sheets.schemas import MismatchError, Schemas, unknown_path


@dataclass(frozen=True)
class Method:
    """One method of an API, as its document describes it."""

    id: str
    verb: str
    pattern: re.Pattern[str]
    parameters: Json
    scopes: frozenset[str]
    takes: str
    gives: str
    api: "Api"

    def arguments(self, path: str, query: dict[str, list[str]], checked: bool) -> Json | None:
        """Path and query parameters by name, or None when the path is another method's.

        Raises: ApiError 400 for an unknown or ill-typed parameter.
        """
        match = self.pattern.fullmatch(path)
        if match is None:
            return None
        found: Json = {name: unquote(text) for name, text in match.groupdict().items()}
        for name, texts in query.items():
            spec = self.parameters.get(name) or self.api.document["parameters"].get(name)
            if spec is None:
                raise invalid(
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                    f"Field '{name}' could not be found in request message."
                )
            values = [_argument(name, spec, text) if checked else _loose(spec, text) for text in texts]
            found[name] = values if spec.get("repeated") else values[-1]
        return found


def _loose(spec: Json, text: str) -> Any:
    return text == "true" if spec["type"] == "boolean" else text


def _argument(name: str, spec: Json, text: str) -> Any:
    place = re.sub(r"(?=[A-Z])", "_", name).lower()
    if spec["type"] == "boolean":
        if text.lower() not in ("true", "false", "1", "0"):
            raise invalid(f"Invalid value at '{place}' (TYPE_BOOL), \"{text}\"")
        return text.lower() in ("true", "1")
    if "enum" in spec and text not in spec["enum"]:
        raise invalid(f"Invalid value at '{place}' (TYPE_ENUM), \"{text}\"")
    return text


class Api:
    """One API: its methods and its checks."""

    def __init__(self, name: str) -> None:
        text = (files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json").read_text("utf-8")
        self.document: Json = json.loads(text)
        self.requests = Schemas(self.document, nulls=True)
        self.answers = Schemas(self.document, nulls=False)
        self.drive = name.startswith("drive")
        methods = [self._method(spec) for spec in _methods(self.document)]
        self.methods = sorted(methods, key=lambda method: -len(re.sub(r"\(.*?\)\+?", "", method.pattern.pattern)))

    def _method(self, spec: Json) -> Method:
        path = self.document["servicePath"] + spec.get("flatPath", spec["path"])
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape("/" + path))
        return Method(
            spec["id"],
            spec["httpMethod"],
            re.compile(pattern),
            spec.get("parameters", {}),
            frozenset(spec.get("scopes", ())),
            spec.get("request", {}).get("$ref", ""),
            spec.get("response", {}).get("$ref", ""),
            self,
        )

    def check_request(self, name: str, body: Any) -> None:
        """Raises: ApiError 400 in Google's words."""
        try:
            self.requests.named(name)(body)
        except MismatchError as wrong:
            raise invalid(wrong.sentence()) from None

    def check_mask(self, name: str, tree: Tree) -> None:
        """Raises: ApiError 400 for a field that the schema does not have."""
        wrong = unknown_path(self.document, {"$ref": name}, tree)
        if wrong:
            raise invalid(
                "Request contains an invalid argument. Error expanding 'fields' parameter. "
                f"Cannot find matching fields for path '{wrong}'."
            )

    def check_answer(self, name: str, body: Any) -> None:
        """Raises: ApiError 500: the emulator itself would answer what Google never would."""
        try:
            self.answers.named(name)(body)
        except MismatchError as wrong:
            raise ApiError(500, f"The emulator's own answer is not a valid {name}: {wrong.sentence()}") from None


def _methods(node: Json) -> list[Json]:
    found = list(node.get("methods", {}).values())
    for below in node.get("resources", {}).values():
        found += _methods(below)
    return found


@lru_cache(maxsize=2)
def api(name: str) -> Api:
    """`sheets.v4` or `drive.v3`."""
    return Api(name)

"""Google's own discovery documents as judge of what goes in and out.

They come with PyPI's google-api-python-client (`discovery_cache/documents`). Checks are compiled once per process.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from tests.emulators.sheets.errors import ApiError, invalid
from tests.emulators.sheets.model import Json

Check = Callable[[Any], None]
_INTEGERS = {"int32": 2**31, "uint32": 2**32, "int64": 2**63, "uint64": 2**64}


class MismatchError(Exception):
    """A value the document does not allow, with the way to it (innermost first)."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told
        self.steps: list[str] = []

    def place(self) -> str:
        """`requests[0].add_sheet.properties`."""
        return "".join(reversed(self.steps)).lstrip(".")

    def sentence(self) -> str:
        """Google's sentence for it."""
        place = self.place()
        if self.told.startswith("Unknown name"):
            at = f" at '{place}'" if place else ""
            return f"Invalid JSON payload received. {self.told}{at}: Cannot find field."
        kind, _, shown = self.told.partition("|")
        return f"Invalid value at '{place}' ({kind}), {shown}"


class Schemas:
    """The checks of one document; `nulls` says whether a null stands for "not given", as it does in requests."""

    def __init__(self, document: Json, nulls: bool) -> None:
        self.nulls = nulls
        self.document = document
        self.checks: dict[str, Check] = {}

    def named(self, name: str) -> Check:
        """The check of a schema, compiled when first needed."""
        if name not in self.checks:
            self.checks[name] = lambda value: self.checks[name](value)  # a schema may contain itself
            self.checks[name] = self.compile(self.document["schemas"][name])
        return self.checks[name]

    def compile(self, node: Json) -> Check:
        """The check of one node."""
        if "$ref" in node:
            return lambda value, name=node["$ref"]: self.named(name)(value)  # type: ignore[misc]
        kind = node.get("type")
        if kind == "any":
            return lambda value: None
        if kind == "array":
            return self._array(self.compile(node["items"]))
        if kind == "object":
            return self._object(node)
        return _scalar(node)

    def _array(self, item: Check) -> Check:
        def check(value: Any) -> None:
            if value.__class__ is not list:
                raise MismatchError(f"TYPE_ARRAY|{json.dumps(value)}")
            index = 0
            try:
                for index, each in enumerate(value):  # noqa: B007
                    item(each)
            except MismatchError as wrong:
                wrong.steps.append(f"[{index}]")
                raise

        return check

    def _object(self, node: Json) -> Check:
        known = {name: self.compile(below) for name, below in node.get("properties", {}).items()}
        other = self.compile(node["additionalProperties"]) if "additionalProperties" in node else None
        nulls = self.nulls

        def check(value: Any) -> None:
            if value.__class__ is not dict:
                raise MismatchError(f"TYPE_MESSAGE|{json.dumps(value)}")
            name = ""
            try:
                for name, each in value.items():
                    below = known.get(name, other)
                    if below is None:
                        name = ""
                        raise MismatchError(f'Unknown name "{next(key for key in value if key not in known)}"')
                    if each is None and nulls:
                        continue
                    below(each)
            except MismatchError as wrong:
                if name:
                    wrong.steps.append("." + re.sub(r"(?=[A-Z])", "_", name).lower())
                raise

        return check


def _scalar(node: Json) -> Check:
    kind, form = node.get("type"), node.get("format", "")
    if kind == "boolean":
        return _kind("TYPE_BOOL", lambda value: value is True or value is False)
    if kind == "integer" or form in _INTEGERS:
        return _kind(f"TYPE_{form.upper()}", _whole(_INTEGERS.get(form, 2**31)))
    if kind == "number":
        return _kind("TYPE_DOUBLE", lambda value: value.__class__ in (int, float) or _numeric(value))
    if "enum" in node:
        allowed = frozenset(node["enum"])
        return _kind("TYPE_ENUM", lambda value: value.__class__ is str and value in allowed)
    return _kind("TYPE_STRING", lambda value: value.__class__ is str)


def _kind(name: str, accepts: Callable[[Any], bool]) -> Check:
    def check(value: Any) -> None:
        if not accepts(value):
            raise MismatchError(f"{name}|{json.dumps(value)}")

    return check


def _whole(limit: int) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        if value.__class__ is str:
            return re.fullmatch(r"-?\d+", value) is not None and -limit <= int(value) < limit
        return value.__class__ in (int, float) and value == int(value) and -limit <= value < limit

    return accepts


def _numeric(value: Any) -> bool:
    return value.__class__ is str and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity", value) is not None


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

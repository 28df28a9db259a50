"""Checks of JSON against a discovery document's schemas, compiled once, told in Google's words."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.emulators.sheets.masks import Tree
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
            return self.named(node["$ref"])
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
            if not isinstance(value, list):
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


def unknown_path(document: Json, node: Json, tree: Tree, way: str = "") -> str:
    """The first path of a field mask that the schema does not have; empty when it has them all."""
    while "$ref" in node or "items" in node:
        node = document["schemas"][node["$ref"]] if "$ref" in node else node["items"]
    known = node.get("properties", {})
    for name, below in tree.items():
        if name not in known and name != "*" and "additionalProperties" not in node:
            return way + name
        wrong = unknown_path(document, known.get(name, node.get("additionalProperties", {})), below, f"{way}{name}.")
        if wrong:
            return wrong
    return ""

"""The deployment's templates as CloudFormation sees them: SAM's own kinds of resources replaced by what they stand for.

`python -m tests.infra.transformed FOLDER` writes them there, for tools that cannot see through SAM.
"""

from __future__ import annotations

import json
import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
REGION = "eu-west-3"
PREFIX = "r" * 20  # the longest there may be


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions written out."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if not isinstance(node, yaml.ScalarNode):
        raise TypeError(suffix)
    text = str(loader.construct_scalar(node))
    return {name: text.split(".", 1) if suffix == "GetAtt" else text}


_Loader.add_multi_constructor("!", _function)


class _NoManagedPolicies:
    """No role of ours takes AWS's own policies: asked for one, the transform finds none."""

    def load(self) -> dict[str, str]:
        return {}


def written(path: str) -> dict[str, Any]:
    """A template as it is written, from the root of the clone. A new copy each time."""
    found: dict[str, Any] = yaml.load((ROOT / path).read_text("utf-8"), _Loader)
    return json.loads(json.dumps(found)) or {}


@lru_cache(maxsize=1)
def root() -> dict[str, Any]:
    """The root template after SAM's transform."""
    sam = written("template.yaml")
    for resource in sam["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = "s3://bucket/key"  # code on this machine is uploaded before the transform
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    found: dict[str, Any] = transform(sam, {"Prefix": PREFIX}, _NoManagedPolicies())
    return found


@lru_cache(maxsize=1)
def templates() -> dict[str, dict[str, Any]]:
    """Every template of the deployment by its path in the clone, transformed."""
    nested = sorted(f"infra/{path.name}" for path in (ROOT / "infra").glob("*.yaml"))
    return {"template.yaml": root(), **{path: written(path) for path in nested}}


def main(folder: Path) -> None:
    """Write each template as JSON, which is YAML too, at its path in the clone."""
    for path, template in templates().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(template, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

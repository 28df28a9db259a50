"""AWS for tests: moto's server on this machine, one per process, for everything but SES."""

from __future__ import annotations

import atexit
import hashlib
import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.endpoint
import yaml
from botocore.config import Config
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

REGION = "eu-west-3"
ACCOUNT = "123456789012"
SECRET = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}  # moto and the SES double take any
QUICK = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=10)


class _NoWait:
    """Time as the SDK asks for it between repetitions: none passes."""

    @staticmethod
    def sleep(seconds: float) -> None:
        """Go on at once."""


@lru_cache(maxsize=1)
def endpoint() -> str:
    """The address of the server, started when first asked for and stopped with the process."""
    botocore.endpoint.__dict__["time"] = _NoWait
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    atexit.register(server.stop)
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def client(service: Any, **changes: Any) -> Any:
    """A client of a service on the server; the caller knows its type."""
    return boto3.client(service, **{"endpoint_url": endpoint(), "region_name": REGION, "config": QUICK, **SECRET, **changes})


@lru_cache(maxsize=1)
def dynamo() -> DynamoDBClient:
    """DynamoDB."""
    found: DynamoDBClient = client("dynamodb")
    return found


@lru_cache(maxsize=1)
def s3() -> S3Client:
    """S3."""
    found: S3Client = client("s3")
    return found


class _Template(yaml.SafeLoader):
    """YAML with CloudFormation's short functions."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    raise TypeError(suffix)


_Template.add_multi_constructor("!", _function)


@lru_cache(maxsize=1)
def storage() -> Mapping[str, Any]:
    """The properties of what the deployment stores in, by name: tests use the table that is deployed."""
    text = (Path(__file__).parents[2] / "infra" / "storage.yaml").read_text("utf-8")
    template = yaml.load(text, _Template)
    return {name: resource["Properties"] for name, resource in template["Resources"].items()}


def ledger_table(place: object) -> str:
    """The name of the ledger's table for this place, made when it is not there."""
    name = f"ledger-{hashlib.sha256(str(place).encode()).hexdigest()[:16]}"
    try:
        dynamo().describe_table(TableName=name)
    except dynamo().exceptions.ResourceNotFoundException:
        shape = storage()["Ledger"]
        same = {k: shape[k] for k in ("BillingMode", "KeySchema", "AttributeDefinitions", "LocalSecondaryIndexes")}
        dynamo().create_table(TableName=name, **same)
    return name


def drop_tables() -> None:
    """Forget all tables: the server copies them all for each transaction."""
    for name in dynamo().list_tables()["TableNames"]:
        dynamo().delete_table(TableName=name)


@lru_cache(maxsize=1)
def evidence_bucket() -> str:
    """A versioned bucket."""
    s3().create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    s3().put_bucket_versioning(Bucket="evidence", VersioningConfiguration=storage()["Evidence"]["VersioningConfiguration"])
    return "evidence"

"""What the deployment must never lose is stored so that it cannot be lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from relance.adapters.dynamo_ledger.table import INDEX
from tests.emulators.aws import storage

TEMPLATE = Path(__file__).parents[2] / "infra" / "storage.yaml"


def test_the_template_is_valid() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint")), str(TEMPLATE)], capture_output=True, text=True, check=False
    )
    assert (found.stdout, found.returncode) == ("", 0)


def test_the_table_and_the_bucket_outlive_the_stack_and_any_mistake() -> None:
    assert TEMPLATE.read_text("utf-8").count("DeletionPolicy: Retain") == 2
    assert storage()["Ledger"]["DeletionProtectionEnabled"] is True
    assert storage()["Ledger"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert storage()["Evidence"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "TimeToLiveSpecification" not in storage()["Ledger"]  # a message forgotten could be sent again


@pytest.mark.parametrize("name", ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"])
def test_no_message_can_be_made_public(name: str) -> None:
    assert storage()["Evidence"]["PublicAccessBlockConfiguration"][name] is True


def test_the_index_has_all_that_a_run_reads() -> None:
    (index,) = storage()["Ledger"]["LocalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]) == (INDEX, {"ProjectionType": "ALL"})

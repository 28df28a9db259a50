"""What the deployment must never lose is stored so that it cannot be lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from relance.adapters.dynamo_ledger.table import INDEX
from tests.emulators.aws import storage
from tests.infra.transformed import templates

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "infra" / "storage.yaml"


@pytest.mark.parametrize("path", ["template.yaml", "infra/storage.yaml", "infra/alarms.yaml"])
def test_the_template_is_valid(path: str) -> None:
    found = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint")), str(ROOT / path)], capture_output=True, text=True, check=False
    )
    assert (found.stdout, found.returncode) == ("", 0)


def test_the_table_and_the_bucket_outlive_the_stack_and_any_mistake() -> None:
    assert TEMPLATE.read_text("utf-8").count("DeletionPolicy: Retain") == 3  # its policy goes with the bucket
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


def test_a_restored_table_takes_the_place_of_the_first_one_everywhere() -> None:
    outputs = templates()["infra/storage.yaml"]["Outputs"]
    for name in ("LedgerName", "LedgerArn"):
        condition, restored, made = outputs[name]["Value"]["Fn::If"]
        assert (condition, "RestoredLedger" in str(restored), "Ledger" in str(made)) == ("Restored", True, True)

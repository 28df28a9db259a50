from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from google.auth import aws
from google.auth.transport.requests import Request

from relance.adapters.google_sheet import SCOPES, GoogleHttp, credentials
from relance.ports.errors import StoreError
from tests.adapters.google_sheet.desks import SheetDesk
from tests.emulators.sheets.clients import redirect
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer

AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws-pool/providers/aws-prov"


class Role(aws.AwsSecurityCredentialsSupplier):
    """What a Lambda's role would give."""

    def get_aws_security_credentials(self, context: object, request: object) -> aws.AwsSecurityCredentials:
        return aws.AwsSecurityCredentials("AKIAEXEMPLE", "secret", "token")

    def get_aws_region(self, context: object, request: object) -> str:
        return "eu-west-3"


def federation(google: SheetsServer) -> str:
    return json.dumps(
        {
            "type": "external_account",
            "audience": AUDIENCE,
            "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
            "token_url": "https://sts.googleapis.com/v1/token",
            "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
            f"{ROBOT}:generateAccessToken",
            "credential_source": {
                "environment_id": "aws1",
                "regional_cred_verification_url": "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
            },
        }
    )


@pytest.mark.parametrize("as_file", [True, False])
def test_a_key_from_a_file_or_a_vault_opens_the_sheet(google: SheetsServer, tmp_path: Path, as_file: bool) -> None:
    desk = SheetDesk(google)
    text = json.dumps(google.accounts.new_key(ROBOT, google.base))
    path = tmp_path / "key.json"
    path.write_text(text, "utf-8")
    http = GoogleHttp(credentials(path if as_file else text), desk.time.pace(), google.base)
    google.at_exit.append(http.close)
    assert http.account == ROBOT
    assert http.sheet("get", desk.file.id, fields="spreadsheetId") == {"spreadsheetId": desk.file.id}
    assert next(iter(google.accounts.tokens.values())).scopes == set(SCOPES)


def test_an_aws_role_opens_the_sheet_without_any_key(google: SheetsServer) -> None:
    google.accounts.pools[AUDIENCE] = {"AKIAEXEMPLE": ROBOT}
    made = credentials(federation(google), aws_identity=Role())
    session = redirect(requests.Session(), google.base)
    google.at_exit.append(session.close)
    made.refresh(Request(session))  # type: ignore[no-untyped-call]
    token = google.accounts.tokens[str(made.token)]
    assert (token.account, token.scopes) == (ROBOT, frozenset(SCOPES))
    assert GoogleHttp(made).account == ROBOT


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"type": "service_account"}', '{"type": "external_account"}'])
def test_what_is_no_key_says_so_and_shows_nothing_of_it(text: str, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(text, "utf-8")
    for source in (text, path, tmp_path / "absent.json"):
        with pytest.raises(StoreError) as caught:
            credentials(source)
        assert caught.value.code == "sheet.key_unreadable"
        assert set(caught.value.values) == {"name"}

"""Keys, tokens, federation, sharing: who gets in, and how a refusal looks."""

from typing import Any

import google.auth.aws
import pytest
from google.auth.exceptions import OAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession

from tests.emulators.scene import RefusedError, Scene
from tests.emulators.sheets import faults
from tests.emulators.sheets.clients import SCOPES, gspread_client, key_credentials, redirect
from tests.emulators.sheets.files import XLSX
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer

AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws/providers/aws"


def test_an_expired_token_is_renewed_by_the_client(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("R", writers=(ROBOT,))
    client = gspread_client(google, ROBOT)
    client.open_by_key(file.id)
    google.accounts.expire(ROBOT)
    client.open_by_key(file.id)
    assert google.log.tokens == 2
    assert [call.status for call in google.log.calls] == [200, 401, 200]


def test_a_revoked_key_gets_no_token(google: SheetsServer) -> None:
    credentials = key_credentials(google, ROBOT)
    google.accounts.revoke(ROBOT)
    with pytest.raises(RefreshError, match="invalid_grant: Invalid JWT Signature"):
        gspread_client(google, ROBOT, credentials).open_by_key("x")


def test_a_key_of_another_account_is_not_taken(google: SheetsServer) -> None:
    info = google.accounts.new_key(ROBOT, google.base)
    info["client_email"] = "autre@exemple.iam.gserviceaccount.com"
    credentials = type(key_credentials(google, ROBOT)).from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    with pytest.raises(RefreshError, match="account not found"):
        gspread_client(google, ROBOT, credentials).open_by_key("x")


def test_the_token_endpoint_can_be_down_too(google: SheetsServer) -> None:
    file = google.drive.add_spreadsheet("R", writers=(ROBOT,))
    google.faults.on("token", faults.status(403, message="refusé"), faults.reset())
    client = gspread_client(google, ROBOT)
    with pytest.raises(RefreshError):
        client.open_by_key(file.id)
    with pytest.raises(TransportError):
        client.open_by_key(file.id)
    client.open_by_key(file.id)


def test_no_token_and_a_wrong_token_are_401(google: SheetsServer) -> None:
    scene = Scene(google)
    scene.token = "faux"
    with pytest.raises(RefusedError) as refused:
        scene.get("Factures!A1")
    assert (refused.value.status, refused.value.error["status"]) == (401, "UNAUTHENTICATED")


def test_a_token_for_another_api_is_403(google: SheetsServer) -> None:
    scene = Scene(google)
    scene.token = google.accounts.issue(ROBOT, frozenset({"https://www.googleapis.com/auth/calendar"}))
    with pytest.raises(RefusedError, match="insufficient authentication scopes"):
        scene.get("Factures!A1")


def test_a_reader_reads_and_may_not_write(google: SheetsServer) -> None:
    scene = Scene(google)
    scene.file.sharing[ROBOT] = "reader"
    scene.get("Factures!A1")
    with pytest.raises(RefusedError) as refused:
        scene.put("Factures!A1", [["x"]])
    assert refused.value.error == {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}


def test_a_file_not_shared_is_refused_and_an_unknown_one_not_found(google: SheetsServer) -> None:
    other = google.drive.add_spreadsheet("Autre")
    client = gspread_client(google, ROBOT)
    with pytest.raises(PermissionError):
        client.open_by_key(other.id)
    with pytest.raises(Exception, match="404"):
        client.open_by_key("inconnu")


def test_an_excel_file_in_drive_is_no_spreadsheet(google: SheetsServer) -> None:
    scene = Scene(google)
    excel = google.drive.add_file("registre.xlsx", XLSX, b"PK")
    excel.sharing[ROBOT] = "writer"
    scene.file = excel
    with pytest.raises(RefusedError) as refused:
        scene.ask("GET", "")
    assert refused.value.error["status"] == "FAILED_PRECONDITION"
    assert refused.value.message.startswith("This operation is not supported for this document")


class AwsKeys:
    """What Lambda gives: an access key, a secret and a session token."""

    def get_aws_security_credentials(self, context: Any, request: Any) -> google.auth.aws.AwsSecurityCredentials:
        return google.auth.aws.AwsSecurityCredentials("AKIAEXEMPLE", "secret", "session")

    def get_aws_region(self, context: Any, request: Any) -> str:
        return "eu-west-3"


def federated(server: SheetsServer) -> AuthorizedSession:
    credentials = google.auth.aws.Credentials(  # type: ignore[no-untyped-call]
        audience=AUDIENCE,
        subject_token_type="urn:ietf:params:aws:token-type:aws4_request",
        token_url=f"{server.base}/v1/token",
        service_account_impersonation_url=f"{server.base}/v1/projects/-/serviceAccounts/{ROBOT}:generateAccessToken",
        aws_security_credentials_supplier=AwsKeys(),
        scopes=list(SCOPES),
    )
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    server.at_exit.append(redirect(session, server.base).close)
    return session


def test_a_lambda_gets_in_without_a_key(google: SheetsServer) -> None:
    scene = Scene(google)
    google.accounts.pools[AUDIENCE] = {"AKIAEXEMPLE": ROBOT}
    got = federated(google).get(f"https://sheets.googleapis.com/v4/spreadsheets/{scene.file.id}/values/Factures!A1")
    assert got.status_code == 200
    assert google.log.tokens == 2
    assert google.log.calls[0].account == ROBOT


def test_an_unknown_aws_identity_is_refused(google: SheetsServer) -> None:
    google.accounts.pools[AUDIENCE] = {}
    with pytest.raises(OAuthError, match="rejected by the attribute condition"):
        federated(google).get("https://sheets.googleapis.com/v4/spreadsheets/x")

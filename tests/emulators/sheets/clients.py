"""Real clients pointed at the emulator. gspread has no base address of its own: its session is redirected."""

from typing import Any
from urllib.parse import urlsplit

import gspread
import requests
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from requests.adapters import HTTPAdapter

from tests.emulators.sheets.server import SheetsServer

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.readonly")
HOSTS = ("sheets", "www", "sts", "iamcredentials", "oauth2")


class ToEmulator(HTTPAdapter):
    """Sends what is meant for googleapis.com to a local server; `timeout` (seconds) replaces the client's own."""

    def __init__(self, base: str, timeout: float | None = None) -> None:
        super().__init__()
        self.base = base
        self.timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Same request, other host."""
        url = urlsplit(str(request.url))
        request.url = self.base + url.path + (f"?{url.query}" if url.query else "")
        kwargs["proxies"] = None
        if self.timeout is not None:
            kwargs["timeout"] = self.timeout
        return super().send(request, *args, **kwargs)


def redirect(session: requests.Session, base: str, timeout: float | None = None) -> requests.Session:
    """Point a session's calls to Google at the emulator."""
    session.trust_env = False
    for host in HOSTS:
        session.mount(f"https://{host}.googleapis.com/", ToEmulator(base, timeout))
    return session


def key_credentials(google: SheetsServer, account: str) -> service_account.Credentials:
    """A service account's credentials, from a key made on the spot."""
    info = google.accounts.new_key(account, google.base)
    made = service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    assert isinstance(made, service_account.Credentials)
    return made


def token_credentials(google: SheetsServer, account: str) -> Credentials:
    """Credentials that already hold a token: no token call, no signature."""
    return Credentials(token=google.accounts.issue(account, frozenset(SCOPES)))  # type: ignore[no-untyped-call]


def gspread_client(google: SheetsServer, account: str, credentials: Any = None, timeout: float | None = None) -> gspread.Client:
    """gspread, authorised by the account's key, on the emulator."""
    client = gspread.authorize(credentials or key_credentials(google, account))
    google.at_exit.append(redirect(client.http_client.session, google.base, timeout).close)
    return client


def discovery_client(google: SheetsServer, account: str, name: str = "sheets", version: str = "v4") -> Any:
    """Google's own client, built from the discovery document."""
    service = build(
        name,
        version,
        static_discovery=True,
        credentials=key_credentials(google, account),
        client_options={"api_endpoint": google.base + ("/drive/v3/" if name == "drive" else "")},
    )
    google.at_exit.append(service.close)
    return service

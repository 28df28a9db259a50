"""Who is calling: service-account keys, access tokens, and federation from another cloud."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from tests.emulators.sheets.errors import ApiError
from tests.emulators.sheets.model import Json

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_AUDIENCE = "https://oauth2.googleapis.com/token"  # what google-auth claims whatever the key's token_uri is
EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"


class Token(NamedTuple):
    """An access token's account, end (clock seconds) and scopes."""

    account: str
    ends: float
    scopes: frozenset[str]


class OAuthError(Exception):
    """The token endpoint's refusal: `{"error": …, "error_description": …}`."""

    def __init__(self, error: str, description: str, code: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.body = {"error": error, "error_description": description}


@lru_cache(maxsize=4)
def _key(number: int) -> tuple[str, bytes]:
    """Private and public halves as PEM; made once per process, because it is slow."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem, public


@dataclass
class Accounts:
    """Keys, tokens and pools the emulator knows."""

    clock: Callable[[], float]
    lifetime: int = 3600
    keys: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    pools: dict[str, dict[str, str]] = field(default_factory=dict)  # audience → AWS access key id → service account

    def new_key(self, email: str, base: str, number: int = 0) -> Json:
        """A service account's key file, whose token endpoint is the emulator."""
        pem, public = _key(number)
        key_id = f"{len(self.keys) + 1:040x}"
        self.keys[key_id] = (email, public)
        return {
            "type": "service_account",
            "project_id": "exemple",
            "private_key_id": key_id,
            "private_key": pem,
            "client_email": email,
            "client_id": "100000000000000000001",
            "token_uri": f"{base}/token",
        }

    def revoke(self, email: str) -> None:
        """The account's keys are deleted and its tokens end."""
        self.keys = {key_id: key for key_id, key in self.keys.items() if key[0] != email}
        self.expire(email)

    def expire(self, email: str) -> None:
        """The account's tokens end now; its keys still work."""
        self.tokens = {text: token for text, token in self.tokens.items() if token.account != email}

    def issue(self, account: str, scopes: frozenset[str]) -> str:
        """A new access token."""
        text = f"ya29.{secrets.token_hex(24)}"
        self.tokens[text] = Token(account, self.clock() + self.lifetime, scopes)
        return text

    def account(self, header: str, scopes: frozenset[str]) -> str:
        """The account behind an Authorization header.

        Raises: ApiError 401 without a valid token, 403 without a sufficient scope.
        """
        kind, _, text = header.partition(" ")
        token = self.tokens.get(text)
        if kind != "Bearer" or token is None or token.ends <= self.clock():
            raise ApiError(
                401,
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
                "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
                reason="authError",
            )
        if scopes and not scopes & token.scopes:
            raise ApiError(403, "Request had insufficient authentication scopes.", reason="insufficientPermissions")
        return token.account

    def answer(self, path: str, header: str, body: bytes, base: str) -> tuple[int, Json]:
        """Status and JSON of a call for a token."""
        try:
            if path.endswith(":generateAccessToken"):
                email = path.rsplit("/", 1)[1].removesuffix(":generateAccessToken")
                return 200, self.impersonate(header, email, json.loads(body))
            return 200, self.token_endpoint(path, body, base)
        except OAuthError as refused:
            return refused.code, refused.body
        except ApiError as refused:
            return refused.code, refused.body()

    def token_endpoint(self, path: str, body: bytes, base: str) -> Json:
        """`/token` (a signed assertion) and `/v1/token` (an exchange).

        Raises: OAuthError.
        """
        form = {name: texts[-1] for name, texts in parse_qs(body.decode()).items()}
        if path == "/v1/token":
            return self._exchange(form)
        if form.get("grant_type") != JWT_GRANT:
            raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        claims = self._verified(form.get("assertion", ""), base)
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise OAuthError("invalid_scope", "Empty or missing scope not allowed.")
        text = self.issue(str(claims["iss"]), scopes)
        return {"access_token": text, "expires_in": self.lifetime - 1, "token_type": "Bearer"}

    def _verified(self, assertion: str, base: str) -> dict[str, Any]:
        try:
            key = self.keys.get(str(jwt.decode_header(assertion).get("kid")))  # type: ignore[no-untyped-call]
            if key is None:
                raise OAuthError("invalid_grant", "Invalid JWT Signature.")
            claims = dict(jwt.decode(assertion, certs=key[1], audience=[f"{base}/token", TOKEN_AUDIENCE]))  # type: ignore[no-untyped-call]
        except ValueError as refused:
            raise OAuthError("invalid_grant", f"Invalid JWT: {refused}") from None
        if claims.get("iss") != key[0]:
            raise OAuthError("invalid_grant", "Invalid grant: account not found")
        return claims

    def _exchange(self, form: dict[str, str]) -> Json:
        """A signed AWS identity for a federated token (Workload Identity Federation)."""
        audience = form.get("audience", "")
        if form.get("grant_type") != EXCHANGE_GRANT or audience not in self.pools:
            raise OAuthError("invalid_request", f'Invalid value for "audience": {audience}')
        try:
            signed = json.loads(unquote(form.get("subject_token", "")))
            headers = {item["key"].lower(): item["value"] for item in signed["headers"]}
            access_key = headers["authorization"].split("Credential=")[1].split("/")[0]
        except (ValueError, KeyError, IndexError):
            raise OAuthError("invalid_request", "Invalid AWS subject token.") from None
        email = self.pools[audience].get(access_key)
        if headers.get("x-goog-cloud-target-resource") != audience or email is None:
            raise OAuthError("unauthorized_client", "The given credential is rejected by the attribute condition.", 401)
        text = self.issue(f"federated:{email}", frozenset(form.get("scope", "").split()))
        return {
            "access_token": text,
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "token_type": "Bearer",
            "expires_in": self.lifetime,
        }

    def impersonate(self, header: str, email: str, body: Json) -> Json:
        """IAM Credentials' generateAccessToken for the service account the pool may act as.

        Raises: ApiError 400 without scope, 401, 403.
        """
        if not body.get("scope"):
            raise ApiError(400, "Request contains an invalid argument.")
        if self.account(header, frozenset()) != f"federated:{email}":
            raise ApiError(403, "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).")
        text = self.issue(email, frozenset(body["scope"]))
        ends = datetime.fromtimestamp(self.clock() + self.lifetime, UTC)
        return {"accessToken": text, "expireTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}

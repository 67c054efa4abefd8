"""The identity provider as the console's way in (OpenID Connect, authorization code with PKCE).

What a provider signs is believed only if its signature fits a key that it publishes, and issuer, audience, nonce and times are ours.
"""

from __future__ import annotations

import re
import ssl
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from riskwarn.cases.attempts import Attempt
from riskwarn.settings import WEB, Settings

# Signed with a private key of the provider's. What is signed with a secret that both know, or not at all, is not believed.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY = 60  # seconds that two clocks may differ
KEPT = timedelta(hours=1)  # how long what the provider publishes is believed without asking again
TIMEOUT = 5.0  # seconds
PAUSE = timedelta(seconds=15)  # a provider that did not answer is not asked again at once: nobody queues behind it
MOST_BYTES = 1_000_000  # of an answer
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(Exception):
    """The provider's word does not let anybody in. ``told`` is the message for people, ``why`` the reason for the record."""

    def __init__(self, told: str, why: str, status: int = 403) -> None:
        super().__init__(why)
        self.told, self.why, self.status = told, why[:200], status


class Provider:
    """One provider, as ``RISKWARN_OIDC_*`` name it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._published: dict[str, Any] = {}
        self._keys: dict[str, Any] | None = None
        self._read_at: datetime | None = None
        self._failed: tuple[datetime, ProviderError] | None = None
        self._trust = ssl.create_default_context(cafile=str(settings.oidc_ca_file) if settings.oidc_ca_file else None)

    def address(self, attempt: Attempt, back: str, at: datetime) -> str:
        """Where the browser is sent."""
        published = self._read(at)
        asked = {
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return str(
            prepare_grant_uri(
                published["authorization_endpoint"], self._settings.oidc_client_id, "code", redirect_uri=back,
                scope="openid profile", state=attempt.state, **asked,
            )
        )  # fmt: skip

    def sign_out_address(self, back: str, at: datetime) -> str:
        """Where the browser ends the provider's own session; empty where the provider has no such address."""
        address = str(self._read(at).get("end_session_endpoint") or "")
        if not re.match(WEB, address):
            return ""
        return address + f"?client_id={quote(self._settings.oidc_client_id)}&post_logout_redirect_uri={quote(back, safe='')}"

    def claims(self, attempt: Attempt, code: str, back: str, at: datetime) -> dict[str, Any]:
        """Changes the code into the token and returns what it says of the person."""
        published = self._read(at)
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": attempt.verifier}
        auth = None
        client_id, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        if secret is None:
            body["client_id"] = client_id
        elif "client_secret_basic" in published.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            auth = httpx.BasicAuth(quote(client_id, safe=""), quote(secret.get_secret_value(), safe=""))
        else:
            body |= {"client_id": client_id, "client_secret": secret.get_secret_value()}
        answer = self._ask("POST", published["token_endpoint"], data=body, auth=auth)
        return self._believed(answer, attempt.nonce, at)

    def _believed(self, answer: dict[str, Any], nonce: str, at: datetime) -> dict[str, Any]:
        token = str(answer.get("id_token") or "")
        try:
            signed = self._opened(token, at)
            options = {
                "iss": {"essential": True, "value": self._settings.oidc_issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
            }
            params = {"nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": answer.get("access_token")}
            claims = CodeIDToken(signed.claims, signed.header, options, params)
            claims.validate(now=int(at.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderError("token not believed", f"{type(error).__name__}: {error}") from error
        return dict(claims)

    def _opened(self, token: str, at: datetime) -> Any:
        """The token, its signature checked; keys are asked for again where it names one that we have not seen."""
        announced = self._read(at).get("id_token_signing_alg_values_supported") or ALGORITHMS
        registry = JWSRegistry(algorithms=[name for name in ALGORITHMS if name in announced], strict_check_header=False)
        try:
            return jwt.decode(token, KeySet.import_key_set(self._key_set(at)), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(token, KeySet.import_key_set(self._key_set(at, anew=True)), registry=registry)

    def _read(self, at: datetime) -> dict[str, Any]:
        """What the provider publishes of itself."""
        with self._lock:
            if self._read_at is None or not timedelta(0) <= at - self._read_at < KEPT:
                if self._failed is not None and timedelta(0) <= at - self._failed[0] < PAUSE:
                    raise ProviderError(self._failed[1].told, self._failed[1].why, self._failed[1].status)
                try:
                    self._published, self._keys, self._read_at, self._failed = self._asked_of_itself(), None, at, None
                except ProviderError as error:
                    self._failed = (at, error)
                    raise
            return self._published

    def _asked_of_itself(self) -> dict[str, Any]:
        found = self._ask("GET", get_well_known_url(self._settings.oidc_issuer, external=True))
        if found.get("issuer") != self._settings.oidc_issuer:
            raise ProviderError("provider not reached", f"issuer {found.get('issuer')}", 502)
        for name in NEEDED:
            if not re.match(WEB, str(found.get(name) or "-")):
                raise ProviderError("provider not reached", f"{name} {found.get(name)}", 502)
        return found

    def _key_set(self, at: datetime, anew: bool = False) -> Any:
        address = self._read(at)["jwks_uri"]
        with self._lock:
            if self._keys is None or anew:
                self._keys = self._ask("GET", address)
            return self._keys

    def _ask(self, method: str, address: str, **said: Any) -> dict[str, Any]:
        """One request to the provider; redirects are not followed. :raises ProviderError: where no proper answer comes."""
        try:
            with httpx.Client(verify=self._trust, timeout=TIMEOUT, trust_env=False) as client:
                answer = client.request(method, address, headers={"Accept": "application/json"}, **said)
            found = answer.json() if len(answer.content) <= MOST_BYTES else None
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderError("provider not reached", f"{type(error).__name__}: {error}", 502) from error
        if answer.status_code != 200 or not isinstance(found, dict):
            said_error = found.get("error") if isinstance(found, dict) else ""
            is_ours = answer.status_code in (400, 401)  # an old code, a wrong secret
            told = "token not believed" if is_ours else "provider not reached"
            raise ProviderError(told, f"{answer.status_code} {said_error}", 403 if is_ours else 502)
        return found

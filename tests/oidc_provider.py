"""An OpenID provider on loopback: discovery, keys, authorization code with PKCE (S256), tokens signed with RS256.

It is strict where a provider has to be (registered address, client secret, verifier, codes good once), and says something false
only where a test tells it to.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from loopback import HOST, free_port, served

CLIENT, SECRET = "riskwarn console", "s3cret/of:the client"


@dataclass
class Provider:
    """``claims`` is who is signed in there; ``change`` may falsify what is signed, ``key`` with what."""

    issuer: str
    clock: Callable[[], datetime]
    registered: tuple[str, ...]
    claims: dict[str, Any] = field(default_factory=dict)
    change: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)  # instead of a code
    published: dict[str, Any] = field(default_factory=dict)  # changes of the discovery document
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    keys: list[RSAKey] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = [self.key]

    def token(self, nonce: str) -> str:
        at = int(self.clock().timestamp())
        told = {"iss": self.issuer, "sub": "u-17", "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": nonce, **self.claims, **self.change}
        told = {name: value for name, value in told.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return jwt.encode(header, told, self.key if header["alg"] == "RS256" else _shared(), algorithms=["RS256", "HS256"])

    def reset(self) -> None:
        self.claims, self.change, self.answer, self.published, self.header = {"preferred_username": "li"}, {}, {}, {}, {}
        self.key, self.keys = self.keys[0], self.keys[:1]


def _shared() -> OctKey:
    return OctKey.import_key(SECRET * 2)


def app_of(provider: Provider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        names = {name: f"{provider.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        signing = {"id_token_signing_alg_values_supported": ["RS256"], "end_session_endpoint": f"{provider.issuer}/end"}
        return {"issuer": provider.issuer, **names, **signing, **provider.published}

    @app.get("/jwks_uri")
    def keys() -> Any:
        return KeySet(provider.keys).as_dict(private=False)

    @app.get("/authorization_endpoint")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        provider.asked.append(asked)
        expected = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in expected.items()) or asked["redirect_uri"] not in provider.registered:
            return Response(status_code=400)
        if "openid" not in asked["scope"].split() or not asked["state"] or not asked["nonce"]:
            return Response(status_code=400)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        answer = {**(provider.answer or {"code": code}), "state": asked["state"], "iss": provider.issuer}
        return RedirectResponse(asked["redirect_uri"] + "?" + urlencode(answer), status_code=302)

    @app.post("/token_endpoint")
    def token(
        request: Request, grant_type: str = Form(), code: str = Form(), redirect_uri: str = Form(), code_verifier: str = Form()
    ) -> Any:
        name, _, secret = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
        if (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = provider.codes.pop(code, None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        right = asked is not None and grant_type == "authorization_code"
        if not right or asked is None or asked["redirect_uri"] != redirect_uri or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": provider.token(asked["nonce"])}

    return app


@contextmanager
def serving(clock: Callable[[], datetime], registered: tuple[str, ...]) -> Iterator[Provider]:
    """A provider that answers on a free port of this machine."""
    port = free_port()
    provider = Provider(f"http://{HOST}:{port}", clock, registered)
    with served(app_of(provider), port):
        yield provider

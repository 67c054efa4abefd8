"""The way in by the identity provider: there with a link, back with a code. The address comes back by GET, so that the session's cookie
may stay ``SameSite=Lax`` and forms of ours still lead to no other host."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases.attempts import LASTS, begin_attempt, take_attempt
from riskwarn.web.arrivals import NotKnown, arrive, refused
from riskwarn.web.desk import Desk, Here
from riskwarn.web.doors import door
from riskwarn.web.guard import COOKIE, is_inside, keep_session, safe_next
from riskwarn.web.provider import Provider, ProviderError

provider_door = APIRouter(include_in_schema=False)
BROWSER = f"{COOKIE}_way_in"  # cookie of a browser that is at the provider's
WAY, RETURN = "/sign-in/provider", "/sign-in/return"
Word = Annotated[str, Query(max_length=4000)]


def _provider(request: Request, desk: Desk) -> Provider:
    if desk.provider is None or is_inside(request.scope):
        raise HTTPException(404)
    return desk.provider


@provider_door.get(WAY)
def to_provider(request: Request, desk: Here, next: Word = "/") -> Response:
    provider, at = _provider(request, desk), desk.clock()
    known = request.cookies.get(BROWSER, "")
    browser = known if re.fullmatch(r"[\w-]{43}", known) else secrets.token_urlsafe(32)
    with desk.store.engine.begin() as con:
        attempt = begin_attempt(con, browser, safe_next(next), at)
    try:
        answer = RedirectResponse(provider.address(attempt, desk.address(request, RETURN), at), status_code=303)
    except ProviderError as error:
        return _told(request, desk, error, next)
    answer.set_cookie(
        BROWSER, browser, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax", secure=request.url.scheme == "https",
        path=request.scope.get("root_path", "") + "/sign-in",
    )  # fmt: skip
    return answer


@provider_door.get(RETURN)
def from_provider(request: Request, desk: Here, state: Word = "", code: Word = "", error: Word = "", iss: Word = "") -> Response:
    provider, at = _provider(request, desk), desk.clock()
    with desk.store.engine.begin() as con:
        attempt = take_attempt(con, state, request.cookies.get(BROWSER, ""), at)
    if attempt is None:
        return _told(request, desk, ProviderError("way in too old", "state"))
    try:
        if iss and iss != desk.settings.oidc_issuer:
            raise ProviderError("token not believed", f"answer of {iss}")
        if error or not code:
            raise ProviderError("provider said no", error or "no code")
        claims = provider.claims(attempt, code, desk.address(request, RETURN), at)
        token = arrive(desk.store, desk.settings, claims, at)
    except ProviderError as failed:
        return _told(request, desk, failed, attempt.next_path)
    except NotKnown as unknown:
        return door(request, desk, attempt.next_path, 403, unknown.told)
    answer = RedirectResponse(attempt.next_path, status_code=303)
    keep_session(answer, request, token)
    return answer


def _told(request: Request, desk: Desk, error: ProviderError, next: str = "/") -> Response:
    """The sign-in page with what went wrong, which goes on record too."""
    refused(desk.store, None, desk.clock(), "provider", {"why": f"{error.told}: {error.why}"})
    return door(request, desk, next, error.status, error.told)

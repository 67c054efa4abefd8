"""What every request meets first: headers that keep a page to itself, the signed-in person, the token of its forms."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases.accounts import Session
from riskwarn.text import Lang

COOKIE = "riskwarn"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class SignInNeeded(Exception):
    """Nobody is signed in, or the session has expired."""


class NotAllowed(Exception):
    """The page is not for the person's role."""


class Refused(Exception):
    """The form's token is not the session's: the request did not come from our page."""


async def with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    answer = await call_next(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        answer.headers.setdefault("Cache-Control", "no-store")  # lists of a customs house stay out of a shared computer's cache
    return answer


def to_sign_in(request: Request) -> Response:
    """Pages lead to the sign-in and back; data says no."""
    if request.url.path.endswith((".json", ".csv")):
        return Response(status_code=401)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = request.url_for("sign_in_page").include_query_params(next=back) if request.method == "GET" else request.url_for("sign_in_page")
    return RedirectResponse(target, status_code=303)


def safe_next(target: str) -> str:
    """Only a path of ours: no other host, no other scheme."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def check_csrf(session: Session, token: str) -> None:
    if not hmac.compare_digest(session.csrf.encode(), token.encode()):
        raise Refused


def lang_for(session: Session | None, request: Request, default: Lang) -> Lang:
    """The person's own language, else the browser's first choice, else that of the settings."""
    if session is not None and session.lang:
        return "en" if session.lang == "en" else "zh_CN"
    accepted = request.headers.get("accept-language", "").lower()
    return "en" if accepted.startswith("en") else "zh_CN" if accepted.startswith("zh") else default

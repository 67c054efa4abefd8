"""What every request meets first: headers that keep a page to itself, the signed-in person, the token of its forms."""

from __future__ import annotations

import hmac
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as Problem
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from riskwarn.cases.accounts import LONGEST, Session
from riskwarn.text import Lang
from riskwarn.web import prefix

COOKIE = "riskwarn"
VISITOR = "riskwarn.visitor"  # in a request's scope where the console is part of another application: the login of who is signed in there
MOST_BYTES = 4 * 1024**2
MOST_WITH_FILES = 128 * 1024**2
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


class Headers:
    """Puts the headers on every answer, and the path that the console is mounted under before where an answer leads to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        prefix.enter(scope)
        if scope["method"] == "POST" and _is_of_elsewhere(scope):
            await Response(status_code=403)(scope, receive, send)
            return

        most, taken = _most(scope), 0
        if _announced(scope) > most:
            await Response(status_code=413)(scope, receive, send)
            return

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:  # it did not say how long it would be
                raise Problem(413)
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, bounded, with_headers)


def _most(scope: Scope) -> int:
    """How many bytes a request may have: with files as many as the largest form takes, else what a person can write."""
    is_with_files = any(name == b"content-type" and value.startswith(b"multipart/") for name, value in scope["headers"])
    return MOST_WITH_FILES if is_with_files else MOST_BYTES


def _announced(scope: Scope) -> int:
    """The length that the request says it has; 0 where it says none."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() else 0


def _is_of_elsewhere(scope: Scope) -> bool:
    """Whether the browser says that a page of another site sent the form: not even a sign-in comes from there."""
    return any(name == b"sec-fetch-site" and value == b"cross-site" for name, value in scope["headers"])


def _complete(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if is_inside(scope):  # the other application shows the console in a frame of its own page
        headers["Content-Security-Policy"] = headers["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    if not prefix.path_of(scope).startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")  # lists of a customs house stay out of a shared computer's cache
    if "location" in headers:
        headers["location"] = prefix.under(headers["location"])


def is_inside(scope: Scope) -> bool:
    """Whether the console is part of another application, whose own sign-in counts."""
    return VISITOR in scope


def path_of(request: Request) -> str:
    """The address within the console."""
    return prefix.path_of(request.scope)


def cookie_of(request: Request) -> str:
    """The name of the session's cookie: another one inside another application, since cookies of one host do not know its ports."""
    return f"{COOKIE}_inside" if is_inside(request.scope) else COOKIE


def keep_session(answer: Response, request: Request, token: str) -> None:
    """Puts the session's token into the browser. Lax: who comes back from an identity provider has it too, a form of elsewhere has not."""
    answer.set_cookie(
        cookie_of(request), token, max_age=int(LONGEST.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path=prefix.root_of(request.scope) or "/",
    )  # fmt: skip


def forget_session(answer: Response, request: Request) -> None:
    answer.delete_cookie(cookie_of(request), path=prefix.root_of(request.scope) or "/")


def to_sign_in(request: Request, kept: str | None = None) -> Response:
    """Pages lead to the sign-in and back, forms (``kept``) to where they wait; data says no."""
    if path_of(request).endswith((".json", ".csv")):
        return Response(status_code=401)
    back = path_of(request) + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else kept
    return RedirectResponse("/sign-in" + ("?" + urlencode({"next": back}) if back else ""), status_code=303)


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

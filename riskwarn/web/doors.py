"""Signing in and out, changing the password, choosing the language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases.accounts import SHORTEST, Session, begin_session, is_right, prefer_language, set_password, sign_in, sign_out
from riskwarn.cases.errors import CaseError
from riskwarn.text import LANGS
from riskwarn.web.arrivals import NotKnown, arrive_inside
from riskwarn.web.desk import Desk, Here, Who, someone
from riskwarn.web.guard import (
    VISITOR,
    NotAllowed,
    check_csrf,
    cookie_of,
    forget_session,
    is_inside,
    keep_session,
    lang_for,
    safe_next,
)
from riskwarn.web.provider import ProviderError

doors = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=2000)]


@doors.get("/sign-in")
def sign_in_page(request: Request, desk: Here, next: str = "/", out: bool = False) -> Response:
    session = someone(request)
    if session is not None:
        return RedirectResponse("/password" if session.must_change else safe_next(next), status_code=303)
    if is_inside(request.scope):
        return _come_in(request, desk, safe_next(next))
    return door(request, desk, next, leave=_leave_address(request, desk) if out else "")


def door(request: Request, desk: Desk, next: str, status: int = 200, error: str = "", leave: str = "") -> Response:
    """The sign-in page: by password, by the identity provider, or both. ``leave``: where one signs out at the provider too."""
    return desk.page(
        request, "sign_in.html", None, status, next=safe_next(next), error=error, leave=leave, by_provider=desk.provider is not None,
        by_password=desk.settings.password_sign_in and not is_inside(request.scope),
    )  # fmt: skip


def _come_in(request: Request, desk: Desk, next: str) -> Response:
    """Part of another application: who is signed in there enters here without a word, if known."""
    login = str(request.scope[VISITOR])
    if not login:
        return door(request, desk, next, 403, "not signed in around")
    try:
        token = arrive_inside(desk.store, login, desk.clock())
    except NotKnown as error:
        return door(request, desk, next, 403, error.told)
    answer = RedirectResponse(next, status_code=303)
    keep_session(answer, request, token)
    return answer


def _leave_address(request: Request, desk: Desk) -> str:
    """Where the provider's own session is ended. A link, not a redirect: a form of ours leads to no other host (form-action)."""
    if desk.provider is None:
        return ""
    try:
        return desk.provider.sign_out_address(desk.address(request, "/sign-in"), desk.clock())
    except ProviderError:
        return ""


@doors.post("/sign-in")
def do_sign_in(request: Request, desk: Here, login: Text = "", password: Text = "", next: Text = "/") -> Response:
    if not desk.settings.password_sign_in or is_inside(request.scope):
        raise NotAllowed
    with desk.store.writing() as con:
        token = sign_in(con, login.strip(), password, desk.clock())
    if token is None:
        return door(request, desk, next, 403, "sign-in refused")
    answer = RedirectResponse(safe_next(next), status_code=303)
    keep_session(answer, request, token)
    return answer


@doors.post("/sign-out")
def do_sign_out(request: Request, desk: Here, session: Who, csrf: Text = "") -> Response:
    check_csrf(session, csrf)
    with desk.store.writing() as con:
        sign_out(con, request.cookies.get(cookie_of(request), ""), desk.clock())
    answer = RedirectResponse("/sign-in?out=true" if session.method == "provider" else "/sign-in", status_code=303)
    forget_session(answer, request)
    return answer


@doors.get("/password")
def password_page(request: Request, desk: Here, session: Who) -> Response:
    return desk.page(request, "password.html", session, error="", shortest=SHORTEST)


@doors.post("/password")
def change_password(
    request: Request, desk: Here, session: Who, csrf: Text = "", old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    check_csrf(session, csrf)
    if session.method != "password":
        raise NotAllowed
    login, at = session.person.login, desk.clock()
    error = "passwords differ" if new != again else "password not new" if old == new else ""
    token = ""
    try:
        with desk.store.writing() as con:
            if not error and not is_right(con, login, old, at):
                error = "sign-in refused"
            if not error:
                set_password(con, login, new, by=login, at=at, must_change=False)
                token = begin_session(con, login, at, "password")
    except CaseError:
        error = "password weak"
    if error:
        return desk.page(request, "password.html", session, status=422, error=error, shortest=SHORTEST)
    answer = RedirectResponse("/", status_code=303)
    keep_session(answer, request, token)
    return answer


@doors.post("/language")
def choose_language(
    request: Request, desk: Here, session: Annotated[Session, Depends(someone)], csrf: Text = "", lang: Text = "", next: Text = "/"
) -> Response:
    if session is not None:
        check_csrf(session, csrf)
        chosen = lang if lang in LANGS else lang_for(session, request, desk.lang)
        with desk.store.writing() as con:
            prefer_language(con, session.person.login, chosen, desk.clock())
    return RedirectResponse(safe_next(next), status_code=303)

"""Signing in and out, changing the password, choosing the language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases.accounts import SHORTEST, Session, prefer, set_password, sign_in, sign_out
from riskwarn.cases.errors import CaseError
from riskwarn.text import LANGS
from riskwarn.web.desk import Here, Who, someone
from riskwarn.web.guard import check_csrf, cookie_of, forget_session, keep_session, lang_for, safe_next

doors = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=2000)]


@doors.get("/sign-in")
def sign_in_page(request: Request, desk: Here, next: str = "/") -> Response:
    session = someone(request)
    if session is not None:
        return RedirectResponse("/password" if session.must_change else safe_next(next), status_code=303)
    return desk.page(request, "sign_in.html", None, next=safe_next(next), error="")


@doors.post("/sign-in")
def do_sign_in(request: Request, desk: Here, login: Text = "", password: Text = "", next: Text = "/") -> Response:
    with desk.store.writing() as con:
        token = sign_in(con, login.strip(), password, desk.clock())
    if token is None:
        return desk.page(request, "sign_in.html", None, status=403, next=safe_next(next), error="sign-in refused")
    answer = RedirectResponse(safe_next(next), status_code=303)
    keep_session(answer, request, token)
    return answer


@doors.post("/sign-out")
def do_sign_out(request: Request, desk: Here, session: Who, csrf: Text = "") -> Response:
    check_csrf(session, csrf)
    with desk.store.engine.begin() as con:
        sign_out(con, request.cookies.get(cookie_of(request), ""))
    answer = RedirectResponse("/sign-in", status_code=303)
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
    login, at = session.person.login, desk.clock()
    error = "" if new == again else "passwords differ"
    if not error and old == new:
        error = "password not new"
    try:
        with desk.store.writing() as con:
            if not error and sign_in(con, login, old, at) is None:
                error = "sign-in refused"
            if not error:
                set_password(con, login, new, by=login, at=at, must_change=False)
                token = sign_in(con, login, new, at)
    except CaseError:
        error = "password weak"
    if error:
        return desk.page(request, "password.html", session, status=422, error=error, shortest=SHORTEST)
    answer = RedirectResponse("/", status_code=303)
    keep_session(answer, request, token or "")
    return answer


@doors.post("/language")
def choose_language(
    request: Request, desk: Here, session: Annotated[Session, Depends(someone)], csrf: Text = "", lang: Text = "", next: Text = "/"
) -> Response:
    if session is not None:
        check_csrf(session, csrf)
        chosen = lang if lang in LANGS else lang_for(session, request, desk.lang)
        with desk.store.engine.begin() as con:
            prefer(con, session.person.login, lang=chosen)
    return RedirectResponse(safe_next(next), status_code=303)

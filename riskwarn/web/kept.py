"""A form that comes after the session has ended is not lost: it waits, and is shown to its writer after signing in, to be sent or not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as Problem

from riskwarn.cases.accounts import login_of_form
from riskwarn.cases.kept_forms import drop_form, find_form, keep_form
from riskwarn.web.desk import Here, Who, desk_of
from riskwarn.web.guard import check_csrf, path_of

kept = APIRouter(include_in_schema=False)
# Passwords are never kept; the others hold nothing that a person wrote.
NOT_KEPT = ("/sign-in", "/sign-out", "/password", "/language", "/kept/")
Text = Annotated[str, Form(max_length=200)]


async def keep(request: Request, login: str | None = None) -> str | None:
    """Keeps the form of this request for whom its token belongs to (``login``: only if it is theirs); returns where it is shown."""
    path = path_of(request)
    if request.method != "POST" or path.startswith(NOT_KEPT) or path.endswith(".json"):  # data is asked by a page's script, again and again
        return None
    try:
        form = await request.form()
    except Problem:  # no form that could be read
        return None
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"]
    files = sum(not isinstance(value, str) and bool(value.filename) for _, value in form.multi_items())
    token = form.get("csrf")
    return await run_in_threadpool(_keep, request, fields, files, token if isinstance(token, str) else "", login)


def _keep(request: Request, fields: list[tuple[str, str]], files: int, csrf: str, login: str | None) -> str | None:
    desk = desk_of(request)
    with desk.store.engine.begin() as con:
        writer = login_of_form(con, csrf)
        if writer is None or (login is not None and writer != login):
            return None
        path = path_of(request) + (f"?{request.url.query}" if request.url.query else "")
        kept_id = keep_form(con, writer, path, fields, files, desk.clock())
    return f"/kept/{kept_id}" if kept_id else None


@kept.get("/kept/{kept_id}")
def kept_page(request: Request, desk: Here, session: Who, kept_id: str) -> Response:
    with desk.store.engine.connect() as con:
        found = find_form(con, session.person.login, kept_id, desk.clock())
    if found is None:
        raise HTTPException(404)
    return desk.page(request, "kept.html", session, found=found)


@kept.post("/kept/{kept_id}")
def send_on(request: Request, desk: Here, session: Who, kept_id: str, csrf: Text = "") -> Response:
    """Sends the form, as the page shows it, where it was to go: the browser posts it once more."""
    check_csrf(session, csrf)
    with desk.store.engine.begin() as con:
        found = find_form(con, session.person.login, kept_id, desk.clock())
        drop_form(con, session.person.login, kept_id)
    if found is None:
        raise HTTPException(404)
    return RedirectResponse(found.path, status_code=307)


@kept.post("/kept/{kept_id}/drop")
def throw_away(desk: Here, session: Who, kept_id: str, csrf: Text = "") -> Response:
    check_csrf(session, csrf)
    with desk.store.engine.begin() as con:
        drop_form(con, session.person.login, kept_id)
    return RedirectResponse("/warnings", status_code=303)

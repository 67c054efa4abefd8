"""What concerns a person alone: where signed in, who stands in. An administrator does the same for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from riskwarn.cases.accounts import end_sessions, open_sessions
from riskwarn.cases.deputies import end_deputy
from riskwarn.cases.errors import CaseError
from riskwarn.cases.people import put_deputy
from riskwarn.web.desk import Here, Who
from riskwarn.web.guard import check_csrf, forget_session
from riskwarn.web.lists import as_csv, plain
from riskwarn.web.own_view import day, deputies_told, in_words, page_of, show, wishes_told
from riskwarn.web.roles import only

own = APIRouter()
Text = Annotated[str, Form(max_length=500)]
COLUMNS = ("deputy_id", "login", "deputy_login", "from_on", "until_on", "reason", "state")


@own.get("/me.json")
def me_json(desk: Here, session: Who) -> Response:
    """The signed-in person: where signed in, who stands in, what to be told of."""
    who = session.person
    with desk.store.engine.connect() as con:
        sessions = [one for one in open_sessions(con, desk.clock()) if one.login == who.login]
    return JSONResponse(
        {
            "login": who.login, "name": who.name, "unit_id": who.unit_id, "role": who.role,
            "sessions": [{"method": one.method, "since": one.made_at.isoformat(), "seen": one.seen_at.isoformat()} for one in sessions],
            "deputies": [_dated(row) for row in deputies_told(desk, who.login)], "subscriptions": wishes_told(desk, who.login),
        }
    )  # fmt: skip


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(row[name]) for name in COLUMNS}


@own.get("/me", include_in_schema=False)
def me_page(request: Request, desk: Here, session: Who) -> Response:
    return show(request, desk, session, "me")


@own.get("/deputies.json")
def deputies_json(desk: Here, session: Who) -> Response:
    """Who stands in for whom, also in the past and to come."""
    only(session, "administrator")
    return JSONResponse({"deputies": [_dated(row) for row in deputies_told(desk, None)]})


@own.get("/deputies.csv")
def deputies_csv(desk: Here, session: Who) -> Response:
    only(session, "administrator")
    return as_csv(COLUMNS, deputies_told(desk, None), "deputies.csv")


@own.get("/deputies", include_in_schema=False)
def deputies_page(request: Request, desk: Here, session: Who) -> Response:
    only(session, "administrator")
    return show(request, desk, session, "deputies")


@own.post("/me/sign-out", include_in_schema=False)
def sign_me_out(request: Request, desk: Here, session: Who, csrf: Text = "") -> Response:
    """Ends all sessions of one's own, this one too."""
    check_csrf(session, csrf)
    with desk.store.writing() as con:
        end_sessions(con, session.person.login, by=session.person.login, at=desk.clock())
    answer = RedirectResponse("/sign-in", status_code=303)
    forget_session(answer, request)
    return answer


@own.post("/deputies", include_in_schema=False)
def set_deputy(
    request: Request, desk: Here, session: Who, csrf: Text = "", login: Text = "", deputy: Text = "", begin: Text = "", end: Text = "",
    reason: Text = "", back: Text = "",
) -> Response:  # fmt: skip
    """Lets somebody stand in; for oneself, or by an administrator for anybody."""
    check_csrf(session, csrf)
    whom, by, at = login.strip() or session.person.login, session.person.login, desk.clock()
    said = {"login": whom, "deputy": deputy, "begin": begin, "end": end, "reason": reason}
    try:
        period = (day("from", begin), day("until", end))
        with desk.store.writing() as con:
            put_deputy(con, desk.store.books.units, whom, deputy, period, reason=reason, by=by, at=at)
    except CaseError as error:
        told = in_words(request, desk, session, error)
        return show(request, desk, session, page_of(session, back), 409, deputy_error=told, said=said)
    return RedirectResponse("/" + page_of(session, back) + "#deputies", status_code=303)


@own.post("/deputies/{deputy_id}/end", include_in_schema=False)
def stop_deputy(desk: Here, session: Who, deputy_id: int, csrf: Text = "", back: Text = "") -> Response:
    check_csrf(session, csrf)
    with desk.store.writing() as con:
        end_deputy(con, desk.store.books.units, deputy_id, by=session.person.login, at=desk.clock())
    return RedirectResponse("/" + page_of(session, back) + "#deputies", status_code=303)

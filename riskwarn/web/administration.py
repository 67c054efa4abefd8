"""People: administrators add and change who may act, give first passwords, and sign people out."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.cases.accounts import Session, end_sessions, open_sessions, set_password
from riskwarn.cases.errors import CaseError
from riskwarn.cases.people import ROLES, Person, all_people, deputies_on, find_person, put_person, role_of
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import check_csrf, lang_for
from riskwarn.web.lists import as_csv
from riskwarn.web.own import own
from riskwarn.web.roles import only
from riskwarn.web.trail import trail
from riskwarn.web.units import units
from riskwarn.web.wishes import wishes

administration = APIRouter()
for part in (trail, units, own, wishes):
    administration.include_router(part)
COLUMNS = ("login", "name", "unit_id", "role", "is_active", "deputies", "sessions")
Text = Annotated[str, Form(max_length=500)]


@administration.get("/people.json")
def people_json(desk: Here, session: Who) -> Response:
    """Everybody, with today's deputies and in how many browsers they are signed in."""
    only(session, "administrator")
    return JSONResponse({"people": listed(desk)})


@administration.get("/people.csv")
def people_csv(desk: Here, session: Who) -> Response:
    only(session, "administrator")
    return as_csv(COLUMNS, [row | {"deputies": " ".join(row["deputies"])} for row in listed(desk)], "people.csv")


@administration.get("/people", include_in_schema=False)
def people_page(request: Request, desk: Here, session: Who) -> Response:
    only(session, "administrator")
    return _people(request, desk, session)


@administration.post("/people", include_in_schema=False)
def change_people(
    request: Request, desk: Here, session: Who, csrf: Text = "", login: Text = "", name: Text = "", unit: Text = "", role: Text = "",
    inactive: Text = "", password: Text = "", one: Text = "",
) -> Response:  # fmt: skip
    """Adds or changes a person; with ``password`` gives a first password, shown once. ``one``: it came from the person's own page."""
    check_csrf(session, csrf)
    only(session, "administrator")
    at, by, login = desk.clock(), session.person.login, login.strip()
    said = {"login": login, "name": name, "unit": unit, "role": role, "inactive": inactive, "password": password}
    given = ""
    try:
        with desk.store.writing() as con:
            put_person(con, desk.store.books.units, Person(login, name.strip(), unit, role_of(role), not inactive), by=by, at=at)
            if password and not inactive:
                given = secrets.token_urlsafe(15)
                set_password(con, login, given, by=by, at=at, must_change=True)
    except CaseError as error:
        told = {"error": error.text(lang_for(session, request, desk.lang)), "said": said}
        return _person(request, desk, session, login, 409, **told) if one else _people(request, desk, session, 409, **told)
    return _person(request, desk, session, login, given=given, done=True) if one else _people(request, desk, session, given=given, to=login)


@administration.get("/people/{login}.json")
def person_json(desk: Here, session: Who, login: str) -> Response:
    """One person, with where he is signed in."""
    only(session, "administrator")
    row = next((one for one in listed(desk) if one["login"] == login), None)
    if row is None:
        raise HTTPException(404)
    with desk.store.engine.connect() as con:
        found = [one for one in open_sessions(con, desk.clock()) if one.login == login]
    told = [{"method": one.method, "since": one.made_at.isoformat(), "seen": one.seen_at.isoformat()} for one in found]
    return JSONResponse(row | {"sessions": told})


@administration.get("/people/{login}", include_in_schema=False)
def person_page(request: Request, desk: Here, session: Who, login: str) -> Response:
    only(session, "administrator")
    return _person(request, desk, session, login)


@administration.post("/people/{login}/sign-out", include_in_schema=False)
def sign_out_everywhere(request: Request, desk: Here, session: Who, login: str, csrf: Text = "") -> Response:
    """Ends all sessions of a person."""
    check_csrf(session, csrf)
    only(session, "administrator")
    with desk.store.writing() as con:
        if find_person(con, login) is None:
            raise HTTPException(404)
        end_sessions(con, login, by=session.person.login, at=desk.clock())
    return _person(request, desk, session, login, done=True)


def listed(desk: Desk) -> list[dict[str, Any]]:
    """Everybody as one row."""
    with desk.store.engine.connect() as con:
        people, deputies, sessions = all_people(con), deputies_on(con, desk.today), open_sessions(con, desk.clock())
    signed_in = [one.login for one in sessions]
    return [
        {
            "login": one.login, "name": one.name, "unit_id": one.unit_id, "role": one.role, "is_active": one.is_active,
            "deputies": deputies.get(one.login, []), "sessions": signed_in.count(one.login),
        }
        for one in people
    ]  # fmt: skip


def _people(request: Request, desk: Desk, session: Session, status: int = 200, **told: Any) -> Response:
    values = {"error": "", "given": "", "to": "", "said": {}, **told}
    return desk.page(
        request, "people.html", session, status, people=listed(desk), units=desk.store.books.units, roles=ROLES, **values,
    )  # fmt: skip


def _person(request: Request, desk: Desk, session: Session, login: str, status: int = 200, **told: Any) -> Response:
    with desk.store.engine.connect() as con:
        found = find_person(con, login)
        sessions = [one for one in open_sessions(con, desk.clock()) if one.login == login]
    if found is None:
        raise HTTPException(404)
    values = {"error": "", "given": "", "done": False, "said": {}, **told}
    return desk.page(
        request, "person.html", session, status, one=found, sessions=sessions, units=desk.store.books.units, roles=ROLES, **values,
    )  # fmt: skip

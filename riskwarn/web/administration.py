"""People and the audit trail: administrators change who may act; whoever decides may read who did what."""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.cases.accounts import Session, set_password
from riskwarn.cases.audit_tables import audit_entry
from riskwarn.cases.errors import CaseError
from riskwarn.cases.people import ROLES, Person, all_people, deputies_on, put_person, role_of
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import NotAllowed, check_csrf, lang_for
from riskwarn.web.lists import MOST, as_csv, plain

administration = APIRouter()
PAGE = 100
COLUMNS = ("entry_id", "at", "actor", "subject", "action", "before", "after", "night", "hash")
Text = Annotated[str, Form(max_length=500)]
Words = Annotated[str, Query(max_length=200)]


def _only(session: Session, *roles: str) -> None:
    if session.person.role not in roles:
        raise NotAllowed


@administration.get("/people", include_in_schema=False)
def people_page(request: Request, desk: Here, session: Who) -> Response:
    _only(session, "administrator")
    return _people(request, desk, session)


@administration.post("/people", include_in_schema=False)
def change_people(
    request: Request, desk: Here, session: Who, csrf: Text = "", login: Text = "", name: Text = "", unit: Text = "", role: Text = "",
    inactive: Text = "", password: Text = "",
) -> Response:  # fmt: skip
    """Adds or changes a person; with ``password`` gives a first password, shown once."""
    check_csrf(session, csrf)
    _only(session, "administrator")
    at, by = desk.clock(), session.person.login
    given = ""
    try:
        with desk.store.writing() as con:
            put_person(con, desk.store.books.units, Person(login.strip(), name.strip(), unit, role_of(role), not inactive), by=by, at=at)
            if password and not inactive:
                given = secrets.token_urlsafe(15)
                set_password(con, login.strip(), given, by=by, at=at, must_change=True)
    except CaseError as error:
        return _people(request, desk, session, 409, error.text(lang_for(session, request, desk.lang)))
    return _people(request, desk, session, given=given, given_to=login.strip())


def _people(
    request: Request, desk: Desk, session: Session, status: int = 200, error: str = "", given: str = "", given_to: str = ""
) -> Response:
    with desk.store.engine.connect() as con:
        everybody, deputies = all_people(con), deputies_on(con, desk.today)
    return desk.page(
        request, "people.html", session, status, people=everybody, deputies=deputies, units=desk.store.books.units, roles=ROLES,
        error=error, given=given, given_to=given_to,
    )  # fmt: skip


def _entries(desk: Desk, q: str, rows: int, offset: int) -> list[dict[str, Any]]:
    """Audit entries with these words in who, what or about whom, newest first."""
    query = sa.select(audit_entry).order_by(audit_entry.c.entry_id.desc()).limit(rows).offset(offset)
    for word in q.split():
        columns = (audit_entry.c.actor, audit_entry.c.subject, audit_entry.c.action, audit_entry.c.after)
        query = query.where(sa.or_(*(column.contains(word, autoescape=True) for column in columns)))
    with desk.store.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


@administration.get("/audit.json")
def audit_json(desk: Here, session: Who, q: Words = "") -> Response:
    """The audit trail, newest first; each entry with its hash."""
    _only(session, "administrator", "supervisor")
    rows = [{**{name: plain(row[name]) for name in COLUMNS}, "at": row["at"].isoformat()} for row in _entries(desk, q, MOST, 0)]
    parsed = [row | {"before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in rows]
    return JSONResponse({"entries": parsed})


@administration.get("/audit.csv")
def audit_csv(desk: Here, session: Who, q: Words = "") -> Response:
    _only(session, "administrator", "supervisor")
    return as_csv(COLUMNS, [row | {"at": row["at"].isoformat()} for row in _entries(desk, q, MOST, 0)], "audit.csv")


@administration.get("/audit", include_in_schema=False)
def audit_page(request: Request, desk: Here, session: Who, q: Words = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    _only(session, "administrator", "supervisor")
    rows = _entries(desk, q, PAGE + 1, (page - 1) * PAGE)
    return desk.page(request, "audit.html", session, rows=rows[:PAGE], q=q, page=page, is_more=len(rows) > PAGE)

"""The audit trail: who did what about whom and when, and whether its chain is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator

from riskwarn.cases import audit
from riskwarn.cases.audit_tables import audit_entry
from riskwarn.settings import TIMEZONE
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import MOST, as_csv, plain
from riskwarn.web.roles import only

trail = APIRouter()
PAGE = 100
COLUMNS = ("entry_id", "at", "actor", "subject", "action", "before", "after", "night", "previous_hash", "hash")
READERS = ("administrator", "supervisor")


class Asked(BaseModel):
    """What of the trail a person wants to see; every part is in the address."""

    model_config = ConfigDict(frozen=True)

    q: str = Field(default="", max_length=200, description="words in who, about whom, what, from or to")
    who: str = Field(default="", max_length=64, description="login of who did it")
    what: str = Field(default="", max_length=64, description="action")
    since: date | None = Field(default=None, description="first day, in China")
    until: date | None = Field(default=None, description="last day, in China")
    verify: bool = Field(default=False, description="reads the whole chain and says whether it is whole")
    page: int = Field(default=1, ge=1, le=10_000)

    @field_validator("since", "until", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        """A day that a form leaves open."""
        return None if value == "" else value

    def address(self, **changes: Any) -> str:
        parts = {**self.model_dump(exclude={"verify"}), "page": 1, **changes}
        return urlencode({name: value for name, value in parts.items() if value not in ("", None) and (name, value) != ("page", 1)})

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        entry = audit_entry.c
        for word in self.q.split():
            columns = (entry.actor, entry.subject, entry.action, entry.before, entry.after)
            yield sa.or_(*(column.contains(word, autoescape=True) for column in columns))
        if self.who:
            yield entry.actor == self.who
        if self.what:
            yield entry.action == self.what
        if self.since:
            yield entry.at >= datetime.combine(self.since, time(0), TIMEZONE)
        if self.until and self.until < date.max:
            yield entry.at < datetime.combine(self.until + timedelta(days=1), time(0), TIMEZONE)


View = Annotated[Asked, Query()]


def entries(desk: Desk, asked: Asked, rows: int, offset: int) -> list[dict[str, Any]]:
    """Audit entries, newest first."""
    query = sa.select(audit_entry).where(*asked.conditions()).order_by(audit_entry.c.entry_id.desc()).limit(rows).offset(offset)
    with desk.store.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def parsed(row: dict[str, Any]) -> dict[str, Any]:
    """The entry with what was and what is as objects."""
    return row | {"before": json.loads(row["before"]), "after": json.loads(row["after"])}


def chain(desk: Desk) -> dict[str, Any]:
    """Whether every entry follows from the one before, how many there are, and the newest hash."""
    with desk.store.engine.connect() as con:
        breaks = audit.verify(con)
        count, newest = audit.head_of(con)
    return {"is_whole": not breaks, "breaks": breaks[:20], "entries": count, "hash": newest}


@trail.get("/audit.json")
def audit_json(desk: Here, session: Who, asked: View) -> Response:
    """The audit trail, newest first; each entry with its hash. With ``verify`` also whether the chain is whole."""
    only(session, *READERS)
    rows = [{**{name: plain(row[name]) for name in COLUMNS}, "at": row["at"].isoformat()} for row in entries(desk, asked, MOST, 0)]
    return JSONResponse({"entries": [parsed(row) for row in rows], "chain": chain(desk) if asked.verify else None})


@trail.get("/audit.csv")
def audit_csv(desk: Here, session: Who, asked: View) -> Response:
    only(session, *READERS)
    return as_csv(COLUMNS, [row | {"at": row["at"].isoformat()} for row in entries(desk, asked, MOST, 0)], "audit.csv")


@trail.get("/audit", include_in_schema=False)
def audit_page(request: Request, desk: Here, session: Who, asked: View) -> Response:
    only(session, *READERS)
    rows = entries(desk, asked, PAGE + 1, (asked.page - 1) * PAGE)
    with desk.store.engine.connect() as con:
        actions = sorted(con.execute(sa.select(audit_entry.c.action).distinct()).scalars())
    return desk.page(
        request, "audit.html", session, rows=[parsed(row) for row in rows[:PAGE]], asked=asked, is_more=len(rows) > PAGE, actions=actions,
        chain=chain(desk) if asked.verify else None,
    )  # fmt: skip

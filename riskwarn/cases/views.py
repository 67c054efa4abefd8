"""Views of the warning list that a person keeps under a name: nobody else sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.errors import BadField, MissingField, UnknownEntry
from riskwarn.cases.view_tables import saved_view

MOST = 20  # of one person
NAME_LENGTH = 40


@dataclass(frozen=True)
class SavedView:
    view_id: int
    name: str
    query: str


def views_of(con: Connection, login: str) -> list[SavedView]:
    """By name."""
    query = sa.select(saved_view).where(saved_view.c.login == login).order_by(saved_view.c.name)
    return [SavedView(row.view_id, row.name, row.query) for row in con.execute(query)]


def keep_view(con: Connection, login: str, name: str, query: str, at: datetime) -> None:
    """Keeps a view; one of the same name is replaced."""
    said = " ".join(name.split())
    if not said:
        raise MissingField(field="name", action="save_view")
    if len(said) > NAME_LENGTH:
        raise BadField(field="name", value=said[:NAME_LENGTH], allowed=f"<= {NAME_LENGTH}")
    here = (saved_view.c.login == login) & (saved_view.c.name == said)
    before = con.execute(sa.select(saved_view.c.query).where(here)).scalar_one_or_none()
    if before is None and len(views_of(con, login)) >= MOST:
        raise BadField(field="name", value=said, allowed=f"<= {MOST}")
    con.execute(sa.delete(saved_view).where(here))
    con.execute(sa.insert(saved_view).values(login=login, name=said, query=query, made_at=at))
    was = {} if before is None else {"name": said, "query": before}
    after = {"name": said, "query": query}
    audit.record(con, at=at, actor=login, subject=f"person {login}", action="save_view", before=was, after=after, night=None)


def drop_view(con: Connection, login: str, view_id: int, at: datetime) -> None:
    """Forgets one of the person's own views."""
    here = (saved_view.c.login == login) & (saved_view.c.view_id == view_id)
    found = con.execute(sa.select(saved_view).where(here)).one_or_none()
    if found is None:
        raise UnknownEntry(id="view", number=view_id)
    con.execute(sa.delete(saved_view).where(here))
    was = {"name": found.name, "query": found.query}
    audit.record(con, at=at, actor=login, subject=f"person {login}", action="drop_view", before=was, after={}, night=None)

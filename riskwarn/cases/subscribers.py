"""What people asked to be told of: kept with the case store, changed on record, read by whoever sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.errors import BadField, RoleNeeded, UnknownEntry
from riskwarn.cases.people import active_person
from riskwarn.cases.people_tables import person
from riskwarn.cases.subscriber_tables import subscriber

MOST = 20  # of one person


@dataclass(frozen=True)
class Subscriber:
    """``wish``: the fields of a subscription but its name."""

    subscriber_id: int
    login: str
    name: str
    wish: Mapping[str, Any]

    @property
    def full_name(self) -> str:
        """Unique among all that is sent: no name in the authority's own file holds a slash that begins so."""
        return f"{self.login}/{self.name}"


def subscribers(con: Connection, of: str | None = None) -> list[Subscriber]:
    """What active people ask for now; ``of``: this person alone."""
    query = (
        sa.select(subscriber.c.subscriber_id, subscriber.c.login, subscriber.c.name, subscriber.c.wish)
        .join(person)
        .where(subscriber.c.is_active, person.c.is_active)
        .order_by(subscriber.c.login, subscriber.c.subscriber_id)
    )
    if of is not None:
        query = query.where(subscriber.c.login == of)
    return [Subscriber(row.subscriber_id, row.login, row.name, json.loads(row.wish)) for row in con.execute(query)]


def subscribe(con: Connection, login: str, name: str, wish: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Adds a wish, or puts another in the place of the one of this name; for somebody else only by an administrator."""
    _may(con, login, by)
    mine = (subscriber.c.login == login) & (subscriber.c.name == name)
    old = con.execute(sa.select(subscriber).where(mine)).one_or_none()
    count = con.execute(sa.select(sa.func.count()).select_from(subscriber).where(subscriber.c.login == login, subscriber.c.is_active))
    if (old is None or not old.is_active) and count.scalar_one() >= MOST:
        raise BadField(field="subscription", value=name, allowed=f"<= {MOST}")
    values = {"wish": json.dumps(wish, ensure_ascii=False, sort_keys=True), "is_active": True}
    if old is None:
        con.execute(sa.insert(subscriber).values(login=login, name=name, added_at=at, **values))
    else:
        con.execute(sa.update(subscriber).where(mine).values(**values))
    before = json.loads(old.wish) if old is not None and old.is_active else {}
    _record(con, "subscribe", login, name, before, dict(wish), by, at)


def unsubscribe(con: Connection, subscriber_id: int, *, by: str, at: datetime) -> None:
    row = con.execute(sa.select(subscriber).where(subscriber.c.subscriber_id == subscriber_id, subscriber.c.is_active)).one_or_none()
    if row is None:
        raise UnknownEntry(id=by, number=subscriber_id)
    _may(con, row.login, by)
    con.execute(sa.update(subscriber).where(subscriber.c.subscriber_id == subscriber_id).values(is_active=False))
    _record(con, "unsubscribe", row.login, row.name, json.loads(row.wish), {}, by, at)


def _may(con: Connection, login: str, by: str) -> None:
    active_person(con, login)
    if by != login and active_person(con, by).role != "administrator":
        raise RoleNeeded(login=by, role="administrator")


def _record(
    con: Connection, action: str, login: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any], by: str, at: datetime
) -> None:
    subject = f"person {login}"
    named = {"before": {"name": name, **before} if before else {}, "after": {"name": name, **after}}
    audit.record(con, at=at, actor=by, subject=subject, action=action, night=None, **named)

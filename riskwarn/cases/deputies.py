"""Who stands in for whom, at any time: read, and ended before its last day. Setting one is in people.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.errors import UnknownEntry
from riskwarn.cases.people import acting
from riskwarn.cases.people_tables import deputy
from riskwarn.cases.units import Units
from riskwarn.settings import day_of


@dataclass(frozen=True)
class Deputy:
    """``deputy_login`` may act in the place of ``login`` from one day to another, both included."""

    deputy_id: int
    login: str
    deputy_login: str
    from_on: date
    until_on: date
    reason: str

    def state(self, today: date) -> str:
        return "past" if self.until_on < today else "to come" if self.from_on > today else "now"


def all_deputies(con: Connection, of: str | None = None) -> list[Deputy]:
    """The latest first; ``of``: only those that concern this person, as the absent one or as the deputy."""
    query = sa.select(deputy).order_by(deputy.c.until_on.desc(), deputy.c.deputy_id.desc())
    if of is not None:
        query = query.where((deputy.c.login == of) | (deputy.c.deputy_login == of))
    return [Deputy(*row) for row in con.execute(query)]


def end_deputy(con: Connection, units: Units, deputy_id: int, *, by: str, at: datetime) -> None:
    """From today on nobody stands in any more; ended by the absent person, or by an administrator."""
    row = con.execute(sa.select(deputy).where(deputy.c.deputy_id == deputy_id)).one_or_none()
    today = day_of(at)
    if row is None or row.until_on < today:
        raise UnknownEntry(id=by, number=deputy_id)
    if by != row.login:
        acting(con, units, by, "administrator", None, today)
    mine = deputy.c.deputy_id == deputy_id
    if row.from_on < today:
        until = today - timedelta(days=1)
        con.execute(sa.update(deputy).where(mine).values(until_on=until))
        after = {"deputy_login": row.deputy_login, "until_on": until}
    else:  # it never began
        con.execute(sa.delete(deputy).where(mine))
        after = {}
    before = {"deputy_login": row.deputy_login, "from_on": row.from_on, "until_on": row.until_on}
    audit.record(con, at=at, actor=by, subject=f"person {row.login}", action="end_deputy", before=before, after=after, night=None)

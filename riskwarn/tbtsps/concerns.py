"""Specific trade concerns that we raised, or joined, in the committees about foreign measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from riskwarn.cases import CaseStore, audit
from riskwarn.cases.notification_tables import trade_concern
from riskwarn.documents import safe
from riskwarn.settings import day_of
from riskwarn.tbtsps import people
from riskwarn.tbtsps.comments import foreign_symbol
from riskwarn.tbtsps.refusals import Refusal

STATES = ("raised", "discussed", "partly_resolved", "resolved")


@dataclass(frozen=True)
class Concern:
    """One concern: about which family, raised at which meeting, who supports it, what became of it."""

    concern_id: int
    family: str
    agreement: str
    title: str
    state: str
    version: int
    raised_on: date
    meeting: str
    supporters: list[str]
    text: str
    outcome: str
    recorded_by: str


def raise_concern(
    store: CaseStore, symbol: str, title: str, text: str, *, on: date, meeting: str, supporters: list[str], by: str, at: datetime
) -> Concern:
    """Records a concern; raises Refusal for our own measure, an empty text or a day ahead."""
    found = foreign_symbol(symbol)
    if not safe.line(title) or not safe.clean(text):
        raise Refusal("empty", what="title" if not safe.line(title) else "text")
    if on > day_of(at):
        raise Refusal("day", day=on, why=f"> {day_of(at)}")
    row = {
        "family": found.family,
        "agreement": found.agreement,
        "title": safe.line(title),
        "state": "raised",
        "version": 1,
        "raised_on": on,
        "meeting": safe.line(meeting),
        "supporters": [safe.line(one) for one in supporters],
        "text": safe.clean(text),
        "outcome": "",
        "recorded_by": by,
    }
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        key = con.execute(sa.insert(trade_concern).values(**row)).inserted_primary_key
        number = int(key[0]) if key else 0
        audit.record(con, at=at, actor=by, subject=f"concern {number}", action="raise", before={}, after=row, night=None)
    return get(store, number)


def follow(store: CaseStore, concern_id: int, version: int, state: str, outcome: str, *, by: str, at: datetime) -> Concern:
    """What a meeting or a reply changed; a stale view is refused."""
    if state not in STATES:
        raise Refusal("choice", value=state[:40], choices=", ".join(STATES))
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        row = con.execute(sa.select(trade_concern).where(trade_concern.c.concern_id == concern_id)).mappings().one_or_none()
        if row is None:
            raise Refusal("unknown", what="concern", number=concern_id)
        if row["version"] != version:
            told = "; ".join(f"{e['actor']}: {e['action']}" for e in audit.trail(con, f"concern {concern_id}")[version:])
            raise Refusal("changed", seen=version, version=row["version"], steps=told)
        change = {"state": state, "outcome": safe.clean(outcome), "version": version + 1}
        con.execute(sa.update(trade_concern).where(trade_concern.c.concern_id == concern_id).values(**change))
        before = {"state": row["state"], "outcome": row["outcome"]}
        audit.record(con, at=at, actor=by, subject=f"concern {concern_id}", action="follow", before=before, after=change, night=None)
    return get(store, concern_id)


def get(store: CaseStore, concern_id: int) -> Concern:
    with store.engine.connect() as con:
        row = con.execute(sa.select(trade_concern).where(trade_concern.c.concern_id == concern_id)).mappings().one_or_none()
    if row is None:
        raise Refusal("unknown", what="concern", number=concern_id)
    return Concern(**dict(row))


def every(store: CaseStore) -> list[Concern]:
    """All concerns, newest first."""
    with store.engine.connect() as con:
        rows = con.execute(
            sa.select(trade_concern).order_by(trade_concern.c.raised_on.desc(), trade_concern.c.concern_id.desc())
        ).mappings()
        return [Concern(**dict(row)) for row in rows]

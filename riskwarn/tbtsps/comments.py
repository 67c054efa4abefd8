"""评议意见: what our enterprises and experts say of a foreign measure, from the first word to the outcome.

Comments are collected by the symbol of the notification and belong to its family (addenda and revisions included).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import CaseStore, audit
from riskwarn.cases.notification_tables import foreign_comment, foreign_exchange
from riskwarn.cases.people import Role
from riskwarn.documents import safe
from riskwarn.settings import day_of
from riskwarn.tbtsps import people
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.tbtsps.symbols import Symbol, parse_symbol

SOURCE_KINDS = ("enterprise", "expert", "association", "agency")
EXCHANGES = ("extension_request", "extension_reply", "reply", "consultation", "outcome")
State = Literal["draft", "reviewed", "sent", "dropped"]
# From which state a comment comes into which, and who may do that.
MOVES: dict[str, tuple[State, State, Role]] = {
    "review": ("draft", "reviewed", "supervisor"),
    "send": ("reviewed", "sent", "officer"),
    "return": ("reviewed", "draft", "officer"),
    "drop": ("draft", "dropped", "officer"),
}


@dataclass(frozen=True)
class Comment:
    """One comment; ``text_en`` is what goes to the Member, ``text_zh`` what the enterprise or expert wrote."""

    comment_id: int
    symbol: str
    family: str
    state: str
    version: int
    source_kind: str
    source_name: str
    text_zh: str
    text_en: str
    drafted_by: str
    drafted_on: date
    reviewed_by: str | None
    sent_on: date | None


def foreign_symbol(text: str) -> Symbol:
    """The symbol of another Member's notification; raises Refusal for anything else."""
    symbol = parse_symbol(text)
    if symbol is None:
        raise Refusal("foreign_symbol", symbol=text[:60])
    if symbol.member == "CHN":
        raise Refusal("own_measure", symbol=str(symbol))
    return symbol


def collect(store: CaseStore, symbol: str, source: tuple[str, str], texts: tuple[str, str], *, by: str, at: datetime) -> Comment:
    """A new comment: ``source`` is (kind, name), ``texts`` Chinese and English, of which one may be empty."""
    kind, name = source[0], safe.line(source[1])
    text_zh, text_en = (safe.clean(text) for text in texts)
    if kind not in SOURCE_KINDS:
        raise Refusal("choice", value=kind[:40], choices=", ".join(SOURCE_KINDS))
    if not name or not (text_zh or text_en):
        raise Refusal("empty", what="source" if not name else "text")
    found = foreign_symbol(symbol)
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        row = {
            "symbol": str(found),
            "family": found.family,
            "state": "draft",
            "version": 1,
            "source_kind": kind,
            "source_name": name,
            "text_zh": text_zh,
            "text_en": text_en,
            "drafted_by": by,
            "drafted_on": day_of(at),
        }
        key = con.execute(sa.insert(foreign_comment).values(**row)).inserted_primary_key
        number = int(key[0]) if key else 0
        audit.record(con, at=at, actor=by, subject=f"comment {number}", action="collect", before={}, after=row, night=None)
        return _get(con, number)


def rewrite(store: CaseStore, comment_id: int, version: int, *, text_zh: str | None, text_en: str | None, by: str, at: datetime) -> Comment:
    """Writes the text of a draft anew; what is None stays."""
    with store.writing() as con:
        now = _current(con, comment_id, version)
        people.require(store, con, by, "officer", day_of(at))
        if now.state != "draft":
            raise Refusal("state", what="comment", number=comment_id, at=now.state, needed="draft")
        given = {"text_zh": text_zh, "text_en": text_en}
        change: dict[str, object] = {name: safe.clean(text) for name, text in given.items() if text is not None}
        if not (change.get("text_zh", now.text_zh) or change.get("text_en", now.text_en)):
            raise Refusal("empty", what="text")
        # Who wrote it last may not review it.
        return _change(con, now, "rewrite", {**change, "drafted_by": by}, by=by, at=at)


def move(store: CaseStore, comment_id: int, version: int, action: str, *, by: str, at: datetime) -> Comment:
    """review (a second person), send, return or drop."""
    if action not in MOVES:
        raise Refusal("choice", value=action[:40], choices=", ".join(MOVES))
    needed, to_state, role = MOVES[action]
    with store.writing() as con:
        now = _current(con, comment_id, version)
        actor = people.require(store, con, by, role, day_of(at))
        if now.state != needed:
            raise Refusal("state", what="comment", number=comment_id, at=now.state, needed=needed)
        change: dict[str, object] = {"state": to_state}
        if action == "review":
            if now.drafted_by in actor.logins:
                raise Refusal("second_person", login=by)
            if not now.text_en:
                raise Refusal("empty", what="text_en")
            change["reviewed_by"] = by
        elif action == "send":
            change["sent_on"] = day_of(at)
        elif action == "return":
            change["reviewed_by"] = None
        return _change(con, now, action, change, by=by, at=at)


def exchange(
    store: CaseStore, symbol: str, kind: str, text: str, *, on: date, by: str, at: datetime, new_deadline_on: date | None = None
) -> int:
    """Records what passed between us and the Member; rows are only ever added. Returns the record's number."""
    if kind not in EXCHANGES:
        raise Refusal("choice", value=kind[:40], choices=", ".join(EXCHANGES))
    said, found = safe.clean(text), foreign_symbol(symbol)
    if not said:
        raise Refusal("empty", what="text")
    if on > day_of(at):
        raise Refusal("day", day=on, why=f"> {day_of(at)}")
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        row = {"family": found.family, "kind": kind, "happened_on": on, "text": said, "new_deadline_on": new_deadline_on, "recorded_by": by}
        key = con.execute(sa.insert(foreign_exchange).values(**row)).inserted_primary_key
        subject = f"measure {found.family}"
        audit.record(con, at=at, actor=by, subject=subject, action=kind, before={}, after=row, night=None)
        return int(key[0]) if key else 0


def get(store: CaseStore, comment_id: int) -> Comment:
    with store.engine.connect() as con:
        return _get(con, comment_id)


def of_family(store: CaseStore, symbol: str) -> tuple[list[Comment], list[dict[str, Any]]]:
    """Comments and exchanges about a measure, oldest first."""
    family = foreign_symbol(symbol).family
    with store.engine.connect() as con:
        comments = con.execute(sa.select(foreign_comment).where(foreign_comment.c.family == family).order_by(foreign_comment.c.comment_id))
        found = [Comment(**dict(row)) for row in comments.mappings()]
        query = sa.select(foreign_exchange).where(foreign_exchange.c.family == family)
        passed = con.execute(query.order_by(foreign_exchange.c.happened_on, foreign_exchange.c.exchange_id)).mappings()
        return found, [dict(row) for row in passed]


def extended_deadlines(store: CaseStore) -> dict[str, date]:
    """The newest deadline that a Member granted, by family."""
    query = sa.select(foreign_exchange.c.family, foreign_exchange.c.new_deadline_on).where(
        foreign_exchange.c.kind == "extension_reply", foreign_exchange.c.new_deadline_on.is_not(None)
    )
    with store.engine.connect() as con:
        rows = con.execute(query.order_by(foreign_exchange.c.happened_on, foreign_exchange.c.exchange_id)).all()
    return {row.family: row.new_deadline_on for row in rows}


def export_text(symbol: str, comments: list[Comment], on: date) -> str:
    """The reviewed comments on a measure as plain text for the enquiry point, in English, without the names of enterprises."""
    ready = [comment for comment in comments if comment.state in ("reviewed", "sent")]
    lines = [f"Comments of China on {symbol}", on.isoformat(), ""]
    for number, comment in enumerate(ready, 1):
        kind = {"enterprise": "an enterprise", "expert": "an expert", "association": "an industry association", "agency": "an agency"}
        lines += [f"{number}. From {kind[comment.source_kind]} (on {comment.symbol})", "", comment.text_en, ""]
    if not ready:
        lines += ["No comment has been reviewed yet.", ""]
    return "\n".join(lines)


def _current(con: Connection, comment_id: int, version: int) -> Comment:
    now = _get(con, comment_id)
    if now.version != version:
        trail = audit.trail(con, f"comment {comment_id}")[version:]
        told = "; ".join(f"{entry['actor']}: {entry['action']}" for entry in trail)
        raise Refusal("changed", seen=version, version=now.version, steps=told)
    return now


def _get(con: Connection, comment_id: int) -> Comment:
    row = con.execute(sa.select(foreign_comment).where(foreign_comment.c.comment_id == comment_id)).mappings().one_or_none()
    if row is None:
        raise Refusal("unknown", what="comment", number=comment_id)
    return Comment(**dict(row))


def _change(con: Connection, now: Comment, action: str, change: dict[str, object], *, by: str, at: datetime) -> Comment:
    before = {name: getattr(now, name) for name in change}
    values = {**change, "version": now.version + 1}
    con.execute(sa.update(foreign_comment).where(foreign_comment.c.comment_id == now.comment_id).values(**values))
    subject = f"comment {now.comment_id}"
    audit.record(con, at=at, actor=by, subject=subject, action=action, before=before, after=values, night=None)
    return _get(con, now.comment_id)

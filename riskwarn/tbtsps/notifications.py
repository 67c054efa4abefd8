"""Drafts in the case store: made, changed, brought through their life; every step audited, a stale view refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import CaseStore, audit
from riskwarn.cases.notification_tables import comment_received, notification, notification_step
from riskwarn.documents import safe
from riskwarn.settings import day_of
from riskwarn.tbtsps import people
from riskwarn.tbtsps.drafts import Draft, as_body, from_body
from riskwarn.tbtsps.life import Step, start, step_from
from riskwarn.tbtsps.refusals import Refusal, step_name
from riskwarn.tbtsps.routing import Gate, Standard
from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.tbtsps.validation import validate

_CHAIN = {"addendum": "Add", "corrigendum": "Corr", "revision": "Rev"}


@dataclass(frozen=True)
class Notification:
    """A draft as it stands; ``version`` goes up by one with every step."""

    notification_id: int
    case_id: str | None
    parent_id: int | None
    state: str
    version: int
    draft: Draft
    symbol: str | None
    circulated_on: date | None

    @property
    def serial(self) -> str:
        """The internal serial."""
        return f"RW-W-{self.notification_id:06d}"


@dataclass(frozen=True)
class Done:
    """Who does something, and when; ``version`` is what the person saw."""

    by: str
    at: datetime
    version: int
    reason: str = ""

    @property
    def on(self) -> date:
        return day_of(self.at)


def create(
    store: CaseStore, draft: Draft, *, by: str, at: datetime, case_id: str | None = None, parent_id: int | None = None
) -> Notification:
    """Keeps a new draft; raises Refusal for a person who may not."""
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        row = {
            "case_id": case_id,
            "parent_id": parent_id,
            "form": draft.form,
            "agreement": draft.agreement,
            "state": start(),
            "version": 1,
            "body": as_body(draft),
        }
        made = con.execute(sa.insert(notification).values(**row)).inserted_primary_key
        number = int(made[0]) if made else 0
        _write_step(con, number, Step("create", (), start(), "officer", False, False, False, False, ()), "", Done(by, at, 0), {})
        audit.record(con, at=at, actor=by, subject=_subject(number), action="create", before={}, after=row, night=None)
        return _get(con, number)


def get(store: CaseStore, notification_id: int) -> Notification:
    with store.engine.connect() as con:
        return _get(con, notification_id)


def every(store: CaseStore) -> list[Notification]:
    """All drafts, newest first."""
    with store.engine.connect() as con:
        rows = con.execute(sa.select(notification).order_by(notification.c.notification_id.desc())).mappings()
        return [_read(row) for row in rows]


def begun(store: CaseStore) -> dict[int, date]:
    """By draft, the day on which it was begun."""
    query = sa.select(notification_step.c.notification_id, sa.func.min(notification_step.c.done_on)).group_by(
        notification_step.c.notification_id
    )
    with store.engine.connect() as con:
        return {row[0]: row[1] for row in con.execute(query)}


def by_symbol(store: CaseStore, symbol: str) -> Notification | None:
    """The draft that was circulated under a symbol."""
    with store.engine.connect() as con:
        row = con.execute(sa.select(notification).where(notification.c.symbol == symbol)).mappings().one_or_none()
        return _read(row) if row else None


def edit(store: CaseStore, notification_id: int, boxes: Mapping[str, str], done: Done) -> Notification:
    """Writes boxes anew; a draft under legal review goes back to its author's desk."""
    with store.writing() as con:
        now = _current(con, notification_id, done)
        step = _allowed(store, con, now, "edit", done, {})
        draft = now.draft
        for key, value in boxes.items():
            if key not in draft.template.keys:
                raise Refusal("box", key=key, keys=", ".join(draft.template.keys))
            draft = draft.with_box(key, value)
        before = {key: now.draft.boxes.get(key, "") for key in boxes}
        after = {key: draft.boxes[key] for key in boxes}
        return _take(con, now, step, done, {"boxes": after}, {"body": as_body(draft)}, before=before)


def answer_gate(store: CaseStore, notification_id: int, standard: Standard, significant_effect: bool, done: Done) -> Notification:
    """Answers the two questions of the duty to notify, or answers them anew; who does so has written at the draft."""
    with store.writing() as con:
        now = _current(con, notification_id, done)
        step = _allowed(store, con, now, "edit", done, {})
        if now.draft.question is None:
            raise Refusal("no_question")
        gate = Gate(standard, significant_effect, done.by, done.on)
        old, new = as_body(now.draft), as_body(replace(now.draft, question=replace(now.draft.question, gate=gate)))
        told = {"gate": new["question"]["gate"]}
        return _take(con, now, step, done, told, {"body": new}, before={"gate": old["question"]["gate"]})


def advance(store: CaseStore, notification_id: int, action: str, done: Done, fields: Mapping[str, str] | None = None) -> Notification:
    """One step of life.toml; raises Refusal with the rule that forbids it."""
    said = {name: safe.clean(value) for name, value in (fields or {}).items()}
    with store.writing() as con:
        now = _current(con, notification_id, done)
        step = _allowed(store, con, now, action, done, said)
        values: dict[str, object] = {}
        if action == "circulate":
            values = _circulation(con, now, said, done.on)
        elif "day" in step.fields:
            day_said(said["day"], done.on)
        if action == "receive_comment":
            row = {"notification_id": notification_id, "member": said["member"][:64], "text": said["text"], "recorded_by": done.by}
            con.execute(sa.insert(comment_received).values(**row, received_on=day_said(said["day"], done.on)))
        return _take(con, now, step, done, said, values, before={"state": now.state})


def comments(store: CaseStore, notification_id: int) -> list[dict[str, Any]]:
    """What Members said of a measure of ours, oldest first."""
    query = (
        sa.select(comment_received).where(comment_received.c.notification_id == notification_id).order_by(comment_received.c.received_id)
    )
    with store.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def answer(store: CaseStore, received_id: int, text: str, *, by: str, at: datetime) -> None:
    """Records our answer to one comment; it can be given once."""
    said = safe.clean(text)
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        if not said:
            raise Refusal("empty", what="answer")
        row = con.execute(sa.select(comment_received).where(comment_received.c.received_id == received_id)).mappings().one_or_none()
        if row is None:
            raise Refusal("unknown", what="comment", number=received_id)
        if row["answer"] is not None:
            raise Refusal("answered", number=received_id)
        change = {"answer": said, "answered_by": by, "answered_on": day_of(at)}
        con.execute(sa.update(comment_received).where(comment_received.c.received_id == received_id).values(**change))
        subject = _subject(row["notification_id"])
        audit.record(con, at=at, actor=by, subject=subject, action="answer", before={"received_id": received_id}, after=change, night=None)


def steps_taken(store: CaseStore, notification_id: int) -> list[dict[str, Any]]:
    """Every step, oldest first."""
    query = sa.select(notification_step).where(notification_step.c.notification_id == notification_id).order_by(notification_step.c.version)
    with store.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def day_said(text: str, today: date) -> date:
    """A day that has come; raises Refusal for one that is none or lies ahead."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal("day", day=text[:40], why="YYYY-MM-DD") from None
    if day > today:
        raise Refusal("day", day=text, why=f"> {today}")
    return day


def _current(con: Connection, notification_id: int, done: Done) -> Notification:
    """The draft, unless it changed since the person saw it; then what changed is told."""
    now = _get(con, notification_id)
    if now.version != done.version:
        newer = sa.select(notification_step).where(
            notification_step.c.notification_id == notification_id, notification_step.c.version > done.version
        )
        told = [f"{s.actor}: {s.action}{_keys(s.fields)}" for s in con.execute(newer.order_by(notification_step.c.version))]
        raise Refusal("changed", seen=done.version, version=now.version, steps="; ".join(told))
    return now


def _keys(fields: Mapping[str, Any]) -> str:
    return f" ({', '.join(fields['boxes'])})" if fields.get("boxes") else ""


def _allowed(store: CaseStore, con: Connection, now: Notification, action: str, done: Done, fields: Mapping[str, str]) -> Step:
    """The step, if every rule lets this person take it now."""
    step = step_from(now.state, action)
    actor = people.require(store, con, done.by, step.role, done.on)
    for name in step.fields:
        if not fields.get(name, "").strip():
            raise Refusal("field", field=step_name(name))
    if step.needs_reason and not done.reason.strip():
        raise Refusal("reason")
    if step.needs_second_person and actor.logins & _authors(con, now.notification_id):
        raise Refusal("second_person", login=done.by)
    if step.needs_valid:
        breaches = [breach for breach in validate(now.draft, done.on) if breach.severity == "error"]
        if breaches:
            raise Refusal("breaches", count=len(breaches), rules=", ".join(dict.fromkeys(b.rule for b in breaches)))
    if step.needs_answers:
        open_ones = sa.select(sa.func.count()).where(
            comment_received.c.notification_id == now.notification_id, comment_received.c.answer.is_(None)
        )
        count = con.execute(open_ones).scalar_one()
        if count:
            raise Refusal("unanswered", count=count)
    return step


def _authors(con: Connection, notification_id: int) -> set[str]:
    """Who drafted the text, and who changed it last."""
    query = sa.select(notification_step.c.actor, notification_step.c.action).where(
        notification_step.c.notification_id == notification_id, notification_step.c.action.in_(("create", "edit"))
    )
    rows = con.execute(query.order_by(notification_step.c.version)).all()
    return {rows[0].actor, rows[-1].actor}


def _circulation(con: Connection, now: Notification, said: Mapping[str, str], today: date) -> dict[str, object]:
    """The symbol that the WTO gave, if this draft can have it, and the day."""
    symbol = parse_symbol(said["symbol"])
    expected = _CHAIN.get(now.draft.form, "original")
    parent = parse_symbol(now.draft.boxes.get("symbol", "")) if expected != "original" else None
    fits = symbol is not None and symbol.agreement == now.draft.agreement and symbol.member == "CHN" and symbol.kind == expected
    if symbol is None or not fits or (parent is not None and symbol.family != parent.family):
        raise Refusal("symbol", symbol=said["symbol"][:60], form=now.draft.form, agreement=now.draft.agreement)
    other = con.execute(sa.select(notification.c.notification_id).where(notification.c.symbol == str(symbol))).scalar_one_or_none()
    if other is not None:
        raise Refusal("symbol_taken", symbol=str(symbol), other=other)
    return {"symbol": str(symbol), "circulated_on": day_said(said["day"], today)}


def _take(
    con: Connection,
    now: Notification,
    step: Step,
    done: Done,
    fields: Mapping[str, object],
    values: Mapping[str, object],
    *,
    before: Mapping[str, object],
) -> Notification:
    number = now.notification_id
    change = {**values, "state": step.to_state, "version": now.version + 1}
    con.execute(sa.update(notification).where(notification.c.notification_id == number).values(**change))
    _write_step(con, number, step, now.state, done, fields)
    after = {**{k: v for k, v in change.items() if k != "body"}, **fields, "reason": done.reason}
    audit.record(con, at=done.at, actor=done.by, subject=_subject(number), action=step.action, before=before, after=after, night=None)
    return _get(con, number)


def _write_step(con: Connection, number: int, step: Step, from_state: str, done: Done, fields: Mapping[str, object]) -> None:
    row = {
        "notification_id": number,
        "version": done.version + 1,
        "action": step.action,
        "from_state": from_state,
        "to_state": step.to_state,
        "actor": done.by,
        "done_at": done.at,
        "done_on": done.on,
        "reason": safe.clean(done.reason),
        "fields": dict(fields),
    }
    con.execute(sa.insert(notification_step).values(**row))


def _get(con: Connection, notification_id: int) -> Notification:
    row = con.execute(sa.select(notification).where(notification.c.notification_id == notification_id)).mappings().one_or_none()
    if row is None:
        raise Refusal("unknown", what="draft", number=notification_id)
    return _read(row)


def _read(row: Mapping[Any, Any]) -> Notification:
    return Notification(
        notification_id=row["notification_id"],
        case_id=row["case_id"],
        parent_id=row["parent_id"],
        state=row["state"],
        version=row["version"],
        draft=from_body(row["body"]),
        symbol=row["symbol"],
        circulated_on=row["circulated_on"],
    )


def _subject(number: int) -> str:
    return f"notification {number}"

"""Signing in: passwords hashed with argon2id, wrong ones throttled, sessions kept on the server and expiring."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa
from pwdlib import PasswordHash
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.account_tables import credential, preference, web_session
from riskwarn.cases.audit_tables import audit_entry
from riskwarn.cases.errors import BadField
from riskwarn.cases.people import Person, active_person, find_person
from riskwarn.cases.people_tables import person

Method = Literal["password", "provider", "airflow"]
SHORTEST = 12  # characters of a password
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCHED = timedelta(minutes=1)
FREE_TRIES = 5  # wrong passwords before waiting begins; from there the wait doubles
LONGEST_WAIT = timedelta(minutes=30)
STRANGER = "unknown"  # actor of a refused sign-in that named nobody we know
STRANGERS = 20  # refusals of strangers on record in a minute: the trail is no place to fill a disk


@dataclass(frozen=True)
class Session:
    """A signed-in person; ``csrf`` must come back with every form."""

    person: Person
    csrf: str
    must_change: bool
    lang: str
    visited_night: date | None
    before_night: date | None
    is_stale: bool = False  # it is a minute since the session was last touched: not every picture of a page is a write
    method: str = "password"


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in."""

    login: str
    method: str
    made_at: datetime
    seen_at: datetime


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash that nothing matches: an unknown login costs the time of a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))


def set_password(con: Connection, login: str, password: str, *, by: str, at: datetime, must_change: bool) -> None:
    """Gives a person a password and ends his sessions; raises BadField for a weak one."""
    active_person(con, login)
    # A login of two or three letters stands in many a good password by chance.
    is_named = len(login) > 3 and login.lower() in password.lower()
    if len(password) < SHORTEST or is_named or len(set(password)) < 5:
        raise BadField(field="password", value="***", allowed=f">= {SHORTEST}")
    row = {"password_hash": _hasher().hash(password), "must_change": must_change, "failed": 0, "locked_until": None}
    if not con.execute(sa.update(credential).where(credential.c.login == login).values(**row)).rowcount:
        con.execute(sa.insert(credential).values(login=login, **row))
    con.execute(sa.delete(web_session).where(web_session.c.login == login))
    after = {"must_change": must_change}
    audit.record(con, at=at, actor=by, subject=f"person {login}", action="password", before={}, after=after, night=None)


def sign_in(con: Connection, login: str, password: str, at: datetime) -> str | None:
    """A new session's token, or None: wrong, unknown, inactive or waiting, which the answer does not tell apart."""
    return begin_session(con, login, at, "password") if is_right(con, login, password, at) else None


def is_right(con: Connection, login: str, password: str, at: datetime) -> bool:
    """Whether an active person has this password and is not made to wait; a wrong one goes on record and makes the next wait longer."""
    row = con.execute(sa.select(credential).where(credential.c.login == login)).one_or_none()
    is_match = _hasher().verify(password[:1024], row.password_hash if row else _nobody())
    who = find_person(con, login)
    if row is None or who is None:
        refuse(con, login if who else None, at, "password", {} if who else {"login": login[:64]})
        return False
    if row.locked_until is not None and row.locked_until > at:
        return False
    mine = sa.update(credential).where(credential.c.login == login)
    if not is_match or not who.is_active:
        failed = row.failed + 1
        wait = min(timedelta(minutes=2 ** max(failed - FREE_TRIES, 0)), LONGEST_WAIT) if failed >= FREE_TRIES else None
        con.execute(mine.values(failed=failed, locked_until=at + wait if wait else None))
        refuse(con, login, at, "password", {"failed": failed})
        return False
    con.execute(mine.values(failed=0, locked_until=None))
    return True


def refuse(con: Connection, login: str | None, at: datetime, method: Method, said: dict[str, Any]) -> None:
    """Puts a refused sign-in on record; of strangers (None) not more than some a minute."""
    actor = login or STRANGER
    if login is None:
        newest = sa.select(audit_entry.c.actor, audit_entry.c.at).order_by(audit_entry.c.entry_id.desc()).limit(STRANGERS)
        rows = con.execute(newest).all()
        if len(rows) == STRANGERS and all(row.actor == STRANGER and at - row.at < timedelta(minutes=1) for row in rows):
            return
    after = {"method": method, **said}
    audit.record(con, at=at, actor=actor, subject=f"person {actor}", action="refused", before={}, after=after, night=None)


def begin_session(con: Connection, login: str, at: datetime, method: Method) -> str:
    """Signs in a person who has been recognised; returns the token for the browser."""
    con.execute(sa.delete(web_session).where(web_session.c.made_at < at - 2 * LONGEST))
    token = secrets.token_urlsafe(32)
    values = {"token_hash": hash_of(token), "login": login, "csrf": secrets.token_urlsafe(24), "made_at": at, "seen_at": at}
    con.execute(sa.insert(web_session).values(**values, method=method))
    after = {"method": method}
    audit.record(con, at=at, actor=login, subject=f"person {login}", action="sign_in", before={}, after=after, night=None)
    return token


# Asked at every request: put together once.
_SESSION = (
    sa.select(
        web_session.c.csrf, web_session.c.made_at, web_session.c.seen_at, web_session.c.method,
        person.c.login, person.c.name, person.c.unit_id, person.c.role, person.c.is_active,
        credential.c.must_change, preference.c.lang, preference.c.visited_night, preference.c.before_night,
    )
    .join(person, person.c.login == web_session.c.login)
    .join(credential, credential.c.login == web_session.c.login, isouter=True)
    .join(preference, preference.c.login == web_session.c.login, isouter=True)
    .where(web_session.c.token_hash == sa.bindparam("token_hash"))
)  # fmt: skip


def find_session(con: Connection, token: str, at: datetime) -> Session | None:
    """The session of a token; None where it is unknown, too long idle or too old, or its person no longer active."""
    row = con.execute(_SESSION, {"token_hash": hash_of(token)}).one_or_none()
    if row is None or not row.is_active or _is_over(row, at):
        return None
    who = Person(row.login, row.name, row.unit_id, row.role, row.is_active)
    must_change = bool(row.must_change) and row.method == "password"
    is_stale = at - row.seen_at > TOUCHED
    return Session(who, row.csrf, must_change, row.lang or "", row.visited_night, row.before_night, is_stale, row.method)


def _is_over(row: Any, at: datetime) -> bool:
    return bool(at - row.seen_at > IDLE or at - row.made_at > LONGEST)


def touch(con: Connection, token: str, at: datetime) -> None:
    """The person is at work: the idle time begins anew."""
    con.execute(sa.update(web_session).where(web_session.c.token_hash == hash_of(token)).values(seen_at=at))


def sign_out(con: Connection, token: str, at: datetime) -> None:
    login = con.execute(sa.select(web_session.c.login).where(web_session.c.token_hash == hash_of(token))).scalar_one_or_none()
    if login is not None:
        con.execute(sa.delete(web_session).where(web_session.c.token_hash == hash_of(token)))
        audit.record(con, at=at, actor=login, subject=f"person {login}", action="sign_out", before={}, after={}, night=None)


def open_sessions(con: Connection, at: datetime) -> list[OpenSession]:
    """Where people are signed in, the newest first."""
    rows = con.execute(sa.select(web_session).order_by(web_session.c.made_at.desc(), web_session.c.login))
    return [OpenSession(row.login, row.method, row.made_at, row.seen_at) for row in rows if not _is_over(row, at)]


def end_sessions(con: Connection, login: str, *, by: str, at: datetime) -> int:
    """Signs a person out everywhere; returns in how many places he was signed in."""
    ended = sum(one.login == login for one in open_sessions(con, at))
    con.execute(sa.delete(web_session).where(web_session.c.login == login))
    after = {"sessions": ended}
    audit.record(con, at=at, actor=by, subject=f"person {login}", action="end_sessions", before={}, after=after, night=None)
    return ended


def login_of_form(con: Connection, csrf: str) -> str | None:
    """Whose form a token belongs to, that of an ended session too (as long as it is remembered)."""
    return con.execute(sa.select(web_session.c.login).where(web_session.c.csrf == csrf)).scalar_one_or_none() if csrf else None


def prefer_language(con: Connection, login: str, lang: str, at: datetime) -> None:
    """Keeps the person's language, and that it was chosen."""
    was = con.execute(sa.select(preference.c.lang).where(preference.c.login == login)).scalar_one_or_none() or ""
    if was != lang:
        prefer(con, login, lang=lang)
        said = {"before": {"lang": was}, "after": {"lang": lang}}
        audit.record(con, at=at, actor=login, subject=f"person {login}", action="language", night=None, **said)


def prefer(con: Connection, login: str, *, lang: str | None = None, night: date | None = None) -> None:
    """Keeps the person's language, and which night's list was opened."""
    row = con.execute(sa.select(preference).where(preference.c.login == login)).one_or_none()
    values = {"lang": row.lang, "visited_night": row.visited_night, "before_night": row.before_night} if row else {"lang": ""}
    if lang is not None:
        values["lang"] = lang
    if night is not None and night != values.get("visited_night"):
        values |= {"before_night": values.get("visited_night"), "visited_night": night}
    if row is None:
        con.execute(sa.insert(preference).values(login=login, **values))
    else:
        con.execute(sa.update(preference).where(preference.c.login == login).values(**values))


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

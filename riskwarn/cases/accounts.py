"""Signing in: passwords hashed with argon2id, wrong ones throttled, sessions kept on the server and expiring."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from pwdlib import PasswordHash
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.account_tables import credential, preference, web_session
from riskwarn.cases.errors import BadField
from riskwarn.cases.people import Person, active_person, find_person
from riskwarn.cases.people_tables import person

SHORTEST = 12  # characters of a password
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCHED = timedelta(minutes=1)
FREE_TRIES = 5  # wrong passwords before waiting begins; from there the wait doubles
LONGEST_WAIT = timedelta(minutes=30)


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
    row = con.execute(sa.select(credential).where(credential.c.login == login)).one_or_none()
    is_right = _hasher().verify(password[:1024], row.password_hash if row else _nobody())
    who = find_person(con, login)
    if row is None or who is None or (row.locked_until is not None and row.locked_until > at):
        return None
    mine = sa.update(credential).where(credential.c.login == login)
    if not is_right or not who.is_active:
        failed = row.failed + 1
        wait = min(timedelta(minutes=2 ** max(failed - FREE_TRIES, 0)), LONGEST_WAIT) if failed >= FREE_TRIES else None
        con.execute(mine.values(failed=failed, locked_until=at + wait if wait else None))
        audit.record(con, at=at, actor=login, subject=f"person {login}", action="refused", before={}, after={"failed": failed}, night=None)
        return None
    con.execute(mine.values(failed=0, locked_until=None))
    con.execute(sa.delete(web_session).where(web_session.c.seen_at < at - IDLE))
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "login": login, "csrf": secrets.token_urlsafe(24), "made_at": at, "seen_at": at}
    con.execute(sa.insert(web_session).values(**values))
    audit.record(con, at=at, actor=login, subject=f"person {login}", action="sign_in", before={}, after={}, night=None)
    return token


def find_session(con: Connection, token: str, at: datetime) -> Session | None:
    """The session of a token; None where it is unknown, too long idle or too old, or its person no longer active."""
    query = (
        sa.select(web_session, person, credential.c.must_change, preference.c.lang, preference.c.visited_night, preference.c.before_night)
        .join(person, person.c.login == web_session.c.login)
        .join(credential, credential.c.login == web_session.c.login, isouter=True)
        .join(preference, preference.c.login == web_session.c.login, isouter=True)
        .where(web_session.c.token_hash == _hash(token))
    )
    row = con.execute(query).one_or_none()
    if row is None or not row.is_active or at - row.seen_at > IDLE or at - row.made_at > LONGEST:
        return None
    who = Person(row.login, row.name, row.unit_id, row.role, row.is_active)
    is_stale = at - row.seen_at > TOUCHED
    return Session(who, row.csrf, bool(row.must_change), row.lang or "", row.visited_night, row.before_night, is_stale)


def touch(con: Connection, token: str, at: datetime) -> None:
    """The person is at work: the idle time begins anew."""
    con.execute(sa.update(web_session).where(web_session.c.token_hash == _hash(token)).values(seen_at=at))


def sign_out(con: Connection, token: str) -> None:
    con.execute(sa.delete(web_session).where(web_session.c.token_hash == _hash(token)))


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

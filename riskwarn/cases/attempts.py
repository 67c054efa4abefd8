"""Browsers on their way to the identity provider and back: each attempt is good once, for the browser that began it, for ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.account_tables import sign_in_attempt
from riskwarn.cases.accounts import hash_of

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Attempt:
    """What was sent along: ``state`` comes back in the address, ``nonce`` in the signed token; ``verifier`` (PKCE) goes to the provider
    only with the code."""

    state: str
    nonce: str
    verifier: str
    next_path: str


def begin_attempt(con: Connection, browser: str, next_path: str, at: datetime) -> Attempt:
    """An attempt of the browser whose cookie is ``browser``."""
    con.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.made_at < at - LASTS))
    made = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64), next_path[:2000])
    row = {"state_hash": hash_of(made.state), "browser_hash": hash_of(browser), "nonce": made.nonce, "verifier": made.verifier}
    con.execute(sa.insert(sign_in_attempt).values(**row, next_path=made.next_path, made_at=at))
    return made


def take_attempt(con: Connection, state: str, browser: str, at: datetime) -> Attempt | None:
    """The attempt that an answer belongs to, taken away with it; None for one that is unknown, used, late, or of another browser."""
    mine = (sign_in_attempt.c.state_hash == hash_of(state)) & (sign_in_attempt.c.browser_hash == hash_of(browser))
    row = con.execute(sa.select(sign_in_attempt).where(mine)).one_or_none()
    if row is None or not con.execute(sa.delete(sign_in_attempt).where(mine)).rowcount or at - row.made_at > LASTS:
        return None
    return Attempt(state, row.nonce, row.verifier, row.next_path)

"""Accounts of the console: passwords, sessions, what a person prefers. Changed only together with a migration."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, Text

from riskwarn.cases.tables import Instant, metadata

credential = Table(
    "credential",
    metadata,
    Column("login", String(64), ForeignKey("person.login"), primary_key=True),
    Column("password_hash", Text, nullable=False),  # argon2id, with its parameters
    Column("must_change", Boolean, nullable=False),
    Column("failed", Integer, nullable=False),  # wrong passwords since the last right one
    Column("locked_until", Instant),
)

# One signed-in browser. The token itself is only in the browser's cookie.
web_session = Table(
    "web_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("login", String(64), ForeignKey("person.login"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("method", String(16), nullable=False, server_default="password"),  # password, provider (OIDC) or airflow
)

# A browser that was sent to the identity provider and has not come back yet.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),  # of the cookie that this browser was given
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),  # PKCE
    Column("next_path", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
)

# What a person had written in a form that came after the session had ended: waits until the same person has signed in again.
kept_form = Table(
    "kept_form",
    metadata,
    Column("kept_id", String(64), primary_key=True),
    Column("login", String(64), ForeignKey("person.login"), nullable=False),
    Column("path", Text, nullable=False),  # where the form was to go
    Column("fields", Text, nullable=False),  # JSON: pairs of name and text, in the form's order
    Column("files", Integer, nullable=False),  # how many files it had: they are not kept
    Column("kept_at", Instant, nullable=False),
)

preference = Table(
    "preference",
    metadata,
    Column("login", String(64), ForeignKey("person.login"), primary_key=True),
    Column("lang", String(8), nullable=False),
    Column("visited_night", Date),  # the newest night whose list the person has opened ...
    Column("before_night", Date),  # ... and the one before that: what is later is new to him
)

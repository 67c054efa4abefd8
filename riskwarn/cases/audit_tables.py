"""The audit trail: one chain of rows that are only ever added (triggers refuse anything else)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table, Text

from riskwarn.cases.tables import Instant, metadata

# Who changed what, when, from what to what, and which night's list was on the screen.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 ... without a gap
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),  # login; "machine" for the night, "setup" for the first administrator
    Column("subject", String(128), nullable=False),  # "case E1", "person lihua" ...
    Column("action", String(64), nullable=False),
    Column("before", Text, nullable=False),  # canonical JSON
    Column("after", Text, nullable=False),
    Column("night", Date),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# The end of the chain, one row: writers take turns on it, and entries cut off the end do not go unseen.
audit_head = Table(
    "audit_head",
    metadata,
    Column("head_id", Integer, primary_key=True, autoincrement=False),
    Column("entries", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("head_id = 1", name="single"),
)

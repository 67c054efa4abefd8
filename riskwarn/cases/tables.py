"""Tables of the case store. Changed only together with a migration (a test compares the two)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

# Named constraints: Alembic can only change what has a name.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

# One warning, from the night that first showed it on; kept although the warehouse is rebuilt every night.
warning_case = Table(
    "warning_case",
    metadata,
    Column("warning_id", String(32), primary_key=True),
    Column("indicator_id", String(64), nullable=False),
    Column("series_key", Text, nullable=False),
    Column("first_raised_on", Date, nullable=False),
    Column("last_seen_on", Date, nullable=False),  # newest night on which the machine listed it
)

# What the machine said of a warning, kept only when it changed: a decision can be read beside what was on the screen.
machine_revision = Table(
    "machine_revision",
    metadata,
    Column("revision_id", Integer, primary_key=True, autoincrement=True),
    Column("warning_id", String(32), ForeignKey("warning_case.warning_id"), nullable=False),
    Column("night", Date, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("level", String(16), nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("reason_zh", Text, nullable=False),
    UniqueConstraint("warning_id", "night"),
)

# What a person decided. Rows are only ever added.
decision = Table(
    "decision",
    metadata,
    Column("decision_id", Integer, primary_key=True, autoincrement=True),
    Column("warning_id", String(32), ForeignKey("warning_case.warning_id"), nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("decided_on", Date, nullable=False),  # the Chinese calendar date of decided_at
    Column("decided_by", String(128), nullable=False),
    Column("action", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("revision_id", Integer, ForeignKey("machine_revision.revision_id"), nullable=False),
    CheckConstraint("action in ('verify', 'dismiss', 'watch', 'note')", name="action"),
)

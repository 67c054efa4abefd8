"""The case store's metadata, and what the machine writes there. Changed only together with a migration (a test compares the two).

The machine writes ``warning_case`` and ``machine_revision``, people everything else: no column is shared.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, Float, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

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


class Instant(TypeDecorator[datetime]):
    """An instant, stored and read in UTC; SQLite keeps no time zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        read: datetime = value
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


# One warning, from the night that first showed it on; kept although the warehouse is rebuilt every night.
warning_case = Table(
    "warning_case",
    metadata,
    Column("warning_id", String(32), primary_key=True),
    Column("indicator_id", String(64), nullable=False),
    Column("series_key", Text, nullable=False),
    Column("first_raised_on", Date, nullable=False),
    Column("last_seen_on", Date, nullable=False),  # newest night on which the machine listed it
    Column("proposed_unit_id", String(64)),  # whom it concerns by the rule of units.toml; NULL: nobody in particular, so the root
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
    Column("observed", Float),  # events in the judged window
    UniqueConstraint("warning_id", "night"),
)

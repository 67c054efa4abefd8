"""People and their deputies. Units are configuration (units.toml); people refer to them by id."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text

from riskwarn.cases.tables import Instant, metadata

person = Table(
    "person",
    metadata,
    Column("login", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    CheckConstraint("role in ('viewer', 'officer', 'supervisor', 'administrator')", name="role"),
)

# From one day to another (both included) the deputy may do what the absent person may do, in that person's name.
deputy = Table(
    "deputy",
    metadata,
    Column("deputy_id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(64), ForeignKey("person.login"), nullable=False),  # who is absent
    Column("deputy_login", String(64), ForeignKey("person.login"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("from_on <= until_on", name="period"),
    CheckConstraint("login <> deputy_login", name="other"),
)

"""Views of the warning list that people keep under a name. Changed only together with a migration."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from riskwarn.cases.tables import Instant, metadata

saved_view = Table(
    "saved_view",
    metadata,
    Column("view_id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(64), ForeignKey("person.login"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False),  # of the list's address, as the list itself writes it
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("login", "name"),
)

"""What people asked to be told of. Changed only together with a migration."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from riskwarn.cases.tables import Instant, metadata

# Beside those that the authority writes in config/subscriptions.toml. A stopped one stays, for its receipts.
subscriber = Table(
    "subscriber",
    metadata,
    Column("subscriber_id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(64), ForeignKey("person.login"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("wish", Text, nullable=False),  # JSON: the fields of a subscription
    Column("is_active", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("login", "name"),
)

"""What was sent to whom: one row a (subscription, recipient, item, revision). Changed only together with a migration."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table, Text, UniqueConstraint

from riskwarn.cases.tables import metadata

# A row is claimed before the message goes out and marked sent after: a crash between leaves "claimed", which the next run sends again
# under the same message id.
receipt = Table(
    "receipt",
    metadata,
    Column("receipt_id", Integer, primary_key=True, autoincrement=True),
    Column("subscription", String(128), nullable=False),
    Column("recipient", String(512), nullable=False),
    Column("item_key", String(512), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("night", Date, nullable=False),  # on which it was last tried
    Column("message_id", String(64), nullable=False),
    Column("error", Text, nullable=False),
    UniqueConstraint("subscription", "recipient", "item_key", "revision"),
    CheckConstraint("state in ('claimed', 'sent', 'failed')", name="state"),
)

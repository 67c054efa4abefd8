"""What people decided about rows that a check set aside. Rows are only ever added; the newest decision on a row stands."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Date, Index, Integer, String, Table, Text

from riskwarn.cases.tables import Instant, metadata

# One decision on one row. Which night took it is in the lake (lake/decided) and in the published night, never here.
row_decision = Table(
    "row_decision",
    metadata,
    Column("decision_id", String(32), primary_key=True),  # made of what it says: a restored store never gives it to another decision
    Column("source", String(64), nullable=False),
    Column("delivery_id", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("row_no", BigInteger, nullable=False),
    Column("content_hash", String(64), nullable=False),  # SHA-256 of the row as it was set aside: its reasons and its masked text
    Column("kind", String(16), nullable=False),
    Column("layout", String(64), nullable=False),
    Column("cells", JSON(none_as_null=True)),  # the masked text to take, by canonical column; NULL of a row rejected
    Column("changed", JSON, nullable=False),  # the columns that a correction changed
    Column("released", JSON, nullable=False),  # reasons and expectations that do not count for the row
    Column("reason", Text, nullable=False),
    Column("unit_id", String(64), nullable=False),  # whose row it was
    Column("decided_by", String(64), nullable=False),
    Column("in_place_of", String(64)),
    Column("decided_at", Instant, nullable=False),
    Column("decided_on", Date, nullable=False),  # the Chinese calendar date of decided_at: nights after it take the decision
    Column("entry_id", Integer, nullable=False),  # of the audit trail; rows decided at once share one
    CheckConstraint("kind in ('correct', 'release', 'reject')", name="kind"),
    Index("ix_row_decision_source", "source", "delivery_id", "row_no"),
)

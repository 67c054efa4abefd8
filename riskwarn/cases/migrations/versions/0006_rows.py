"""What people decided about rows that a check set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "row_decision",
        sa.Column("decision_id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("delivery_id", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("row_no", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("layout", sa.String(64), nullable=False),
        sa.Column("cells", sa.JSON(none_as_null=True)),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("released", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("in_place_of", sa.String(64)),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('correct', 'release', 'reject')", name="ck_row_decision_kind"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_row_decision"),
    )
    op.create_index("ix_row_decision_source", "row_decision", ["source", "delivery_id", "row_no"])

"""Receipts of what was sent to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("receipt_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subscription", sa.String(128), nullable=False),
        sa.Column("recipient", sa.String(512), nullable=False),
        sa.Column("item_key", sa.String(512), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('claimed', 'sent', 'failed')", name="ck_receipt_state"),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_receipt"),
        sa.UniqueConstraint("subscription", "recipient", "item_key", "revision", name="uq_receipt_subscription"),
    )

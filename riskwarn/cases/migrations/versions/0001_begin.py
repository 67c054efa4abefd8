"""The case store begins: warnings, what the machine said of them, what people decided."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warning_case",
        sa.Column("warning_id", sa.String(32), nullable=False),
        sa.Column("indicator_id", sa.String(64), nullable=False),
        sa.Column("series_key", sa.Text(), nullable=False),
        sa.Column("first_raised_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("warning_id", name="pk_warning_case"),
    )
    op.create_table(
        "machine_revision",
        sa.Column("revision_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("warning_id", sa.String(32), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["warning_id"], ["warning_case.warning_id"], name="fk_machine_revision_warning_id"),
        sa.PrimaryKeyConstraint("revision_id", name="pk_machine_revision"),
        sa.UniqueConstraint("warning_id", "night", name="uq_machine_revision_warning_id"),
    )
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("warning_id", sa.String(32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("action in ('verify', 'dismiss', 'watch', 'note')", name="ck_decision_action"),
        sa.ForeignKeyConstraint(["warning_id"], ["warning_case.warning_id"], name="fk_decision_warning_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["machine_revision.revision_id"], name="fk_decision_revision_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision"),
    )


def downgrade() -> None:
    op.drop_table("decision")
    op.drop_table("machine_revision")
    op.drop_table("warning_case")

"""Documents out and the WTO in both directions: notices, packages exchanged, drafts on the WTO forms, comments, trade concerns."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_notices()
    make_notifications()
    make_comments()


def make_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("lifts_id", sa.Integer()),
        sa.Column("agency_number", sa.String(128), nullable=False),
        sa.Column("drafted_by", sa.String(64), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(64)),
        sa.Column("signed_on", sa.Date()),
        sa.Column("digest", sa.String(64)),
        sa.CheckConstraint("kind in ('port_notice', 'notice', 'consumer_notice', 'lifting')", name="ck_notice_kind"),
        sa.CheckConstraint("(state = 'signed') = (signed_by is not null)", name="ck_notice_signed"),
        sa.CheckConstraint("state in ('draft', 'signed', 'void')", name="ck_notice_state"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_notice_case_id"),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.login"], name="fk_notice_drafted_by"),
        sa.ForeignKeyConstraint(["lifts_id"], ["notice.notice_id"], name="fk_notice_lifts_id"),
        sa.ForeignKeyConstraint(["signed_by"], ["person.login"], name="fk_notice_signed_by"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notice"),
    )
    op.create_table(
        "exchange_receipt",
        sa.Column("receipt_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(128), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("handed_by", sa.String(64), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(128)),
        sa.Column("received_on", sa.Date()),
        sa.Column("answer", sa.Text()),
        sa.ForeignKeyConstraint(["handed_by"], ["person.login"], name="fk_exchange_receipt_handed_by"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.notice_id"], name="fk_exchange_receipt_notice_id"),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_exchange_receipt"),
    )


def make_notifications() -> None:
    op.create_table(
        "notification",
        sa.Column("notification_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32)),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("form", sa.String(24), nullable=False),
        sa.Column("agreement", sa.String(3), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("symbol", sa.String(64)),
        sa.Column("circulated_on", sa.Date()),
        sa.CheckConstraint("agreement in ('SPS', 'TBT')", name="ck_notification_agreement"),
        sa.CheckConstraint("version >= 1", name="ck_notification_version"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_notification_case_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["notification.notification_id"], name="fk_notification_parent_id"),
        sa.PrimaryKeyConstraint("notification_id", name="pk_notification"),
        sa.UniqueConstraint("symbol", name="uq_notification_symbol"),
    )
    op.create_table(
        "notification_step",
        sa.Column("step_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("from_state", sa.String(24), nullable=False),
        sa.Column("to_state", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["person.login"], name="fk_notification_step_actor"),
        sa.ForeignKeyConstraint(["notification_id"], ["notification.notification_id"], name="fk_notification_step_notification_id"),
        sa.PrimaryKeyConstraint("step_id", name="pk_notification_step"),
        sa.UniqueConstraint("notification_id", "version", name="uq_notification_step_notification_id"),
    )
    op.create_table(
        "comment_received",
        sa.Column("received_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.String(64)),
        sa.Column("answered_on", sa.Date()),
        sa.ForeignKeyConstraint(["answered_by"], ["person.login"], name="fk_comment_received_answered_by"),
        sa.ForeignKeyConstraint(["notification_id"], ["notification.notification_id"], name="fk_comment_received_notification_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.login"], name="fk_comment_received_recorded_by"),
        sa.PrimaryKeyConstraint("received_id", name="pk_comment_received"),
    )


def make_comments() -> None:
    op.create_table(
        "foreign_comment",
        sa.Column("comment_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("symbol", sa.String(64), nullable=False),
        sa.Column("family", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(16), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(64), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("reviewed_by", sa.String(64)),
        sa.Column("sent_on", sa.Date()),
        sa.CheckConstraint("source_kind in ('enterprise', 'expert', 'association', 'agency')", name="ck_foreign_comment_source_kind"),
        sa.CheckConstraint("state in ('draft', 'reviewed', 'sent', 'dropped')", name="ck_foreign_comment_state"),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.login"], name="fk_foreign_comment_drafted_by"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.login"], name="fk_foreign_comment_reviewed_by"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_foreign_comment"),
    )
    op.create_index("ix_foreign_comment_family", "foreign_comment", ["family"])
    op.create_table(
        "foreign_exchange",
        sa.Column("exchange_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("family", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_deadline_on", sa.Date()),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "kind in ('extension_request', 'extension_reply', 'reply', 'consultation', 'outcome')", name="ck_foreign_exchange_kind"
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.login"], name="fk_foreign_exchange_recorded_by"),
        sa.PrimaryKeyConstraint("exchange_id", name="pk_foreign_exchange"),
    )
    op.create_index("ix_foreign_exchange_family", "foreign_exchange", ["family"])
    op.create_table(
        "trade_concern",
        sa.Column("concern_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("family", sa.String(64), nullable=False),
        sa.Column("agreement", sa.String(3), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("meeting", sa.Text(), nullable=False),
        sa.Column("supporters", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.CheckConstraint("agreement in ('SPS', 'TBT')", name="ck_trade_concern_agreement"),
        sa.CheckConstraint("state in ('raised', 'discussed', 'resolved', 'partly_resolved')", name="ck_trade_concern_state"),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.login"], name="fk_trade_concern_recorded_by"),
        sa.PrimaryKeyConstraint("concern_id", name="pk_trade_concern"),
    )
    op.create_index("ix_trade_concern_family", "trade_concern", ["family"])


def downgrade() -> None:
    op.drop_table("trade_concern")
    op.drop_table("foreign_exchange")
    op.drop_table("foreign_comment")
    op.drop_table("comment_received")
    op.drop_table("notification_step")
    op.drop_table("notification")
    op.drop_table("exchange_receipt")
    op.drop_table("notice")

"""Documents that left or will leave the house: notices with their serials, packages exchanged, and what passes through the WTO."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from riskwarn.cases.tables import Instant, metadata

# One notice of one case; its facts are kept as they were written, so that a warning that changes does not change what was signed.
notice = Table(
    "notice",
    metadata,
    Column("notice_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey("case_file.case_id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("lifts_id", Integer, ForeignKey("notice.notice_id")),
    Column("agency_number", String(128), nullable=False),  # 文号 of the agency's own office system; empty until it is given
    Column("drafted_by", String(64), ForeignKey("person.login"), nullable=False),
    Column("drafted_at", Instant, nullable=False),
    Column("signed_by", String(64), ForeignKey("person.login")),
    Column("signed_on", Date),
    Column("digest", String(64)),  # sha256 of the signed JSON file: a document can be compared with what was signed
    CheckConstraint("kind in ('port_notice', 'notice', 'consumer_notice', 'lifting')", name="kind"),
    CheckConstraint("state in ('draft', 'signed', 'void')", name="state"),
    CheckConstraint("(state = 'signed') = (signed_by is not null)", name="signed"),
)

# A redacted package handed to another department or country, and what came back.
exchange_receipt = Table(
    "exchange_receipt",
    metadata,
    Column("receipt_id", Integer, primary_key=True, autoincrement=True),
    Column("notice_id", Integer, ForeignKey("notice.notice_id"), nullable=False),
    Column("recipient", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("handed_by", String(64), ForeignKey("person.login"), nullable=False),
    Column("handed_on", Date, nullable=False),
    Column("received_by", String(128)),
    Column("received_on", Date),
    Column("answer", Text),
)

# A draft on a WTO form, from its first word to the measure's entry into force.
notification = Table(
    "notification",
    metadata,
    Column("notification_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey("case_file.case_id")),
    Column("parent_id", Integer, ForeignKey("notification.notification_id")),  # of an addendum, corrigendum or revision
    Column("form", String(24), nullable=False),
    Column("agreement", String(3), nullable=False),
    Column("state", String(24), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),  # riskwarn.tbtsps.drafts.as_body
    Column("symbol", String(64), unique=True),  # as the WTO gave it
    Column("circulated_on", Date),
    CheckConstraint("agreement in ('SPS', 'TBT')", name="agreement"),
    CheckConstraint("version >= 1", name="version"),
)

# One step of one person; rows are only ever added.
notification_step = Table(
    "notification_step",
    metadata,
    Column("step_id", Integer, primary_key=True, autoincrement=True),
    Column("notification_id", Integer, ForeignKey("notification.notification_id"), nullable=False),
    Column("version", Integer, nullable=False),  # of the draft after the step
    Column("action", String(24), nullable=False),
    Column("from_state", String(24), nullable=False),
    Column("to_state", String(24), nullable=False),
    Column("actor", String(64), ForeignKey("person.login"), nullable=False),
    Column("done_at", Instant, nullable=False),
    Column("done_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fields", JSON, nullable=False),  # what else the step says: boxes changed, symbol, day, receipt ...
    UniqueConstraint("notification_id", "version"),
)

# What another Member said of our measure, and our answer.
comment_received = Table(
    "comment_received",
    metadata,
    Column("received_id", Integer, primary_key=True, autoincrement=True),
    Column("notification_id", Integer, ForeignKey("notification.notification_id"), nullable=False),
    Column("member", String(64), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("recorded_by", String(64), ForeignKey("person.login"), nullable=False),
    Column("answer", Text),
    Column("answered_by", String(64), ForeignKey("person.login")),
    Column("answered_on", Date),
)

# 评议意见: what an enterprise or expert of ours says of a foreign measure.
foreign_comment = Table(
    "foreign_comment",
    metadata,
    Column("comment_id", Integer, primary_key=True, autoincrement=True),
    Column("symbol", String(64), nullable=False),
    Column("family", String(64), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("source_kind", String(16), nullable=False),
    Column("source_name", Text, nullable=False),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("drafted_by", String(64), ForeignKey("person.login"), nullable=False),
    Column("drafted_on", Date, nullable=False),
    Column("reviewed_by", String(64), ForeignKey("person.login")),
    Column("sent_on", Date),
    CheckConstraint("state in ('draft', 'reviewed', 'sent', 'dropped')", name="state"),
    CheckConstraint("source_kind in ('enterprise', 'expert', 'association', 'agency')", name="source_kind"),
)

# What passed between us and the Member that notified: extension asked for, its reply, consultation, outcome. Only ever added.
foreign_exchange = Table(
    "foreign_exchange",
    metadata,
    Column("exchange_id", Integer, primary_key=True, autoincrement=True),
    Column("family", String(64), nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("new_deadline_on", Date),
    Column("recorded_by", String(64), ForeignKey("person.login"), nullable=False),
    CheckConstraint("kind in ('extension_request', 'extension_reply', 'reply', 'consultation', 'outcome')", name="kind"),
)

# A specific trade concern raised in the committee about a foreign measure.
trade_concern = Table(
    "trade_concern",
    metadata,
    Column("concern_id", Integer, primary_key=True, autoincrement=True),
    Column("family", String(64), nullable=False, index=True),
    Column("agreement", String(3), nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("meeting", Text, nullable=False),
    Column("supporters", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("recorded_by", String(64), ForeignKey("person.login"), nullable=False),
    CheckConstraint("agreement in ('SPS', 'TBT')", name="agreement"),
    CheckConstraint("state in ('raised', 'discussed', 'resolved', 'partly_resolved')", name="state"),
)

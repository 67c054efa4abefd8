"""What belongs to a case besides its steps: follow-ups, attachments, measures, plans; and risk information entered by people."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from riskwarn.cases.tables import Instant, metadata

CASE = "case_file.case_id"

# Risk information that a person entered; never part of any statistics.
risk_information = Table(
    "risk_information",
    metadata,
    Column("information_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey(CASE), unique=True),  # grade 1, or promoted later
    Column("source_class", String(32), nullable=False),
    Column("grade", Integer, nullable=False),  # 1 act at once, 2 act within a set time, 3 study further
    Column("direction", String(8), nullable=False),
    Column("product", Text, nullable=False),
    Column("product_code", String(10), nullable=False),  # HS digits, empty where unknown
    Column("origin_country", String(8), nullable=False),
    Column("hazard", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("entered_by", String(64), ForeignKey("person.login"), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("entered_on", Date, nullable=False),
    CheckConstraint("grade between 1 and 3", name="grade"),
    CheckConstraint("direction in ('import', 'export')", name="direction"),
)

follow_up = Table(
    "follow_up",
    metadata,
    Column("follow_up_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey(CASE), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# The bytes lie in attachments/ under their sha256; the same file attached twice is kept once.
attachment = Table(
    "attachment",
    metadata,
    Column("attachment_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey(CASE)),
    Column("information_id", Integer, ForeignKey("risk_information.information_id")),
    Column("follow_up_id", Integer, ForeignKey("follow_up.follow_up_id")),
    Column("sha256", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("media_type", String(96), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("attached_by", String(64), nullable=False),
    Column("attached_at", Instant, nullable=False),
    CheckConstraint("case_id is not null or information_id is not null", name="belongs"),
)

# A response measure taken in a case; kinds and lists are reviewed data (measures.toml).
measure = Table(
    "measure",
    metadata,
    Column("measure_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey(CASE), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("goods", String(16), nullable=False),
    Column("scope", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),  # last day; NULL: until further notice
    Column("owner", String(64), nullable=False),  # unit that answers for it
    Column("inspection_effect", Text, nullable=False),  # what it changes for inspection, where not as its kind says
    Column("taken_by", String(64), nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("ended_by", String(64)),  # who ended it before its last day, or set that day
    CheckConstraint("goods in ('industrial', 'food')", name="goods"),
    CheckConstraint("ends_on is null or ends_on >= starts_on", name="period"),
)

# The steps of a contingency plan, copied from plans.toml when it was started.
plan_step = Table(
    "plan_step",
    metadata,
    Column("plan_step_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey(CASE), nullable=False),
    Column("plan_id", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("text_zh", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_by", String(64)),
    Column("done_on", Date),
    Column("note", Text, nullable=False),
    UniqueConstraint("case_id", "plan_id", "position"),
)

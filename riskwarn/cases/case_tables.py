"""What people do with a warning: the case as it stands, every step that led there, and whom it was sent to."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from riskwarn.cases.tables import Instant, metadata

# One case: a machine's warning (case_id = warning_id) or one raised by a person (case_id M000001 ...).
case_file = Table(
    "case_file",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("warning_id", String(32), ForeignKey("warning_case.warning_id"), unique=True),
    Column("state", String(24), nullable=False),
    Column("entered_on", Date, nullable=False),  # day on which it came into this state; due times count from it
    Column("version", Integer, nullable=False),  # 0 untouched; one more with every step of a person
    Column("colour", String(16)),  # as a person took it on; NULL before that: the machine's newest
    Column("unit_id", String(64)),  # as a person decided; NULL: as the machine proposes
    Column("assignee", String(64), ForeignKey("person.login")),
    Column("watch_until", Date),
    Column("countersign_due_on", Date),  # acted on first: to be countersigned by this day
    Column("seen_revision_id", Integer, ForeignKey("machine_revision.revision_id")),  # the machine's word that a person last took note of
    CheckConstraint("version >= 0", name="version"),
)

# One step of one person; rows are only ever added. What the nights know of people's work is read from here.
case_step = Table(
    "case_step",
    metadata,
    Column("step_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey("case_file.case_id"), nullable=False),
    Column("version", Integer, nullable=False),  # of the case after the step: two steps from one version cannot both be kept
    Column("action", String(32), nullable=False),
    Column("from_state", String(24), nullable=False),
    Column("to_state", String(24), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("in_place_of", String(64)),  # the absent person whose right the actor used as deputy
    Column("done_at", Instant, nullable=False),
    Column("done_on", Date, nullable=False),  # the Chinese calendar date of done_at
    Column("reason", Text, nullable=False),
    Column("colour", String(16), nullable=False),  # of the case after the step
    Column("fields", JSON, nullable=False),  # what else the step says: participants, opinion, reason class, scope ...
    Column("revision_id", Integer, ForeignKey("machine_revision.revision_id")),  # what the machine said when it was taken
    UniqueConstraint("case_id", "version"),
)

# A case reported up, or handed over to another department; with receipt and answer.
hand_over = Table(
    "hand_over",
    metadata,
    Column("hand_over_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey("case_file.case_id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("from_unit", String(64), nullable=False),
    Column("to_unit", String(128), nullable=False),  # id of units.toml, or the name of a department outside it
    Column("reason", Text, nullable=False),
    Column("sent_by", String(64), nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("answer_due_on", Date, nullable=False),
    Column("received_by", String(128)),
    Column("received_on", Date),
    Column("answered_by", String(128)),
    Column("answered_on", Date),
    Column("answer", Text),
    CheckConstraint("kind in ('report_up', 'hand_over')", name="kind"),
)

# What the nightly task found overdue and to which unit it took it; the machine's own, rows are only ever added.
escalation = Table(
    "escalation",
    metadata,
    Column("escalation_id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey("case_file.case_id"), nullable=False),
    Column("what", String(24), nullable=False),  # the state that lasts too long, countersign, watch, or answer <hand_over_id>
    Column("due_on", Date, nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("escalated_on", Date, nullable=False),
    UniqueConstraint("case_id", "what", "due_on", "unit_id"),
)

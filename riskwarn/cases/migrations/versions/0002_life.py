"""The warning's life: cases with their steps, people and deputies, what belongs to a case, and the audit trail.

Decisions become steps of their case; the table that held them goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = {"verify": "verified", "dismiss": "dismissed", "watch": "watching"}

# Audit entries are only ever added. Who owns the database can drop a trigger; the chain of hashes then tells of it.
SQLITE_GUARDS = [
    f"create trigger audit_entry_no_{event} before {event} on audit_entry begin select raise(abort, 'audit entries are only added'); end"
    for event in ("update", "delete")
]
POSTGRES_GUARDS = [
    "create or replace function audit_entry_guard() returns trigger language plpgsql as "
    "$$ begin raise exception 'audit entries are only added'; end $$",
    "create trigger audit_entry_no_change before update or delete on audit_entry for each row execute function audit_entry_guard()",
    "create trigger audit_entry_no_truncate before truncate on audit_entry for each statement execute function audit_entry_guard()",
]


def upgrade() -> None:
    op.add_column("warning_case", sa.Column("proposed_unit_id", sa.String(64)))
    op.add_column("machine_revision", sa.Column("observed", sa.Float()))
    make_audit()
    make_people()
    make_cases()
    make_work()
    move_decisions()
    op.drop_table("decision")


def make_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("night", sa.Date()),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_audit_entry"),
    )
    op.create_table(
        "audit_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("head_id = 1", name="ck_audit_head_single"),
        sa.PrimaryKeyConstraint("head_id", name="pk_audit_head"),
    )
    head = sa.table("audit_head", sa.column("head_id"), sa.column("entries"), sa.column("hash"))
    op.execute(sa.insert(head).values(head_id=1, entries=0, hash="0" * 64))
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRES_GUARDS:
        op.execute(statement)


def make_people() -> None:
    op.create_table(
        "person",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('viewer', 'officer', 'supervisor', 'administrator')", name="ck_person_role"),
        sa.PrimaryKeyConstraint("login", name="pk_person"),
    )
    op.create_table(
        "deputy",
        sa.Column("deputy_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("deputy_login", sa.String(64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name="ck_deputy_period"),
        sa.CheckConstraint("login <> deputy_login", name="ck_deputy_other"),
        sa.ForeignKeyConstraint(["deputy_login"], ["person.login"], name="fk_deputy_deputy_login"),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name="fk_deputy_login"),
        sa.PrimaryKeyConstraint("deputy_id", name="pk_deputy"),
    )


def make_cases() -> None:
    op.create_table(
        "case_file",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("warning_id", sa.String(32)),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(16)),
        sa.Column("unit_id", sa.String(64)),
        sa.Column("assignee", sa.String(64)),
        sa.Column("watch_until", sa.Date()),
        sa.Column("countersign_due_on", sa.Date()),
        sa.Column("seen_revision_id", sa.Integer()),
        sa.CheckConstraint("version >= 0", name="ck_case_file_version"),
        sa.ForeignKeyConstraint(["assignee"], ["person.login"], name="fk_case_file_assignee"),
        sa.ForeignKeyConstraint(["seen_revision_id"], ["machine_revision.revision_id"], name="fk_case_file_seen_revision_id"),
        sa.ForeignKeyConstraint(["warning_id"], ["warning_case.warning_id"], name="fk_case_file_warning_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_file"),
        sa.UniqueConstraint("warning_id", name="uq_case_file_warning_id"),
    )
    op.create_table(
        "case_step",
        sa.Column("step_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("from_state", sa.String(24), nullable=False),
        sa.Column("to_state", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("in_place_of", sa.String(64)),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("colour", sa.String(16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("revision_id", sa.Integer()),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_case_step_case_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["machine_revision.revision_id"], name="fk_case_step_revision_id"),
        sa.PrimaryKeyConstraint("step_id", name="pk_case_step"),
        sa.UniqueConstraint("case_id", "version", name="uq_case_step_case_id"),
    )
    op.create_table(
        "hand_over",
        sa.Column("hand_over_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("from_unit", sa.String(64), nullable=False),
        sa.Column("to_unit", sa.String(128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(128)),
        sa.Column("received_on", sa.Date()),
        sa.Column("answered_by", sa.String(128)),
        sa.Column("answered_on", sa.Date()),
        sa.Column("answer", sa.Text()),
        sa.CheckConstraint("kind in ('report_up', 'hand_over')", name="ck_hand_over_kind"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_hand_over_case_id"),
        sa.PrimaryKeyConstraint("hand_over_id", name="pk_hand_over"),
    )
    op.create_table(
        "escalation",
        sa.Column("escalation_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("escalated_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_escalation_case_id"),
        sa.PrimaryKeyConstraint("escalation_id", name="pk_escalation"),
        sa.UniqueConstraint("case_id", "what", "due_on", "unit_id", name="uq_escalation_case_id"),
    )


def make_work() -> None:
    op.create_table(
        "risk_information",
        sa.Column("information_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32)),
        sa.Column("source_class", sa.String(32), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("product_code", sa.String(10), nullable=False),
        sa.Column("origin_country", sa.String(8), nullable=False),
        sa.Column("hazard", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.CheckConstraint("direction in ('import', 'export')", name="ck_risk_information_direction"),
        sa.CheckConstraint("grade between 1 and 3", name="ck_risk_information_grade"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_risk_information_case_id"),
        sa.ForeignKeyConstraint(["entered_by"], ["person.login"], name="fk_risk_information_entered_by"),
        sa.PrimaryKeyConstraint("information_id", name="pk_risk_information"),
        sa.UniqueConstraint("case_id", name="uq_risk_information_case_id"),
    )
    op.create_table(
        "follow_up",
        sa.Column("follow_up_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_follow_up_case_id"),
        sa.PrimaryKeyConstraint("follow_up_id", name="pk_follow_up"),
    )
    op.create_table(
        "attachment",
        sa.Column("attachment_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32)),
        sa.Column("information_id", sa.Integer()),
        sa.Column("follow_up_id", sa.Integer()),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("media_type", sa.String(96), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("attached_by", sa.String(64), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("case_id is not null or information_id is not null", name="ck_attachment_belongs"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_attachment_case_id"),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.follow_up_id"], name="fk_attachment_follow_up_id"),
        sa.ForeignKeyConstraint(["information_id"], ["risk_information.information_id"], name="fk_attachment_information_id"),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_attachment"),
    )
    op.create_table(
        "measure",
        sa.Column("measure_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("goods", sa.String(16), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("inspection_effect", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(64)),
        sa.CheckConstraint("goods in ('industrial', 'food')", name="ck_measure_goods"),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name="ck_measure_period"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_measure_case_id"),
        sa.PrimaryKeyConstraint("measure_id", name="pk_measure"),
    )
    op.create_table(
        "plan_step",
        sa.Column("plan_step_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("plan_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(64)),
        sa.Column("done_on", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name="fk_plan_step_case_id"),
        sa.PrimaryKeyConstraint("plan_step_id", name="pk_plan_step"),
        sa.UniqueConstraint("case_id", "plan_id", "position", name="uq_plan_step_case_id"),
    )


def move_decisions() -> None:
    """Every warning gets its case; every decision becomes a step of it."""
    con = op.get_bind()
    names = ("warning_case", "machine_revision", "decision", "case_file", "case_step")
    read = sa.MetaData()
    warning, revision_, decision, case, step = (sa.Table(name, read, autoload_with=con) for name in names)
    for found in con.execute(sa.select(warning)).all():
        state, entered_on, version, seen = "raised", found.first_raised_on, 0, None
        steps = []
        mine = sa.select(decision, revision_.c.level).join(revision_, revision_.c.revision_id == decision.c.revision_id)
        for made in con.execute(mine.where(decision.c.warning_id == found.warning_id).order_by(decision.c.decision_id)).all():
            version, seen, before = version + 1, made.revision_id, state
            if made.action in STATES:
                state, entered_on = STATES[made.action], made.decided_on
            row = {"version": version, "action": made.action, "from_state": before, "to_state": state, "actor": made.decided_by}
            row |= {"done_at": made.decided_at, "done_on": made.decided_on, "reason": made.reason, "colour": made.level}
            steps.append({"case_id": found.warning_id, **row, "fields": {}, "revision_id": made.revision_id})
        begun = {"state": state, "entered_on": entered_on, "version": version, "seen_revision_id": seen}
        con.execute(sa.insert(case).values(case_id=found.warning_id, warning_id=found.warning_id, **begun))
        if steps:
            con.execute(sa.insert(step), steps)


def downgrade() -> None:
    raise NotImplementedError("steps cannot become decisions again: restore the backup made before")

"""Accounts of the console: passwords, sessions, preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credential",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("login", name="pk_credential"),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name="fk_credential_login"),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_session"),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name="fk_web_session_login"),
    )
    op.create_table(
        "preference",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("visited_night", sa.Date()),
        sa.Column("before_night", sa.Date()),
        sa.PrimaryKeyConstraint("login", name="pk_preference"),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name="fk_preference_login"),
    )

"""Reading and writing the case store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from riskwarn.cases.tables import decision, machine_revision, warning_case
from riskwarn.frames import records
from riskwarn.places import PACKAGE
from riskwarn.settings import Settings, day_of

Action = Literal["verify", "dismiss", "watch", "note"]
ACTIONS: dict[str, Action] = {"verify": "verify", "dismiss": "dismiss", "watch": "watch", "note": "note"}
# After one of these the machine no longer closes or absorbs the warning by itself; a note leaves it to the machine.
DECIDING: tuple[Action, ...] = ("verify", "dismiss", "watch")
DECISION_COLUMNS = ("warning_id", "decided_on", "decided_by", "action", "reason", "night_seen")


@dataclass(frozen=True)
class Decision:
    """What a person decided about a warning, and on which night's evidence (``night_seen``)."""

    warning_id: str
    decided_on: date
    decided_by: str
    action: str
    reason: str
    night_seen: date


@dataclass(frozen=True)
class CaseStore:
    """The case store behind one SQLAlchemy engine."""

    engine: Engine

    def follow(self, warnings: pd.DataFrame, as_of: date) -> int:
        """Takes over a night's warnings (columns of lake/warnings); returns how many are new.

        An older night than one already followed changes nothing that a newer one wrote: it only fills what is missing.
        """
        with self.engine.begin() as con:
            seen = con.execute(sa.select(warning_case.c.warning_id, warning_case.c.last_seen_on))
            known = {row.warning_id: row.last_seen_on for row in seen}
            new = 0
            for row in records(warnings):
                new += _follow_one(con, row, known.get(row["warning_id"]), as_of)
        return new

    def decide(self, warning_id: str, action: Action, reason: str, *, by: str, at: datetime) -> Decision:
        """Records a person's decision; raises KeyError for an unknown warning and ValueError for an empty reason or name."""
        if not reason.strip() or not by.strip():
            raise ValueError("a decision needs a reason and the name of the person who decides")
        with self.engine.begin() as con:
            newest = con.execute(
                sa.select(machine_revision.c.revision_id, machine_revision.c.night)
                .where(machine_revision.c.warning_id == warning_id)
                .order_by(machine_revision.c.night.desc())
                .limit(1)
            ).one_or_none()
            if newest is None:
                raise KeyError(warning_id)
            made = Decision(warning_id, day_of(at), by.strip(), action, reason.strip(), newest.night)
            row = {name: getattr(made, name) for name in ("warning_id", "decided_on", "decided_by", "action", "reason")}
            con.execute(sa.insert(decision).values(**row, decided_at=at.astimezone(UTC), revision_id=newest.revision_id))
        return made

    def decisions(self, before: date) -> pd.DataFrame:
        """Decisions taken before a night, oldest first: what that night knows of people's work."""
        query = (
            sa.select(
                decision.c.warning_id,
                decision.c.decided_on,
                decision.c.decided_by,
                decision.c.action,
                decision.c.reason,
                machine_revision.c.night.label("night_seen"),
            )
            .join(machine_revision, machine_revision.c.revision_id == decision.c.revision_id)
            .where(decision.c.decided_on < before)
            .order_by(decision.c.decision_id)
        )
        with self.engine.connect() as con:
            rows = con.execute(query).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=list(DECISION_COLUMNS))

    def revisions(self, warning_id: str) -> list[dict[str, Any]]:
        """What the machine said of a warning, oldest first, one entry per change."""
        query = sa.select(machine_revision).where(machine_revision.c.warning_id == warning_id).order_by(machine_revision.c.night)
        with self.engine.connect() as con:
            return [dict(row) for row in con.execute(query).mappings()]


def _follow_one(con: Connection, row: dict[str, Any], last_seen: date | None, as_of: date) -> bool:
    warning_id = row["warning_id"]
    if last_seen is None:
        case = {name: row[name] for name in ("warning_id", "indicator_id", "series_key", "first_raised_on")}
        con.execute(sa.insert(warning_case).values(**case, last_seen_on=as_of))
    elif last_seen < as_of:
        con.execute(sa.update(warning_case).where(warning_case.c.warning_id == warning_id).values(last_seen_on=as_of))
    said = {name: str(row[name]) for name in ("status", "level", "reason_en", "reason_zh")}
    digest = hashlib.sha256("\x1f".join(said.values()).encode()).hexdigest()
    nearest = con.execute(
        sa.select(machine_revision.c.digest, machine_revision.c.night)
        .where(machine_revision.c.warning_id == warning_id, machine_revision.c.night <= as_of)
        .order_by(machine_revision.c.night.desc())
        .limit(1)
    ).one_or_none()
    if nearest is None or (nearest.digest != digest and nearest.night < as_of):
        con.execute(sa.insert(machine_revision).values(warning_id=warning_id, night=as_of, digest=digest, **said))
    elif nearest.digest != digest:
        here = (machine_revision.c.warning_id == warning_id) & (machine_revision.c.night == as_of)
        con.execute(sa.update(machine_revision).where(here).values(digest=digest, **said))
    return last_seen is None


def migrate(engine: Engine) -> None:
    """Brings the store to the newest version of its tables."""
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "cases" / "migrations"))
    with engine.begin() as con:
        config.attributes["connection"] = con
        command.upgrade(config, "head")


@contextmanager
def open_store(settings: Settings) -> Iterator[CaseStore]:
    """The case store, brought up to date; its connections are closed afterwards."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(settings.cases_database)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    try:
        migrate(engine)
        yield CaseStore(engine)
    finally:
        engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """SQLite checks foreign keys and waits for other writers only when told to."""
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma busy_timeout = 10000")

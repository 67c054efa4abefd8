"""The case store as the nights see it: they hand over what the machine says and ask what people decided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from riskwarn.cases import audit
from riskwarn.cases.case_tables import case_file, case_step
from riskwarn.cases.opening import migrate, prepare
from riskwarn.cases.tables import machine_revision, warning_case
from riskwarn.frames import records
from riskwarn.settings import TIMEZONE, Settings, day_of

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

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in which nobody else writes; what it checks is still true when it writes."""
        with self.engine.begin() as con:
            audit.lock(con)
            yield con

    def follow(self, warnings: pd.DataFrame, as_of: date) -> int:
        """Takes over a night's warnings (columns of lake/warnings); returns how many are new.

        An older night than one already followed changes nothing that a newer one wrote: it only fills what is missing.
        """
        with self.writing() as con:
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
        with self.writing() as con:
            newest = newest_revision(con, warning_id)
            if newest is None:
                raise KeyError(warning_id)
            case = con.execute(sa.select(case_file).where(case_file.c.case_id == warning_id)).one()
            state = {"verify": "verified", "dismiss": "dismissed", "watch": "watching"}.get(action, case.state)
            step = {"version": case.version + 1, "action": action, "from_state": case.state, "to_state": state, "actor": by.strip()}
            step |= {"done_at": at, "done_on": day_of(at), "reason": reason.strip(), "colour": newest["level"], "fields": {}}
            con.execute(sa.insert(case_step).values(case_id=warning_id, revision_id=newest["revision_id"], **step))
            change = {"version": case.version + 1, "state": state}
            con.execute(sa.update(case_file).where(case_file.c.case_id == warning_id).values(**change))
            before, after = {"state": case.state, "version": case.version}, change | {"reason": reason.strip()}
            subject = f"case {warning_id}"
            audit.record(con, at=at, actor=by.strip(), subject=subject, action=action, before=before, after=after, night=newest["night"])
        return Decision(warning_id, day_of(at), by.strip(), action, reason.strip(), newest["night"])

    def decisions(self, before: date) -> pd.DataFrame:
        """What people did with machine warnings before a night, oldest first: what that night knows of people's work."""
        query = (
            sa.select(
                case_step.c.case_id,
                case_step.c.done_on,
                case_step.c.actor,
                case_step.c.action,
                case_step.c.reason,
                machine_revision.c.night,
            )
            .join(machine_revision, machine_revision.c.revision_id == case_step.c.revision_id)
            .where(case_step.c.done_on < before)
            .order_by(case_step.c.step_id)
        )
        with self.engine.connect() as con:
            rows = con.execute(query).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=list(DECISION_COLUMNS))

    def revisions(self, warning_id: str) -> list[dict[str, Any]]:
        """What the machine said of a warning, oldest first, one entry per change."""
        query = sa.select(machine_revision).where(machine_revision.c.warning_id == warning_id).order_by(machine_revision.c.night)
        with self.engine.connect() as con:
            return [dict(row) for row in con.execute(query).mappings()]


def newest_revision(con: Connection, warning_id: str | None) -> dict[str, Any] | None:
    """What the machine said last of a warning; None where it never spoke of it."""
    query = sa.select(machine_revision).where(machine_revision.c.warning_id == warning_id)
    row = con.execute(query.order_by(machine_revision.c.night.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else dict(row)


def _follow_one(con: Connection, row: dict[str, Any], last_seen: date | None, as_of: date) -> bool:
    warning_id = row["warning_id"]
    if last_seen is None:
        case = {name: row[name] for name in ("warning_id", "indicator_id", "series_key", "first_raised_on")}
        con.execute(sa.insert(warning_case).values(**case, last_seen_on=as_of))
        begun = {"state": "raised", "entered_on": as_of, "version": 0}
        con.execute(sa.insert(case_file).values(case_id=warning_id, warning_id=warning_id, **begun))
    elif last_seen < as_of:
        con.execute(sa.update(warning_case).where(warning_case.c.warning_id == warning_id).values(last_seen_on=as_of))
    said: dict[str, Any] = {name: str(row[name]) for name in ("status", "level", "reason_en", "reason_zh")}
    digest = hashlib.sha256("\x1f".join(said.values()).encode()).hexdigest()
    observed = row.get("observed")
    said |= {"observed": None if observed is None or pd.isna(observed) else float(observed)}
    nearest = con.execute(
        sa.select(machine_revision.c.digest, machine_revision.c.night, machine_revision.c.level, machine_revision.c.status)
        .where(machine_revision.c.warning_id == warning_id, machine_revision.c.night <= as_of)
        .order_by(machine_revision.c.night.desc())
        .limit(1)
    ).one_or_none()
    if nearest is not None and nearest.digest == digest:
        return last_seen is None
    if nearest is None or nearest.night < as_of:
        con.execute(sa.insert(machine_revision).values(warning_id=warning_id, night=as_of, digest=digest, **said))
    else:
        here = (machine_revision.c.warning_id == warning_id) & (machine_revision.c.night == as_of)
        con.execute(sa.update(machine_revision).where(here).values(digest=digest, **said))
    was = {} if nearest is None else {"night": nearest.night, "level": nearest.level, "status": nearest.status}
    # The machine's hour is its night: runs of one night write the same, whenever they run.
    at = datetime.combine(as_of, time(0), TIMEZONE)
    action, subject = "raised" if last_seen is None else "evidence", f"case {warning_id}"
    audit.record(con, at=at, actor=audit.MACHINE, subject=subject, action=action, before=was, after=said, night=as_of)
    return last_seen is None


@contextmanager
def open_store(settings: Settings) -> Iterator[CaseStore]:
    """The case store, brought up to date; its connections are closed afterwards."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = prepare(sa.create_engine(settings.cases_database))
    try:
        migrate(engine)
        yield CaseStore(engine)
    finally:
        engine.dispose()

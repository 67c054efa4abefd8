"""The case store as the nights see it: they hand over what the machine says and ask what people decided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from riskwarn.cases import audit
from riskwarn.cases.attachments import examine, keep_content
from riskwarn.cases.books import Books, load_books
from riskwarn.cases.case_tables import case_file, case_step
from riskwarn.cases.deadlines import Overdue, escalate, overdue
from riskwarn.cases.information import Entered, Information, enter
from riskwarn.cases.lifecycle import DECIDING, RELEASING
from riskwarn.cases.opening import migrate, prepare
from riskwarn.cases.reading import Case, read_case
from riskwarn.cases.steps import Request, Taken, take_step
from riskwarn.cases.tables import machine_revision, warning_case
from riskwarn.frames import records
from riskwarn.settings import TIMEZONE, Settings

DECISION_COLUMNS = ("warning_id", "decided_on", "decided_by", "action", "reason", "night_seen")


@dataclass(frozen=True)
class CaseStore:
    """The case store behind one SQLAlchemy engine."""

    engine: Engine
    books: Books
    attachments: Path  # folder of the files that people attached

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in which nobody else writes; what it checks is still true when it writes."""
        with self.engine.begin() as con:
            audit.lock(con)
            yield con

    def follow(self, warnings: pd.DataFrame, as_of: date, evidence: pd.DataFrame | None = None) -> int:
        """Takes over a night's warnings (columns of lake/warnings) and, to find whom they concern, their evidence; returns how many
        are new.

        An older night than one already followed changes nothing that a newer one wrote: it only fills what is missing.
        """
        with self.writing() as con:
            seen = con.execute(sa.select(warning_case.c.warning_id, warning_case.c.last_seen_on))
            known = {row.warning_id: row.last_seen_on for row in seen}
            new = 0
            districts = events_by_district(evidence)
            for row in records(warnings):
                unit = self.books.units.owner(row.get("scope", ""), districts.get(row["warning_id"], {}), _sources(row))
                new += _follow_one(con, row, known.get(row["warning_id"]), as_of, unit)
        return new

    def act(self, request: Request) -> Taken:
        """Takes one step in a case, or raises a CaseError that names the rule and changes nothing."""
        with self.writing() as con:
            return take_step(con, self.books, request)

    def attach(self, request: Request, name: str, content: bytes) -> Taken:
        """Attaches a file: the step ``attach`` with its bytes, kept only if the step is allowed."""
        found = examine(name, content)
        with self.writing() as con:
            taken = take_step(con, self.books, replace(request, action="attach", fields={**request.fields, "file": found}))
            keep_content(self.attachments, content)
        return taken

    def enter(self, told: Information, files: Sequence[tuple[str, bytes]], *, by: str, at: datetime, colour: str | None = None) -> Entered:
        """Keeps risk information that a person tells, with files (name, bytes); grade 1 is a warning at once."""
        found = [examine(name, content) for name, content in files]
        with self.writing() as con:
            entered = enter(con, self.books, told, found, by=by, at=at, colour=colour)
            for _name, content in files:
                keep_content(self.attachments, content)
        return entered

    def case(self, case_id: str) -> Case:
        """One case as it stands; raises UnknownCase."""
        with self.engine.connect() as con:
            return read_case(con, case_id)

    def overdue(self, today: date) -> list[Overdue]:
        """What is overdue on a day, latest first."""
        with self.engine.connect() as con:
            return overdue(con, self.books, today)

    def escalate(self, today: date) -> list[Overdue]:
        """Takes what is overdue to the parent units; returns what is new. Safe to run again."""
        with self.writing() as con:
            return escalate(con, self.books, today)

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


def held(decisions: pd.DataFrame) -> frozenset[str]:
    """The warnings that a person decided on and has not closed since: the machine neither closes nor absorbs them."""
    telling = decisions[decisions["action"].isin((*DECIDING, *RELEASING))].drop_duplicates("warning_id", keep="last")
    return frozenset(telling.loc[telling["action"].isin(DECIDING), "warning_id"])


def events_by_district(evidence: pd.DataFrame | None) -> dict[str, dict[str, int]]:
    """By warning, its newest events at the ports by customs district: the first four of the 18 digits of a customs declaration."""
    if evidence is None or evidence.empty:
        return {}
    district = evidence["evidence_key"].astype(str).str.extract(r"^(\d{4})\d{14}(?:/\d+)?$")[0]
    counts = evidence.loc[evidence["source"] == "port_inspections"].groupby(["warning_id", district]).size()
    found: dict[str, dict[str, int]] = {}
    for key, count in counts.items():
        warning_id, code = cast("tuple[str, str]", key)
        found.setdefault(warning_id, {})[code] = int(count)
    return found


def _sources(row: dict[str, Any]) -> list[str]:
    return [name.strip() for name in str(row.get("sources", "")).split(",") if name.strip()]


def _follow_one(con: Connection, row: dict[str, Any], last_seen: date | None, as_of: date, unit: str | None) -> bool:
    warning_id = row["warning_id"]
    if last_seen is None:
        case = {name: row[name] for name in ("warning_id", "indicator_id", "series_key", "first_raised_on")}
        con.execute(sa.insert(warning_case).values(**case, last_seen_on=as_of, proposed_unit_id=unit))
        begun = {"state": "raised", "entered_on": as_of, "version": 0}
        con.execute(sa.insert(case_file).values(case_id=warning_id, warning_id=warning_id, **begun))
    elif last_seen <= as_of:
        seen = {"last_seen_on": as_of, "proposed_unit_id": unit}
        con.execute(sa.update(warning_case).where(warning_case.c.warning_id == warning_id).values(**seen))
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
    books = load_books(settings.config)
    engine = prepare(sa.create_engine(settings.cases_database))
    try:
        migrate(engine)
        yield CaseStore(engine, books, settings.attachments)
    finally:
        engine.dispose()

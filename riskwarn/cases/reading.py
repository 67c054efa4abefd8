"""Cases as they stand: what people decided beside what the machine says, never in one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.case_tables import case_file, case_step, hand_over
from riskwarn.cases.errors import UnknownCase
from riskwarn.cases.lifecycle import Lifecycle, gravest
from riskwarn.cases.tables import machine_revision, warning_case
from riskwarn.cases.work_tables import risk_information
from riskwarn.model import UNKNOWN

Revision = Mapping[str, Any]  # a row of machine_revision
LISTED = ("open", "quiet")  # status of an episode that the machine still shows as a warning


@dataclass(frozen=True)
class Case:
    """One case. ``newest`` is what the machine said last, ``seen`` what a person last took note of (None: nothing)."""

    case_id: str
    warning_id: str | None
    state: str
    entered_on: date
    version: int
    own_colour: str | None
    own_unit: str | None
    assignee: str | None
    watch_until: date | None
    countersign_due_on: date | None
    indicator_id: str | None
    proposed_unit: str | None
    newest: Revision | None
    seen: Revision | None
    information: Mapping[str, Any] | None  # of a case raised by a person
    is_gone: bool  # nobody took it up, and the machine has closed it or lists it no more

    @property
    def unit_id(self) -> str | None:
        """Whose the case is: as a person decided, else as the machine proposes; None: the root's."""
        return self.own_unit or self.proposed_unit

    @property
    def colour(self) -> str:
        """As a person took it on or regraded it; before that, the machine's newest."""
        return self.own_colour or str(self.newest["level"] if self.newest else "orange")

    @property
    def gravest_colour(self) -> str:
        """The graver of the case's colour and the machine's newest: what rules of caution go by."""
        return gravest(self.colour, self.newest["level"] if self.newest else None)

    @property
    def night(self) -> date | None:
        """The night of the machine's newest word."""
        return self.newest["night"] if self.newest else None

    def reason(self, lang: str) -> str:
        """The machine's sentence; of a case raised by a person, what was entered."""
        if self.newest is not None:
            return str(self.newest["reason_en" if lang == "en" else "reason_zh"])
        told = self.information or {}
        return " · ".join(
            str(told[name]) for name in ("product", "origin_country", "hazard", "text") if told.get(name) not in (None, "", UNKNOWN)
        )


def evidence_changes(case: Case, life: Lifecycle) -> dict[str, tuple[Any, Any]]:
    """What the machine says otherwise than a person saw it, as {what: (then, now)}; only what asks for a new look."""
    if case.seen is None or case.newest is None or case.seen["revision_id"] == case.newest["revision_id"]:
        return {}
    then, now = case.seen, case.newest
    found = {name: (then[name], now[name]) for name in ("level", "status") if then[name] != now[name]}
    if then["observed"] is not None and now["observed"] is not None:
        less, more = sorted((then["observed"], now["observed"]))
        if more >= life.observed_times * less and more - less >= life.observed_more:
            found["observed"] = (then["observed"], now["observed"])
    return found


def read_cases(con: Connection, case_ids: Iterable[str] | None = None) -> list[Case]:
    """The cases asked for (None: all), in the order of their ids."""
    wanted = None if case_ids is None else list(case_ids)
    nights = sa.select(machine_revision.c.warning_id, sa.func.max(machine_revision.c.night).label("night"))
    if wanted is not None:
        nights = nights.where(machine_revision.c.warning_id.in_(wanted))
    newest_night = nights.group_by(machine_revision.c.warning_id).subquery()
    machine = (warning_case.c.indicator_id, warning_case.c.proposed_unit_id, warning_case.c.last_seen_on)
    query = sa.select(case_file, *machine).join(warning_case, isouter=True)
    latest = con.execute(sa.select(sa.func.max(warning_case.c.last_seen_on))).scalar_one()
    newest = sa.select(machine_revision).join(
        newest_night,
        (machine_revision.c.warning_id == newest_night.c.warning_id) & (machine_revision.c.night == newest_night.c.night),
    )
    seen = sa.select(machine_revision).join(case_file, case_file.c.seen_revision_id == machine_revision.c.revision_id)
    told = sa.select(risk_information).where(risk_information.c.case_id.is_not(None))
    if wanted is not None:
        query, seen = query.where(case_file.c.case_id.in_(wanted)), seen.where(case_file.c.case_id.in_(wanted))
        newest, told = newest.where(machine_revision.c.warning_id.in_(wanted)), told.where(risk_information.c.case_id.in_(wanted))
    said = {row["warning_id"]: dict(row) for row in con.execute(newest).mappings()}
    noted = {row["revision_id"]: dict(row) for row in con.execute(seen).mappings()}
    entered = {row["case_id"]: dict(row) for row in con.execute(told).mappings()}
    return [_case(row, said, noted, entered, latest) for row in con.execute(query.order_by(case_file.c.case_id)).mappings()]


def case_marks(con: Connection, case_ids: Iterable[str]) -> dict[str, Any]:
    """Of machine warnings, what a list shows of each case, without what the machine said: rows with case_id, state, entered_on, colour
    (None: the machine's), unit_id (None: the root's), assignee, watch_until."""
    unit = sa.func.coalesce(case_file.c.unit_id, warning_case.c.proposed_unit_id).label("unit_id")
    names = ("case_id", "state", "entered_on", "colour", "assignee", "watch_until")
    query = sa.select(*(case_file.c[name] for name in names), unit).join(warning_case).where(case_file.c.case_id.in_(list(case_ids)))
    return {row.case_id: row for row in con.execute(query)}


def read_case(con: Connection, case_id: str) -> Case:
    """One case; raises UnknownCase."""
    found = read_cases(con, [case_id])
    if not found:
        raise UnknownCase(id=case_id)
    return found[0]


def _case(row: Any, said: Mapping[str, Revision], noted: Mapping[int, Revision], entered: Mapping[str, Any], latest: date | None) -> Case:
    same = {name: row[name] for name in ("case_id", "warning_id", "state", "entered_on", "version", "assignee", "watch_until")}
    newest = said.get(row["warning_id"])
    is_listed = newest is None or (newest["status"] in LISTED and row["last_seen_on"] == latest)
    return Case(
        **same,
        own_colour=row["colour"],
        own_unit=row["unit_id"],
        countersign_due_on=row["countersign_due_on"],
        indicator_id=row["indicator_id"],
        proposed_unit=row["proposed_unit_id"],
        newest=newest,
        seen=noted.get(row["seen_revision_id"]),
        information=entered.get(row["case_id"]),
        is_gone=row["state"] == "raised" and not is_listed,
    )


def steps_of(con: Connection, case_id: str, after: int = 0) -> list[dict[str, Any]]:
    """The steps of a case later than a version, oldest first."""
    query = sa.select(case_step).where(case_step.c.case_id == case_id, case_step.c.version > after).order_by(case_step.c.version)
    return [dict(row) for row in con.execute(query).mappings()]


def hand_overs_of(con: Connection, case_id: str) -> list[dict[str, Any]]:
    """Where a case was reported up or handed over to, oldest first."""
    query = sa.select(hand_over).where(hand_over.c.case_id == case_id).order_by(hand_over.c.hand_over_id)
    return [dict(row) for row in con.execute(query).mappings()]

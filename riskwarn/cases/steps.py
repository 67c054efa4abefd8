"""Taking a step in a case: every rule is checked, the step, its effects and the audit entry are written together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.books import Books
from riskwarn.cases.case_tables import case_file, case_step
from riskwarn.cases.checks import check_fields, check_needs, check_persons
from riskwarn.cases.effects import EFFECTS, Change, Step
from riskwarn.cases.errors import Conflict, IllegalTransition, MissingField
from riskwarn.cases.lifecycle import Rule
from riskwarn.cases.people import Actor
from riskwarn.cases.reading import Case, read_case, steps_of
from riskwarn.settings import day_of


@dataclass(frozen=True)
class Request:
    """What somebody wants to do; ``version`` is that of the case as the person saw it (None only for what merely adds)."""

    case_id: str
    action: str
    by: str
    at: datetime
    version: int | None = None
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return day_of(self.at)


@dataclass(frozen=True)
class Taken:
    """A step that was taken; ``made`` holds the number of what it made (a follow-up, a measure ...), by name."""

    case_id: str
    version: int
    state: str
    actor: Actor
    made: Mapping[str, Any]


def take_step(con: Connection, books: Books, request: Request) -> Taken:
    """Takes one step inside the caller's writing transaction; raises a CaseError that names the rule where it is refused."""
    case, life = read_case(con, request.case_id), books.life
    rule = life.rule(request.action, case.state)
    _check_version(con, case, rule, request)
    if rule is None:
        named = {"id": case.case_id, "state": case.state, "action": request.action}
        raise IllegalTransition(**named, allowed=", ".join(life.moves_from(case.state)))
    said = {**request.fields, "reason": request.reason.strip()}
    actor = check_persons(con, books.units, life, case, rule, request.by, request.today, said)
    said = check_fields(rule, said, request.today, life)
    check_needs(con, life, case, rule, request.today)
    effect = EFFECTS.get(request.action)
    change = effect(Step(con, books, case, actor, said, request.at)) if effect else Change()
    return _write(con, case, rule, actor, said, change, request, books.units.known(case.unit_id))


def _check_version(con: Connection, case: Case, rule: Rule | None, request: Request) -> None:
    """Whoever saw an older version is told what changed meanwhile; first of all, since it may explain any other refusal."""
    if request.version is None:
        if rule is not None and not rule.is_addition:
            raise MissingField(field="version", action=request.action)
    elif request.version != case.version and not (rule is not None and rule.is_addition):
        raise Conflict(case.case_id, request.version, case.version, steps_of(con, case.case_id, request.version))


def _write(
    con: Connection, case: Case, rule: Rule, actor: Actor, said: dict[str, Any], change: Change, request: Request, unit_id: str
) -> Taken:
    state = rule.to or case.state
    columns: dict[str, Any] = {"version": case.version + 1}
    if state != case.state:
        columns |= {"state": state, "entered_on": request.today}
        if case.watch_until is not None:
            columns["watch_until"] = None
    if rule.to is not None and case.own_colour is None:
        columns["colour"] = case.colour  # from now on it changes by a person only
    if not rule.is_addition and case.own_unit is None:
        columns["unit_id"] = unit_id  # so does the unit, although the machine may come to propose another
    if rule.takes_note and case.newest is not None:
        columns["seen_revision_id"] = case.newest["revision_id"]
    columns |= change.columns
    here = (case_file.c.case_id == case.case_id) & (case_file.c.version == case.version)
    con.execute(sa.update(case_file).where(here).values(**columns))
    fields = {name: _plain(value) for name, value in {**said, **change.said}.items() if name != "reason"}
    step = {
        "case_id": case.case_id,
        "version": columns["version"],
        "action": request.action,
        "from_state": case.state,
        "to_state": state,
        "actor": actor.login,
        "in_place_of": actor.in_place_of,
        "done_at": request.at,
        "done_on": request.today,
        "reason": said["reason"],
        "colour": columns.get("colour", case.colour),
        "fields": fields,
        "revision_id": case.newest["revision_id"] if case.newest else None,
    }
    con.execute(sa.insert(case_step).values(**step))
    was = {name: value for name, value in _columns(case).items() if name in columns}
    after = {**columns, "said": fields, "reason": said["reason"], "in_place_of": actor.in_place_of}
    subject, night = f"case {case.case_id}", case.night
    audit.record(con, at=request.at, actor=actor.login, subject=subject, action=request.action, before=was, after=after, night=night)
    return Taken(case.case_id, columns["version"], state, actor, change.said)


def _columns(case: Case) -> dict[str, Any]:
    """What people may change of a case, by column of case_file."""
    return {
        "version": case.version,
        "state": case.state,
        "entered_on": case.entered_on,
        "colour": case.own_colour,
        "unit_id": case.own_unit,
        "assignee": case.assignee,
        "watch_until": case.watch_until,
        "countersign_due_on": case.countersign_due_on,
        "seen_revision_id": case.seen["revision_id"] if case.seen else None,
    }


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value

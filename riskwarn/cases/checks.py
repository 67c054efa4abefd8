"""The rules of a step that lifecycle.toml names: who, what must be said, what must hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.case_tables import case_step, hand_over
from riskwarn.cases.errors import (
    BadField,
    BeyondReach,
    EvidenceChanged,
    IllegalTransition,
    MissingField,
    NotReady,
    OutsideUnit,
    SecondPersonNeeded,
    UnknownEntry,
)
from riskwarn.cases.lifecycle import COLOURS, Lifecycle, Rule
from riskwarn.cases.people import Actor, acting
from riskwarn.cases.reading import Case, evidence_changes
from riskwarn.cases.units import Units
from riskwarn.cases.work_tables import measure

SCOPES = ("national", "regional")
FEWEST_PARTICIPANTS = 2  # one alone assesses nothing jointly


def check_persons(
    con: Connection, units: Units, life: Lifecycle, case: Case, rule: Rule, by: str, today: date, said: dict[str, Any]
) -> Actor:
    """Who acts: role, unit, colour, second person and reach; raises where one of them is wrong."""
    actor = _acting(con, units, case, rule, by, today, said)
    is_second_needed = case.gravest_colour in life.second_person_colours
    for colour, allowed in ((case.gravest_colour, rule.colours), (case.colour, rule.only_colours)):
        if colour not in allowed:
            named = {"id": case.case_id, "state": case.state, "action": rule.action}
            raise IllegalTransition(**named, allowed=", ".join(a for a in life.moves_from(case.state) if a != rule.action))
    barred = (*rule.never_by_who_did, *(rule.second_person_to if is_second_needed else ()))
    if rule.action == "countersign":
        barred = rule.second_person_to  # whatever the colour has become since
    if actor.logins & _who_did(con, case.case_id, barred):
        raise SecondPersonNeeded(by=by, colour=case.gravest_colour, action=rule.action)
    if "scope" in rule.fields and said.get("scope") in SCOPES:
        _check_reach(units, actor, str(said["scope"]))
    return actor


def _acting(con: Connection, units: Units, case: Case, rule: Rule, by: str, today: date, said: dict[str, Any]) -> Actor:
    """Receipt and answer are given by the unit that was asked, or noted down by the one that asked."""
    if "hand_over" in rule.fields and said.get("hand_over") is not None:
        asked = open_hand_over(con, case.case_id, said["hand_over"])["to_unit"]
        if asked in units.units:
            try:
                return acting(con, units, by, rule.role, asked, today)
            except OutsideUnit:
                pass
    return acting(con, units, by, rule.role, units.known(case.unit_id), today)


def _check_reach(units: Units, actor: Actor, scope: str) -> None:
    """A port officer issues no national notice."""
    may = units.may_issue(actor.unit_id)
    if may == "none" or (scope == "national" and may != "national"):
        raise BeyondReach(unit=actor.unit_id, scope=scope)


def _who_did(con: Connection, case_id: str, actions: Collection[str]) -> frozenset[str]:
    """Everybody who took one of some steps of a case, deputies and those they stood in for alike."""
    query = sa.select(case_step.c.actor, case_step.c.in_place_of)
    rows = con.execute(query.where(case_step.c.case_id == case_id, case_step.c.action.in_(list(actions)))).all()
    return frozenset(login for row in rows for login in row if login)


def check_fields(rule: Rule, said: dict[str, Any], today: date, life: Lifecycle) -> dict[str, Any]:
    """What the step says, cleaned; raises where something is missing or not allowed."""
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    for name in rule.fields:
        if said.get(name) in (None, "", (), []):
            raise MissingField(field=name, action=rule.action)
    allowed: dict[str, Collection[str]] = {"scope": SCOPES, "reason_class": life.reason_classes, "colour": COLOURS}
    for name, values in allowed.items():
        if name in rule.fields and said[name] not in values:
            raise BadField(field=name, value=said[name], allowed=", ".join(values))
    if rule.action == "watch" and said["until"] <= today:
        raise BadField(field="until", value=said["until"], allowed=f"> {today}")
    if "participants" in rule.fields:
        said["participants"] = tuple(dict.fromkeys(filter(None, (str(name).strip() for name in said["participants"]))))
        if len(said["participants"]) < FEWEST_PARTICIPANTS:
            raise BadField(field="participants", value=", ".join(said["participants"]), allowed=f">= {FEWEST_PARTICIPANTS}")
    return {name: value for name, value in said.items() if value not in (None, ()) or name == "reason"}


def check_needs(con: Connection, life: Lifecycle, case: Case, rule: Rule, today: date) -> None:
    """What must hold before the step."""
    if "evidence_seen" in rule.needs and (changed := evidence_changes(case, life)):
        told = ", ".join(f"{name} {then} -> {now}" for name, (then, now) in changed.items())
        raise EvidenceChanged(id=case.case_id, changes=told)
    if "countersign_open" in rule.needs and case.countersign_due_on is None:
        raise NotReady(what="nothing_to_countersign", id=case.case_id)
    if "countersigned" in rule.needs and case.countersign_due_on is not None:
        raise NotReady(what="countersign_missing", id=case.case_id, due=case.countersign_due_on)
    if "measures_ended" in rule.needs:
        running = (measure.c.case_id == case.case_id) & (measure.c.ends_on.is_(None) | (measure.c.ends_on > today))
        if numbers := con.execute(sa.select(measure.c.measure_id).where(running)).scalars().all():
            raise NotReady(what="measures_running", id=case.case_id, numbers=", ".join(map(str, numbers)))
    if "answers_in" in rule.needs:
        waiting = (hand_over.c.case_id == case.case_id) & hand_over.c.answered_on.is_(None)
        if numbers := con.execute(sa.select(hand_over.c.hand_over_id).where(waiting)).scalars().all():
            raise NotReady(what="answers_missing", id=case.case_id, numbers=", ".join(map(str, numbers)))


def open_hand_over(con: Connection, case_id: str, number: int) -> dict[str, Any]:
    """One of a case's hand-overs; raises UnknownEntry where there is none of this number."""
    query = sa.select(hand_over).where(hand_over.c.case_id == case_id, hand_over.c.hand_over_id == number)
    row = con.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownEntry(id=case_id, number=number)
    return dict(row)

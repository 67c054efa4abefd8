"""Contingency plans per colour: templates of steps (plans.toml), copied into a case when started and ticked off there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.errors import BadField, NotReady, UnknownEntry
from riskwarn.cases.lifecycle import COLOURS
from riskwarn.cases.reading import Case
from riskwarn.cases.reviewed import demand, read_reviewed
from riskwarn.cases.work_tables import plan_step
from riskwarn.workdays import workdays_after


@dataclass(frozen=True)
class PlanStep:
    """One step; due so many working days after the plan was started."""

    en: str
    zh: str
    due: int


@dataclass(frozen=True)
class Plan:
    plan_id: str
    colour: str
    steps: tuple[PlanStep, ...]


@cache
def load_plans(config: Path | None = None) -> Mapping[str, Plan]:
    """The plans in force, by id."""
    path, read = read_reviewed("plans.toml", config)
    plans = [Plan(entry["id"], entry["colour"], tuple(PlanStep(**step) for step in entry["steps"])) for entry in read["plan"]]
    demand(len({plan.plan_id for plan in plans}) == len(plans), path, "a plan id occurs twice")
    for plan in plans:
        demand(plan.colour in COLOURS, path, f"{plan.plan_id}: colours are {', '.join(COLOURS)}")
        demand(bool(plan.steps) and all(step.due >= 0 for step in plan.steps), path, f"{plan.plan_id}: steps with working days >= 0")
    return {plan.plan_id: plan for plan in plans}


def start_plan(con: Connection, plans: Mapping[str, Plan], case: Case, plan_id: str | None, today: date) -> tuple[str, int]:
    """Copies a plan (default: that of the case's colour) into the case; returns its id and how many steps it has."""
    chosen = plans.get(plan_id) if plan_id else next((plan for plan in plans.values() if plan.colour == case.colour), None)
    if chosen is None:
        raise BadField(field="plan", value=plan_id or case.colour, allowed=", ".join(plans))
    started = (plan_step.c.case_id == case.case_id) & (plan_step.c.plan_id == chosen.plan_id)
    if con.execute(sa.select(sa.func.count()).select_from(plan_step).where(started)).scalar_one():
        raise NotReady(what="plan_started_before", id=case.case_id, plan=chosen.plan_id)
    rows = [
        {"position": n, "text_en": step.en, "text_zh": step.zh, "due_on": workdays_after(today, step.due)}
        for n, step in enumerate(chosen.steps, start=1)
    ]
    con.execute(sa.insert(plan_step), [{"case_id": case.case_id, "plan_id": chosen.plan_id, "note": "", **row} for row in rows])
    return chosen.plan_id, len(rows)


def finish_plan_step(con: Connection, case_id: str, said: Mapping[str, Any], *, by: str, today: date) -> None:
    """Ticks off a step of the case (plan_step, text: what was done)."""
    here = (plan_step.c.case_id == case_id) & (plan_step.c.plan_step_id == said["plan_step"])
    found = con.execute(sa.select(plan_step).where(here)).one_or_none()
    if found is None:
        raise UnknownEntry(id=case_id, number=said["plan_step"])
    if found.done_on is not None:
        raise NotReady(what="plan_step_done_before", id=case_id, number=found.plan_step_id)
    con.execute(sa.update(plan_step).where(here).values(done_by=by, done_on=today, note=said["text"]))


def plan_steps_of(con: Connection, case_id: str) -> Sequence[dict[str, Any]]:
    """The steps of a case's plans, in order."""
    query = sa.select(plan_step).where(plan_step.c.case_id == case_id).order_by(plan_step.c.plan_id, plan_step.c.position)
    return [dict(row) for row in con.execute(query).mappings()]

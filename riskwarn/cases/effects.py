"""What each step does beside moving the case: one function an action, all in EFFECTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.books import Books
from riskwarn.cases.case_tables import hand_over
from riskwarn.cases.checks import open_hand_over
from riskwarn.cases.errors import BadField, NotReady, UnknownEntry
from riskwarn.cases.follow_ups import add_follow_up, follow_ups_of, note_attachment
from riskwarn.cases.measures import end_measure, take_measure
from riskwarn.cases.people import Actor, acting
from riskwarn.cases.plans import finish_plan_step, start_plan
from riskwarn.cases.reading import Case
from riskwarn.settings import day_of


@dataclass(frozen=True)
class Step:
    """The step that is being taken, its rules checked."""

    con: Connection
    books: Books
    case: Case
    actor: Actor
    said: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Change:
    """What a step changes in the case file, and what it adds to what was said (the number of what it made ...)."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)


def _watch(step: Step) -> Change:
    return Change({"watch_until": step.said["until"]})


def _regrade(step: Step) -> Change:
    return Change({"colour": step.said["colour"]})


def _take(step: Step) -> Change:
    return Change({"assignee": step.actor.login})


def _assign(step: Step) -> Change:
    """To somebody who may act in the case."""
    unit = step.books.units.known(step.case.unit_id)
    return Change({"assignee": acting(step.con, step.books.units, step.said["assignee"], "officer", unit, day_of(step.at)).login})


def _act_first(step: Step) -> Change:
    """The deadline of the countersignature goes on record with the step."""
    due = step.books.life.due_on("countersign", step.case.colour, day_of(step.at))
    return Change({"countersign_due_on": due}, {"countersign_due_on": str(due)})


def _countersign(step: Step) -> Change:
    return Change({"countersign_due_on": None})


def _report_up(step: Step) -> Change:
    """To the parent unit, which answers for the case from now on."""
    parent = step.books.units.parent(step.case.unit_id)
    if parent is None:
        raise NotReady(what="top_unit", id=step.case.case_id, unit=step.books.units.known(step.case.unit_id))
    return Change({"unit_id": parent, "assignee": None}, _send(step, "report_up", parent))


def _hand_over(step: Step) -> Change:
    """To another unit or department; the case stays where it is."""
    asked = str(step.said["to_unit"])
    if asked == step.books.units.known(step.case.unit_id):
        raise BadField(field="to_unit", value=asked, allowed="another unit")
    return Change({}, _send(step, "hand_over", asked))


def _send(step: Step, kind: str, to_unit: str) -> dict[str, Any]:
    today, unit = day_of(step.at), step.books.units.known(step.case.unit_id)
    due = step.books.life.due_on("answer", step.case.colour, today)
    row: dict[str, Any] = {"case_id": step.case.case_id, "kind": kind, "from_unit": unit, "to_unit": to_unit, "answer_due_on": due}
    row |= {"reason": step.said["reason"], "sent_by": step.actor.login, "sent_on": today}
    made = step.con.execute(sa.insert(hand_over).values(**row).returning(hand_over.c.hand_over_id)).scalar_one()
    return {"hand_over": made, "to_unit": to_unit, "answer_due_on": str(due)}


def _receive(step: Step) -> Change:
    found = open_hand_over(step.con, step.case.case_id, step.said["hand_over"])
    if found["received_on"] is not None:
        raise NotReady(what="received_before", id=step.case.case_id, number=found["hand_over_id"])
    return _receipt(step, received_by=step.said.get("name", step.actor.login), received_on=day_of(step.at))


def _answer(step: Step) -> Change:
    """An answer is a receipt as well, where none was given before."""
    found = open_hand_over(step.con, step.case.case_id, step.said["hand_over"])
    if found["answered_on"] is not None:
        raise NotReady(what="answered_before", id=step.case.case_id, number=found["hand_over_id"])
    who, today = step.said.get("name", step.actor.login), day_of(step.at)
    receipt = {} if found["received_on"] else {"received_by": who, "received_on": today}
    return _receipt(step, **receipt, answered_by=who, answered_on=today, answer=step.said["text"])


def _receipt(step: Step, **values: Any) -> Change:
    here = hand_over.c.hand_over_id == step.said["hand_over"]
    step.con.execute(sa.update(hand_over).where(here).values(**values))
    return Change()


def _follow_up(step: Step) -> Change:
    return Change({}, {"follow_up": add_follow_up(step.con, step.case.case_id, step.said, by=step.actor.login, at=step.at)})


def _attach(step: Step) -> Change:
    """To the case, or to one of its follow-ups."""
    file, case_id = step.said["file"], step.case.case_id
    belongs = {"case_id": case_id, "follow_up_id": step.said.get("follow_up")}
    if belongs["follow_up_id"] not in (None, *(row["follow_up_id"] for row in follow_ups_of(step.con, case_id))):
        raise UnknownEntry(id=case_id, number=belongs["follow_up_id"])
    number = note_attachment(step.con, file, belongs, by=step.actor.login, at=step.at)
    return Change({}, {"attachment": number, "file": file.name, "sha256": file.sha256})


def _take_measure(step: Step) -> Change:
    books = step.books
    number = take_measure(step.con, books.kinds, books.units, step.case, step.said, by=step.actor.login, at=step.at)
    return Change({}, {"measure": number})


def _end_measure(step: Step) -> Change:
    end_measure(step.con, step.case.case_id, step.said, by=step.actor.login)
    return Change()


def _start_plan(step: Step) -> Change:
    plan_id, count = start_plan(step.con, step.books.plans, step.case, step.said.get("plan"), day_of(step.at))
    return Change({}, {"plan": plan_id, "steps": count})


def _plan_step(step: Step) -> Change:
    finish_plan_step(step.con, step.case.case_id, step.said, by=step.actor.login, today=day_of(step.at))
    return Change()


EFFECTS: dict[str, Callable[[Step], Change]] = {
    "watch": _watch,
    "regrade": _regrade,
    "take": _take,
    "assign": _assign,
    "act_first": _act_first,
    "countersign": _countersign,
    "report_up": _report_up,
    "hand_over": _hand_over,
    "receive": _receive,
    "answer": _answer,
    "follow_up": _follow_up,
    "attach": _attach,
    "take_measure": _take_measure,
    "end_measure": _end_measure,
    "start_plan": _start_plan,
    "plan_step": _plan_step,
}

"""Due times by colour in Chinese working days, what is overdue, and its escalation to the parent unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.books import Books
from riskwarn.cases.case_tables import escalation, hand_over
from riskwarn.cases.reading import Case, read_cases
from riskwarn.cases.work_tables import plan_step
from riskwarn.settings import TIMEZONE
from riskwarn.workdays import workdays_between


@dataclass(frozen=True)
class Overdue:
    """Something that should have been done by ``due_on``. ``what``: the state that lasts too long, watch, countersign,
    "answer 12" (a hand-over) or "plan 34" (a step of a plan). ``unit_id`` is whose case it is, ``escalates_to`` who should know by now.
    """

    case_id: str
    what: str
    due_on: date
    days_late: int  # working days
    unit_id: str
    assignee: str | None
    escalates_to: str


def state_due_on(case: Case, books: Books) -> date | None:
    """The last day on which the case may be in its state; None where there is no limit, or nothing left to take up."""
    return None if case.is_gone else due_in_state(books, case.state, case.colour, case.entered_on, case.watch_until)


def due_in_state(books: Books, state: str, colour: str, entered_on: date, watch_until: date | None) -> date | None:
    """The last day on which a case of a colour may be in the state that it came into on a day."""
    return watch_until if state == "watching" else books.life.due_on(state, colour, entered_on)


def overdue(con: Connection, books: Books, today: date) -> list[Overdue]:
    """All that is overdue on a day, latest first."""
    cases = {case.case_id: case for case in read_cases(con)}
    found = [_late(books, cases[case_id], what, due, today) for case_id, what, due in _dues(con, books, cases) if due < today]
    return sorted(found, key=lambda late: (-late.days_late, late.case_id, late.what))


def _dues(con: Connection, books: Books, cases: dict[str, Case]) -> Iterator[tuple[str, str, date]]:
    for case in cases.values():
        due = state_due_on(case, books)
        if due is not None:
            yield case.case_id, "watch" if case.state == "watching" else case.state, due
        if case.countersign_due_on is not None:
            yield case.case_id, "countersign", case.countersign_due_on
    waiting = sa.select(hand_over).where(hand_over.c.answered_on.is_(None))
    for asked in con.execute(waiting.order_by(hand_over.c.hand_over_id)):
        yield asked.case_id, f"answer {asked.hand_over_id}", asked.answer_due_on
    for step in con.execute(sa.select(plan_step).where(plan_step.c.done_on.is_(None)).order_by(plan_step.c.plan_step_id)):
        if cases[step.case_id].state not in ("dismissed", "closed"):
            yield step.case_id, f"plan {step.plan_step_id}", step.due_on


def _late(books: Books, case: Case, what: str, due: date, today: date) -> Overdue:
    """One unit higher at once, and one more each time as long again has passed as was allowed (at least one working day)."""
    chain = books.units.chain(case.unit_id)
    allowed = books.life.due.get(what.split(" ", maxsplit=1)[0], {}).get(case.colour, 0)
    days = workdays_between(due, today)
    higher = 1 + max(days - 1, 0) // max(allowed, 1)
    target = chain[min(higher, len(chain) - 1)]
    return Overdue(case.case_id, what, due, days, chain[0], case.assignee, target)


def escalate(con: Connection, books: Books, today: date) -> list[Overdue]:
    """Notes what is overdue for the unit it goes up to, once for each unit; returns what is new. For the nightly task."""
    new = []
    for late in overdue(con, books, today):
        row = {"case_id": late.case_id, "what": late.what, "due_on": late.due_on, "unit_id": late.escalates_to}
        here = sa.and_(*(escalation.c[name] == value for name, value in row.items()))
        if con.execute(sa.select(sa.func.count()).select_from(escalation).where(here)).scalar_one():
            continue
        con.execute(sa.insert(escalation).values(**row, escalated_on=today))
        at, subject = datetime.combine(today, time(0), TIMEZONE), f"case {late.case_id}"
        after = {**row, "days_late": late.days_late}
        audit.record(con, at=at, actor=audit.MACHINE, subject=subject, action="escalate", before={}, after=after, night=None)
        new.append(late)
    return new


def escalations_of(con: Connection, case_id: str) -> list[dict[str, object]]:
    query = sa.select(escalation).where(escalation.c.case_id == case_id).order_by(escalation.c.escalation_id)
    return [dict(row) for row in con.execute(query).mappings()]

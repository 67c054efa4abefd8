"""How a warning went: when it was raised, when a person judged it and how, when an authority acted on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.case_tables import case_file, case_step
from riskwarn.cases.lifecycle import Lifecycle
from riskwarn.cases.quality import wilson
from riskwarn.cases.tables import warning_case

JUDGING = ("verify", "dismiss")
UNDOING = ("reopen", "send_back")
ACTING = ("issue", "act_first")  # the official act: the warning goes out


@dataclass(frozen=True)
class Course:
    """One warning of the machine. ``judgement``: right, wrong, neither (cases.quality) or waiting, by the last one; ``judged_on``,
    ``acted_on``: the first verification or dismissal, the first official act; None where there was none.
    """

    case_id: str
    indicator_id: str
    raised_on: date
    judgement: str
    reason_class: str
    judged_on: date | None
    acted_on: date | None

    @property
    def month(self) -> str:
        """The month in which it was first raised, YYYY-MM."""
        return f"{self.raised_on:%Y-%m}"

    @property
    def days_to_decision(self) -> int | None:
        return None if self.judged_on is None else (self.judged_on - self.raised_on).days

    @property
    def lead_days(self) -> int | None:
        """Of a warning that was right: days from the first raising to the official act, where there was none to the decision."""
        reached = self.acted_on or self.judged_on
        return None if self.judgement != "right" or reached is None else (reached - self.raised_on).days


def courses(con: Connection, life: Lifecycle, before: date) -> list[Course]:
    """Every warning of the machine raised before a day, with what people had done by then, oldest first."""
    wanted = (*JUDGING, *UNDOING, *ACTING)
    steps = sa.select(case_step).where(case_step.c.action.in_(wanted), case_step.c.done_on < before).order_by(case_step.c.step_id)
    by_case: dict[str, list[sa.Row[tuple[object, ...]]]] = {}
    for step in con.execute(steps):
        by_case.setdefault(step.case_id, []).append(step)
    query = sa.select(case_file.c.case_id, warning_case.c.indicator_id, warning_case.c.first_raised_on).join(warning_case)
    ordered = query.where(warning_case.c.first_raised_on < before).order_by(warning_case.c.first_raised_on, case_file.c.case_id)
    return [_course(row.case_id, row.indicator_id, row.first_raised_on, by_case.get(row.case_id, []), life) for row in con.execute(ordered)]


def _course(case_id: str, indicator_id: str, raised_on: date, steps: Sequence[sa.Row[tuple[object, ...]]], life: Lifecycle) -> Course:
    last = next((step for step in reversed(steps) if step.action in (*JUDGING, *UNDOING)), None)
    judgement, reason = "waiting", ""
    if last is not None and last.action == "verify":
        judgement = "right"
    elif last is not None and last.action == "dismiss":
        reason = str(last.fields.get("reason_class", ""))
        judgement = life.reason_classes.get(reason, "wrong")
    firsts = {kind: next((step.done_on for step in steps if step.action in kind), None) for kind in (JUDGING, ACTING)}
    return Course(case_id, indicator_id, raised_on, judgement, reason, firsts[JUDGING], firsts[ACTING])


@dataclass(frozen=True)
class Record:
    """What some warnings amount to. ``value``: right / (right + wrong), None where nothing was judged, with its 95% Wilson interval;
    medians in days, None where there is nothing to take one of.
    """

    raised: int
    right: int
    wrong: int
    neither: int
    waiting: int
    value: float | None
    lower: float | None
    upper: float | None
    decision_days: float | None
    lead_days: float | None
    acts: int


def record_of(found: Iterable[Course]) -> Record:
    """Sums over warnings."""
    mine = list(found)
    right, wrong, neither, waiting = (sum(one.judgement == kind for one in mine) for kind in ("right", "wrong", "neither", "waiting"))
    judged = right + wrong
    low, high = wilson(right, judged) if judged else (None, None)
    days = [one.days_to_decision for one in mine if one.days_to_decision is not None]
    leads = [one.lead_days for one in mine if one.lead_days is not None]
    return Record(
        raised=len(mine),
        right=right,
        wrong=wrong,
        neither=neither,
        waiting=waiting,
        value=right / judged if judged else None,
        lower=low,
        upper=high,
        decision_days=float(median(days)) if days else None,
        lead_days=float(median(leads)) if leads else None,
        acts=sum(one.acted_on is not None for one in mine),
    )

"""How often an indicator was right: what people verified or dismissed, by indicator, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import median

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.case_tables import case_file, case_step
from riskwarn.cases.lifecycle import Lifecycle
from riskwarn.cases.tables import warning_case

Z95 = 1.959963984540054  # standard normal quantile of 0.975


@dataclass(frozen=True)
class Quality:
    """Of one indicator's warnings that people judged: how many were ``right`` (verified, or dismissed as known and handled) and how many
    ``wrong``; ``neither`` says nothing of the indicator (a duplicate ...), ``waiting`` has no judgement yet. ``value`` = right / (right
    + wrong), None where nothing was judged, with its 95% Wilson interval.
    """

    indicator_id: str
    right: int
    wrong: int
    neither: int
    waiting: int
    reasons: dict[str, int]  # dismissals by reason class

    @property
    def value(self) -> float | None:
        judged = self.right + self.wrong
        return self.right / judged if judged else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.right, self.right + self.wrong)


def predictive_value(con: Connection, life: Lifecycle, before: date) -> list[Quality]:
    """By indicator, in order of their ids, from what people had judged before a day; a case counts once, by its last judgement."""
    judged = sa.select(case_step).where(case_step.c.action.in_(("verify", "dismiss", "reopen", "send_back")), case_step.c.done_on < before)
    last = {row.case_id: row for row in con.execute(judged.order_by(case_step.c.step_id))}
    query = sa.select(case_file.c.case_id, warning_case.c.indicator_id).join(warning_case)
    counts: dict[str, dict[str, int]] = {}
    reasons: dict[str, dict[str, int]] = {}
    for case_id, indicator_id in con.execute(query.where(warning_case.c.first_raised_on < before).order_by(case_file.c.case_id)):
        mine = counts.setdefault(indicator_id, dict.fromkeys(("right", "wrong", "neither", "waiting"), 0))
        step = last.get(case_id)
        if step is None or step.action in ("reopen", "send_back"):
            mine["waiting"] += 1
        elif step.action == "verify":
            mine["right"] += 1
        else:
            reason = step.fields.get("reason_class", "")
            mine[life.reason_classes.get(reason, "wrong")] += 1
            told = reasons.setdefault(indicator_id, {})
            told[reason] = told.get(reason, 0) + 1
    return [Quality(name, **counts[name], reasons=reasons.get(name, {})) for name in sorted(counts)]


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95% score interval of a proportion (Wilson 1927, JASA 22: 209-212); (0, 1) where nothing was tried."""
    if not trials:
        return 0.0, 1.0
    share, z2 = hits / trials, Z95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def days_to_judgement(con: Connection, before: date) -> dict[str, float]:
    """By indicator, the median of the days from a warning's night to the first time a person verified or dismissed it."""
    first = (
        sa.select(case_step.c.case_id, sa.func.min(case_step.c.done_on).label("judged_on"))
        .where(case_step.c.action.in_(("verify", "dismiss")), case_step.c.done_on < before)
        .group_by(case_step.c.case_id)
        .subquery()
    )
    query = sa.select(warning_case.c.indicator_id, warning_case.c.first_raised_on, first.c.judged_on)
    days: dict[str, list[int]] = {}
    for row in con.execute(query.join(first, first.c.case_id == warning_case.c.warning_id)):
        days.setdefault(row.indicator_id, []).append((row.judged_on - row.first_raised_on).days)
    return {name: float(median(mine)) for name, mine in days.items()}

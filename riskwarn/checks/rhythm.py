"""What a source usually does: how often it delivers and how many rows a week it brings, both counted in Chinese working days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from riskwarn.workdays import workdays_between

_GAPS_NEEDED = 8  # fewer show no rhythm
_GAPS_USED = 30
_WEEKS_NEEDED = 8
_WEEKS_USED = 26
_SPREADS = 4.0  # robust standard deviations from the median that are still usual (two-sided normal tail: 6e-5)
_POISSON_SPREAD = 0.5  # standard deviation of the square root of a Poisson count


def as_workdays(days: int) -> int:
    """Calendar days as working days, five in seven, at least one."""
    return max(1, math.ceil(days * 5 / 7))


def allowed_gap(cadence_days: int, delivered: Sequence[date]) -> int:
    """Working days that may pass from one delivery to the next before something is missing.

    The agreed cadence; or, where at least 8 gaps are on record, the gap that 9 in 10 of the last 30 did not exceed, if that is longer
    (at most three times the cadence, so that a source that dies away is missed all the same).
    """
    agreed = as_workdays(cadence_days)
    days = sorted(set(delivered))
    gaps = [workdays_between(a, b) for a, b in pairwise(days)][-_GAPS_USED:]
    if len(gaps) < _GAPS_NEEDED:
        return agreed
    usual = sorted(gaps)[math.ceil(0.9 * len(gaps)) - 1]
    return min(max(agreed, usual), 3 * agreed)


def volume_bounds(rows_by_week: Mapping[date, int], week: date) -> tuple[float, float] | None:
    """Between how many rows the week (a Monday) is usual; None where it cannot be said.

    Rows per working day of up to 26 earlier weeks, scaled to the working days of this one; median and median absolute deviation
    (times 1.4826, Rousseeuw and Croux 1993) of their square roots (Anscombe 1948), never narrower than Poisson counts allow. Less than
    half or more than twice the usual is asked for besides, so that a large steady source does not complain of trifles. Weeks with
    fewer than two working days are neither judged nor judge.
    """
    own = _workdays_in(week)
    earlier = [m for m in (week - timedelta(weeks=n) for n in range(1, _WEEKS_USED + 1)) if rows_by_week and m > min(rows_by_week)]
    judging = [(rows_by_week.get(m, 0), _workdays_in(m)) for m in earlier]
    roots = [math.sqrt(rows / days * own) for rows, days in judging if days >= 2]
    if own < 2 or len(roots) < _WEEKS_NEEDED or median(roots) == 0:
        return None
    middle = median(roots)
    spread = max(1.4826 * median(abs(root - middle) for root in roots), _POISSON_SPREAD)
    lower = max(0.0, middle - _SPREADS * spread) ** 2
    upper = (middle + _SPREADS * spread) ** 2
    return min(lower, middle**2 / 2), max(upper, middle**2 * 2)


def _workdays_in(monday: date) -> int:
    return workdays_between(monday - timedelta(days=1), monday + timedelta(days=6))

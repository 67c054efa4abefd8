"""Tails and critical counts of LANES weeks in step: the walk over the law of :mod:`riskwarn.detect.tails`, several lanes an instruction.

All numbers lie in one array ``w``, LANES of them a row. Large means, and counts far out in the tail, are rare and done one by one by
the functions of that module: both give the same numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.lanes import LANES, compiled, exp, log
from riskwarn.detect.tails import EXACT_MEAN, LEAST_LEFT, NEAR, POISSON_LIKE, WALK_LEVEL, critical_search, mid_p

Floats = NDArray[np.float64]

# Rows. In: the week's count, what its window counted and expected, dispersion, error of the rate, whether there are weeks enough.
COUNT, TOTAL, MEAN, PHI, RATE_VAR, ABLE = (row * LANES for row in range(6))
VAR, MASS, LEFT, BASE, RATIO, TAIL, CRITICAL = (row * LANES for row in range(6, 13))
# Out: smallest weighted tail of all windows so far, largest count without an alarm; later the probability of the former.
SMALLEST, BOUND, P_VALUE = (row * LANES for row in range(13, 16))
ROWS = 16
BENDS = 19  # of the line that windows.inflation describes
_SOUGHT, _ENDLESS = -1.0, 1e300


@compiled
def _prepare(w: Floats, is_walked: bool) -> None:
    """The law of each lane at 0, and which of tail and critical count are to be found on the walk.

    With excess = var / mean - 1: P(0) = exp(-mean log(1 + excess) / excess), P(k + 1) = P(k) (base + k ratio) / (k + 1).
    """
    bounded = 1.0 if is_walked else 0.0
    for lane in range(LANES):
        mean, excess = w[MEAN + lane], (w[PHI + lane] - 1.0) + w[RATE_VAR + lane] * w[MEAN + lane]
        spread = 1.0 + excess
        is_poisson = excess <= POISSON_LIKE
        safe = max(excess, POISSON_LIKE)
        both = 1.0 / (spread * safe)  # one division for two
        inverse = both * safe
        thin = (log(spread) + (excess - (spread - 1.0)) * inverse) * (both * spread)
        w[MASS + lane] = exp(-mean * (1.0 if is_poisson else thin))
        w[LEFT + lane] = 1.0
        w[BASE + lane] = mean if is_poisson else mean * inverse
        w[RATIO + lane] = 0.0 if is_poisson else excess * inverse
        var = w[PHI + lane] * mean + w[RATE_VAR + lane] * mean * mean
        w[VAR + lane] = var
        is_small, is_able = mean < EXACT_MEAN, w[ABLE + lane] > 0.0
        above = max(w[TOTAL + lane] - mean, 0.0)
        is_near = above * above <= NEAR * NEAR * var
        is_asked = is_able and w[COUNT + lane] > 0.0
        w[TAIL + lane] = (_SOUGHT if is_small and is_near else 0.0) if is_asked else 1.0
        w[CRITICAL + lane] = _SOUGHT if is_small and is_able and bounded > 0.0 else _ENDLESS


@compiled
def _walk(w: Floats, level: float) -> None:
    """Sums the law from 0 upwards until every lane has met its count and the critical one; four steps a round."""
    at, sought = 0.0, 1
    while sought > 0:
        one, two, three, four = 1.0 / (at + 1.0), 1.0 / (at + 2.0), 1.0 / (at + 3.0), 1.0 / (at + 4.0)
        sought = 0
        for lane in range(LANES):
            mass, left, tail, critical = w[MASS + lane], w[LEFT + lane], w[TAIL + lane], w[CRITICAL + lane]
            total, base, ratio = w[TOTAL + lane], w[BASE + lane], w[RATIO + lane]
            middle = left - 0.5 * mass
            tail = middle if tail < 0.0 and total == at else tail
            critical = at if critical < 0.0 and middle <= level else critical
            left -= mass
            mass *= (base + at * ratio) * one
            middle = left - 0.5 * mass
            tail = middle if tail < 0.0 and total == at + 1.0 else tail
            critical = at + 1.0 if critical < 0.0 and middle <= level else critical
            left -= mass
            mass *= (base + (at + 1.0) * ratio) * two
            middle = left - 0.5 * mass
            tail = middle if tail < 0.0 and total == at + 2.0 else tail
            critical = at + 2.0 if critical < 0.0 and middle <= level else critical
            left -= mass
            mass *= (base + (at + 2.0) * ratio) * three
            middle = left - 0.5 * mass
            tail = middle if tail < 0.0 and total == at + 3.0 else tail
            critical = at + 3.0 if critical < 0.0 and middle <= level else critical
            left -= mass
            mass *= (base + (at + 3.0) * ratio) * four
            w[MASS + lane], w[LEFT + lane], w[TAIL + lane], w[CRITICAL + lane] = mass, left, tail, critical
            sought += 1 if min(tail, critical) < 0.0 else 0
        at += 4.0


@compiled
def _one_by_one(w: Floats, level: float, with_upper: bool) -> None:
    """What the walk cannot say: tails near or below its rounding, means too large to walk."""
    for lane in range(LANES):
        if w[TAIL + lane] <= LEAST_LEFT:
            w[TAIL + lane] = mid_p(w[TOTAL + lane], w[MEAN + lane], w[VAR + lane])
        if with_upper and w[ABLE + lane] > 0.0 and w[CRITICAL + lane] == _ENDLESS:
            w[CRITICAL + lane] = critical_search(level, w[MEAN + lane], w[VAR + lane])


@compiled
def judge_window(w: Floats, level: float, weight: float, with_upper: bool) -> None:
    """Lets one window take part: SMALLEST falls to its tail / ``weight``, BOUND to what keeps its tail above ``level``."""
    is_walked = with_upper and level > WALK_LEVEL
    _prepare(w, is_walked)
    _walk(w, level)
    left = 0
    for lane in range(LANES):
        left += 1 if w[TAIL + lane] <= LEAST_LEFT or (w[CRITICAL + lane] == _ENDLESS and w[ABLE + lane] > 0.0) else 0
    if left > 0:
        _one_by_one(w, level, with_upper)
    share = 1.0 / weight
    for lane in range(LANES):
        w[SMALLEST + lane] = min(w[SMALLEST + lane], w[TAIL + lane] * share)
        w[BOUND + lane] = min(w[BOUND + lane], w[CRITICAL + lane] - (w[TOTAL + lane] - w[COUNT + lane]) - 1.0)


@compiled
def combine_lanes(w: Floats, knots: Floats, slopes: Floats, first: float) -> None:
    """``windows.combined`` of every lane: the interpolated line as a sum of its bends (see :func:`bends`)."""
    last = knots[BENDS]
    for lane in range(LANES):
        x = log(w[SMALLEST + lane])
        held, bent = min(x, last), first
        for i in range(BENDS):
            bent += slopes[i] * max(held - knots[i], 0.0)
        p = min(1.0, exp(x + bent))
        w[P_VALUE + lane] = p if w[SMALLEST + lane] < 1.0 else 1.0


def bends(log_x: Floats, log_ratio: Floats) -> Floats:
    """How much the slope of the line through the points changes at each of them but the last."""
    slopes = np.diff(log_ratio) / np.diff(log_x)
    return np.diff(slopes, prepend=0.0)

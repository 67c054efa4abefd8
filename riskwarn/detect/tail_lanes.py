"""LANES weeks judged in step by their windows of one and of two weeks: the probability of the smaller tail, and the bound.

Small means walk over the law (:mod:`riskwarn.detect.walk_lanes`), large ones go by the saddlepoint (:mod:`riskwarn.detect.saddle_lanes`);
what neither can say is rare and done one by one by :mod:`riskwarn.detect.tails`: all give the same numbers.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.lanes import LANES, compiled, exp, log
from riskwarn.detect.saddle_lanes import saddle_criticals, saddle_tails
from riskwarn.detect.tails import LEAST_LEFT, WALK_LEVEL, critical_search, mid_p, normal_quantile
from riskwarn.detect.walk_lanes import (
    BOTH,
    BOTH_EXPECTED,
    BOUND,
    COUNT,
    CRITICAL,
    ENDLESS,
    EXPECTED,
    HEIGHT,
    LOG,
    MEAN,
    P_VALUE,
    PHI,
    PIECE,
    RATE_VAR,
    SLOPE,
    SMALLEST,
    TAIL,
    TOTAL,
    begin_walk,
    walk_both,
    walk_tails,
)  # fmt: skip

Floats = NDArray[np.float64]

KNOTS, EVEN = 20, 17  # of the line that windows.inflation describes: all, and the first ones, evenly spaced


@compiled
def begin_weeks(w: Floats) -> None:
    """Before any window: nothing is surprising, no count too large; the window of one week is at hand."""
    for lane in range(LANES):
        w[SMALLEST + lane], w[BOUND + lane] = 1.0, math.inf
        w[TOTAL + lane], w[MEAN + lane] = w[COUNT + lane], w[EXPECTED + lane]


@compiled
def two_weeks(w: Floats) -> None:
    """Takes the window of two weeks in hand."""
    for lane in range(LANES):
        w[TOTAL + lane], w[MEAN + lane] = w[BOTH + lane], w[BOTH_EXPECTED + lane]


@compiled
def _one_by_one(w: Floats, level: float, with_upper: bool) -> None:
    """What is not certain: tails near or below the rounding of the walk, criticals far from their guess."""
    for lane in range(LANES):
        mean = w[MEAN + lane]
        var = w[PHI + lane] * mean + w[RATE_VAR + lane] * mean * mean
        if w[TAIL + lane] <= LEAST_LEFT and w[COUNT + lane] > 0.0:
            w[TAIL + lane] = mid_p(w[TOTAL + lane], mean, var)
        if with_upper and w[CRITICAL + lane] == ENDLESS:
            w[CRITICAL + lane] = critical_search(level, mean, var)


@compiled
def _no_criticals(w: Floats) -> None:
    for lane in range(LANES):
        w[CRITICAL + lane] = ENDLESS


@compiled
def judge_window(w: Floats, level: float, is_large: bool, with_upper: bool) -> None:
    """Lets the window at hand take part: SMALLEST falls to its tail, BOUND to what keeps its tail above ``level``.

    ``is_large``: all lanes expect EXACT_MEAN events or more, else none does.
    """
    if is_large:
        saddle_tails(w)
        if with_upper:
            saddle_criticals(w, level, normal_quantile(1.0 - level) if level < 0.5 else 0.0)
    else:
        begin_walk(w)
        if with_upper and level > WALK_LEVEL:
            walk_both(w, level)
        else:
            walk_tails(w)
            _no_criticals(w)
    left = 0
    for lane in range(LANES):
        left += 1 if (w[TAIL + lane] <= LEAST_LEFT and w[COUNT + lane] > 0.0) or (with_upper and w[CRITICAL + lane] == ENDLESS) else 0
    if left > 0:
        _one_by_one(w, level, with_upper)
    for lane in range(LANES):
        tail = w[TAIL + lane] if w[COUNT + lane] > 0.0 else 1.0
        w[SMALLEST + lane] = min(w[SMALLEST + lane], tail)
        w[BOUND + lane] = min(w[BOUND + lane], w[CRITICAL + lane] - (w[TOTAL + lane] - w[COUNT + lane]) - 1.0)


@compiled
def combine_lanes(w: Floats, line: Floats) -> None:
    """``windows.combined`` of every lane; ``line`` is made by :func:`drawn`."""
    begin, steps, one, two, last = line[0], line[1], line[2], line[3], line[4]
    for lane in range(LANES):
        x = log(w[SMALLEST + lane])
        piece = min(max(np.floor((x - begin) * steps) + 1.0, 0.0), EVEN + 0.0)
        w[LOG + lane] = x
        w[PIECE + lane] = piece + (1.0 if x > one else 0.0) + (1.0 if x > two else 0.0) + (1.0 if x > last else 0.0)
    for lane in range(LANES):  # looked up one by one
        piece = int(w[PIECE + lane])
        w[HEIGHT + lane], w[SLOPE + lane] = line[5 + piece], line[5 + KNOTS + 1 + piece]
    for lane in range(LANES):
        x = w[LOG + lane]
        p = min(1.0, exp(x + (w[HEIGHT + lane] + w[SLOPE + lane] * x)))
        w[P_VALUE + lane] = p if w[SMALLEST + lane] < 1.0 else 1.0


def drawn(log_x: Floats, log_ratio: Floats) -> Floats:
    """The line through the points of ``windows.inflation`` as a table: where its even knots begin and how many a unit, its other
    knots, then of each piece (also those before and after all knots) the height at 0 and the slope.
    """
    slopes = np.concatenate([[0.0], np.diff(log_ratio) / np.diff(log_x), [0.0]])
    heights = np.append(log_ratio[0], log_ratio) - slopes * np.append(log_x[0], log_x)
    return np.concatenate([[log_x[0], (EVEN - 1) / (log_x[EVEN - 1] - log_x[0])], log_x[EVEN:], heights, slopes])

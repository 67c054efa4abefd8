"""The filter's arithmetic for LANES series in step (:mod:`riskwarn.detect.filter` says what it computes).

All numbers of a block of series lie in one array ``w``, LANES of them a row: the compiler then sees that no loop disturbs itself and
does several lanes in one instruction. The covariance is kept as its upper triangle.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.lanes import LANES, compiled, exp, inlined, log_quotient, quotient

Floats = NDArray[np.float64]
Look = tuple[float, float, float, float, float, float, float, float]

# Squared relative scatter allowed for while a series is too young to show its own; dense first weeks would else weigh for years.
DOUBT = 0.04
DENSE = 10.0  # events a week from which a series' own counts say how they scatter
HIGHEST_DISPERSION = 100.0  # plus the expected count
LARGEST_LOG_RATE = 40.0  # absurd counts, or centuries without a row, would else leave the range of numbers

# Rows of the block: covariance (21), coefficients (6), widest variances (6), dispersion and what it is learned from, ...
COV, MEAN, WIDEST = 0, 21 * LANES, 27 * LANES
DISPERSION, POOLED, SQUARE, WEIGHT, AWAKE, WEEKS = (row * LANES for row in range(33, 39))
# ... what is given of a week (count, exposure, four harmonics), what was expected of it, and the step of the coefficients.
COUNT, EXPOSURE, SEASONAL, EXPECTED, GAIN, SHRINK, STEP = (row * LANES for row in (39, 40, 41, 45, 48, 49, 50))
LOG_RATE, VAR, LEARNED, DUE, INVERSE, BELIEVED = (row * LANES for row in range(56, 62))  # of the week that is learned
ROWS = 62
STATE = 38  # the first of these rows are all that the filter takes from week to week
DIAGONAL = (0, 6, 11, 15, 18, 20)


class Tuning(NamedTuple):
    """How fast the filter forgets and what it refuses to learn (weeks, standard deviations, pseudo-observations)."""

    level_discount: float = 0.998
    season_discount: float = 0.996
    guard_weeks: int = 6
    winsor_sd: float = 2.2
    settled_weeks: int = 8  # before this age nothing is winsorised: the first counts are all there is to know
    winsor_dispersion: float = 2.0  # winsorising assumes at least this dispersion, or a small one would confirm itself
    is_winsor_adaptive: bool = True  # ... and more where more was learned; a panel has other series to learn it from
    is_level_flat: bool = False  # the level begins at the first week's count instead of at a prior
    prior_dispersion: float = 1.5
    prior_dispersion_weeks: float = 8.0


@inlined
def _look(w: Floats, lane: int, slope: float) -> Look:
    """Mean and variance of the log rate at the week's regressors, and covariance x regressors."""
    x2, x3, x4, x5 = (
        w[SEASONAL + lane], w[SEASONAL + LANES + lane], w[SEASONAL + 2 * LANES + lane], w[SEASONAL + 3 * LANES + lane],
    )  # fmt: skip
    c, m, n = COV + lane, MEAN + lane, LANES
    p0 = w[c] + w[c + n] * slope + w[c + 2 * n] * x2 + w[c + 3 * n] * x3 + w[c + 4 * n] * x4 + w[c + 5 * n] * x5
    p1 = w[c + n] + w[c + 6 * n] * slope + w[c + 7 * n] * x2 + w[c + 8 * n] * x3 + w[c + 9 * n] * x4 + w[c + 10 * n] * x5
    p2 = w[c + 2 * n] + w[c + 7 * n] * slope + w[c + 11 * n] * x2 + w[c + 12 * n] * x3 + w[c + 13 * n] * x4 + w[c + 14 * n] * x5
    p3 = w[c + 3 * n] + w[c + 8 * n] * slope + w[c + 12 * n] * x2 + w[c + 15 * n] * x3 + w[c + 16 * n] * x4 + w[c + 17 * n] * x5
    p4 = w[c + 4 * n] + w[c + 9 * n] * slope + w[c + 13 * n] * x2 + w[c + 16 * n] * x3 + w[c + 18 * n] * x4 + w[c + 19 * n] * x5
    p5 = w[c + 5 * n] + w[c + 10 * n] * slope + w[c + 14 * n] * x2 + w[c + 17 * n] * x3 + w[c + 19 * n] * x4 + w[c + 20 * n] * x5
    var = p0 + p1 * slope + p2 * x2 + p3 * x3 + p4 * x4 + p5 * x5
    log_rate = w[m] + w[m + n] * slope + w[m + 2 * n] * x2 + w[m + 3 * n] * x3 + w[m + 4 * n] * x4 + w[m + 5 * n] * x5
    return min(max(log_rate, -LARGEST_LOG_RATE), LARGEST_LOG_RATE), max(var, 1e-12), p0, p1, p2, p3, p4, p5


@compiled
def predict(w: Floats, slope: float) -> None:
    """Expected count of the given week, squared relative error of its rate, dispersion."""
    for lane in range(LANES):
        x2, x3, x4, x5 = (
            w[SEASONAL + lane], w[SEASONAL + LANES + lane], w[SEASONAL + 2 * LANES + lane], w[SEASONAL + 3 * LANES + lane],
        )  # fmt: skip
        c, m, n = COV + lane, MEAN + lane, LANES
        # As in _look, but each pair of coefficients once.
        q0 = w[c + n] * slope + w[c + 2 * n] * x2 + w[c + 3 * n] * x3 + w[c + 4 * n] * x4 + w[c + 5 * n] * x5
        q1 = 0.5 * w[c + 6 * n] * slope + w[c + 7 * n] * x2 + w[c + 8 * n] * x3 + w[c + 9 * n] * x4 + w[c + 10 * n] * x5
        q2 = 0.5 * w[c + 11 * n] * x2 + w[c + 12 * n] * x3 + w[c + 13 * n] * x4 + w[c + 14 * n] * x5
        q3 = 0.5 * w[c + 15 * n] * x3 + w[c + 16 * n] * x4 + w[c + 17 * n] * x5
        q4 = 0.5 * w[c + 18 * n] * x4 + w[c + 19 * n] * x5
        q5 = 0.5 * w[c + 20 * n] * x5
        var = w[c] + 2.0 * (q0 + q1 * slope + q2 * x2 + q3 * x3 + q4 * x4 + q5 * x5)
        log_rate = w[m] + w[m + n] * slope + w[m + 2 * n] * x2 + w[m + 3 * n] * x3 + w[m + 4 * n] * x4 + w[m + 5 * n] * x5
        expected = w[EXPOSURE + lane] * exp(min(max(log_rate, -LARGEST_LOG_RATE), LARGEST_LOG_RATE))
        w[EXPECTED + lane] = expected
        w[EXPECTED + LANES + lane] = max(var, 1e-12)
        # One absurd count must not make everything after it possible (nor the tails endless sums).
        w[EXPECTED + 2 * LANES + lane] = min(w[DISPERSION + lane], HIGHEST_DISPERSION + expected)


@compiled
def begin(w: Floats, now: float) -> None:
    """A flat prior on the rate, Gamma(1, 0), met by the first count: Gamma(1 + count, exposure), whatever the season then was.

    The first case after n empty weeks then has p about 1 / (n + 1).
    """
    for lane in range(LANES):
        if now >= w[WEEKS + lane]:
            continue
        var = 0.0
        w[COV + LANES + lane] = 0.0
        for i in range(4):
            x, c = w[SEASONAL + i * LANES + lane], w[COV + DIAGONAL[2 + i] * LANES + lane]
            w[COV + (2 + i) * LANES + lane] = -c * x
            var += c * x * x
        w[MEAN + lane] = math.log((1.0 + w[COUNT + lane]) / w[EXPOSURE + lane])
        w[COV + lane] = 1.0 / (1.0 + w[COUNT + lane] / max(w[POOLED + lane], DOUBT * w[COUNT + lane])) + max(var, 1e-12)
        w[WIDEST + lane] = w[COV + lane]


@compiled
def learn(w: Floats, slope: float, now: float, is_settled: bool, tuning: Tuning) -> None:
    """What the given week teaches: its count as far as it is learned, dispersion, and the step of the coefficients it asks for.

    The count is at most a high quantile (Cornish-Fisher, so that one count in a sparse series is not cut). A week without exposure,
    and any week after a series ended (``now`` counts its weeks), teaches nothing.
    """
    z = tuning.winsor_sd
    skew = (z * z - 1.0) / 6.0
    uncut, doubt = (0.0, 0.0) if is_settled else (np.inf, DOUBT)
    own = 1.0 if tuning.is_winsor_adaptive else 0.0
    # In a panel the first weeks measure how wrong the margins' prior was, not how the counts scatter.
    scatters = 1.0 if tuning.is_winsor_adaptive or is_settled else 0.0
    least, prior_weeks = tuning.winsor_dispersion, tuning.prior_dispersion_weeks
    # Three short loops instead of one: each number waits for the one before it, and only in a short loop do lanes fill the waiting.
    for lane in range(LANES):
        log_rate, var, p0, p1, p2, p3, p4, p5 = _look(w, lane, slope)
        w[LOG_RATE + lane], w[VAR + lane] = log_rate, var
        w[STEP + lane], w[STEP + LANES + lane], w[STEP + 2 * LANES + lane] = p0, p1, p2
        w[STEP + 3 * LANES + lane], w[STEP + 4 * LANES + lane], w[STEP + 5 * LANES + lane] = p3, p4, p5
    for lane in range(LANES):
        log_rate, var = w[LOG_RATE + lane], w[VAR + lane]
        given, units, phi = w[COUNT + lane], w[EXPOSURE + lane], w[DISPERSION + lane]
        on = 1.0 if units > 0.0 and now < w[WEEKS + lane] else 0.0
        mu = units * exp(log_rate)
        wide = max(phi if mu >= DENSE else phi * own, least)  # what is cut teaches no scatter: a dense series' lower half does
        y = min(given, mu + z * math.sqrt(wide * mu + mu * mu * var) + skew * (2.0 * wide - 1.0) + uncut)
        # A Pearson residual of a small mean is mostly noise: weighted by its information, mu / (mu + 1/2). An outbreak is no dispersion.
        believed = max(phi, doubt * mu)
        error = believed + mu * var
        inverse = 1.0 / ((mu + 0.5) * error * var)  # one division for two
        each = on * scatters * w[AWAKE + lane] * (inverse * var)
        each = each if own > 0.0 or y >= given else 0.0
        square = w[SQUARE + lane] + each * believed * (y - mu) * (y - mu)
        weight = w[WEIGHT + lane] + each * mu * error
        learned = max(1.0, (square + prior_weeks * w[POOLED + lane]) / (weight + prior_weeks))
        phi = learned if on * scatters * w[AWAKE + lane] > 0.0 else phi
        w[SQUARE + lane], w[WEIGHT + lane], w[DISPERSION + lane] = square, weight, phi
        # A series is in the panel because it had an event: the weeks up to the first say nothing of dispersion.
        w[AWAKE + lane] = 1.0 if on > 0.0 and given > 0.0 else w[AWAKE + lane]
        believed = max(phi, doubt * mu)
        w[LEARNED + lane], w[DUE + lane], w[INVERSE + lane] = y, believed + var * mu, (mu + 0.5) * error * inverse
        w[BELIEVED + lane] = believed
    for lane in range(LANES):
        # One conjugate gamma step of the log rate, to be fed back linearly to all coefficients.
        on = 1.0 if w[EXPOSURE + lane] > 0.0 and now < w[WEEKS + lane] else 0.0
        y, due = w[LEARNED + lane], w[DUE + lane]
        seen = w[BELIEVED + lane] + w[VAR + lane] * y
        like, twos = quotient(seen, due)
        both = on / (seen * (seen + like))  # one division for two
        w[GAIN + lane] = on * log_quotient((seen - like) * seen * both, twos) * w[INVERSE + lane]
        w[SHRINK + lane] = y * (seen + like) * both


@inlined
def _wider(var: float, discount: float, widest: float) -> float:
    return max(var, min(var * discount, widest))


@compiled
def absorb(w: Floats, now: float, tuning: Tuning) -> None:
    """Takes the step, then widens level and season by their discounts, but never beyond what the prior left open."""
    level, season = 1.0 / tuning.level_discount, 1.0 / tuning.season_discount
    for lane in range(LANES):
        c, d, m, s, n = COV + lane, WIDEST + lane, MEAN + lane, STEP + lane, LANES
        p0, p1, p2, p3, p4, p5 = w[s], w[s + n], w[s + 2 * n], w[s + 3 * n], w[s + 4 * n], w[s + 5 * n]
        gain, shrink = w[GAIN + lane], w[SHRINK + lane]
        on = w[EXPOSURE + lane] > 0.0 and now < w[WEEKS + lane]
        wide, wider = (level if on else 1.0), (season if on else 1.0)
        w[m] += p0 * gain
        w[m + n] += p1 * gain
        w[m + 2 * n] += p2 * gain
        w[m + 3 * n] += p3 * gain
        w[m + 4 * n] += p4 * gain
        w[m + 5 * n] += p5 * gain
        q0, q1, q2, q3, q4, q5 = p0 * shrink, p1 * shrink, p2 * shrink, p3 * shrink, p4 * shrink, p5 * shrink
        w[c] = _wider(w[c] - q0 * p0, wide, w[d])
        w[c + n] -= q0 * p1
        w[c + 2 * n] -= q0 * p2
        w[c + 3 * n] -= q0 * p3
        w[c + 4 * n] -= q0 * p4
        w[c + 5 * n] -= q0 * p5
        w[c + 6 * n] -= q1 * p1
        w[c + 7 * n] -= q1 * p2
        w[c + 8 * n] -= q1 * p3
        w[c + 9 * n] -= q1 * p4
        w[c + 10 * n] -= q1 * p5
        w[c + 11 * n] = _wider(w[c + 11 * n] - q2 * p2, wider, w[d + 2 * n])
        w[c + 12 * n] -= q2 * p3
        w[c + 13 * n] -= q2 * p4
        w[c + 14 * n] -= q2 * p5
        w[c + 15 * n] = _wider(w[c + 15 * n] - q3 * p3, wider, w[d + 3 * n])
        w[c + 16 * n] -= q3 * p4
        w[c + 17 * n] -= q3 * p5
        w[c + 18 * n] = _wider(w[c + 18 * n] - q4 * p4, wider, w[d + 4 * n])
        w[c + 19 * n] -= q4 * p5
        w[c + 20 * n] = _wider(w[c + 20 * n] - q5 * p5, wider, w[d + 5 * n])

"""Tails and critical counts of LANES weeks in step: the walk over the law of :mod:`riskwarn.detect.tails`, several lanes an instruction.

All numbers lie in one array ``w``, LANES of them a row. Counts far out in the tail are marked, to be done one by one by the functions
of that module: both give the same numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.lanes import LANES, compiled, exp, log
from riskwarn.detect.tails import LONGEST, NEAR, POISSON_LIKE

Floats = NDArray[np.float64]

# Rows. In: the week's place in the results, its count, dispersion, error of the rate, expected count; count and expected count of the
# week and the one before it together.
PLACE, COUNT, PHI, RATE_VAR, EXPECTED, BOTH, BOTH_EXPECTED = (row * LANES for row in range(7))
GIVEN_ROWS = 7
# Count and expected count of the window at hand, and its law: P(0), P(Y >= y), P(k + 1) = P(k) (base + k ratio) / (k + 1).
TOTAL, MEAN, MASS, LEFT, BASE, RATIO = (row * LANES for row in range(7, 13))
# Steps to its count; its tail (0: not certain); its critical count (ENDLESS: not certain).
STEPS, TAIL, CRITICAL = (row * LANES for row in range(13, 16))
# Out: smallest tail of the windows so far, largest count without an alarm; the probability of the former.
SMALLEST, BOUND, P_VALUE = (row * LANES for row in range(16, 19))
# On the way from the one to the other: logarithm, its piece of the line that joins windows, height and slope of that.
LOG, PIECE, HEIGHT, SLOPE = (row * LANES for row in range(19, 23))
ROWS = 23
ENDLESS = 1e300


@compiled
def begin_walk(w: Floats) -> None:
    """The law of each lane at 0: P(0) = exp(-mean log(1 + excess) / excess), with excess = var / mean - 1."""
    for lane in range(LANES):
        mean = w[MEAN + lane]
        excess = (w[PHI + lane] - 1.0) + w[RATE_VAR + lane] * mean
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
        above = max(w[TOTAL + lane] - mean, 0.0)
        is_near = above * above <= NEAR * NEAR * spread * mean and w[TOTAL + lane] <= LONGEST
        w[STEPS + lane] = w[TOTAL + lane] if is_near else -1.0


@compiled
def walk_tails(w: Floats) -> None:
    """TAIL of each lane that is near its mean; four steps a round, and a lane stands still once it has met its count."""
    furthest = 0.0
    for lane in range(LANES):
        furthest = max(furthest, w[STEPS + lane])
    at = 0.0
    while at < furthest:
        one, two, three, four = 1.0 / (at + 1.0), 1.0 / (at + 2.0), 1.0 / (at + 3.0), 1.0 / (at + 4.0)
        for lane in range(LANES):
            mass, left, steps, base, ratio = w[MASS + lane], w[LEFT + lane], w[STEPS + lane], w[BASE + lane], w[RATIO + lane]
            left = left - mass if at < steps else left
            mass = mass * ((base + at * ratio) * one) if at < steps else mass
            left = left - mass if at + 1.0 < steps else left
            mass = mass * ((base + (at + 1.0) * ratio) * two) if at + 1.0 < steps else mass
            left = left - mass if at + 2.0 < steps else left
            mass = mass * ((base + (at + 2.0) * ratio) * three) if at + 2.0 < steps else mass
            left = left - mass if at + 3.0 < steps else left
            mass = mass * ((base + (at + 3.0) * ratio) * four) if at + 3.0 < steps else mass
            w[MASS + lane], w[LEFT + lane] = mass, left
        at += 4.0
    for lane in range(LANES):
        w[TAIL + lane] = w[LEFT + lane] - 0.5 * w[MASS + lane] if w[STEPS + lane] >= 0.0 else 0.0


@compiled
def walk_both(w: Floats, level: float) -> None:
    """TAIL and CRITICAL of each lane: the first count whose tail is not above ``level`` (above it all before are)."""
    for lane in range(LANES):
        w[TAIL + lane] = w[CRITICAL + lane] = 0.0
    at, sought = 0.0, 1
    while sought > 0 and at <= LONGEST:
        one, two, three, four = 1.0 / (at + 1.0), 1.0 / (at + 2.0), 1.0 / (at + 3.0), 1.0 / (at + 4.0)
        sought = 0
        for lane in range(LANES):
            mass, left, steps, base, ratio = w[MASS + lane], w[LEFT + lane], w[STEPS + lane], w[BASE + lane], w[RATIO + lane]
            tail, critical = w[TAIL + lane], w[CRITICAL + lane]
            middle = left - 0.5 * mass
            tail = middle if steps == at else tail
            critical += 1.0 if middle > level else 0.0
            left -= mass
            mass *= (base + at * ratio) * one
            middle = left - 0.5 * mass
            tail = middle if steps == at + 1.0 else tail
            critical += 1.0 if middle > level else 0.0
            left -= mass
            mass *= (base + (at + 1.0) * ratio) * two
            middle = left - 0.5 * mass
            tail = middle if steps == at + 2.0 else tail
            critical += 1.0 if middle > level else 0.0
            left -= mass
            mass *= (base + (at + 2.0) * ratio) * three
            middle = left - 0.5 * mass
            tail = middle if steps == at + 3.0 else tail
            critical += 1.0 if middle > level else 0.0
            left -= mass
            mass *= (base + (at + 3.0) * ratio) * four
            w[MASS + lane], w[LEFT + lane], w[TAIL + lane], w[CRITICAL + lane] = mass, left, tail, critical
            sought += 1 if middle > level or steps > at + 3.0 else 0
        at += 4.0
    if sought > 0:
        for lane in range(LANES):
            w[CRITICAL + lane] = w[CRITICAL + lane] if w[CRITICAL + lane] < at else ENDLESS

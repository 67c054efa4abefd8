"""Tails and critical counts of LANES weeks whose window expects EXACT_MEAN events or more: the saddlepoint, several lanes an instruction.

The formula is that of :mod:`riskwarn.detect.tails`, with the normal tail as a polynomial. What is not certain here to ten digits
(a count near its mean, where the formula loses digits, far tails, small counts, wide laws) is marked, to be done one by one by that module.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.lanes import LANES, compiled, exp, inlined, log, logs
from riskwarn.detect.tails import EXACT_COUNT, LEAST_SIZE, POISSON_LIKE
from riskwarn.detect.walk_lanes import CRITICAL, ENDLESS, MEAN, PHI, RATE_VAR, TAIL, TOTAL

Floats = NDArray[np.float64]

_DENSITY = 0.3989422804014327
_FURTHEST = 8.0  # roots up to which the polynomial holds
_NOISE = 4e-12  # the deviance has noise of some 1e-16 x (count + mean); it enters the tail divided by root^3
_SURE = 0.9  # counts by which the critical count may be missed at first: its place by one Newton step is then right to 0.02


@inlined
def _mills(root: float) -> float:
    """Upper tail of the standard normal times e^(root^2 / 2), for roots from 0 to _FURTHEST: a Chebyshev fit within 1e-13."""
    x = 21.0 / (root + 6.0) - 2.5
    x2 = x * x
    x4 = x2 * x2
    a = (0.14603314436044032 + x * 0.16283478602612206) + x2 * (0.10264412161755627 + x * 0.053623642875903044)
    b = (0.023324060802659714 + x * 0.008404768893190962) + x2 * (0.002467103292569822 + x * 0.0005679697368387684)
    c = (9.361093874198427e-05 + x * 7.868264095063613e-06) + x2 * (-7.475733430262127e-07 - x * 3.1503939573299534e-07)
    d = (-2.1396073543741966e-08 + x * 6.1370399907431385e-09) + x2 * 1.0636632781868486e-09
    return (a + x4 * b) + (x4 * x4) * (c + x4 * d)


@inlined
def _tail(y: float, mean: float, excess: float) -> tuple[float, float]:
    """Tail beyond ``y``, 0 where it is not certain, and by how much it falls a count."""
    spread = 1.0 + excess
    all_three = 1.0 / (mean * spread * excess)  # one division for three
    share = all_three * excess * excess * (y - mean)
    ratio = 1.0 + share
    first, second = logs(y * (all_three * excess * spread), ratio)
    second += share - (ratio - 1.0)  # what adding one has rounded away
    tilt = first - second
    deviance = 2.0 * (y * first - (y + all_three * mean * mean * spread) * second)
    held = min(max(deviance, 1e-30), _FURTHEST * _FURTHEST)
    root = math.copysign(math.sqrt(held), y - mean)
    scale = math.sqrt(y * (1.0 + y * excess * excess * spread * all_three))
    both = 1.0 / (tilt * scale * root)  # one division for two
    fall = exp(-0.5 * held)
    beyond = fall * _mills(abs(root))
    tail = (beyond if root > 0.0 else 1.0 - beyond) + _DENSITY * fall * both * (root - tilt * scale)
    # A law like Poisson's has no size; of a root below -_FURTHEST nothing is missing that a sum could show.
    is_sure = excess > POISSON_LIKE and held * held * held >= _NOISE * (y + mean) * (y + mean)
    is_sure = is_sure and (deviance < _FURTHEST * _FURTHEST or y < mean) and mean >= LEAST_SIZE * excess
    return (min(tail, 1.0) if is_sure and y >= EXACT_COUNT else 0.0), _DENSITY * fall * both * tilt * root


@compiled
def saddle_tails(w: Floats) -> None:
    """TAIL of each lane, 0 where it is not certain."""
    for lane in range(LANES):
        mean = w[MEAN + lane]
        w[TAIL + lane], _ = _tail(max(w[TOTAL + lane], 1.0), mean, (w[PHI + lane] - 1.0) + w[RATE_VAR + lane] * mean)


@compiled
def saddle_criticals(w: Floats, level: float, z: float) -> None:
    """CRITICAL of each lane, ENDLESS where it is not certain; ``z`` is the normal quantile of ``level``.

    A Cornish-Fisher guess (as in ``tails.critical_search``) is within a count or so; the tail there says on which side.
    """
    log_level = log(level)
    for lane in range(LANES):
        mean, excess = w[MEAN + lane], (w[PHI + lane] - 1.0) + w[RATE_VAR + lane] * w[MEAN + lane]
        var = mean * (1.0 + excess)
        spread = math.sqrt(var)
        both = 1.0 / (mean * spread)
        skew, peak = (1.0 + 2.0 * excess) * (both * mean), 6.0 * excess * (both * spread) + (both * mean) * (both * mean)
        bent = z + (z * z - 1.0) / 6.0 * skew + z * (z * z - 3.0) / 24.0 * peak - z * (2.0 * z * z - 5.0) / 36.0 * skew * skew
        guess = max(np.floor(mean + spread * bent + 0.5), 1.0)
        tail, fall = _tail(guess, mean, excess)
        past = log(max(tail, 1e-300)) - log_level  # above zero: the critical count lies beyond the guess
        is_sure = tail > 0.0 and abs(past) * tail < _SURE * fall
        w[CRITICAL + lane] = (guess if past <= 0.0 else guess + 1.0) if is_sure else ENDLESS

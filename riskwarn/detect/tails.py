"""Upper tails and quantiles of the negative binomial: small numbers exactly, large ones by saddlepoint, no floor at 1e-16.

All functions are compiled. A count has mean ``mean`` > 0 and variance ``var`` >= mean; variance = mean is the Poisson law.
Tails are mid-p: P(Y > y) + P(Y = y) / 2, which is uniform on average where an ordinary tail of a small count is too large.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EXACT_COUNT = 25.0  # summed exactly below this count ...
EXACT_MEAN = 60.0  # ... or this mean; above both the saddlepoint is within 4% as far as 7 standard deviations, 6% at 10,
LEAST_SIZE = 2.0  # unless the law is so wide that its size (mean^2 / (variance - mean)) is smaller: there it falls apart
WALK_LEVEL = 1e-9  # below it, one minus a sum has lost its digits
_PANELS = 400
LEAST_P = 5e-324  # a probability is never reported as zero
POISSON_LIKE = 1e-6  # variance / mean - 1 below which it is the Poisson law
LEAST_LEFT = 1e-5  # below it, one minus a sum is summed from above instead ...
NEAR = 4.0  # ... and so many standard deviations above the mean
LONGEST = 1000.0  # count up to which a wide law is summed, beyond by an integral: after an absurd count no walk would get to its end


@njit(cache=True)
def log_pmf(y: float, mean: float, var: float) -> float:
    """Logarithm of P(Y = y)."""
    if var <= mean * (1.0 + POISSON_LIKE):
        return y * math.log(mean) - mean - math.lgamma(y + 1.0)
    size = mean * mean / (var - mean)
    if size < LEAST_SIZE and y >= LONGEST:  # two logarithms of huge numbers would leave few digits of their difference
        return (size - 1.0) * math.log(y + 0.5 * size) - math.lgamma(size) - size * math.log1p(mean / size) - y * math.log1p(size / mean)
    return (
        math.lgamma(y + size)
        - math.lgamma(size)
        - math.lgamma(y + 1.0)
        - size * math.log1p(mean / size)
        + y * math.log(mean / (mean + size))
    )


@njit(cache=True)
def _bent(u: float) -> float:
    """((1 + u) log(1 + u) - u) / u^2 for small u (at most a tenth), without the digits that the difference loses."""
    total, power = 0.0, 1.0
    for k in range(1, 16):
        total += power / (k * (k + 1))
        power *= -u
    return total


@njit(cache=True)
def _saddlepoint_tail(y: float, mean: float, var: float) -> float:
    """Lugannani & Rice (1980) without lattice correction, which is the mid-p of a lattice law."""
    excess = y - mean
    near = excess / mean
    is_near = abs(near) < 0.1
    if var <= mean * (1.0 + POISSON_LIKE):
        tilt = math.log(y / mean)
        deviance = 2.0 * (y * tilt - excess)
        if is_near:
            tilt, deviance = math.log1p(near), 2.0 * excess * near * _bent(near)
        scale = math.sqrt(y)
        skew = 1.0 / math.sqrt(mean)
    else:
        size = mean * mean / (var - mean)
        tilt = math.log(y / mean) - math.log1p(excess / (mean + size))
        deviance = 2.0 * (y * math.log(y / mean) - (y + size) * math.log1p(excess / (mean + size)))
        if is_near:
            wide = excess / (mean + size)
            tilt, deviance = math.log1p(near) - math.log1p(wide), 2.0 * excess * (near * _bent(near) - wide * _bent(wide))
        scale = math.sqrt(y * (y + size) / size)
        skew = (2.0 * var / mean - 1.0) / math.sqrt(var)
    if abs(excess) < 1e-3 * math.sqrt(var) or deviance <= 0.0 or tilt == 0.0:
        # Both terms of the correction explode at the mean, their difference tends to skewness / 6.
        z = excess / math.sqrt(var)
        return 0.5 * math.erfc(z / math.sqrt(2.0)) - 0.3989422804014327 * skew / 6.0
    root = math.copysign(math.sqrt(max(deviance, 0.0)), excess)
    density = 0.3989422804014327 * math.exp(-0.5 * deviance)
    tail = 0.5 * math.erfc(root / math.sqrt(2.0)) + density * (1.0 / (tilt * scale) - 1.0 / root)
    return min(max(tail, LEAST_P), 1.0)


@njit(cache=True)
def _above(at: float, mean: float, size: float) -> float:
    """P(Y > at) / P(Y = at) of a wide negative binomial (size up to LEAST_SIZE) from LONGEST on, to 1e-6.

    There P(Y = k) goes as (k + size / 2)^(size - 1) exp(-rate k); Euler & Maclaurin turn the sum into an integral, and Simpson's
    rule takes that along log k, where it is smooth.
    """
    rate, origin = math.log1p(size / mean), at + 0.5 * size
    end = math.log1p(50.0 / (origin * max(rate, 1e-200)))
    step, integral = end / _PANELS, 0.0
    for i in range(_PANELS + 1):
        weight = 1.0 if i in (0, _PANELS) else (4.0 if i % 2 == 1 else 2.0)
        integral += weight * math.exp(size * i * step - origin * rate * math.expm1(i * step))
    return origin * integral * step / 3.0 - 0.5 + (rate + (1.0 - size) / origin) / 12.0


@njit(cache=True)
def mid_p(y: float, mean: float, var: float) -> float:
    """P(Y > y) + P(Y = y) / 2 of a negative binomial (whole ``y`` >= 0); in (0, 1]."""
    if mean <= 0.0:
        return 1.0 if y <= 0.0 else LEAST_P
    size = mean * mean / (var - mean) if var > mean * (1.0 + POISSON_LIKE) else math.inf
    is_wide = size < LEAST_SIZE
    if y >= EXACT_COUNT and mean >= EXACT_MEAN and not is_wide:
        return _saddlepoint_tail(y, mean, var)
    ratio = mean / (mean + size) if size < math.inf else 0.0
    if y <= min(mean + NEAR * math.sqrt(var), LONGEST):
        mass = math.exp(-size * math.log1p(mean / size)) if size < math.inf else math.exp(-mean)
        below = 0.0
        for k in range(int(y)):
            below += mass
            mass *= (k + size) * ratio / (k + 1.0) if size < math.inf else mean / (k + 1.0)
        tail = 1.0 - below - 0.5 * mass
        if tail > LEAST_LEFT:
            return min(tail, 1.0)
    total, term, at = 0.5, 1.0, y
    while term > 1e-12 * total and not (is_wide and at >= LONGEST):
        term *= (at + size) * ratio / (at + 1.0) if size < math.inf else mean / (at + 1.0)
        at += 1.0
        total += term
    if is_wide and at >= LONGEST:
        total += term * _above(at, mean, size)
    return min(max(math.exp(log_pmf(y, mean, var) + math.log(total)), LEAST_P), 1.0)


@njit(cache=True)
def critical_search(level: float, mean: float, var: float) -> float:
    """critical_count by search around a Cornish-Fisher guess."""
    z = normal_quantile(1.0 - level) if level < 0.5 else 0.0
    spread, floor = math.sqrt(var), max(mean, 1e-12)
    skew, excess = (2.0 * var / floor - 1.0) / spread, (6.0 * (var - mean) / floor / floor + 1.0 / var)
    bent = z + (z * z - 1.0) / 6.0 * skew + z * (z * z - 3.0) / 24.0 * excess - z * (2.0 * z * z - 5.0) / 36.0 * skew * skew
    guess = mean + spread * (bent if spread > 5.0 else z + (z * z - 1.0) / 6.0 * skew)
    step = max(1.0, float(math.floor(1e-3 * spread)))
    high = max(float(math.ceil(guess)), 0.0)
    low = high - step
    while mid_p(high, mean, var) > level:
        low, high = high, high + step
        step *= 2.0
    while low >= 0.0 and mid_p(low, mean, var) <= level:
        low, high = low - step, low
        step *= 2.0
    low = max(low, -1.0)  # the largest y known to be above the level; -1 is above any
    while high - low > max(1.0, 1e-15 * high):  # not every whole number beyond 2^53 can be told from the next
        middle = float(math.floor(0.5 * (low + high)))
        if mid_p(middle, mean, var) <= level:
            high = middle
        else:
            low = middle
    return high


@njit(cache=True)
def tail_and_critical(y: float, level: float, mean: float, var: float) -> tuple[float, float]:
    """``mid_p`` of y, and the smallest whole count whose mid-p is at or below ``level``; for small means in one walk over the law."""
    reach = min(mean + NEAR * math.sqrt(var), LONGEST)
    if not (mean < EXACT_MEAN and level > WALK_LEVEL and y <= reach):  # so put, it also holds for what is not a number
        return mid_p(y, mean, var), critical_search(level, mean, var)
    is_poisson = var <= mean * (1.0 + POISSON_LIKE)
    size = 1.0 if is_poisson else mean * mean / (var - mean)
    mass = math.exp(-mean) if is_poisson else math.exp(-size * math.log1p(mean / size))
    ratio = mean if is_poisson else mean / (mean + size)
    at, left, tail, critical = 0.0, 1.0, -1.0, -1.0
    while (tail < 0.0 or critical < 0.0) and at <= LONGEST:
        middle = left - 0.5 * mass
        if at == y:
            tail = middle if middle > LEAST_LEFT else mid_p(y, mean, var)
        if critical < 0.0 and middle <= level:
            critical = at
        left -= mass
        mass *= ratio / (at + 1.0) if is_poisson else (at + size) * ratio / (at + 1.0)
        at += 1.0
    return tail, critical if critical >= 0.0 else critical_search(level, mean, var)


@njit(cache=True)
def normal_quantile(p: float) -> float:
    """Quantile of the standard normal for p in (0.5, 1), to 5e-4 (Abramowitz & Stegun 26.2.23)."""
    t = math.sqrt(-2.0 * math.log(max(1.0 - p, 1e-300)))
    top = 2.515517 + t * (0.802853 + t * 0.010328)
    bottom = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    return t - top / bottom


@njit(parallel=True, cache=True)
def mid_p_of(y: Floats, mean: Floats, var: Floats) -> Floats:
    """``mid_p`` of every element."""
    out = np.empty(y.size)
    for i in prange(y.size):
        out[i] = mid_p(y[i], mean[i], var[i])
    return out

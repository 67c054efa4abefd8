"""Evidence of one night: for every series the window that speaks loudest, and its probability after windows and looks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from scipy.special import fdtri, gammaincinv

from riskwarn.detect.tails import mid_p
from riskwarn.detect.windows import combined, inflation
from riskwarn.detect.workdays import Floats, Ints

# A rate known from next to nothing bounds the ratio by no number a person could use.
HIGHEST_RATIO = 1e6
LEAST_EXPECTED = 1e-9  # what counts are divided by at least


@dataclass(frozen=True)
class Evidence:
    """Per series: the chosen window (index), its counts and probability; p after windows; chance of being judged at all."""

    window: Ints
    observed: Floats
    expected: Floats
    variance: Floats
    p_value: Floats
    reach: Floats


@njit(parallel=True, cache=True)
def _scan(
    counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: Ints, weights: Floats, least: float,
    log_x: Floats, log_ratio: Floats, chosen: Ints, observed: Floats, mean: Floats, var: Floats, p: Floats, reach: Floats,
) -> None:  # fmt: skip
    weeks = counts.shape[1]
    for i in prange(counts.shape[0]):
        best, missed = 2.0, 1.0
        for k in range(windows.size):
            y, mu = 0.0, 0.0
            for t in range(weeks - min(windows[k], weeks), weeks):
                y += counts[i, t]
                mu += expected[i, t]
            if mu <= 0.0:  # holidays only, or no record yet: what came then is beyond all odds by the law, and no evidence
                continue
            v = phi[i] * mu + rate_var[i] * mu * mu
            missed -= mid_p(least - 1.0, mu, v) if least > 0.0 else 0.0
            tail = min(mid_p(y, mu, v) / weights[k], 1.0) if y >= least else 1.0
            if tail < best:
                best = tail
                chosen[i], observed[i], mean[i], var[i] = k, y, mu, v
        p[i] = combined(best, log_x, log_ratio)
        reach[i] = min(max(1.0 - missed, 1e-12), 1.0)


def scan(
    counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: tuple[int, ...], weights: tuple[float, ...], least: int
) -> Evidence:
    """Judges the newest weeks (series x weeks, the running week last) over all windows; fewer than ``least`` events are no evidence.

    ``reach`` bounds the probability that a quiet series collects ``least`` events in some window.
    """
    size = counts.shape[0]
    out = Evidence(np.zeros(size, dtype=np.int64), *(np.zeros(size) for _ in range(5)))
    log_x, log_ratio = inflation(windows, weights)
    _scan(
        np.ascontiguousarray(counts), np.ascontiguousarray(expected), rate_var, phi, np.array(windows), np.array(weights), float(least),
        log_x, log_ratio, out.window, out.observed, out.expected, out.variance, out.p_value, out.reach,
    )  # fmt: skip
    return out


def expected_interval(expected: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Between which counts 95% of quiet windows lie (gamma law of the same mean and variance)."""
    shape = expected**2 / np.maximum(variance, 1e-12)
    shape = np.maximum(shape, 1e-9)
    low, high = _both(gammaincinv, (0.025, 0.975), shape)
    return low * expected / shape, high * expected / shape


def _both(quantile: Callable[..., Floats], levels: tuple[float, float], *law: Floats) -> tuple[Floats, Floats]:
    """A law's lower and upper quantile, side by side: scipy lets go of the interpreter."""
    with ThreadPoolExecutor(2) as pool:
        low, high = pool.map(lambda q: quantile(*law, q), levels)
    return low, high


def ratio_interval(observed: Floats, expected: Floats, dispersion: Floats, rate_var: Floats) -> tuple[Floats, Floats, Floats]:
    """Rate ratio observed / expected with its 90% interval.

    The count is gamma with ``dispersion`` times Poisson's variance, the usual rate gamma with relative variance ``rate_var``; their
    ratio follows an F law, so that a rate known from next to nothing widens the interval upwards, not down to zero.
    """
    safe = np.maximum(expected, LEAST_EXPECTED)
    count_freedom = 2.0 * (observed + 0.5) / np.maximum(dispersion, 1.0)
    rate_freedom = 2.0 / np.maximum(rate_var, 1e-6)
    middle = (observed + 0.5) / safe
    low, high = _both(fdtri, (0.05, 0.95), count_freedom, rate_freedom)
    return observed / safe, np.minimum(low * middle, HIGHEST_RATIO), np.minimum(high * middle, HIGHEST_RATIO)

"""Evidence that accumulates: the Shiryaev-Roberts recursion over the last year, for rises too slow or too small for eight weeks.

R = (1 + R) x L each week, L being how much better a rate ``ratio`` times the expected one explains the week's count than the expected
one does; R sums the likelihood ratios of all weeks in which the rise may have begun (Shiryaev 1963, Roberts 1966). Averaged over a few
ratios it stays a martingale after subtracting time, hence an alarm at R >= A comes once in A quiet weeks or less often, whatever the
dependence (Pollak & Siegmund 1985). Each week is compared with what was expected of it then. :mod:`null` turns R into a probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.workdays import Floats, Ints

RATIOS = (1.5, 2.0, 3.0, 5.0)
HORIZON = 52  # weeks looked back; what began earlier is a standing level (shrinkage.py)
SETTLED = 52  # weeks of a series' own that must precede: before, a wrong prior or a season not yet known adds up like a rise
LEAST_ACTIVE = 9  # weeks accumulated; of fewer the windows know as much
LONGEST_SHARE = 0.75  # what began before the last three quarters of the weeks is no rise: the level was wrong all along
RECENT = 8  # a rise whose evidence peaked longer ago than this is over
_LARGEST = 1e280
_POISSON_LIKE = 1.0 + 1e-6


@dataclass(frozen=True)
class Year:
    """The newest weeks of every series (series x up to HORIZON weeks), each week as it was expected from the weeks before it."""

    counts: Floats
    expected: Floats
    rate_var: Floats
    exposure: Floats


def settled_weeks(expected: Floats, exposure: Floats) -> Floats:
    """``expected`` of the newest weeks, 0 (not accumulated) where the series had fewer than SETTLED weeks of exposure before."""
    settled = np.zeros(expected.shape)
    _settle(np.ascontiguousarray(expected), np.ascontiguousarray(exposure), settled)
    return settled


@njit(parallel=True, cache=True)
def _settle(expected: Floats, exposure: Floats, settled: Floats) -> None:
    before = exposure.shape[1] - expected.shape[1]
    for i in prange(exposure.shape[0]):
        age = 0
        for t in range(exposure.shape[1]):
            age += 1 if exposure[i, t] > 0.0 else 0
            if t >= before and age > SETTLED:
                settled[i, t - before] = expected[i, t - before]


@dataclass(frozen=True)
class Accumulation:
    """Per series: log R (-inf where the rise is over), weeks since the best supported beginning, what came and was expected since."""

    log_r: Floats
    weeks: Ints
    observed: Floats
    expected: Floats
    weekly: Floats  # mean expected count of the weeks that had exposure
    first_var: Floats  # squared relative error of the rate when the accumulation begins
    is_able: NDArray[np.bool_]  # whether there are weeks enough to accumulate over


@njit(cache=True)
def log_likelihood_ratio(y: float, ratio: float, log_ratio: float, mean: float, size: float) -> float:
    """log of P(y | ratio x mean) / P(y | mean) of negative binomials of one ``size``; size 0 stands for Poisson."""
    if size <= 0.0:
        return y * log_ratio - (ratio - 1.0) * mean
    return y * log_ratio - (y + size) * math.log1p((ratio - 1.0) * mean / (size + mean))


@njit(cache=True)
def recursion(counts: Floats, expected: Floats, rate_var: Floats, phi: float, ratios: Floats, log_ratios: Floats) -> tuple[float, int]:
    """log of the mixture's R over one series, and the weeks since the beginning that its strongest ratio supports best (0: is over)."""
    weeks, kinds = counts.size, ratios.size
    r, path, peak = np.zeros(kinds), np.zeros(kinds), np.zeros(kinds)
    start, peak_at = np.zeros(kinds, dtype=np.int64), np.full(kinds, -1)
    for t in range(weeks):
        mean = expected[t]
        if mean <= 0.0:
            continue
        var = phi * mean + rate_var[t] * mean * mean
        size = 0.0 if var <= mean * _POISSON_LIKE else mean * mean / (var - mean)
        for k in range(kinds):
            log_l = log_likelihood_ratio(counts[t], ratios[k], log_ratios[k], mean, size)
            r[k] = min((1.0 + r[k]) * math.exp(min(log_l, 600.0)), _LARGEST)
            if path[k] <= 0.0:
                path[k], start[k], peak[k], peak_at[k] = 0.0, t, 0.0, -1
            path[k] += log_l
            if path[k] >= peak[k] and log_l > 0.0:
                peak[k], peak_at[k] = path[k], t
    best = int(np.argmax(r))
    return math.log(max(r.mean(), 1e-300)), weeks - start[best] if peak_at[best] >= weeks - RECENT else 0


@njit(parallel=True, cache=True)
def _accumulate(
    counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, ratios: Floats, log_ratios: Floats,
    log_r: Floats, weeks: Ints, observed: Floats, mean: Floats, weekly: Floats, first_var: Floats, able: Ints,
) -> None:  # fmt: skip
    size = counts.shape[1]
    for i in prange(counts.shape[0]):
        total = 0.0
        for t in range(size):
            if expected[i, t] > 0.0:
                if able[i] == 0:
                    first_var[i] = rate_var[i, t]
                able[i] += 1
                total += expected[i, t]
        weekly[i], weeks[i] = total / max(able[i], 1), 1
        # Without an event lately no rise is going on: most series, most nights.
        if able[i] < LEAST_ACTIVE or counts[i, max(size - RECENT, 0) :].sum() <= 0.0:
            continue
        found, since = recursion(counts[i], expected[i], rate_var[i], phi[i], ratios, log_ratios)
        if 0 < since <= LONGEST_SHARE * able[i]:
            log_r[i], weeks[i] = found, since
            observed[i], mean[i] = counts[i, size - since :].sum(), expected[i, size - since :].sum()


def accumulate(counts: Floats, expected: Floats, rate_var: Floats, phi: Floats) -> Accumulation:
    """Runs the recursion over the newest weeks of every series (series x weeks; ``rate_var`` as of each week, ``phi`` one a series).

    A week without exposure (expected 0) is passed over. Series are independent: the same result alone, in a batch, on any threads.
    """
    rows = counts.shape[0]
    weeks, active = np.empty(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    log_r = np.full(rows, -np.inf)
    observed, since, weekly, first_var = (np.zeros(rows) for _ in range(4))
    year, mean, doubt = (np.ascontiguousarray(m[:, -HORIZON:]) for m in (counts, expected, rate_var))
    ratios = np.array(RATIOS)
    _accumulate(year, mean, doubt, phi, ratios, np.log(ratios), log_r, weeks, observed, since, weekly, first_var, active)
    return Accumulation(log_r, weeks, observed, since, weekly, first_var, active >= LEAST_ACTIVE)

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

from riskwarn.detect.workdays import Floats, Ints

RATIOS = (1.5, 2.0, 3.0, 5.0)
HORIZON = 52  # weeks looked back; what began earlier is a standing level (shrinkage.py)
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


@dataclass(frozen=True)
class Accumulation:
    """Per series: log R (-inf where the rise is over), weeks since the best supported beginning, what came and was expected since."""

    log_r: Floats
    weeks: Ints
    observed: Floats
    expected: Floats
    weekly: Floats  # mean expected count of the weeks that had exposure
    first_var: Floats  # squared relative error of the rate when the horizon begins


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
    log_r: Floats, weeks: Ints, observed: Floats, mean: Floats, weekly: Floats, first_var: Floats,
) -> None:  # fmt: skip
    size = counts.shape[1]
    for i in prange(counts.shape[0]):
        since = 0
        if counts[i, max(size - RECENT, 0) :].sum() > 0.0:  # without an event lately no rise is going on: most series, most nights
            log_r[i], since = recursion(counts[i], expected[i], rate_var[i], phi[i], ratios, log_ratios)
        active, total = 0, 0.0
        for t in range(size):
            if expected[i, t] > 0.0:
                if active == 0:
                    first_var[i] = rate_var[i, t]
                active += 1
                total += expected[i, t]
            if t >= size - since:
                observed[i] += counts[i, t]
                mean[i] += expected[i, t]
        weekly[i] = total / max(active, 1)
        weeks[i] = max(since, 1)
        if since == 0:
            log_r[i] = -np.inf


def accumulate(counts: Floats, expected: Floats, rate_var: Floats, phi: Floats) -> Accumulation:
    """Runs the recursion over the newest weeks of every series (series x weeks; ``rate_var`` as of each week, ``phi`` one a series).

    A week without exposure (expected 0) is passed over. Series are independent: the same result alone, in a batch, on any threads.
    """
    rows = counts.shape[0]
    out = Accumulation(np.empty(rows), np.empty(rows, dtype=np.int64), *(np.zeros(rows) for _ in range(4)))
    year, mean, doubt = (np.ascontiguousarray(m[:, -HORIZON:]) for m in (counts, expected, rate_var))
    ratios, weeks = np.array(RATIOS), out.weeks
    _accumulate(
        year, mean, doubt, phi, ratios, np.log(ratios), out.log_r, weeks, out.observed, out.expected, out.weekly, out.first_var
    )  # fmt: skip
    return out

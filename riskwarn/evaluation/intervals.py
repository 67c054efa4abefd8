"""Exact intervals of shares and of rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

LEVEL = 0.95


def share_interval(hits: int, trials: int) -> tuple[float, float]:
    """Exact binomial interval (Clopper & Pearson 1934); (0, 1) where nothing was tried."""
    tail = (1.0 - LEVEL) / 2.0
    low = 0.0 if hits == 0 else float(stats.beta.ppf(tail, hits, trials - hits + 1))
    high = 1.0 if hits == trials else float(stats.beta.ppf(1.0 - tail, hits + 1, trials - hits))
    return low, high


def rate_interval(count: int, years: float) -> tuple[float, float]:
    """Exact Poisson interval of a yearly rate (Garwood 1936)."""
    tail = (1.0 - LEVEL) / 2.0
    low = 0.0 if count == 0 else float(stats.chi2.ppf(tail, 2 * count)) / 2.0
    return low / years, float(stats.chi2.ppf(1.0 - tail, 2 * count + 2)) / 2.0 / years


def by_chance(rates: Sequence[float], hits: int) -> float:
    """The probability of at least ``hits`` successes in independent trials with these rates (Poisson binomial, by convolution)."""
    law = np.ones(1)
    for rate in rates:
        law = np.convolve(law, [1.0 - rate, rate])
    return float(law[hits:].sum())

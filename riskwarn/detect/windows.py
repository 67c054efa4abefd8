"""From the tail probabilities of several overlapping windows to one that is uniform when nothing happens."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

_DRAWS = 8192
_GRID = np.concatenate([np.geomspace(1e-9, 0.1, 17), [0.2, 0.3, 0.5]])


@lru_cache(maxsize=32)
def inflation(windows: tuple[int, ...], weights: tuple[float, ...]) -> tuple[Floats, Floats]:
    """log x and log of P(min over windows of p / weight <= x) / x, on a grid of x, for sums of independent normal weeks.

    By importance sampling (Adler, Blanchet & Liu 2012): choose a window with probability proportional to its weight, draw its
    sum from beyond its threshold, fill in the weeks, and average one over the number of windows that exceed theirs. Exact at any
    depth of the tail, and drawn with a fixed seed. One weight of 1 and the rest smaller buys power where outbreaks are short.
    """
    rng = np.random.default_rng(20170821)
    longest, size = max(windows), np.array(windows)
    shares = np.array(weights) / np.sum(weights)
    sums = np.array([[1.0 if longest - week <= width else 0.0 for week in range(longest)] for width in windows])
    unit = sums / np.sqrt(size)[:, None]
    noise, uniform = rng.standard_normal((_DRAWS, longest)), rng.uniform(size=_DRAWS)
    chosen = rng.choice(len(windows), size=_DRAWS, p=shares)
    ratios = np.empty(_GRID.size)
    for i, x in enumerate(_GRID):
        levels = np.minimum(np.array(weights) * x, 1.0 - 1e-12)
        z = -ndtri(levels[chosen] * uniform)
        along = unit[chosen]
        weeks = noise + along * (z - np.einsum("ij,ij->i", noise, along))[:, None]
        exceeding = (weeks @ unit.T >= -ndtri(levels)).sum(axis=1)
        ratios[i] = levels.sum() * np.mean(1.0 / np.maximum(exceeding, 1)) / x
    return np.log(_GRID), np.log(np.minimum(ratios, 1.0 / _GRID))


def weekly_share(windows: tuple[int, ...], weights: tuple[float, ...], alpha: float) -> float:
    """The x with P(min p / weight <= x) = alpha: what a single window of weight 1 may spend."""
    log_x, log_ratio = inflation(windows, weights)
    low, high = -700.0, 0.0
    for _ in range(64):
        middle = 0.5 * (low + high)
        if middle + np.interp(middle, log_x, log_ratio) > np.log(alpha):
            high = middle
        else:
            low = middle
    return float(np.exp(low))


@njit(cache=True)
def combined(smallest: float, log_x: Floats, log_ratio: Floats) -> float:
    """The probability that belongs to the smallest weighted p of all windows; in (0, 1], increasing."""
    if smallest >= 1.0:
        return 1.0
    x, top = math.log(smallest), log_x.size - 1
    at = top
    while at > 0 and log_x[at - 1] > x:  # from above: most weeks are quiet
        at -= 1
    if x >= log_x[top] or at == 0:
        ratio = log_ratio[min(at, top)]
    else:
        share = (x - log_x[at - 1]) / (log_x[at] - log_x[at - 1])
        ratio = log_ratio[at - 1] + share * (log_ratio[at] - log_ratio[at - 1])
    return min(1.0, math.exp(x + ratio))

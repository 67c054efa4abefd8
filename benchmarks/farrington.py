"""Farrington Flexible (Noufaily et al. 2013), negative binomial quantile version, for comparison in the benchmarks.

A week is judged from the five years up to 26 weeks before it: quasi-Poisson regression on a linear trend and ten seasonal groups
(seven weeks around the same week of each year, nine groups of five weeks between), fitted twice, the second time with weights that
put down weeks whose Anscombe residual is above 2.58. The p-value is P(Y >= y) of a negative binomial with variance phi x mean. Years
have 52 weeks. With one trend and group effects the fit is a Newton search in the trend alone: the group effects follow in closed form.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import stats

YEAR, YEARS, HALF, GROUPS, SKIPPED = 52, 5, 3, 10, 26
_OUTLYING = 2.58

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def weeks_needed(years: int = YEARS) -> int:
    """Weeks of history before the first week that can be judged."""
    return YEAR * years + HALF


def group_of_lags(years: int = YEARS) -> Ints:
    """Seasonal group of the week that lies so many weeks back, from the oldest (weeks_needed) to the newest used (SKIPPED + 1)."""
    lags = np.arange(weeks_needed(years), SKIPPED, -1)
    after = -lags % YEAR  # weeks since the latest anniversary
    return np.where((after <= HALF) | (after >= YEAR - HALF), GROUPS - 1, (after - HALF - 1) // 5).astype(np.int64)


@njit(cache=True)
def _fit(y: Floats, group: Ints, weight: Floats, has_trend: bool, effect: Floats, mu: Floats) -> tuple[float, float, float]:
    """Fills group effects (on the scale of means at t = 0, the middle) and fitted means; returns trend, its information and middle."""
    size, middle, beta, info = y.size, 0.5 * (y.size - 1), 0.0, 1.0
    sums = np.empty((5, GROUPS))
    cases, total, first, second, timed = sums[0], sums[1], sums[2], sums[3], sums[4]
    for _ in range(50):
        sums[:, :] = 0.0
        growth, step = math.exp(-beta * middle), math.exp(beta)
        for i in range(size):
            g, t, w = group[i], i - middle, weight[i]
            mu[i] = growth
            cases[g] += w * y[i]
            timed[g] += w * y[i] * t
            total[g] += w * growth
            first[g] += w * growth * t
            second[g] += w * growth * t * t
            growth *= step
        score, info = 0.0, 0.0
        for g in range(GROUPS):
            effect[g] = cases[g] / total[g]
            score += timed[g] - effect[g] * first[g]
            info += effect[g] * (second[g] - first[g] * first[g] / total[g])
        if not has_trend or info <= 0.0:
            break
        change = min(max(score / info, -0.05), 0.05)
        if abs(change) < 1e-11:
            break
        beta += change
    for i in range(size):
        mu[i] *= effect[group[i]]
    return beta, info, middle


@njit(cache=True)
def _dispersion(y: Floats, mu: Floats, weight: Floats, parameters: int) -> float:
    total = 0.0
    for i in range(y.size):
        if mu[i] > 0.0:
            total += weight[i] * (y[i] - mu[i]) ** 2 / mu[i]
    return max(total / (y.size - parameters), 1.0)


@njit(cache=True)
def _reweigh(y: Floats, mu: Floats, group: Ints, phi: float, info: float, middle: float, has_trend: bool, weight: Floats) -> None:
    """Weights from the Anscombe residuals of an unweighted fit, standardised by dispersion and leverage."""
    total, mean_time = np.zeros(GROUPS), np.zeros(GROUPS)
    for i in range(y.size):
        total[group[i]] += mu[i]
        mean_time[group[i]] += mu[i] * (i - middle)
    inverse_squares = 0.0
    for i in range(y.size):
        g = group[i]
        residual = 0.0
        if mu[i] > 0.0:
            leverage = mu[i] / total[g]
            if has_trend and info > 0.0:
                leverage += mu[i] * (i - middle - mean_time[g] / total[g]) ** 2 / info
            residual = 1.5 * (y[i] ** (2.0 / 3.0) * mu[i] ** (-1.0 / 6.0) - math.sqrt(mu[i])) / math.sqrt(phi * max(1.0 - leverage, 1e-9))
        weight[i] = 1.0 / (residual * residual) if residual > _OUTLYING else 1.0
        inverse_squares += weight[i]
    for i in range(y.size):
        weight[i] *= y.size / inverse_squares


@njit(cache=True)
def _twice(y: Floats, group: Ints, has_trend: bool, effect: Floats, mu: Floats, weight: Floats) -> tuple[float, float]:
    """The reweighted fit; returns the mean expected in the judged week, and the dispersion."""
    parameters = GROUPS + (1 if has_trend else 0)
    weight[:] = 1.0
    _, info, middle = _fit(y, group, weight, has_trend, effect, mu)
    _reweigh(y, mu, group, _dispersion(y, mu, weight, parameters), info, middle, has_trend, weight)
    beta, _, middle = _fit(y, group, weight, has_trend, effect, mu)
    ahead = y.size + SKIPPED - middle
    return effect[GROUPS - 1] * math.exp(beta * ahead), _dispersion(y, mu, weight, parameters)


@njit(parallel=True, cache=True)
def _judge(counts: Floats, judged_from: int, group: Ints, expected: Floats, phi: Floats) -> None:
    for s in prange(counts.shape[0]):
        effect, mu, weight = np.empty(GROUPS), np.empty(group.size), np.empty(group.size)
        for k in range(judged_from, counts.shape[1]):
            y = counts[s, k - SKIPPED - group.size : k - SKIPPED]
            mean, dispersion = _twice(y, group, True, effect, mu, weight)
            if mean > y.max():  # no extrapolation beyond what was ever seen
                mean, dispersion = _twice(y, group, False, effect, mu, weight)
            expected[s, k - judged_from], phi[s, k - judged_from] = mean, dispersion


def farrington(counts: NDArray[np.int64], judged_from: int, years: int = YEARS) -> tuple[Floats, Floats, Floats]:
    """p-value, expected count and dispersion of the weeks from ``judged_from`` on (series x weeks), from so many years before."""
    if judged_from < weeks_needed(years):
        raise ValueError(f"Farrington Flexible needs {weeks_needed(years)} weeks of history, not {judged_from}")
    shape = (counts.shape[0], counts.shape[1] - judged_from)
    expected, phi = np.empty(shape), np.empty(shape)
    _judge(counts.astype(np.float64), judged_from, group_of_lags(years), expected, phi)
    mean, extra = np.maximum(expected, 1e-9), np.maximum(phi - 1.0, 1e-9)
    # P(Y >= y): the version of the paper; a mid-p would be a different detector.
    return stats.nbinom.sf(counts[:, judged_from:] - 1, mean / extra, 1.0 / (1.0 + extra)), expected, phi

"""What scores do when nothing happens: a parametric bootstrap, stratified, frozen, exact far into the tail.

A stratum is (expected count a week, dispersion, error of the rate a year ago). For each, quiet years are simulated as the filter meets
them: a true rate that differs from the expected one, counts scattered around it, expectations that learn from them after the guard.
So that one chance in a million need not be waited for, part of the years are drawn with a rise in them and weighted by how much less
likely they are without (importance sampling; the change at a random week with a random ratio is the measure under which R is large,
Siegmund 1976). Seeds are fixed: the tables are the same in every process.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit, prange

from riskwarn.detect.evidence import scan
from riskwarn.detect.recursion import HORIZON, RATIOS, accumulate, log_likelihood_ratio
from riskwarn.detect.workdays import Floats, Ints

WEEKLY = np.array([0.005, 0.02, 0.07, 0.25, 0.8, 2.5, 10.0, 50.0])  # expected a week
DISPERSION = np.array([1.0, 2.0, 6.0])
RATE_VAR = np.array([0.03, 0.2, 1.2])
SHAPE = (WEEKLY.size, DISPERSION.size, RATE_VAR.size)
LOG_P = np.concatenate([np.arange(0.0, 5.0, 0.25), np.arange(5.0, 36.1, 1.0)])  # grid of -log p
_DRAWS = 1500
_SEED = 19850611
_GUARD, _DISCOUNT = 6, 0.99
_QUIET_SHARE = 0.2  # of the simulated years, without a rise


@dataclass(frozen=True)
class Quiet:
    """Simulated years of every stratum, rows in order of stratum: matrices years x weeks, and the weight of each year."""

    counts: Floats
    expected: Floats
    rate_var: Floats
    phi: Floats
    weight: Floats


@njit(cache=True)
def _year(
    weekly: float, phi: float, var0: float, ratios: Floats, log_ratios: Floats, counts: Floats, expected: Floats, rate_var: Floats
) -> float:  # fmt: skip
    """Simulates one year; returns how many times less likely it is when nothing happens than as it was drawn."""
    weeks = counts.size
    truth = weekly * np.random.gamma(1.0 / var0, var0)
    begin, ratio = weeks, 1.0
    if np.random.random() >= _QUIET_SHARE:
        begin, ratio = np.random.randint(weeks), ratios[np.random.randint(ratios.size)]
    size = truth / max(phi - 1.0, 1e-9)
    shape, rate = 1.0 / var0, 1.0 / (var0 * weekly)  # the gamma law of the rate as the filter believes it
    least_shape = shape
    drawn = np.zeros(ratios.size)  # R of the law it was drawn from, knowing the true rate
    for t in range(weeks):
        if t >= _GUARD:
            shape += counts[t - _GUARD] / phi
            rate += 1.0 / phi
            kept = max(_DISCOUNT, min(least_shape / shape, 1.0))
            shape, rate = shape * kept, rate * kept
        expected[t], rate_var[t] = shape / rate, 1.0 / shape
        mean = truth * (ratio if t >= begin else 1.0)
        counts[t] = np.random.poisson(mean if phi <= 1.0 else np.random.gamma(size, mean / size))
        for k in range(ratios.size):
            log_l = log_likelihood_ratio(counts[t], ratios[k], log_ratios[k], truth, 0.0 if phi <= 1.0 else size)
            drawn[k] = (1.0 + drawn[k]) * math.exp(min(log_l, 600.0))
    less_likely: float = 1.0 / (_QUIET_SHARE + (1.0 - _QUIET_SHARE) * drawn.mean() / weeks)
    return less_likely


@njit(parallel=True, cache=True)
def _years(
    weekly: Floats, phi: Floats, var0: Floats, seeds: Ints, ratios: Floats, log_ratios: Floats,
    counts: Floats, expected: Floats, rate_var: Floats, weight: Floats,
) -> None:  # fmt: skip
    draws = weight.size // weekly.size
    for s in prange(weekly.size):
        np.random.seed(seeds[s])  # numba's generator is each thread's own: seeded a stratum, whatever thread it meets
        for i in range(s * draws, (s + 1) * draws):
            weight[i] = _year(weekly[s], phi[s], var0[s], ratios, log_ratios, counts[i], expected[i], rate_var[i])


def quiet_years(draws: int = _DRAWS) -> Quiet:
    """``draws`` simulated years of every stratum (see :class:`Quiet`)."""
    grid = np.meshgrid(WEEKLY, DISPERSION, RATE_VAR, indexing="ij")
    weekly, phi, var0 = (g.ravel() for g in grid)
    rows = weekly.size * draws
    counts, expected, rate_var = (np.zeros((rows, HORIZON)) for _ in range(3))
    weight = np.zeros(rows)
    seeds = np.random.default_rng(_SEED).integers(0, 2**31, weekly.size)
    _years(weekly, phi, var0, seeds, np.array(RATIOS), np.log(RATIOS), counts, expected, rate_var, weight)
    return Quiet(counts, expected, rate_var, np.repeat(phi, draws), weight)


@dataclass(frozen=True)
class Tables:
    """Per stratum: -log p of the accumulation by log R; -log p of windows and accumulation together by their mean; law of the latter.

    ``law``: probability of max(-log p - LEANS, 0) in steps of STEP, when nothing happens; what fusion.py adds up.
    """

    accumulation: Floats
    together: Floats
    law: Floats


LEANS = 1.2  # a signal leans where p < 0.3; above that it says nothing
STEP, STEPS = 0.25, 160
LOG_R = np.arange(-2.0, 40.1, 0.5)


def tail(score: Floats, weight: Floats, grid: Floats) -> Floats:
    """-log P(score >= g) for every g of the grid, from weighted draws; increasing, beyond the last draws with slope 1."""
    order = np.argsort(-score, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(weight[order])]) / score.size
    beyond = np.searchsorted(-score[order], -grid, side="right")
    level = -np.log(np.minimum(np.maximum(mass[beyond], 1e-300), 1.0))
    known = beyond >= 20
    last = int(np.flatnonzero(known).max(initial=0))
    level[last + 1 :] = level[last] + (grid[last + 1 :] - grid[last])
    rise = np.concatenate([[0.0], np.diff(level)])
    rise[3:-2] = np.convolve(rise, np.full(5, 0.2), mode="same")[3:-2]  # few draws decide far out: the slope is smoothed
    found: Floats = np.maximum.accumulate(np.cumsum(rise))
    return found


@lru_cache(maxsize=8)
def tables(windows: tuple[int, ...], weights: tuple[float, ...], share: float) -> Tables:
    """The frozen tables for these windows; ``share``: weight of the accumulation in the mean of both."""
    quiet = quiet_years()
    draws = quiet.weight.size // int(np.prod(SHAPE))
    summed = accumulate(quiet.counts, quiet.expected, quiet.rate_var, quiet.phi)
    longest = max(windows)
    newest = scan(
        quiet.counts[:, -longest:], quiet.expected[:, -longest:], quiet.rate_var[:, -1].copy(), quiet.phi, windows, weights, 0
    ).p_value
    first = np.array([tail(s, w, LOG_R) for s, w in _split(draws, summed.log_r, quiet.weight)])
    own = np.empty(newest.size)
    for i, s in enumerate(summed.log_r.reshape(-1, draws)):
        own[i * draws : (i + 1) * draws] = np.interp(s, LOG_R, first[i], left=0.0)
    window = -np.log(newest)
    score = mean_score(window, own, share)
    second = np.array([tail(s, w, LOG_P) for s, w in _split(draws, score, quiet.weight)])
    law = np.zeros((len(second), STEPS))
    for i, (s, w) in enumerate(_split(draws, score, quiet.weight)):
        strongest = np.maximum(window, own)[i * draws : (i + 1) * draws]
        final = np.minimum(np.interp(s, LOG_P, second[i]), strongest)
        steps = np.rint(np.maximum(final - LEANS, 0.0) / STEP).astype(np.int64)
        law[i] = np.bincount(np.minimum(steps, STEPS - 1), weights=w, minlength=STEPS)
    law /= law.sum(axis=1, keepdims=True)
    return Tables(*(table.reshape(*SHAPE, -1) for table in (first, second, law)))


def mean_score(window: Floats, accumulated: Floats, share: float) -> Floats:
    """The weighted mean of two -log p: a burst speaks in the first, a slow rise in the second, most events in both."""
    return (1.0 - share) * window + share * accumulated


def _split(draws: int, score: Floats, weight: Floats) -> zip[tuple[Floats, Floats]]:
    return zip(score.reshape(-1, draws), weight.reshape(-1, draws), strict=True)


def looked_up(table: Floats, grid: Floats, weekly: Floats, phi: Floats, var0: Floats, value: Floats) -> Floats:
    """Interpolated between strata (linearly in their logarithms) and grid points; beyond the grid with slope 1."""
    out = np.zeros(value.size)
    at = np.flatnonzero(value > grid[0])  # few: most series have nothing to tell on most nights
    (a, fa), (b, fb), (c, fc) = _place(WEEKLY, of_like_size(weekly[at], phi[at])), _place(DISPERSION, phi[at]), _place(RATE_VAR, var0[at])
    found = np.zeros(at.size)
    _look_up(table, grid, a, fa, b, fb, c, fc, value[at], found)
    out[at] = found
    return out


def of_like_size(weekly: Floats, phi: Floats) -> Floats:
    """The expected count by which a stratum is chosen: beyond the largest tabled dispersion that of a law with it and of the same size.

    Of a large mean it is nearly a gamma law, whose shape is the size, mean / (dispersion - 1): evidence is distributed alike.
    """
    most = float(DISPERSION[-1])
    like: Floats = weekly * (most - 1.0) / (np.maximum(phi, most) - 1.0)
    return like


def _place(axis: Floats, x: Floats) -> tuple[Ints, Floats]:
    """Lower neighbour and share of the way to the upper one, on a logarithmic axis, ends held."""
    logs = np.log(axis)
    at = np.log(np.clip(x, axis[0], axis[-1]))
    low = np.clip(np.searchsorted(logs, at, side="right") - 1, 0, axis.size - 2).astype(np.int64)
    return low, (at - logs[low]) / (logs[low + 1] - logs[low])


@njit(parallel=True, cache=True)
def _look_up(
    table: Floats, grid: Floats, a: Ints, fa: Floats, b: Ints, fb: Floats, c: Ints, fc: Floats, value: Floats, out: Floats
) -> None:  # fmt: skip
    top = grid.size - 1
    for i in prange(value.size):
        if value[i] <= grid[0]:
            continue
        v = min(value[i], grid[top])
        g = min(np.searchsorted(grid, v, side="right") - 1, top - 1)
        fg = (v - grid[g]) / (grid[g + 1] - grid[g])
        total = 0.0
        for da in range(2):
            for db in range(2):
                for dc in range(2):
                    w = (fa[i] if da else 1.0 - fa[i]) * (fb[i] if db else 1.0 - fb[i]) * (fc[i] if dc else 1.0 - fc[i])
                    row = table[a[i] + da, b[i] + db, c[i] + dc]
                    total += w * (row[g] + fg * (row[g + 1] - row[g]))
        out[i] = total + max(value[i] - grid[top], 0.0)

"""The expected count of every week of every series, from earlier weeks only: a discounted gamma-Poisson regression filter.

The model of one series is count ~ (exposure x rate), log rate = level + slope + two yearly harmonics. The coefficients have a mean
and a covariance that each week updates in one step (West, Harrison & Migon 1985, conjugate gamma step with linear Bayes feedback);
discounting widens level and season again, so that old weeks fade. With no slope and no season this is exactly the conjugate update
a <- d a + count, b <- d b + exposure of a gamma rate. Three things keep an outbreak from teaching the filter what is usual:
a guard (the newest weeks are not learned yet), winsorising (a count is learned only up to a high quantile), and a dispersion that
is learned from the winsorised counts.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL, SLOPE, SEASON = 0, 1, 2  # places in the coefficient vector; four harmonics follow from SEASON on
SIZE = 6
HIGHEST_DISPERSION = 100.0  # plus the expected count
SLOPE_WEEKS = 100.0  # the slope is per so many weeks
# Sums may be formed in the order that is quickest: the same on every run and any number of threads, to 1e-12 the same as written.
_FAST = {"contract", "reassoc"}
compiled = njit(cache=True, error_model="numpy", fastmath=_FAST)
LARGEST_LOG_RATE = 40.0  # absurd counts, or centuries without a row, would else leave the range of numbers


class Tuning(NamedTuple):
    """How fast the filter forgets and what it refuses to learn (weeks, standard deviations, pseudo-observations)."""

    level_discount: float = 0.998
    season_discount: float = 0.996
    guard_weeks: int = 6
    winsor_sd: float = 2.2
    settled_weeks: int = 8  # before this age nothing is winsorised: the first counts are all there is to know
    winsor_dispersion: float = 2.0  # winsorising assumes at least this dispersion, or a small one would confirm itself
    is_winsor_adaptive: bool = True  # ... and more where more was learned; a panel has other series to learn it from
    is_level_flat: bool = False  # the level begins at the first week's count instead of at a prior
    prior_dispersion: float = 1.5
    prior_dispersion_weeks: float = 8.0


class Track(NamedTuple):
    """Per kept week (flat, series after series): expected count, squared relative error of its rate, dispersion.

    ``residual`` and ``residual_weight`` (one a series) are the sums from which dispersion is estimated; ``coefficients``
    (series x 6) is the state after the last learned week.
    """

    expected: Floats
    rate_var: Floats
    dispersion: Floats
    residual: Floats
    residual_weight: Floats
    coefficients: Floats


def prior_variance(level: float, slope: float, first: float, second: float) -> Floats:
    """Prior variances of the six coefficients from a level variance and the standard deviations of slope and harmonics."""
    return np.array([[level, slope**2, first**2, first**2, second**2, second**2]])


@compiled
def _look(x: Floats, px: Floats, mean: Floats, cov: Floats) -> tuple[float, float]:
    """Mean and variance of the log rate at regressors ``x``; leaves cov @ x in ``px``."""
    log_rate, var = 0.0, 0.0
    for i in range(SIZE):
        total = 0.0
        for j in range(SIZE):
            total += cov[i, j] * x[j]
        px[i] = total
        var += total * x[i]
        log_rate += mean[i] * x[i]
    return min(max(log_rate, -LARGEST_LOG_RATE), LARGEST_LOG_RATE), max(var, 1e-12)


@compiled
def _winsorised(y: float, expected: float, var: float, dispersion: float, tuning: Tuning) -> float:
    """The count, at most a high quantile (Cornish-Fisher, so that one count in a sparse series is not cut)."""
    z = tuning.winsor_sd
    cap = expected + z * math.sqrt(var) + (z * z - 1.0) / 6.0 * (2.0 * dispersion - 1.0)
    return min(y, cap)


@compiled
def _absorb(mean: Floats, cov: Floats, px: Floats, var: float, y: float, expected: float, dispersion: float) -> None:
    """One conjugate gamma step of the log rate, fed back linearly to all coefficients."""
    shape = 1.0 / var
    gain = math.log((shape + y / dispersion) / (shape + expected / dispersion)) / var
    shrink = (1.0 - shape / (shape + y / dispersion)) / var
    for i in range(SIZE):
        mean[i] += px[i] * gain
        for j in range(SIZE):
            cov[i, j] -= px[i] * px[j] * shrink


@compiled
def _begin(x: Floats, px: Floats, mean: Floats, cov: Floats, y: float, units: float, season: Floats, dispersion: float) -> None:
    """A flat prior on the rate, Gamma(1, 0), met by the first count: Gamma(1 + count, exposure), whatever the season then was.

    The first case after n empty weeks then has p about 1 / (n + 1).
    """
    _regressors(x, 0, season)
    x[LEVEL] = 0.0
    _, var = _look(x, px, mean, cov)
    mean[LEVEL] = math.log((1.0 + y) / units)
    cov[LEVEL, LEVEL] = 1.0 / (1.0 + y / dispersion) + var
    for i in range(SIZE):
        if i != LEVEL:
            cov[LEVEL, i] = cov[i, LEVEL] = -px[i]


@compiled
def _forget(cov: Floats, widest: Floats, tuning: Tuning) -> None:
    """Widens level and season by their discounts, but never beyond what the prior left open."""
    level, season = 1.0 / tuning.level_discount, 1.0 / tuning.season_discount
    for i in range(SIZE):
        if i != SLOPE:
            cov[i, i] = max(cov[i, i], min(cov[i, i] * (level if i == LEVEL else season), widest[i]))


@compiled
def _regressors(x: Floats, age: int, season: Floats) -> None:
    x[LEVEL] = 1.0
    x[SLOPE] = age / SLOPE_WEEKS
    for i in range(4):
        x[SEASON + i] = season[age, i]


@compiled
def _learn(
    y: float, mu: float, log_var: float, is_settled: bool, dispersion: float, tuning: Tuning
) -> tuple[float, float, float]:  # fmt: skip
    """The count as far as it is learned, its squared residual over what was expected of it, and that residual's weight."""
    given = y
    if is_settled:
        wide = max(dispersion, tuning.winsor_dispersion) if tuning.is_winsor_adaptive else tuning.winsor_dispersion
        y = _winsorised(y, mu, wide * mu + mu * mu * log_var, wide, tuning)
    weight = mu / (mu + 0.5)  # a Pearson residual of a small mean is mostly noise: weight by its information
    if y < given and not tuning.is_winsor_adaptive:
        weight = 0.0  # an outbreak is no dispersion
    return y, weight * (y - mu) ** 2 / (mu * (1.0 + mu * log_var / dispersion)), weight


@compiled
def _series(
    counts: Floats, exposure: Floats, season: Floats, mean: Floats, cov: Floats, pooled: float, keep: int, tuning: Tuning,
    expected: Floats, rate_var: Floats, phi: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Filters one series, leaving its kept weeks in the last three arrays and its state in ``mean`` and ``cov``."""
    x, px = np.zeros(SIZE), np.zeros(SIZE)
    weeks = counts.size
    square, weight, dispersion, learned, is_awake = 0.0, 0.0, pooled, 0, False
    widest = np.diag(cov).copy()
    for t in range(weeks):
        while learned < t - min(tuning.guard_weeks, t // 4):
            if learned == 0 and tuning.is_level_flat:
                _begin(x, px, mean, cov, counts[0], exposure[0], season, pooled)
                widest[LEVEL] = cov[LEVEL, LEVEL]
            elif exposure[learned] > 0.0:
                _regressors(x, learned, season)
                log_rate, var = _look(x, px, mean, cov)
                mu = exposure[learned] * math.exp(log_rate)
                y, r, w = _learn(counts[learned], mu, var, learned >= tuning.settled_weeks, dispersion, tuning)
                # In a panel the first weeks measure how wrong the margins' prior was, not how the counts scatter.
                if is_awake and (tuning.is_winsor_adaptive or learned >= tuning.settled_weeks):
                    square, weight = square + r, weight + w
                    total = weight + tuning.prior_dispersion_weeks
                    dispersion = max(1.0, (square + tuning.prior_dispersion_weeks * pooled) / total)
                # A series is in the panel because it had an event: the weeks up to the first say nothing of dispersion.
                is_awake = is_awake or counts[learned] > 0.0
                _absorb(mean, cov, px, var, y, mu, dispersion)
                _forget(cov, widest, tuning)
            learned += 1
        if t >= weeks - keep:
            _regressors(x, t, season)
            log_rate, var = _look(x, px, mean, cov)
            at = t - max(weeks - keep, 0)
            expected[at] = exposure[t] * math.exp(log_rate)
            rate_var[at] = var
            # One absurd count must not make everything after it possible (nor the tails endless sums).
            phi[at] = min(dispersion, HIGHEST_DISPERSION + expected[at])
    return square, weight


@njit(parallel=True, cache=True, error_model="numpy", fastmath=_FAST)
def _track(
    counts: Floats, exposure: Floats, offsets: Ints, first_week: Ints, season: Floats,
    mean0: Floats, var0: Floats, dispersion0: Floats, keep: int, kept: Ints, tuning: Tuning,
    expected: Floats, rate_var: Floats, phi: Floats, residual: Floats, weight: Floats, coefficients: Floats,
) -> None:  # fmt: skip
    for i in prange(offsets.size - 1):
        s = np.int64(i)
        a, b = offsets[s], offsets[s + 1]
        c, d = kept[s], kept[s + 1]
        row_mean, row_var, row_phi = s % mean0.shape[0], s % var0.shape[0], s % dispersion0.size
        cov = np.zeros((SIZE, SIZE))
        for j in range(SIZE):
            coefficients[s, j] = mean0[row_mean, j]
            cov[j, j] = var0[row_var, j]
        residual[s], weight[s] = _series(
            counts[a:b], exposure[a:b], season[first_week[s] :], coefficients[s], cov, dispersion0[row_phi], keep, tuning,
            expected[c:d], rate_var[c:d], phi[c:d],
        )  # fmt: skip


def track(
    counts: Floats,
    exposure: Floats,
    offsets: Ints,
    first_week: Ints,
    season: Floats,
    mean0: Floats,
    var0: Floats,
    dispersion0: Floats,
    tuning: Tuning,
    keep: int | None = None,
) -> Track:
    """Filters every series; series s holds weeks offsets[s]:offsets[s+1] of ``counts`` and ``exposure`` (0 = nothing to learn).

    ``season`` is weeks x 4 (see :func:`harmonics`), ``first_week[s]`` the row at which series s begins; ``mean0``, ``var0`` and
    ``dispersion0`` have one row for all series or one a series; the last ``keep`` weeks of each series are returned.
    Each series is computed alone, hence the same on any number of threads and in any batch.
    """
    lengths = np.diff(offsets)
    limit = int(lengths.max(initial=0)) if keep is None else keep
    kept = np.concatenate([[0], np.cumsum(np.minimum(lengths, limit))]).astype(np.int64)
    total, series = int(kept[-1]), lengths.size
    out = Track(np.zeros(total), np.zeros(total), np.zeros(total), np.zeros(series), np.zeros(series), np.zeros((series, SIZE)))
    _track(counts, exposure, offsets, first_week, season, mean0, var0, dispersion0, limit, kept, tuning, *out)
    return out


def harmonics(week_ordinals: Ints) -> Floats:
    """Yearly harmonics of weeks given by the proleptic ordinal of their Mondays: cos, sin of one and of two cycles a year."""
    angle = 2.0 * np.pi * week_ordinals / 365.2425
    return np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])

"""The expected count of every week of every series, from earlier weeks only: a discounted gamma-Poisson regression filter.

The model of one series is count ~ (exposure x rate), log rate = level + slope + two yearly harmonics. The coefficients have a mean
and a covariance that each week updates in one step (West, Harrison & Migon 1985, conjugate gamma step with linear Bayes feedback);
discounting widens level and season again, so that old weeks fade. With no slope and no season this is exactly the conjugate update
a <- d a + count, b <- d b + exposure of a gamma rate. Three things keep an outbreak from teaching the filter what is usual:
a guard (the newest weeks are not learned yet), winsorising (a count is learned only up to a high quantile), and a dispersion that
is learned from the winsorised counts. The arithmetic of one week is in :mod:`riskwarn.detect.filter_lanes`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.filter_lanes import (
    COUNT,
    COV,
    DIAGONAL,
    DISPERSION,
    EXPECTED,
    MEAN,
    POOLED,
    ROWS,
    SQUARE,
    STATE,
    WEEKS,
    WEIGHT,
    WIDEST,
    Tuning,
    absorb,
    begin,
    learn,
    predict,
)  # fmt: skip
from riskwarn.detect.lanes import LANES, compiled

__all__ = ["SEASON", "STATE", "Span", "Track", "Tuning", "harmonics", "prior_variance", "track"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEASON = 2  # coefficients: level, slope, then four harmonics
SIZE = 6
SLOPE_WEEKS = 100.0  # the slope is per so many weeks
GIVEN, FOUND = 6 * LANES, 3 * LANES  # numbers of a week that go in and come out
TILE = 8  # weeks copied at a time: as many as share a line of the cache


class Track(NamedTuple):
    """Per kept week (flat, series after series): expected count, squared relative error of its rate, dispersion.

    ``residual`` and ``residual_weight`` (one a series) are the sums from which dispersion is estimated; ``coefficients``
    (series x 6) is the state after the last learned week; ``saved`` (series x STATE) what the filter holds once ``Span.save`` weeks are
    learned.
    """

    expected: Floats
    rate_var: Floats
    dispersion: Floats
    residual: Floats
    residual_weight: Floats
    coefficients: Floats
    saved: Floats


class Span(NamedTuple):
    """Which weeks are filtered: the arrays given begin after ``begun`` weeks that are learned already; the state after ``save`` weeks
    (counted from the first of all, -1: none) is kept, from which a later night can go on.
    """

    begun: int = 0
    save: int = -1


WHOLE = Span()
NO_STATE = np.empty((0, STATE))


def prior_variance(level: float, slope: float, first: float, second: float) -> Floats:
    """Prior variances of the six coefficients from a level variance and the standard deviations of slope and harmonics."""
    return np.array([[level, slope**2, first**2, first**2, second**2, second**2]])


@compiled
def _deal(
    given: Floats, counts: Floats, exposure: Floats, season: Floats, first: Ints, size: Ints, first_week: Ints, longest: int
) -> None:  # fmt: skip
    """Lays the series of a block side by side: count, exposure and harmonics of a week, LANES of each."""
    every = 0 if exposure.size == 1 else 1
    for begin_tile in range(0, longest, TILE):
        for lane in range(LANES):
            for t in range(begin_tile, min(begin_tile + TILE, size[lane])):
                at = t * GIVEN + lane
                given[at] = counts[first[lane] + t]
                given[at + LANES] = exposure[(first[lane] + t) * every]
    if first_week.min() == first_week.max():
        for t in range(longest):
            for i in range(4):
                harmonic = season[first_week[0] + t, i]
                for lane in range(LANES):
                    given[t * GIVEN + (2 + i) * LANES + lane] = harmonic
        return
    for lane in range(LANES):
        for t in range(size[lane]):
            for i in range(4):
                given[t * GIVEN + (2 + i) * LANES + lane] = season[first_week[lane] + t, i]


@compiled
def _collect(found: Floats, expected: Floats, rate_var: Floats, phi: Floats, to: Ints, size: Ints, keep: int, live: int) -> None:
    """Writes the last ``keep`` weeks of each series of a block to their places."""
    for begin_tile in range(0, size[:live].max(), TILE):
        for lane in range(live):
            cut = max(size[lane] - keep, 0)
            for t in range(max(begin_tile, cut), min(begin_tile + TILE, size[lane])):
                at, place = t * FOUND + lane, to[lane] + t - cut
                expected[place], rate_var[place], phi[place] = found[at], found[at + LANES], found[at + 2 * LANES]


@compiled
def _take(w: Floats, given: Floats) -> None:
    for i in range(GIVEN):
        w[COUNT + i] = given[i]


@compiled
def _give(found: Floats, w: Floats) -> None:
    for i in range(FOUND):
        found[i] = w[EXPECTED + i]


@compiled
def _keep(saved: Floats, w: Floats) -> None:
    for i in range(STATE * LANES):
        saved[i] = w[i]


@compiled
def _block(w: Floats, given: Floats, found: Floats, saved: Floats, longest: int, kept_from: int, span: Span, tuning: Tuning) -> None:
    """Filters the weeks of a block; ``longest`` and ``kept_from`` are counted from the first week of all."""
    learned = first = span.begun
    if learned == span.save:
        _keep(saved, w)
    for t in range(first, longest):
        if learned < t - min(tuning.guard_weeks, t // 4):  # one week at a time, for the guard grows by no more than time does
            _take(w, given[(learned - first) * GIVEN :])
            if learned == 0 and tuning.is_level_flat:
                begin(w, float(t))
            else:
                learn(w, learned / SLOPE_WEEKS, float(t), learned >= tuning.settled_weeks, tuning)
                absorb(w, float(t), tuning)
            learned += 1
            if learned == span.save:
                _keep(saved, w)
        if t >= kept_from:
            _take(w, given[(t - first) * GIVEN :])
            predict(w, t / SLOPE_WEEKS)
            _give(found[(t - first) * FOUND :], w)


@compiled
def filtered(
    counts: Floats, exposure: Floats, offsets: Ints, mine: Ints, first_week: Ints, season: Floats,
    mean0: Floats, var0: Floats, dispersion0: Floats, keep: int, tuning: Tuning, span: Span, states: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    """State, given and found numbers and the state to be kept of a block: the series ``mine``, LANES of them."""
    w, state = np.zeros(ROWS * LANES), np.zeros(STATE * LANES)
    size = offsets[mine + 1] - offsets[mine]
    for lane in range(LANES):
        row_mean, row_var, row_phi = mine[lane] % mean0.shape[0], mine[lane] % var0.shape[0], mine[lane] % dispersion0.size
        for j in range(SIZE):
            w[MEAN + j * LANES + lane] = mean0[row_mean, j]
            w[COV + DIAGONAL[j] * LANES + lane] = w[WIDEST + j * LANES + lane] = var0[row_var, j]
        w[DISPERSION + lane] = w[POOLED + lane] = dispersion0[row_phi]
        if states.shape[0]:
            for j in range(STATE):
                w[j * LANES + lane] = states[mine[lane], j]
        w[WEEKS + lane] = span.begun + size[lane]
    longest = size.max()
    given, found = np.zeros(longest * GIVEN), np.empty(longest * FOUND)
    _deal(given, counts, exposure, season, offsets[mine], size, first_week[mine], longest)
    _block(w, given, found, state, span.begun + longest, span.begun + max(size.min() - keep, 0), span, tuning)
    return w, given, found, state


@njit(parallel=True, cache=True, error_model="numpy")
def _track(
    counts: Floats, exposure: Floats, offsets: Ints, order: Ints, first_week: Ints, season: Floats,
    mean0: Floats, var0: Floats, dispersion0: Floats, keep: int, kept: Ints, tuning: Tuning, span: Span, states: Floats,
    expected: Floats, rate_var: Floats, phi: Floats, residual: Floats, weight: Floats, coefficients: Floats, saved: Floats,
) -> None:  # fmt: skip
    series = offsets.size - 1
    for i in prange(order.size // LANES):
        block = int(np.int64(i)) * LANES
        live = min(LANES, series - block)
        mine = order[block : block + LANES]
        w, _, found, state = filtered(
            counts, exposure, offsets, mine, first_week, season, mean0, var0, dispersion0, keep, tuning, span, states
        )
        _collect(found, expected, rate_var, phi, kept[mine], offsets[mine + 1] - offsets[mine], keep, live)
        for lane in range(live):
            residual[mine[lane]], weight[mine[lane]] = w[SQUARE + lane], w[WEIGHT + lane]
            for j in range(SIZE):
                coefficients[mine[lane], j] = w[MEAN + j * LANES + lane]
            for j in range(STATE if saved.shape[0] else 0):
                saved[mine[lane], j] = state[j * LANES + lane]


def in_blocks(lengths: Ints) -> Ints:
    """Series of like length in one block of LANES; the last block is filled up with copies of its last series.

    Long and short blocks take turns (by the golden ratio), so that no thread gets all the long ones.
    """
    order = np.argsort(lengths, kind="stable")
    blocks = np.append(order, np.full(-lengths.size % LANES, order[-1])).reshape(-1, LANES)
    if lengths.min() < lengths.max():
        turns = np.argsort((np.arange(len(blocks) - 1) * 0.6180339887498949) % 1.0)
        blocks[:-1] = blocks[turns]
    return blocks.ravel()


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
    span: Span = WHOLE,
    states: Floats = NO_STATE,
) -> Track:
    """Filters every series; series s holds weeks offsets[s]:offsets[s+1] of ``counts`` and ``exposure`` (0 = nothing to learn).

    ``exposure`` may be a single number for all weeks. ``season`` is weeks x 4 (see :func:`harmonics`), ``first_week[s]`` the row at
    which series s begins; ``mean0``, ``var0`` and ``dispersion0`` have one row for all series or one a series; the last ``keep``
    weeks of each series are returned. Each series is computed alone, hence the same on any number of threads and in any batch.

    With ``span.begun`` the weeks given follow on ``states`` (series x STATE, ``Track.saved`` of an earlier run): the result is the same
    as if all weeks had been given, as long as none of the weeks kept was judged with less than ``begun`` weeks learned.
    """
    lengths = np.diff(offsets)
    limit = int(lengths.max(initial=0)) if keep is None else keep
    kept = np.concatenate([[0], np.cumsum(np.minimum(lengths, limit))]).astype(np.int64)
    total, series = int(kept[-1]), lengths.size
    saved = np.empty((series if span.save >= 0 else 0, STATE))
    out = Track(np.empty(total), np.empty(total), np.empty(total), np.empty(series), np.empty(series), np.empty((series, SIZE)), saved)
    if series:
        order = in_blocks(lengths)
        _track(counts, exposure, offsets, order, first_week, season, mean0, var0, dispersion0, limit, kept, tuning, span, states, *out)
    return out


def harmonics(week_ordinals: Ints) -> Floats:
    """Yearly harmonics of weeks given by the proleptic ordinal of their Mondays: cos, sin of one and of two cycles a year."""
    angle = 2.0 * np.pi * week_ordinals / 365.2425
    return np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])

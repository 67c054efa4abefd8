"""Every week of every series judged from its own earlier weeks: expected count, upper bound, p-value. The core of `surveil`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.filter import Floats, Ints, Track, Tuning, harmonics, prior_variance, track
from riskwarn.detect.lanes import LANES, compiled
from riskwarn.detect.tail_lanes import (
    ABLE,
    BOUND,
    COUNT,
    MEAN,
    P_VALUE,
    PHI,
    RATE_VAR,
    ROWS,
    SMALLEST,
    TOTAL,
    bends,
    combine_lanes,
    judge_window,
)  # fmt: skip
from riskwarn.detect.windows import inflation, weekly_share

WINDOWS = (1, 2)
WEIGHTS = (1.0, 1.0)
PRIOR_VARIANCE = prior_variance(level=0.0, slope=0.2, first=0.5, second=0.3)
CHUNK_WEEKS = 1_000_000
LARGEST_EXPECTED = 1e13  # ten times the largest count: after absurd jumps a series may expect what no whole number can hold


@dataclass(frozen=True)
class Judged:
    """One value per week, in the order given: what was to be expected, the largest count without an alarm, the p-value."""

    expected: Floats
    upper: Floats
    p_value: Floats


@compiled
def _take(w: Floats, row: int, values: Floats, at: int, live: int) -> None:
    """One week a lane; lanes beyond the end of the series repeat its last week."""
    for lane in range(LANES):
        w[row + lane] = values[at + min(lane, live - 1)]


@compiled
def _widen(w: Floats, counts: Floats, expected: Floats, at: int, live: int) -> None:
    """Adds the weeks from ``at`` on to the window of each lane; what lies before the series belongs to lanes without weeks enough."""
    for lane in range(LANES):
        week = max(at + min(lane, live - 1), 0)
        w[TOTAL + lane] += counts[week]
        w[MEAN + lane] += expected[week]


@compiled
def _judge_series(
    w: Floats, counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: Ints, levels: Floats, weights: Floats,
    knots: Floats, slopes: Floats, first: float, with_upper: bool, upper: Floats, p_value: Floats,
) -> None:  # fmt: skip
    # The first week of a series has nothing earlier to be judged by: it is its own expectation.
    expected[0], upper[0], p_value[0] = counts[0], counts[0], 1.0
    for t in range(1, counts.size):
        expected[t] = min(expected[t], LARGEST_EXPECTED)
    for begin in range(1, counts.size, LANES):
        live, width = min(LANES, counts.size - begin), 1
        _take(w, COUNT, counts, begin, live)
        _take(w, TOTAL, counts, begin, live)
        _take(w, MEAN, expected, begin, live)
        _take(w, PHI, phi, begin, live)
        _take(w, RATE_VAR, rate_var, begin, live)
        for lane in range(LANES):
            w[SMALLEST + lane], w[BOUND + lane] = 1.0, math.inf
        for k in range(windows.size):
            while width < windows[k]:
                _widen(w, counts, expected, begin - width, live)
                width += 1
            for lane in range(LANES):
                w[ABLE + lane] = 1.0 if begin + lane >= width else 0.0
            judge_window(w, levels[k], weights[k], with_upper)
        combine_lanes(w, knots, slopes, first)
        for lane in range(live):
            p_value[begin + lane] = w[P_VALUE + lane]
            upper[begin + lane] = max(w[BOUND + lane], 0.0)


@njit(parallel=True, cache=True, error_model="numpy")
def _judge(
    counts: Floats, offsets: Ints, expected: Floats, rate_var: Floats, phi: Floats, windows: Ints, levels: Floats, weights: Floats,
    knots: Floats, slopes: Floats, first: float, with_upper: bool, upper: Floats, p_value: Floats,
) -> None:  # fmt: skip
    for s in prange(offsets.size - 1):
        a, b = offsets[s], offsets[s + 1]
        _judge_series(
            np.zeros(ROWS * LANES), counts[a:b], expected[a:b], rate_var[a:b], phi[a:b], windows, levels, weights,
            knots, slopes, first, with_upper, upper[a:b], p_value[a:b],
        )  # fmt: skip


def judge_weeks(
    counts: Floats, exposure: Floats, lengths: Ints, first_monday: Ints, alpha: float, tuning: Tuning | None = None,
    *, with_upper: bool = True,
) -> Judged:  # fmt: skip
    """Judges ragged series laid end to end: ``lengths`` weeks each, from the Monday with ordinal ``first_monday``.

    ``exposure`` must be positive (or a single number for all weeks). A week without a case is no signal, whatever the weeks before
    it: p 1. ``upper`` is the largest count of that week that raises no alarm at ``alpha`` given the weeks before it; NaN everywhere,
    and less work, without ``with_upper``.
    """
    tuning = tuning or Tuning(is_level_flat=True)
    out = Judged(*(np.empty(counts.size) for _ in range(3)))
    base = int(first_monday.min()) if first_monday.size else 0
    span = int(((first_monday - base) // 7 + lengths).max()) if lengths.size else 0
    season = harmonics(base + 7 * np.arange(span, dtype=np.int64))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    for low, high in _chunks(offsets):
        part = slice(int(offsets[low]), int(offsets[high]))
        local = offsets[low : high + 1] - offsets[low]
        start = (first_monday[low:high] - base) // 7
        units = exposure if exposure.size == 1 else exposure[part]
        given = Judged(out.expected[part], out.upper[part], out.p_value[part])
        _judge_chunk(counts[part], units, local, start, season, alpha if with_upper else None, tuning, given)
    if not with_upper:
        out.upper[:] = np.nan
    return out


def _chunks(offsets: Ints) -> list[tuple[int, int]]:
    """Ranges of series of about CHUNK_WEEKS weeks each, so that memory stays bounded."""
    marks = np.searchsorted(offsets, np.arange(0, offsets[-1] + CHUNK_WEEKS, CHUNK_WEEKS))
    bounds = np.unique(np.concatenate([marks, [offsets.size - 1]]).clip(0, offsets.size - 1))
    return [(int(a), int(b)) for a, b in pairwise(bounds)]


def _judge_chunk(
    counts: Floats, exposure: Floats, offsets: Ints, start: Ints, season: Floats, alpha: float | None, tuning: Tuning, out: Judged
) -> None:  # fmt: skip
    """Judges one range of series, leaving the result in ``out``."""
    dispersion0 = np.array([tuning.prior_dispersion])
    seen: Track = track(counts, exposure, offsets, start, season, np.zeros((1, 6)), PRIOR_VARIANCE, dispersion0, tuning)
    log_x, log_ratio = inflation(WINDOWS, WEIGHTS)
    weights: NDArray[np.float64] = np.array(WEIGHTS)
    levels = weights if alpha is None else np.minimum(weights * weekly_share(WINDOWS, WEIGHTS, alpha), 1.0)
    _judge(
        counts, offsets, seen.expected, seen.rate_var, seen.dispersion, np.array(WINDOWS), levels, weights,
        log_x, bends(log_x, log_ratio), float(log_ratio[0]), alpha is not None, out.upper, out.p_value,
    )  # fmt: skip
    out.expected[:] = seen.expected

"""Every week of every series judged from its own earlier weeks: expected count, upper bound, p-value. The core of `surveil`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.filter import Floats, Ints, Track, Tuning, harmonics, prior_variance, track
from riskwarn.detect.tails import mid_p, tail_and_critical
from riskwarn.detect.windows import combined, inflation, weekly_share

WINDOWS = (1, 2)
WEIGHTS = (1.0, 1.0)
PRIOR_VARIANCE = prior_variance(level=0.0, slope=0.2, first=0.5, second=0.3)
CHUNK_WEEKS = 4_000_000
LARGEST_EXPECTED = 1e13  # ten times the largest count: after absurd jumps a series may expect what no whole number can hold


@dataclass(frozen=True)
class Judged:
    """One value per week, in the order given: what was to be expected, the largest count without an alarm, the p-value."""

    expected: Floats
    upper: Floats
    p_value: Floats


@njit(parallel=True, cache=True)
def _judge(
    counts: Floats, offsets: Ints, expected: Floats, rate_var: Floats, phi: Floats,
    windows: Ints, levels: Floats, weights: Floats, log_x: Floats, log_ratio: Floats, with_upper: bool, upper: Floats, p_value: Floats,
) -> None:  # fmt: skip
    for s in prange(offsets.size - 1):
        # The first week of a series has nothing earlier to be judged by: it is its own expectation.
        expected[offsets[s]] = counts[offsets[s]]
        if with_upper:
            upper[offsets[s]] = counts[offsets[s]]
        p_value[offsets[s]] = 1.0
        for t in range(offsets[s] + 1, offsets[s + 1]):
            expected[t] = min(expected[t], LARGEST_EXPECTED)
            smallest, bound = 1.0, math.inf
            if counts[t] == 0.0 and not with_upper:  # no signal, whatever was expected
                p_value[t] = 1.0
                continue
            for k in range(windows.size):
                if t - windows[k] + 1 <= offsets[s]:
                    continue
                earlier, mean = 0.0, expected[t]
                for u in range(t - windows[k] + 1, t):
                    earlier += counts[u]
                    mean += expected[u]
                var = phi[t] * mean + rate_var[t] * mean * mean
                if with_upper:
                    tail, critical = tail_and_critical(counts[t] + earlier, levels[k], mean, var)
                    bound = min(bound, critical - earlier - 1.0)
                else:
                    tail = mid_p(counts[t] + earlier, mean, var)
                if counts[t] > 0.0:
                    smallest = min(smallest, tail / weights[k])
            if with_upper:
                upper[t] = max(bound, 0.0)
            p_value[t] = combined(smallest, log_x, log_ratio)


def judge_weeks(
    counts: Floats, exposure: Floats, lengths: Ints, first_monday: Ints, alpha: float, tuning: Tuning | None = None,
    *, with_upper: bool = True,
) -> Judged:  # fmt: skip
    """Judges ragged series laid end to end: ``lengths`` weeks each, from the Monday with ordinal ``first_monday``.

    ``exposure`` must be positive. A week without a case is no signal, whatever the weeks before it: p 1. ``upper`` is the
    largest count of that week that raises no alarm at ``alpha`` given the weeks before it; NaN everywhere, and less work, without
    ``with_upper``.
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
        one = _judge_chunk(counts[part], exposure[part], local, start, season, alpha if with_upper else None, tuning)
        out.expected[part], out.upper[part], out.p_value[part] = one.expected, one.upper, one.p_value
    return out


def _chunks(offsets: Ints) -> list[tuple[int, int]]:
    """Ranges of series of about CHUNK_WEEKS weeks each, so that memory stays bounded."""
    marks = np.searchsorted(offsets, np.arange(0, offsets[-1] + CHUNK_WEEKS, CHUNK_WEEKS))
    bounds = np.unique(np.concatenate([marks, [offsets.size - 1]]).clip(0, offsets.size - 1))
    return [(int(a), int(b)) for a, b in pairwise(bounds)]


def _judge_chunk(
    counts: Floats, exposure: Floats, offsets: Ints, start: Ints, season: Floats, alpha: float | None, tuning: Tuning
) -> Judged:
    dispersion0 = np.array([tuning.prior_dispersion])
    seen: Track = track(counts, exposure, offsets, start, season, np.zeros((1, 6)), PRIOR_VARIANCE, dispersion0, tuning)
    log_x, log_ratio = inflation(WINDOWS, WEIGHTS)
    weights: NDArray[np.float64] = np.array(WEIGHTS)
    levels = weights if alpha is None else np.minimum(weights * weekly_share(WINDOWS, WEIGHTS, alpha), 1.0)
    upper, p_value = np.full(counts.size, np.nan), np.empty(counts.size)
    _judge(
        counts, offsets, seen.expected, seen.rate_var, seen.dispersion,
        np.array(WINDOWS), levels, weights, log_x, log_ratio, alpha is not None, upper, p_value,
    )  # fmt: skip
    return Judged(seen.expected, upper, p_value)

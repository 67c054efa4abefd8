"""Weeks judged in batches against the same weeks judged one by one, and the numbers that look after many rows at once."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from numba import njit

from riskwarn.detect.batches import LARGEST_EXPECTED
from riskwarn.detect.filter import Tuning, harmonics, track
from riskwarn.detect.lanes import LANES
from riskwarn.detect.prospective import PRIOR_VARIANCE, WINDOWS, judge_weeks
from riskwarn.detect.rows import run_starts
from riskwarn.detect.tails import critical_search, mid_p
from riskwarn.detect.walk_lanes import CRITICAL, MEAN, PHI, ROWS, TAIL, TOTAL, begin_walk, walk_both, walk_tails
from riskwarn.detect.windows import combined, inflation, weekly_share

ORDINAL = 733_776


@pytest.mark.parametrize("mean", [0.03, 0.8, 6.0, 35.0, 80.0, 700.0, 30_000.0])
@pytest.mark.parametrize(("alpha", "jump"), [(0.05, 3.0), (0.0005, 3.0), (1e-10, 3.0), (0.0005, 300.0), (0.0005, 1e7)])
def test_weeks_in_batches_are_as_weeks_alone(mean: float, alpha: float, jump: float) -> None:
    """After a jump of 10 million the variance is wider than any walk over the law could go."""
    rng = np.random.default_rng(int(10 * mean))
    lengths = rng.integers(1, 70, 45)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    levels = np.repeat(mean * rng.lognormal(0.0, 0.7, 45), lengths)
    counts = rng.poisson(rng.gamma(levels / 0.6, 0.6)).astype(np.float64)
    counts[rng.integers(0, counts.size, 20)] *= jump
    found = judge_weeks(counts, np.ones(1), lengths, np.full(45, ORDINAL), alpha)
    season, prior, start = harmonics(ORDINAL + 7 * np.arange(70)), np.zeros((1, 6)), np.zeros(45, dtype=np.int64)
    seen = track(counts, np.ones(1), offsets, start, season, prior, PRIOR_VARIANCE, np.array([1.5]), Tuning(is_level_flat=True))
    seen_expected = np.minimum(seen.expected, LARGEST_EXPECTED)
    log_x, log_ratio = inflation(WINDOWS, (1.0, 1.0))
    level = weekly_share(WINDOWS, (1.0, 1.0), alpha)
    p_value, upper = np.ones(counts.size), counts.copy()
    for at in set(range(counts.size)) - set(offsets[:-1].tolist()):
        best, bound = 1.0, math.inf
        for width in WINDOWS if at - 1 not in offsets else (1,):
            expected, total = seen_expected[at + 1 - width : at + 1].sum(), counts[at + 1 - width : at + 1].sum()
            var = seen.dispersion[at] * expected + seen.rate_var[at] * expected**2
            best = min(best, mid_p(total, expected, var)) if counts[at] else best
            bound = min(bound, critical_search(level, expected, var) - (total - counts[at]) - 1.0)
        p_value[at], upper[at] = combined(best, log_x, log_ratio), max(bound, 0.0)
    np.testing.assert_allclose(found.p_value, p_value, rtol=1e-9, atol=1e-300)
    np.testing.assert_array_equal(found.upper, upper)


@njit
def walked(w: np.ndarray, level: float) -> None:
    begin_walk(w)
    walk_both(w, level)


@njit
def walked_to_the_tail(w: np.ndarray) -> None:
    begin_walk(w)
    walk_tails(w)


@pytest.mark.parametrize("mean", [1e-9, 0.02, 3.0, 59.0])
@pytest.mark.parametrize("excess", [0.0, 9e-7, 2e-6, 0.3, 19.0])
def test_lanes_walk_over_the_law_of_one_week(mean: float, excess: float) -> None:
    """Also over those next to Poisson's; what a walk cannot tell (a tail of 0, an endless critical count) it marks."""
    for begin in range(0, 128, LANES):
        counts, w = np.arange(begin, begin + LANES, dtype=np.float64), np.zeros(ROWS * LANES)
        w[PHI : PHI + LANES], w[MEAN : MEAN + LANES], w[TOTAL : TOTAL + LANES] = 1.0 + excess, mean, counts
        tails = np.array([mid_p(count, mean, (1.0 + excess) * mean) for count in counts])
        only = w.copy()
        walked(w, 1e-4)
        walked_to_the_tail(only)
        near = only[TAIL : TAIL + LANES] != 0.0
        assert near.sum() >= (1 if begin < mean + 1.0 else 0)
        for found in (w[TAIL : TAIL + LANES][near], only[TAIL : TAIL + LANES][near]):
            np.testing.assert_allclose(found, tails[near], rtol=1e-9, atol=1e-13)
        assert (w[CRITICAL : CRITICAL + LANES] == critical_search(1e-4, mean, (1.0 + excess) * mean)).all()


@pytest.mark.parametrize("kind", ["str", "object", "category"])
@pytest.mark.parametrize("seed", range(4))
def test_runs_of_texts_begin_where_the_text_changes(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = np.array(["", "a", "b", "aa", "ab", "ba", "aab", "é", "ééé", "甲乙", "x" * 90])
    texts = np.repeat(names[rng.integers(0, names.size, 300)], rng.choice([1, 2, 64, 130], 300))
    wanted = np.append(True, texts[1:] != texts[:-1])
    column = pd.Series(texts.tolist()).astype(kind)
    np.testing.assert_array_equal(run_starts(column), wanted)
    np.testing.assert_array_equal(run_starts(column.iloc[5:]), np.append(True, wanted[6:]))
    np.testing.assert_array_equal(run_starts(pd.concat([column, column])), np.concatenate([wanted, [texts[0] != texts[-1]], wanted[1:]]))

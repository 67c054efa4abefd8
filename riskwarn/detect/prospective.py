"""Every week of every series judged from its own earlier weeks: expected count, upper bound, p-value. The core of `surveil`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange

from riskwarn.detect.batches import FILLS, LARGEST_EXPECTED, Rule, judge_piles, put, sort_week
from riskwarn.detect.batches import SIZE as ROOM
from riskwarn.detect.filter import (
    FOUND,
    GIVEN,
    NO_STATE,
    SIZE,
    TILE,
    WHOLE,
    Floats,
    Ints,
    Tuning,
    filtered,
    harmonics,
    in_blocks,
    prior_variance,
)  # fmt: skip
from riskwarn.detect.lanes import LANES, compiled
from riskwarn.detect.tail_lanes import drawn
from riskwarn.detect.windows import inflation, weekly_share

WINDOWS = (1, 2)
WEIGHTS = (1.0, 1.0)
PRIOR_VARIANCE = prior_variance(level=0.0, slope=0.2, first=0.5, second=0.3)
STRIPE = 4  # blocks of series whose weeks are sorted together


@dataclass(frozen=True)
class Judged:
    """One value per week, in the order given: what was to be expected, the largest count without an alarm, the p-value."""

    expected: Floats
    upper: Floats
    p_value: Floats


@compiled
def _put_weeks(
    room: Floats, fills: Ints, given: Floats, found: Floats, to: Ints, size: Ints, begin: int, with_upper: bool,
    expected: Floats, upper: Floats, p_value: Floats,
) -> None:  # fmt: skip
    """Puts TILE weeks of each series of a block onto the piles."""
    for t in range(max(begin, 1), min(begin + TILE, size.max())):
        sort_week(room, t - begin, given, (t - 1) * GIVEN, found, (t - 1) * FOUND, 1.0 if t > 1 else 0.0, with_upper)
    for lane in range(size.size):
        if begin == 0:
            # The first week of a series has nothing earlier to be judged by: it is its own expectation.
            expected[to[lane]] = upper[to[lane]] = given[lane]
            p_value[to[lane]] = 1.0
        for t in range(max(begin, 1), min(begin + TILE, size[lane])):
            at, place = t * FOUND + lane, to[lane] + t
            count, mean = given[t * GIVEN + lane], min(found[at], LARGEST_EXPECTED)
            expected[place], p_value[place] = mean, 1.0
            if with_upper or count > 0.0:
                put(room, fills, t - begin, lane, place, count, mean, found[at + LANES], found[at + 2 * LANES])


@njit(parallel=True, cache=True, error_model="numpy")
def _judge(
    counts: Floats, exposure: Floats, offsets: Ints, order: Ints, first_week: Ints, season: Floats, var0: Floats, dispersion0: Floats,
    tuning: Tuning, rule: Rule, line: Floats, expected: Floats, upper: Floats, p_value: Floats,
) -> None:  # fmt: skip
    blocks, mean0 = order.size // LANES, np.zeros((1, SIZE))
    for i in prange(-(-blocks // STRIPE)):
        stripe = int(np.int64(i)) * STRIPE
        room, fills = np.empty(ROOM), np.zeros(FILLS, dtype=np.int64)
        for block in range(stripe, min(stripe + STRIPE, blocks)):
            mine = order[block * LANES : (block + 1) * LANES]
            _, given, found, _ = filtered(
                counts, exposure, offsets, mine, first_week, season, mean0, var0, dispersion0, counts.size, tuning, WHOLE, NO_STATE
            )
            live = mine[: min(LANES, offsets.size - 1 - block * LANES)]
            to, size = offsets[live], offsets[live + 1] - offsets[live]
            for begin in range(0, size.max(), TILE):
                _put_weeks(room, fills, given, found, to, size, begin, rule.with_upper, expected, upper, p_value)
                judge_piles(room, fills, LANES, rule, line, p_value, upper)
        judge_piles(room, fills, 1, rule, line, p_value, upper)


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
    if counts.size:
        base = int(first_monday.min())
        start = (first_monday - base) // 7
        season = harmonics(base + 7 * np.arange(int((start + lengths).max()), dtype=np.int64))
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rule = Rule(weekly_share(WINDOWS, WEIGHTS, alpha), with_upper)
        _judge(
            counts, exposure, offsets, in_blocks(lengths), start, season, PRIOR_VARIANCE, np.array([tuning.prior_dispersion]),
            tuning, rule, drawn(*inflation(WINDOWS, WEIGHTS)), out.expected, out.upper, out.p_value,
        )  # fmt: skip
    if not with_upper:
        out.upper[:] = np.nan
    return out

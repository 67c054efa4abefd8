"""Weeks to be judged, sorted into batches of LANES that walk about as far, so that few lanes wait for another.

A week goes onto a pile; a pile that is full is judged at once and its results written to the places of its weeks. Which weeks share
a batch changes nothing for any of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.lanes import LANES, compiled, inlined
from riskwarn.detect.tail_lanes import begin_weeks, combine_lanes, judge_window, two_weeks
from riskwarn.detect.tails import EXACT_MEAN
from riskwarn.detect.walk_lanes import BOUND, COUNT, GIVEN, P_VALUE, PLACE, ROWS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WALKS = 12  # piles by length of the walk; one more whose two weeks, and one whose single week, expect EXACT_MEAN or more
_PILES = _WALKS + 2
_KINDS = 4  # each with and without a count, judged by one and by two weeks
_BATCH = GIVEN * LANES
SIZE = _KINDS * _PILES * _BATCH + ROWS * LANES  # numbers that :func:`put` and :func:`finish` work in
FILLS = _KINDS * _PILES


class Rule(NamedTuple):
    """Tail at which a single window alarms, the line that joins windows (``windows.inflation``, as bends), whether to find bounds."""

    level: float
    knots: Floats
    slopes: Floats
    first: float
    with_upper: bool


@compiled
def _judge(room: Floats, pile: int, fill: int, rule: Rule, p_value: Floats, upper: Floats) -> None:
    """Judges the weeks of a pile; lanes that are left over repeat the first."""
    w, kind, length = room[_KINDS * _PILES * _BATCH :], pile // _PILES, pile % _PILES
    for i in range(_BATCH):
        w[i] = room[pile * _BATCH + i]
    for row in range(GIVEN):
        for lane in range(fill, LANES):
            w[row * LANES + lane] = w[row * LANES]
    begin_weeks(w)
    judge_window(w, rule.level, length > _WALKS, rule.with_upper)
    if kind >= 2:
        two_weeks(w)
        judge_window(w, rule.level, length >= _WALKS, rule.with_upper)
    if kind % 2 == 1:
        combine_lanes(w, rule.knots, rule.slopes, rule.first)
        for lane in range(LANES):
            p_value[int(w[PLACE + lane])] = w[P_VALUE + lane]
    if rule.with_upper:
        for lane in range(LANES):
            upper[int(w[PLACE + lane])] = max(w[BOUND + lane], 0.0)


@inlined
def _pile(count: float, expected: float, both: float, both_expected: float, is_two: bool, with_upper: bool) -> int:
    """Where a week belongs: by kind and by how far its walk will go."""
    kind = (2 if is_two else 0) + (1 if count > 0.0 else 0)
    reach = max(both, both_expected + 3.0 * math.sqrt(both_expected) + 1.0) if with_upper else both
    rounds = int(min(reach, 1e6) * 0.25 + 0.75)
    short = rounds if rounds < 8 else min(8 + ((rounds - 8) >> 2), _WALKS - 1)
    return kind * _PILES + (short if both_expected < EXACT_MEAN else (_WALKS if expected < EXACT_MEAN else _WALKS + 1))


@compiled
def put(
    room: Floats, fills: Ints, place: int, count: float, expected: float, rate_var: float, phi: float, before: float,
    expected_before: float, rule: Rule, p_value: Floats, upper: Floats,
) -> None:  # fmt: skip
    """Judges one week, at once or with others (see :func:`finish`); ``before`` is the week before it, 0 if there is none to join.

    Two weeks of which the first had no case are no more surprising than the second alone, nor can its bound be lower: the law of
    the sum lies above that of the week. Then, as in a week without a case, there is less to do.
    """
    is_two = before > 0.0
    both, both_expected = count + before, expected + (expected_before if is_two else 0.0)
    is_asked = count > 0.0 or rule.with_upper
    pile = _pile(count, expected, both, both_expected, is_two, rule.with_upper)
    fill = fills[pile]
    at = pile * _BATCH + fill
    room[at], room[at + LANES], room[at + 2 * LANES], room[at + 3 * LANES] = float(place), count, phi, rate_var
    room[at + 4 * LANES], room[at + 5 * LANES], room[at + 6 * LANES] = expected, both, both_expected
    fill += 1 if is_asked else 0
    if fill == LANES:
        _judge(room, pile, LANES, rule, p_value, upper)
        fill = 0
    fills[pile] = fill


@compiled
def finish(room: Floats, fills: Ints, rule: Rule, p_value: Floats, upper: Floats) -> None:
    """Judges what is left on the piles."""
    for pile in range(FILLS):
        if fills[pile] > 0:
            _judge(room, pile, fills[pile], rule, p_value, upper)
            fills[pile] = 0

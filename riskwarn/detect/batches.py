"""Weeks to be judged, sorted into batches of LANES that walk about as far, so that few lanes wait for another.

A week is put onto a pile; now and then the piles are judged, LANES weeks at a time, and the results written to the places of the
weeks. Which weeks share a batch changes nothing for any of them.
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
MOST = 8 * LANES  # weeks that may be put between two judgements
_HIGH = MOST + LANES
_PILE = GIVEN * _HIGH
FILLS = _KINDS * _PILES
_WORK = FILLS * _PILE  # where the batch at hand lies
SIZE = _WORK + ROWS * LANES  # numbers that :func:`put` and :func:`finish` work in


class Rule(NamedTuple):
    """Tail at which a single window alarms, and whether to find bounds."""

    level: float
    with_upper: bool


@compiled
def _judge(room: Floats, pile: int, begin: int, live: int, rule: Rule, line: Floats, p_value: Floats, upper: Floats) -> None:
    """Judges ``live`` weeks of a pile from ``begin`` on; lanes that are left over repeat the first."""
    w, kind, length = room[_WORK:], pile // _PILES, pile % _PILES
    for row in range(GIVEN):
        at = pile * _PILE + row * _HIGH + begin
        for lane in range(LANES):
            w[row * LANES + lane] = room[at + lane]
        for lane in range(live, LANES):
            w[row * LANES + lane] = room[at]
    begin_weeks(w)
    judge_window(w, rule.level, length > _WALKS, rule.with_upper)
    if kind >= 2:
        two_weeks(w)
        judge_window(w, rule.level, length >= _WALKS, rule.with_upper)
    if kind % 2 == 1:
        combine_lanes(w, line)
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


@inlined
def put(
    room: Floats, fills: Ints, place: int, count: float, expected: float, rate_var: float, phi: float, before: float,
    expected_before: float, with_upper: bool,
) -> None:  # fmt: skip
    """Puts one week onto its pile; ``before`` is the count of the week before it, 0 if there is none to join.

    Two weeks of which the first had no case are no more surprising than the second alone, nor can its bound be lower: the law of
    the sum lies above that of the week. Then, as in a week without a case, there is less to do.
    """
    is_two = before > 0.0
    both, both_expected = count + before, expected + (expected_before if is_two else 0.0)
    pile = _pile(count, expected, both, both_expected, is_two, with_upper)
    at = pile * _PILE + fills[pile]
    room[at], room[at + _HIGH], room[at + 2 * _HIGH], room[at + 3 * _HIGH] = float(place), count, phi, rate_var
    room[at + 4 * _HIGH], room[at + 5 * _HIGH], room[at + 6 * _HIGH] = expected, both, both_expected
    fills[pile] += 1 if count > 0.0 or with_upper else 0


@compiled
def judge_full(room: Floats, fills: Ints, rule: Rule, line: Floats, p_value: Floats, upper: Floats) -> None:
    """Judges as many weeks of each pile as fill all lanes; at most MOST weeks may have been put since the last time."""
    for pile in range(FILLS):
        while fills[pile] >= LANES:
            fills[pile] -= LANES
            _judge(room, pile, fills[pile], LANES, rule, line, p_value, upper)


@compiled
def judge_rest(room: Floats, fills: Ints, rule: Rule, line: Floats, p_value: Floats, upper: Floats) -> None:
    """Judges what is left on the piles after :func:`judge_full`."""
    for pile in range(FILLS):
        if fills[pile] > 0:
            _judge(room, pile, 0, fills[pile], rule, line, p_value, upper)
            fills[pile] = 0

"""Weeks to be judged, sorted into batches of LANES that walk about as far, so that few lanes wait for another.

A week is put onto a pile; now and then the piles are judged, LANES weeks at a time, and the results written to the places of the
weeks. Which weeks share a batch changes nothing for any of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.filter import FOUND, GIVEN, TILE
from riskwarn.detect.lanes import LANES, compiled, inlined
from riskwarn.detect.tail_lanes import begin_weeks, combine_lanes, judge_window, two_weeks
from riskwarn.detect.tails import EXACT_MEAN
from riskwarn.detect.walk_lanes import BOUND, GIVEN_ROWS, P_VALUE, PLACE, ROWS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WALKS = 12  # piles by length of the walk; one more whose two weeks, and one whose single week, expect EXACT_MEAN or more
_PILES = _WALKS + 2
LARGEST_EXPECTED = 1e13  # ten times the largest count: after absurd jumps a series may expect what no whole number can hold
_KINDS = 4  # each with and without a count, judged by one and by two weeks
_HIGH = (TILE + 1) * LANES  # weeks on a pile: TILE of a block, and what was left before
_PILE = GIVEN_ROWS * _HIGH
FILLS = _KINDS * _PILES
_WORK = FILLS * _PILE  # where the batch at hand lies
_SORTED = _WORK + ROWS * LANES  # where TILE weeks of a block are looked at
SIZE = _SORTED + TILE * 3 * LANES  # numbers to work in


class Rule(NamedTuple):
    """Tail at which a single window alarms, and whether to find bounds."""

    level: float
    with_upper: bool


@compiled
def _judge(room: Floats, pile: int, begin: int, live: int, rule: Rule, line: Floats, p_value: Floats, upper: Floats) -> None:
    """Judges ``live`` weeks of a pile from ``begin`` on; lanes that are left over repeat the first."""
    w, kind, length = room[_WORK:], pile // _PILES, pile % _PILES
    for row in range(GIVEN_ROWS):
        at = pile * _PILE + row * _HIGH + begin
        to, values = w[row * LANES :], room[at:]
        for lane in range(LANES):
            to[lane] = values[lane]
        for lane in range(live, LANES):
            to[lane] = values[0]
    begin_weeks(w)
    for weeks in range(1, 2 + kind // 2):
        if weeks == 2:
            two_weeks(w)
        judge_window(w, rule.level, length + weeks > _WALKS + 1, rule.with_upper)
    if kind % 2 == 1:
        combine_lanes(w, line)
        for lane in range(LANES):
            p_value[int(w[PLACE + lane])] = w[P_VALUE + lane]
    if rule.with_upper:
        for lane in range(LANES):
            upper[int(w[PLACE + lane])] = max(w[BOUND + lane], 0.0)


@compiled
def sort_week(room: Floats, week: int, given: Floats, at: int, found: Floats, found_at: int, joins: float, with_upper: bool) -> None:
    """For LANES weeks side by side: the pile of each, its count and expected count, joined with the week before it if ``joins`` is 1.

    A pile holds weeks of one kind whose walk goes about as far. Two weeks of which the first had no case are no more surprising than the
    second alone, nor can the bound be lower: the law of the sum lies above that of the week. Then, as in a week without a case, there
    is less to do.
    """
    bounded = 1.0 if with_upper else 0.0
    # Parts of the arrays, so that the compiler knows all places in them to be numbered from 0, and does several lanes at once.
    to, seen, foreseen = room[_SORTED + week * 3 * LANES :], given[at:], found[found_at:]
    for lane in range(LANES):
        count, before = seen[GIVEN + lane], joins * seen[lane]
        expected, expected_before = min(foreseen[FOUND + lane], LARGEST_EXPECTED), min(foreseen[lane], LARGEST_EXPECTED)
        both = count + before
        both_expected = expected + (expected_before if before > 0.0 else 0.0)
        reach = max(both, bounded * (both_expected + 3.0 * math.sqrt(both_expected) + 1.0))
        rounds = np.floor(reach * 0.25 + 0.75)
        length = min(min(rounds, 6.0 + np.floor(rounds * 0.25)), _WALKS - 1.0)
        length = length if both_expected < EXACT_MEAN else (_WALKS if expected < EXACT_MEAN else _WALKS + 1.0)
        kind = (2.0 if before > 0.0 else 0.0) + (1.0 if count > 0.0 else 0.0)
        to[lane] = kind * _PILES + length
        to[LANES + lane] = both
        to[2 * LANES + lane] = both_expected


@inlined
def put(
    room: Floats, fills: Ints, week: int, lane: int, place: int, count: float, expected: float, rate_var: float, phi: float
) -> None:  # fmt: skip
    """Puts one of the weeks that :func:`sort_week` looked at onto its pile; ``place`` is where its results belong."""
    sorted_at = _SORTED + week * 3 * LANES + lane
    pile = int(room[sorted_at])
    at = pile * _PILE + fills[pile]
    room[at], room[at + _HIGH], room[at + 2 * _HIGH], room[at + 3 * _HIGH] = float(place), count, phi, rate_var
    room[at + 4 * _HIGH], room[at + 5 * _HIGH], room[at + 6 * _HIGH] = (
        expected, room[sorted_at + LANES], room[sorted_at + 2 * LANES],
    )  # fmt: skip
    fills[pile] += 1


@compiled
def judge_piles(room: Floats, fills: Ints, least: int, rule: Rule, line: Floats, p_value: Floats, upper: Floats) -> None:
    """Judges the weeks of each pile while it has ``least`` or more: LANES after each TILE weeks of a block, 1 at the end."""
    for pile in range(FILLS):
        while fills[pile] >= least:
            live = min(fills[pile], LANES)
            fills[pile] -= live
            _judge(room, pile, fills[pile], live, rule, line, p_value, upper)

"""The rows of a long table before they are judged: what is wrong with them, and whether they already lie series after series.

One compiled pass over all rows; it looks at each number once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64] | NDArray[np.float64]

LARGEST = 1e12  # far beyond it sums of counts are no longer whole numbers in floating point
EXPOSURES = (1e-9, 1e15)  # outside, a rate or its inverse is no number any more
NOT_A_TIME = np.iinfo(np.int64).min
REASONS = (
    "the week is not a date (write 2026-11-16)",
    "the week is not a Monday",
    "the count is missing or not a number",
    "the count is negative",
    "the count is not a whole number",
    "the count is too large",
    "the exposure is missing or not a number",
    "the exposure is not above zero",
    f"the exposure is not between {EXPOSURES[0]:g} and {EXPOSURES[1]:g}: use another unit",
)
_MONDAY = 4  # 1970-01-05, in days
_PART = 65536
_TEXTS = 64


class Looked(NamedTuple):
    """``days``: week of each row as a day number (1970-01-01 is 0). ``counts``: as decimals. ``first`` and ``number`` by reason: first
    row, number of rows.

    ``is_straight``: every run of rows of one series holds consecutive weeks.
    """

    days: Ints
    counts: Floats
    first: Ints
    number: Ints
    is_straight: bool


@njit(cache=True, error_model="numpy")
def _reason(time: int, day: int, count: float, exposure: float) -> int:
    """Number of the first thing that is wrong with a row, -1 for nothing."""
    if time == NOT_A_TIME:
        return 0
    if (day - _MONDAY) % 7 != 0:
        return 1
    if not math.isfinite(count):
        return 2
    if count < 0.0:
        return 3
    if count != math.floor(count):
        return 4
    if count > LARGEST:
        return 5
    if not math.isfinite(exposure):
        return 6
    if exposure <= 0.0:
        return 7
    return 8 if exposure < EXPOSURES[0] or exposure > EXPOSURES[1] else -1


@njit(cache=True, error_model="numpy")
def _look_closely(
    times: Ints, a_day: int, counts: Floats, exposure: Floats, begin: int, end: int, is_start: bool, days: Ints, wrong: Ints
) -> int:  # fmt: skip
    """Looks at some rows of one run one by one: their days, what is wrong with them, how many do not follow the one before."""
    every, crooked = 0 if exposure.size == 1 else 1, 0
    for row in range(begin, end):
        days[row] = times[row] // a_day
        if (row > begin or not is_start) and times[row] - times[row - 1] != 7 * a_day:
            crooked += 1
        reason = _reason(times[row], days[row], counts[row], exposure[row * every])
        if reason >= 0:
            wrong[reason] += 1
            if wrong[len(REASONS) + reason] < 0:
                wrong[len(REASONS) + reason] = row
    return crooked


@njit(cache=True, error_model="numpy")
def _are_weeks_on_end(times: Ints, days: Ints, a_day: int) -> bool:
    """Whether each time is a week after the one before it; if so, all days follow from the first, which is given."""
    day, odd = days[0], 0
    for i in range(1, times.size):
        odd += 1 if times[i] - times[i - 1] != 7 * a_day else 0
        days[i] = day + 7 * i
    return odd == 0


@njit(cache=True, error_model="numpy")
def _are_whole(values: Floats) -> bool:
    """Whether all are counts."""
    odd = 0
    for i in range(values.size):
        odd += 0 if values[i] >= 0.0 and values[i] <= LARGEST and values[i] == np.floor(values[i]) else 1
    return odd == 0


@njit(cache=True, error_model="numpy")
def _are_within(values: Floats) -> bool:
    """Whether all are exposures."""
    odd = 0
    for i in range(values.size):
        odd += 0 if values[i] >= EXPOSURES[0] and values[i] <= EXPOSURES[1] else 1
    return odd == 0


@njit(parallel=True, cache=True, error_model="numpy")
def _look(
    times: Ints, a_day: int, given: Numbers, exposure: Floats, starts: Ints, counts: Floats, days: Ints, wrong: Ints, crooked: Ints
) -> None:  # fmt: skip
    every = 0 if exposure.size == 1 else 1
    for i in prange(crooked.size):
        part = int(np.int64(i))
        begin, end = part * _PART, min(part * _PART + _PART, times.size)
        for row in range(begin, end):
            counts[row] = given[row]
        run = np.searchsorted(starts, begin, side="right") - 1
        while begin < end:
            stop = min(end, starts[run + 1]) if run + 1 < starts.size else end
            is_start, run = starts[run] == begin, run + 1
            # Quickly, several rows at once; only where something is amiss, row by row.
            days[begin] = times[begin] // a_day
            first = _reason(times[begin], days[begin], counts[begin], exposure[begin * every])
            units = exposure[begin:stop] if every == 1 else exposure
            is_fine = first < 0 and (is_start or times[begin] - times[begin - 1] == 7 * a_day)
            is_fine = is_fine and _are_weeks_on_end(times[begin:stop], days[begin:stop], a_day)
            if not (is_fine and _are_whole(counts[begin:stop]) and _are_within(units)):
                crooked[part] += _look_closely(times, a_day, counts, exposure, begin, stop, is_start, days, wrong[part])
            begin = stop


def look_at(times: Ints, a_day: int, given: Numbers, exposure: Floats, starts: Ints) -> Looked:
    """Looks at all rows. ``times``: weeks in units of which a day has ``a_day``; ``starts``: first row of each run of one series.

    ``given``: the counts, whole numbers or decimals.
    """
    parts = -(-times.size // _PART)
    days, counts, crooked = np.empty(times.size, dtype=np.int64), np.empty(times.size), np.zeros(parts, dtype=np.int64)
    wrong = np.zeros((parts, 2 * len(REASONS)), dtype=np.int64)
    wrong[:, len(REASONS) :] = -1
    _look(times, a_day, given, exposure, starts, counts, days, wrong, crooked)
    number, firsts = wrong[:, : len(REASONS)].sum(axis=0), wrong[:, len(REASONS) :]
    first = np.where(firsts >= 0, firsts, times.size).min(axis=0, initial=times.size)
    return Looked(days, counts, first, number, not crooked.any())


@njit(cache=True, error_model="numpy")
def _are_like(these: Bytes, those: Bytes) -> bool:
    odd = False
    for i in range(these.size):
        odd |= these[i] != those[i]
    return not odd


@njit(cache=True, error_model="numpy")
def _are_even(ends: Ints, size: int) -> bool:
    odd = False
    for i in range(1, ends.size):
        odd |= ends[i] - ends[i - 1] != size
    return not odd


@njit(parallel=True, cache=True, error_model="numpy")
def _texts_change(ends: Ints, letters: Bytes, changes: Bools) -> None:
    """Compares each text with the one before it; ``ends``: where the letters of one end and those of the next begin."""
    for i in prange(-(-changes.size // _TEXTS)):
        begin = max(int(np.int64(i)) * _TEXTS, 1)
        stop = min(int(np.int64(i)) * _TEXTS + _TEXTS, changes.size)
        # Texts of one size are all the same if every letter is the one that far before it: many letters at once.
        size = ends[begin] - ends[begin - 1]
        if _are_even(ends[begin : stop + 1], size) and _are_like(
            letters[ends[begin] : ends[stop]], letters[ends[begin - 1] : ends[stop] - size]
        ):
            changes[begin:stop] = False
            continue
        for row in range(begin, stop):
            last, here, end = ends[row - 1], ends[row], ends[row + 1]
            changes[row] = end - here != here - last or not _are_like(letters[here:end], letters[last:here])


def run_starts(column: pd.Series) -> Bools:
    """Per value whether it differs from the one before it; the first does."""
    changes = np.ones(len(column), dtype=np.bool_)
    if not len(column):
        return changes
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow":
        array = pa.array(column)  # compared where the texts lie, not as Python objects
        if isinstance(array, pa.LargeStringArray) and not array.null_count:
            _, ends, letters = array.buffers()
            at = np.frombuffer(ends, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
            _texts_change(at, np.frombuffer(letters or b"", dtype=np.uint8), changes)
        else:
            changes[1:] = pc.not_equal(array[1:], array[:-1]).fill_null(True).to_numpy(zero_copy_only=False)
    else:
        values = column.cat.codes.to_numpy() if isinstance(column.dtype, pd.CategoricalDtype) else column.to_numpy(dtype=object)
        changes[1:] = (values[1:] != values[:-1]).astype(bool)
    return changes

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


class Looked(NamedTuple):
    """``days``: week of each row as a day number (1970-01-01 is 0). ``first`` and ``number`` by reason: first row, number of rows.

    ``is_straight``: every run of rows of one series holds consecutive weeks.
    """

    days: Ints
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


@njit(parallel=True, cache=True, error_model="numpy")
def _look(times: Ints, a_day: int, counts: Floats, exposure: Floats, starts: Ints, days: Ints, wrong: Ints, crooked: Ints) -> None:
    every = 0 if exposure.size == 1 else 1
    for i in prange(crooked.size):
        part = int(np.int64(i))
        begin, end = part * _PART, min(part * _PART + _PART, times.size)
        run = np.searchsorted(starts, begin, side="right")
        for row in range(begin, end):
            is_next = row > begin and times[row] - times[row - 1] == 7 * a_day
            day = days[row - 1] + 7 if is_next else times[row] // a_day
            days[row] = day
            if run < starts.size and starts[run] == row:
                run += 1
            elif row > 0 and times[row] - times[row - 1] != 7 * a_day and starts[run - 1] != row:
                crooked[part] += 1
            reason = _reason(times[row], day, counts[row], exposure[row * every])
            if reason >= 0:
                wrong[part, reason] += 1
                if wrong[part, len(REASONS) + reason] < 0:
                    wrong[part, len(REASONS) + reason] = row


def look_at(times: Ints, a_day: int, counts: Floats, exposure: Floats, starts: Ints) -> Looked:
    """Looks at all rows. ``times``: weeks in units of which a day has ``a_day``; ``starts``: first row of each run of one series."""
    parts = -(-times.size // _PART)
    days, crooked = np.empty(times.size, dtype=np.int64), np.zeros(parts, dtype=np.int64)
    wrong = np.zeros((parts, 2 * len(REASONS)), dtype=np.int64)
    wrong[:, len(REASONS) :] = -1
    _look(times, a_day, counts, exposure, starts, days, wrong, crooked)
    number, firsts = wrong[:, : len(REASONS)].sum(axis=0), wrong[:, len(REASONS) :]
    first = np.where(firsts >= 0, firsts, times.size).min(axis=0, initial=times.size)
    return Looked(days, first, number, not crooked.any())


def run_starts(column: pd.Series) -> Bools:
    """Per value whether it differs from the one before it; the first does."""
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow" and len(column):
        array = pa.array(column)  # compared where the texts lie, not as Python objects
        changes = pc.not_equal(array[1:], array[:-1]).fill_null(True).to_numpy(zero_copy_only=False)
    else:
        values = column.cat.codes.to_numpy() if isinstance(column.dtype, pd.CategoricalDtype) else column.to_numpy(dtype=object)
        changes = values[1:] != values[:-1]
    return np.append(True, changes)[: len(column)].astype(bool)

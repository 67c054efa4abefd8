"""One pass over the exposure of every series before anything is expected of it, some series at a time.

A matrix of all series and weeks is what a night's memory goes to; exposure is made anew, for a chunk of series, whenever it is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from riskwarn.detect.exposure import Chunk
from riskwarn.detect.recursion import HORIZON, settled_weeks
from riskwarn.detect.workdays import Floats, Ints

CHUNK_SERIES = 32_768


@dataclass(frozen=True)
class Stock:
    """Per series: ``usual`` exposure a week over the last year, ``lately`` that of each week of it, ``learned`` the units of the weeks
    that are learned, ``settled`` the weeks of the last year before which it had enough of a record (settled_weeks).

    ``by_group``: the units of each group of series (group x weeks). Units are exposure x share of a usual week's events.
    """

    usual: Floats
    lately: Floats
    learned: Floats
    settled: NDArray[np.bool_]
    by_group: Floats


def units_of(exposure: Chunk, shares: Floats, begin: Ints) -> Chunk:
    """Exposure x share of each week, 0 before a series' source begins."""

    def units(low: int, high: int) -> Floats:
        made = exposure(low, high) * shares[None, :]
        for weeks in np.unique(begin[low:high]):
            made[begin[low:high] == weeks, :weeks] = 0.0
        return made

    return units


def take_stock(exposure: Chunk, units: Chunk, shape: tuple[int, int], learned: int, group: Ints) -> Stock:
    """``shape``: series x weeks; ``learned``: how many of the weeks; ``group``: per series its group's number."""
    rows, weeks = shape
    year = min(HORIZON, weeks)
    found = Stock(
        np.empty(rows), np.empty((rows, year)), np.empty(rows), np.empty((rows, year), dtype=np.bool_),
        np.zeros((int(group.max()) + 1, weeks)),
    )  # fmt: skip
    for low, high in chunks(rows):
        raw, known = exposure(low, high), units(low, high)
        found.usual[low:high], found.lately[low:high] = raw[:, -min(52, weeks) :].mean(axis=1), raw[:, -year:]
        found.learned[low:high] = known[:, :learned].sum(axis=1)
        found.settled[low:high] = settled_weeks(np.ones((high - low, year)), known) > 0.0
        add_rows(known, group[low:high], found.by_group)
    return found


def chunks(rows: int) -> Iterator[tuple[int, int]]:
    """The series of each chunk, as low:high."""
    for low in range(0, rows, CHUNK_SERIES):
        yield low, min(low + CHUNK_SERIES, rows)


@njit(cache=True)
def add_rows(matrix: NDArray[np.generic], group: Ints, total: Floats) -> None:
    """Adds each row of ``matrix`` to the row of its group."""
    for row in range(matrix.shape[0]):
        for column in range(matrix.shape[1]):
            total[group[row], column] += matrix[row, column]

"""State carried between nights: what the filter had learned of each series up to a week more than a year ago.

A state is found again by its mark, a fingerprint of everything that led to it (the weeks' counts and exposures, prior, season, tuning).
So a night with carried state gives, to the last bit, what it gives without, in whatever order nights are run: a late correction, a prior
that moved by a step (steps.py) or a corrected calendar changes the marks of the series that it touches, and these are filtered from their
first week again. Equal series share a state.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numba
import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.exposure import Chunk
from riskwarn.detect.filter import SIZE, STATE, Span, Track, Tuning, track
from riskwarn.detect.panel import Counts
from riskwarn.detect.stock import chunks
from riskwarn.detect.workdays import Floats, Ints

Marks = NDArray[np.uint64]

LEAST_WEEKS = 13  # a state of fewer weeks saves nothing
_FORMAT = 3  # to be raised when the filter's arithmetic changes
_DISPERSION = np.array([1.3])


@dataclass(frozen=True)
class Carried:
    """States by mark (in order of ``marks``, one at least); ``week``: ordinal of the last Monday learned, the same for all."""

    week: int
    marks: Marks
    states: Floats

    def frame(self) -> pd.DataFrame:
        """One row a state: mark, week, and the numbers of the state."""
        numbers = {f"s{i}": self.states[:, i] for i in range(STATE)}
        return pd.DataFrame({"mark": self.marks, "week": np.full(self.marks.size, self.week, dtype=np.int32), **numbers})

    @staticmethod
    def of_frame(frame: pd.DataFrame | None) -> Carried | None:
        """What :meth:`frame` wrote; None where it is empty, of another shape, or out of order: then everything is learned anew."""
        if frame is None or len(frame.columns) != STATE + 2 or frame["week"].nunique() != 1:
            return None
        marks = frame["mark"].to_numpy(dtype=np.uint64)
        states = frame.drop(columns=["mark", "week"]).to_numpy(dtype=np.float64)
        is_usable = bool((marks[1:] > marks[:-1]).all()) and bool(np.isfinite(states).all())
        return Carried(int(frame["week"].iloc[0]), marks, np.ascontiguousarray(states)) if is_usable else None

    def find(self, marks: Marks) -> Ints:
        """Per mark the row of its state, -1 where there is none."""
        place = np.minimum(np.searchsorted(self.marks, marks), self.marks.size - 1)
        return np.where(self.marks[place] == marks, place, -1).astype(np.int64)


@dataclass
class Memory:
    """``past`` comes from an earlier night, ``next`` is for a later one; how many series went on from the past and how many did not."""

    past: Carried | None = None
    next: Carried | None = None
    carried: int = 0
    replayed: int = 0


def run(
    counts: Counts, units: Chunk, season: Floats, mean0: Floats, var0: Floats, tuning: Tuning, keep: int,
    memory: Memory | None = None, first_monday: int = 0,
) -> Track:  # fmt: skip
    """Filters series that all have the same weeks (series x weeks), a chunk of them at a time; keeps the newest ``keep`` weeks.

    With a ``memory`` each series goes on from where an earlier night left it, if what led there is still the same.
    """
    rows, weeks = counts.shape
    kept = min(keep, weeks)
    # Weeks of which neither this night nor a later one judges any with fewer learned.
    latest = weeks - kept - tuning.guard_weeks
    save = latest if memory is not None and latest >= LEAST_WEEKS else -1
    begun, salt, saving = 0, np.uint64(0), np.empty(rows if save >= 0 else 0, dtype=np.uint64)
    past = None if memory is None or save < 0 else memory.past
    if save >= 0:
        salt = _salt(tuning)
        if past is not None and 0 < (past.week - first_monday) // 7 + 1 <= latest:
            begun = (past.week - first_monday) // 7 + 1
    saved, carried = np.empty((rows if save >= 0 else 0, STATE)), 0
    out = Track(np.empty(rows * kept), np.empty(rows * kept), np.empty(0), np.empty(rows), np.empty(rows), np.empty((rows, SIZE)), saved)
    for low, high in chunks(rows):  # neither the exposure of every week is kept, nor what the filter says of it
        events, given = counts[low:high].astype(np.float64), units(low, high)
        start, spread = mean0[low:high], var0[low:high] if len(var0) > 1 else var0
        places = np.full(high - low, -1, dtype=np.int64)
        if past is not None and begun:
            saving[low:high] = _marked(events, given, start, spread, salt, begun)
            places = past.find(saving[low:high])
            carried += int((places >= 0).sum())
        if save >= 0 and begun != save:  # in most nights the week is still the same
            saving[low:high] = _marked(events, given, start, spread, salt, save)
        for mine, first in ((np.flatnonzero(places < 0), 0), (np.flatnonzero(places >= 0), begun)):
            if not mine.size:
                continue
            offsets = np.arange(mine.size + 1, dtype=np.int64) * (weeks - first)
            states = past.states[places[mine]] if first and past is not None else _NONE
            found = track(
                events[mine, first:].ravel(), given[mine, first:].ravel(), offsets, np.full(mine.size, first), season,
                start[mine], spread[mine] if len(var0) > 1 else spread, _DISPERSION, tuning, keep, Span(first, save), states,
            )  # fmt: skip
            mine += low
            out.expected.reshape(rows, kept)[mine] = found.expected.reshape(mine.size, kept)
            out.rate_var.reshape(rows, kept)[mine] = found.rate_var.reshape(mine.size, kept)
            out.residual[mine], out.residual_weight[mine], out.coefficients[mine] = (
                found.residual,
                found.residual_weight,
                found.coefficients,
            )
            if save >= 0:
                saved[mine] = found.saved
    if memory is not None and save >= 0:
        memory.carried, memory.replayed = carried, rows - carried
        marks, one = np.unique(saving, return_index=True)
        memory.next = Carried(first_monday + 7 * (save - 1), marks, saved[one])
    return out


_NONE = np.empty((0, STATE))


def _salt(tuning: Tuning) -> np.uint64:
    """What all series of a night have in common; their first Monday follows from ``Carried.week`` and the number of weeks marked."""
    text = repr((_FORMAT, numba.__version__, tuple(tuning), tuple(_DISPERSION)))
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))


def _marked(counts: Floats, units: Floats, mean0: Floats, var0: Floats, salt: np.uint64, until: int) -> Marks:
    """Per series the mark of its state after ``until`` weeks."""
    out = np.empty(len(counts), dtype=np.uint64)
    _mark(counts, units, mean0, var0, salt, until, out)
    return out


@njit(cache=True)
def _mixed(mark: np.uint64, value: float) -> np.uint64:
    bits = np.float64(value).view(np.uint64)
    mark = (mark ^ bits) * np.uint64(0x9E3779B97F4A7C15)
    return mark ^ (mark >> np.uint64(29))


@njit(parallel=True, cache=True)
def _mark(counts: Floats, units: Floats, mean0: Floats, var0: Floats, salt: np.uint64, until: int, out: Marks) -> None:
    for i in prange(out.size):
        mark = salt
        for j in range(mean0.shape[1]):
            mark = _mixed(_mixed(mark, mean0[i, j]), var0[i % var0.shape[0], j])
        for t in range(until):
            mark = _mixed(_mixed(mark, counts[i, t]), units[i, t])
        out[i] = mark

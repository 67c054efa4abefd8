"""From the long table of non-zero weeks to series by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.weekly import EPOCH_ORDINAL, Days, Numbers, Weekly, weekly_rows
from riskwarn.detect.workdays import Floats, Ints
from riskwarn.indicators import Indicator
from riskwarn.model import monday_of

Places = NDArray[np.int32 | np.int64]
Counts = NDArray[np.int16 | np.int32 | np.float64]
STRATA = ("random", "targeted", "other")
# The oldest week taken moves in steps of half a year: what was learned from it on stays what it was in between (carried.py).
STRIDE = 7 * 26


@dataclass(frozen=True)
class Parts:
    """Further columns of the panel's rows (lots by way of selection, lots declared), kept as rows: most weeks of most series have none.

    ``rows``: which rows of the table, series after series; ``cell``: their place in a flat matrix of ``shape`` (series x weeks).
    """

    columns: dict[str, NDArray[Any]]
    rows: Places
    cell: Places
    shape: tuple[int, int]

    def of(self, low: int, high: int) -> tuple[Places, Places]:
        """The rows, and their places, of the series low:high."""
        ends = np.array([low * self.shape[1], high * self.shape[1]], dtype=self.cell.dtype)  # another type would copy all cells
        begin, end = np.searchsorted(self.cell, ends)  # in order of series, if not of weeks
        return self.rows[begin:end], self.cell[begin:end]

    def matrix(self, name: str, low: int, high: int, kind: type[np.generic] = np.float64) -> NDArray[Any]:
        """A column as series x weeks, of the series low:high."""
        flat = np.zeros((high - low) * self.shape[1], dtype=kind)
        _add_up(self.columns[name], *self.of(low, high), low * self.shape[1], flat)
        return flat.reshape(high - low, self.shape[1])

    def sums(self, name: str, until: int) -> Floats:
        """Per series the total of the weeks before ``until``."""
        total = np.zeros(self.shape[0])
        _add_series(self.columns[name], self.rows, self.cell, self.shape[1], until, total)
        return total


@dataclass(frozen=True)
class Panel:
    """All series of an indicator over the same weeks; whatever is not in the table is zero.

    ``keys``, ``codes``: one row a series, see Weekly. ``mondays``: ordinals, the last week being that of the day before as_of.
    ``counts``: series x weeks, in a type that holds them exactly. ``begin``: per series the week at which its source starts.
    """

    keys: pd.DataFrame
    codes: pd.DataFrame
    mondays: Ints
    counts: Counts
    parts: Parts
    begin: Ints


def build_panel(series: pd.DataFrame | Weekly, indicator: Indicator, as_of: date) -> Panel:
    """The panel of an indicator from core_series_week as known at ``as_of``; weeks after the running one are ignored."""
    rows_of = series if isinstance(series, Weekly) else weekly_rows(series)
    newest = monday_of(as_of - timedelta(days=1)).toordinal()
    keys = rows_of.keys
    is_asked = keys["scope"].isin(indicator.scopes).to_numpy() & keys["direction"].isin(indicator.directions).to_numpy()
    columns = {name: rows_of.column(name) for name in asked_columns(indicator)}
    before, last_day = (day - EPOCH_ORDINAL for day in (_before(newest, indicator), newest))
    wanted = np.zeros(rows_of.week.size, dtype=np.bool_)
    for values in columns.values():
        _mark(values, rows_of.series, rows_of.week, is_asked, before, last_day, wanted)
    rows = np.flatnonzero(wanted)
    first = int(rows_of.week[rows].min()) if rows.size else last_day
    mondays = np.arange(first, last_day + 1, 7, dtype=np.int64) + EPOCH_ORDINAL
    begun, events = np.full(len(keys), mondays.size), np.zeros(len(keys))
    _take_stock(columns[indicator.numerator], rows, rows_of.series, rows_of.week, first, begun, events)
    # A cell without a single event is not a series of a count without inspections.
    present = np.flatnonzero(begun < mondays.size if indicator.denominator == "inspected" else events > 0.0)
    place = np.full(len(keys), -1, dtype=np.int64)
    place[present] = np.arange(present.size)
    rows = rows[place[rows_of.series[rows]] >= 0]
    if (np.diff(rows_of.series[rows]) < 0).any():
        rows = rows[np.argsort(rows_of.series[rows], kind="stable")]
    shape = (present.size, mondays.size)
    kind: type[np.int32 | np.int64] = np.int32 if max(shape[0] * shape[1], rows_of.week.size) <= np.iinfo(np.int32).max else np.int64
    cell = np.empty(rows.size, dtype=kind)
    _find_cells(rows, rows_of.series, rows_of.week, place, first, shape[1], cell)
    parts = Parts(columns, rows.astype(kind), cell, shape)
    mine = keys.iloc[present].reset_index(drop=True)
    begin = _begin(mine, begun[present])
    counts = parts.matrix(indicator.numerator, 0, shape[0], _holding(columns[indicator.numerator], events))
    return Panel(mine, rows_of.codes.iloc[present].reset_index(drop=True), mondays, counts, parts, begin)


def _holding(column: NDArray[Any], events: Floats) -> type[np.generic]:
    """The type for counts of a week, none of which exceeds the events of its series."""
    if not np.issubdtype(column.dtype, np.integer):
        return np.float64
    kinds = (kind for kind in (np.int16, np.int32) if events.max(initial=0.0) <= np.iinfo(kind).max)
    return next(kinds, np.float64)


def asked_columns(indicator: Indicator) -> list[str]:
    """The columns of core_series_week that judging a count indicator takes: what it counts, and what that is compared with."""
    if indicator.denominator == "inspected":
        return [indicator.numerator, *(f"{what}_{stratum}" for what in ("inspected", "failed") for stratum in STRATA)]
    return [indicator.numerator, indicator.denominator] if indicator.denominator else [indicator.numerator]


def asked_since(indicator: Indicator, as_of: date) -> date:
    """The first day whose rows a count indicator looks at."""
    return date.fromordinal(_before(monday_of(as_of - timedelta(days=1)).toordinal(), indicator) + 1)


def _before(newest: int, indicator: Indicator) -> int:
    """The day (an ordinal) after which weeks are taken."""
    return (newest - 7 * indicator.lookback_weeks) // STRIDE * STRIDE


@njit(parallel=True, cache=True)
def _mark(
    values: NDArray[Any], series: Numbers, week: Days, is_asked: NDArray[np.bool_], oldest: int, newest: int, wanted: NDArray[np.bool_]
) -> None:
    """Marks the rows of asked series in (oldest, newest] in which the column is not zero."""
    for i in prange(values.size):
        if values[i] > 0 and series[i] >= 0 and is_asked[series[i]] and oldest < week[i] <= newest:
            wanted[i] = True


@njit(cache=True)
def _take_stock(counts: NDArray[Any], rows: Ints, series: Numbers, week: Days, first: int, begun: Ints, events: Floats) -> None:
    """Per series its first week with a row, and its events."""
    for i in rows:
        events[series[i]] += counts[i]
        begun[series[i]] = min(begun[series[i]], (week[i] - first) // 7)


@njit(cache=True)
def _find_cells(rows: Ints, series: Numbers, week: Days, place: Ints, first: int, weeks: int, cell: Places) -> None:
    for i in range(rows.size):
        cell[i] = place[series[rows[i]]] * weeks + (week[rows[i]] - first) // 7


@njit(cache=True)
def _add_up(values: NDArray[Any], rows: Places, cell: Places, begin: int, flat: NDArray[Any]) -> None:
    for i in range(rows.size):
        flat[cell[i] - begin] += values[rows[i]]


@njit(cache=True)
def _add_series(values: NDArray[Any], rows: Places, cell: Places, weeks: int, until: int, total: Floats) -> None:
    for i in range(rows.size):
        row, at = divmod(cell[i], weeks)
        if at < until:
            total[row] += values[rows[i]]


def _begin(keys: pd.DataFrame, begun: Ints) -> Ints:
    """The first week in which anything was recorded under the series' product scheme: before it a zero means nothing."""
    begin: Ints = pd.Series(begun).groupby(keys["product_scheme"].to_numpy()).transform("min").to_numpy(dtype=np.int64)
    return begin

"""From the long table of non-zero weeks to series by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.weekly import Numbers, Weekly, weekly_rows
from riskwarn.detect.workdays import Floats, Ints
from riskwarn.indicators import Indicator
from riskwarn.model import monday_of

STRATA = ("random", "targeted", "other")
# The oldest week taken moves in steps of half a year: what was learned from it on stays what it was in between (carried.py).
STRIDE = 7 * 26


@dataclass(frozen=True)
class Parts:
    """Further columns of the panel's rows (lots by way of selection, lots declared), kept as rows: most weeks of most series have none.

    ``rows``: which rows of the table; ``cell``: their place in a flat matrix of ``shape`` (series x weeks).
    """

    columns: dict[str, NDArray[Any]]
    rows: Ints
    cell: Ints
    shape: tuple[int, int]

    def matrix(self, name: str) -> Floats:
        flat = np.zeros(self.shape[0] * self.shape[1])
        _add_up(self.columns[name], self.rows, self.cell, flat)
        return flat.reshape(self.shape)

    def sums(self, name: str, until: int) -> Floats:
        """Per series the total of the weeks before ``until``."""
        total = np.zeros(self.shape[0])
        _add_series(self.columns[name], self.rows, self.cell, self.shape[1], until, total)
        return total


@dataclass(frozen=True)
class Panel:
    """All series of an indicator over the same weeks; whatever is not in the table is zero.

    ``keys``, ``codes``: one row a series, see Weekly. ``mondays``: ordinals, the last week being that of the day before as_of.
    ``counts``: series x weeks. ``begin``: per series the week at which its source starts.
    """

    keys: pd.DataFrame
    codes: pd.DataFrame
    mondays: Ints
    counts: Floats
    parts: Parts
    begin: Ints


def build_panel(series: pd.DataFrame | Weekly, indicator: Indicator, as_of: date) -> Panel:
    """The panel of an indicator from core_series_week as known at ``as_of``; weeks after the running one are ignored."""
    rows_of = series if isinstance(series, Weekly) else weekly_rows(series)
    newest = monday_of(as_of - timedelta(days=1)).toordinal()
    keys = rows_of.keys
    is_asked = keys["scope"].isin(indicator.scopes).to_numpy() & keys["direction"].isin(indicator.directions).to_numpy()
    part_names = _part_names(indicator)
    columns = {name: rows_of.column(name) for name in (indicator.numerator, *part_names)}
    oldest = (newest - 7 * indicator.lookback_weeks) // STRIDE * STRIDE
    wanted = np.zeros(rows_of.week.size, dtype=np.bool_)
    for values in columns.values():
        _mark(values, rows_of.series, rows_of.week, is_asked, oldest, newest, wanted)
    rows = np.flatnonzero(wanted)
    first = int(rows_of.week[rows].min(initial=newest))
    mondays = np.arange(first, newest + 1, 7, dtype=np.int64)
    begun, events = np.full(len(keys), mondays.size), np.zeros(len(keys))
    _take_stock(columns[indicator.numerator], rows, rows_of.series, rows_of.week, first, begun, events)
    # A cell without a single event is not a series of a count without inspections.
    present = np.flatnonzero(begun < mondays.size if indicator.denominator == "inspected" else events > 0.0)
    place = np.full(len(keys), -1, dtype=np.int64)
    place[present] = np.arange(present.size)
    rows = rows[place[rows_of.series[rows]] >= 0]
    cell = place[rows_of.series[rows]] * mondays.size + (rows_of.week[rows] - first) // 7
    parts = Parts(columns, rows, cell, (present.size, mondays.size))
    mine = keys.iloc[present].reset_index(drop=True)
    begin = _begin(mine, begun[present])
    return Panel(mine, rows_of.codes.iloc[present].reset_index(drop=True), mondays, parts.matrix(indicator.numerator), parts, begin)


def _part_names(indicator: Indicator) -> list[str]:
    if indicator.denominator == "inspected":
        return [f"{what}_{stratum}" for what in ("inspected", "failed") for stratum in STRATA]
    return [indicator.denominator] if indicator.denominator else []


@njit(parallel=True, cache=True)
def _mark(
    values: NDArray[Any], series: Numbers, week: Numbers, is_asked: NDArray[np.bool_], oldest: int, newest: int, wanted: NDArray[np.bool_]
) -> None:
    """Marks the rows of asked series in (oldest, newest] in which the column is not zero."""
    for i in prange(values.size):
        if values[i] > 0 and series[i] >= 0 and is_asked[series[i]] and oldest < week[i] <= newest:
            wanted[i] = True


@njit(cache=True)
def _take_stock(counts: NDArray[Any], rows: Ints, series: Numbers, week: Numbers, first: int, begun: Ints, events: Floats) -> None:
    """Per series its first week with a row, and its events."""
    for i in rows:
        events[series[i]] += counts[i]
        begun[series[i]] = min(begun[series[i]], (week[i] - first) // 7)


@njit(cache=True)
def _add_up(values: NDArray[Any], rows: Ints, cell: Ints, flat: Floats) -> None:
    for i in range(rows.size):
        flat[cell[i]] += values[rows[i]]


@njit(cache=True)
def _add_series(values: NDArray[Any], rows: Ints, cell: Ints, weeks: int, until: int, total: Floats) -> None:
    for i in range(rows.size):
        row, at = divmod(cell[i], weeks)
        if at < until:
            total[row] += values[rows[i]]


def _begin(keys: pd.DataFrame, begun: Ints) -> Ints:
    """The first week in which anything was recorded under the series' product scheme: before it a zero means nothing."""
    begin: Ints = pd.Series(begun).groupby(keys["product_scheme"].to_numpy()).transform("min").to_numpy(dtype=np.int64)
    return begin

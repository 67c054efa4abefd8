"""From the long table of non-zero weeks to matrices series x week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numba import njit

from riskwarn.detect.rows import run_starts
from riskwarn.detect.workdays import Floats, Ints
from riskwarn.indicators import Indicator
from riskwarn.model import SERIES_COLUMNS, monday_of

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
STRATA = ("random", "targeted", "other")


@dataclass(frozen=True)
class Panel:
    """All series of an indicator over the same weeks; whatever is not in the table is zero.

    ``keys``: one row a series (SERIES_COLUMNS, and ``chapter``: HS 2 or the scheme's own code). ``mondays``: ordinals, the last
    week being that of the day before as_of. ``counts``: series x weeks. ``parts``: further columns as matrices (the strata of
    inspected and failed lots, declared lots). ``begin``: per series the week at which its source starts.
    """

    keys: pd.DataFrame
    mondays: Ints
    counts: Floats
    parts: dict[str, Floats]
    begin: Ints


def build_panel(series: pd.DataFrame, indicator: Indicator, as_of: date) -> Panel:
    """The panel of an indicator from core_series_week as known at ``as_of``; weeks after the running one are ignored."""
    newest = monday_of(as_of - timedelta(days=1)).toordinal()
    # Texts are compared once a run of rows of one series (in the warehouse's order: once a series), not once a row.
    starts = np.flatnonzero(np.logical_or.reduce([run_starts(series[name]) for name in SERIES_COLUMNS]))
    heads = series.iloc[starts][list(SERIES_COLUMNS)]
    is_asked = heads["scope"].isin(indicator.scopes).to_numpy() & heads["direction"].isin(indicator.directions).to_numpy()
    run = np.repeat(np.arange(starts.size), np.diff(starts, append=len(series)))
    week = series["week"].to_numpy().astype("datetime64[D]").astype(np.int64) + _EPOCH_ORDINAL
    part_names = _part_names(indicator)
    used = [indicator.numerator, *part_names]
    wanted = (week <= newest) & (week > newest - 7 * indicator.lookback_weeks) & is_asked[run]
    wanted &= np.logical_or.reduce([series[name].to_numpy() > 0 for name in used])
    rows = np.flatnonzero(wanted)
    is_present = np.zeros(starts.size, dtype=bool)
    is_present[run[rows]] = True
    grouped = heads[is_present].groupby(list(SERIES_COLUMNS), sort=True, dropna=False)
    number = np.zeros(starts.size, dtype=np.int64)
    number[is_present] = grouped.ngroup().to_numpy()
    keys = grouped.size().index.to_frame(index=False).astype(str)
    first = int(week[rows].min(initial=newest))
    mondays = np.arange(first, newest + 1, 7, dtype=np.int64)
    begun = np.full(len(keys), mondays.size)
    cell = _cells(rows, run, number, week, first, mondays.size, begun)
    matrices = {name: _matrix(series[name], rows, cell, (len(keys), mondays.size)) for name in used}
    counts = matrices[indicator.numerator]
    keys["chapter"] = _chapter(keys)
    if indicator.denominator != "inspected":
        # A cell without a single event is not a series of a count without inspections.
        kept = counts.sum(axis=1) > 0
        keys, counts, begun = keys[kept].reset_index(drop=True), counts[kept], begun[kept]
        matrices = {name: matrix[kept] for name, matrix in matrices.items()}
    return Panel(keys, mondays, counts, {name: matrices[name] for name in part_names}, _begin(keys, begun))


def _part_names(indicator: Indicator) -> list[str]:
    if indicator.denominator == "inspected":
        return [f"{what}_{stratum}" for what in ("inspected", "failed") for stratum in STRATA]
    return [indicator.denominator] if indicator.denominator else []


@njit(cache=True)
def _cells(rows: Ints, run: Ints, number: Ints, week: Ints, first: int, weeks: int, begun: Ints) -> Ints:
    """Place of each row in a flat matrix series x weeks; leaves the first week of every series in ``begun``."""
    cell = np.empty(rows.size, dtype=np.int64)
    for i in range(rows.size):
        series, at = number[run[rows[i]]], (week[rows[i]] - first) // 7
        cell[i] = series * weeks + at
        begun[series] = min(begun[series], at)
    return cell


@njit(cache=True)
def _add_up(values: Floats, rows: Ints, cell: Ints, flat: Floats) -> None:
    for i in range(rows.size):
        flat[cell[i]] += values[rows[i]]


def _matrix(column: pd.Series, rows: Ints, cell: Ints, shape: tuple[int, int]) -> Floats:
    flat = np.zeros(shape[0] * shape[1])
    _add_up(np.ascontiguousarray(column.to_numpy(dtype=np.float64)), rows, cell, flat)
    return flat.reshape(shape)


def _chapter(keys: pd.DataFrame) -> pd.Series:
    """The group whose season and targeting ratio a series shares: direction, scheme, and HS chapter or the scheme's own code."""
    code = keys["product_code"].where(keys["product_scheme"] != "HS", keys["product_code"].str[:2])
    return keys["direction"] + "|" + keys["product_scheme"] + "|" + code


def _begin(keys: pd.DataFrame, begun: Ints) -> Ints:
    """The first week in which anything was recorded under the series' product scheme: before it a zero means nothing."""
    begin: Ints = pd.Series(begun).groupby(keys["product_scheme"].to_numpy()).transform("min").to_numpy(dtype=np.int64)
    return begin

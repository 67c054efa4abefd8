"""From the long table of non-zero weeks to matrices series x week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

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
    run, week = run[wanted], week[wanted]
    present = np.flatnonzero(np.bincount(run, minlength=starts.size))
    grouped = heads.iloc[present].groupby(list(SERIES_COLUMNS), sort=True, dropna=False)
    number = np.zeros(starts.size, dtype=np.int64)
    number[present] = grouped.ngroup().to_numpy()
    code = number[run]
    keys = grouped.size().index.to_frame(index=False).astype(str)
    first = int(week.min(initial=newest))
    mondays = np.arange(first, newest + 1, 7, dtype=np.int64)
    at: Ints = (week - first) // 7
    matrices = {name: _matrix(series[name].to_numpy()[wanted], code, at, (len(keys), mondays.size)) for name in used}
    counts = matrices[indicator.numerator]
    keys["chapter"] = _chapter(keys)
    if indicator.denominator != "inspected":
        # A cell without a single event is not a series of a count without inspections.
        kept = counts.sum(axis=1) > 0
        keys, counts = keys[kept].reset_index(drop=True), counts[kept]
        matrices = {name: matrix[kept] for name, matrix in matrices.items()}
    return Panel(keys, mondays, counts, {name: matrices[name] for name in part_names}, _begin(keys, counts, matrices))


def _part_names(indicator: Indicator) -> list[str]:
    if indicator.denominator == "inspected":
        return [f"{what}_{stratum}" for what in ("inspected", "failed") for stratum in STRATA]
    return [indicator.denominator] if indicator.denominator else []


def _matrix(values: Floats, code: Ints, at: Ints, shape: tuple[int, int]) -> Floats:
    flat: Floats = np.bincount(code * shape[1] + at, weights=values, minlength=shape[0] * shape[1]).astype(np.float64)
    return flat.reshape(shape)


def _chapter(keys: pd.DataFrame) -> pd.Series:
    """The group whose season and targeting ratio a series shares: direction, scheme, and HS chapter or the scheme's own code."""
    code = keys["product_code"].where(keys["product_scheme"] != "HS", keys["product_code"].str[:2])
    return keys["direction"] + "|" + keys["product_scheme"] + "|" + code


def _begin(keys: pd.DataFrame, counts: Floats, matrices: dict[str, Floats]) -> Ints:
    """The first week in which anything was recorded under the series' product scheme: before it a zero means nothing."""
    active = counts > 0
    for matrix in matrices.values():
        active |= matrix > 0
    first = np.where(active.any(axis=1), active.argmax(axis=1), counts.shape[1] - 1)
    begin: Ints = pd.Series(first).groupby(keys["product_scheme"].to_numpy()).transform("min").to_numpy(dtype=np.int64)
    return begin

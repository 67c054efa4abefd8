"""The rows of a night, looked at once for all indicators: which series there are, and to which one each row belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from riskwarn.detect.rows import run_starts
from riskwarn.detect.workdays import Ints
from riskwarn.model import SERIES_COLUMNS

Numbers = NDArray[np.int32]
Days = NDArray[np.uint16]
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LAST_DAY = np.iinfo(np.uint16).max  # in 2149


@dataclass(frozen=True)
class Weekly:
    """core_series_week as numbers.

    ``keys``: one row a series, in order (SERIES_COLUMNS, ``chapter``: HS 2 or the scheme's own code, ``series_key``: SeriesKey.text()).
    ``codes``: the same SERIES_COLUMNS and ``chapter``, each value as a number. ``series``: per row the number of its series, -1 where
    it is not to be judged. ``week``: per row its Monday in days since 1970-01-01 (what lies before, or after 2149, at the ends of that
    span). ``counts``: the other columns of the rows, each in the type in which it came.
    """

    keys: pd.DataFrame
    codes: pd.DataFrame
    series: Numbers
    week: Days
    counts: Mapping[str, NDArray[Any]]

    def column(self, name: str) -> NDArray[Any]:
        """A column of counts, its numbers side by side."""
        return np.ascontiguousarray(self.counts[name])


def weekly_rows(table: pd.DataFrame, judgeable: Callable[[pd.DataFrame], pd.Series] | None = None) -> Weekly:
    """Lays out ``table`` (core_series_week); ``judgeable`` says of a table of series which of them take part.

    Texts are compared once a run of rows of one series (in the warehouse's order: once a series), not once a row.
    """
    starts = np.flatnonzero(np.logical_or.reduce([run_starts(table[name]) for name in SERIES_COLUMNS]))
    heads = table.iloc[starts][list(SERIES_COLUMNS)]
    taken = np.ones(starts.size, dtype=bool) if judgeable is None else judgeable(heads).to_numpy(dtype=bool)
    number = np.full(starts.size, -1, dtype=np.int32)
    number[taken], keys, codes = _in_order(heads[taken])
    series = np.repeat(number, np.diff(starts, append=len(table)))
    counts = {name: table[name].to_numpy() for name in table.columns if is_numeric_dtype(table[name].dtype)}
    return Weekly(keys, codes, series, _days(table["week"].to_numpy().astype("datetime64[D]").astype(np.int64)), counts)


def numbered_rows(
    heads: pd.DataFrame,
    batches: Iterable[Mapping[str, NDArray[Any]]],
    types: Mapping[str, np.dtype[Any]],
    judgeable: Callable[[pd.DataFrame], pd.Series] | None = None,
) -> Weekly:
    """The same of rows whose series are numbers already, so that no text is held a row.

    ``heads``: one row a series, by number from 0: SERIES_COLUMNS and ``row_count``. ``batches``: the rows in any order, some at a time:
    ``number`` of the series, ``day`` (the Monday, in days since 1970-01-01), and the columns of ``types`` in those types. Rows of series
    that are not judged are dropped; the others are laid down series after series as they come in, each column once.
    """
    taken = np.ones(len(heads), dtype=bool) if judgeable is None else judgeable(heads).to_numpy(dtype=bool)
    number = np.full(len(heads), -1, dtype=np.int32)
    number[taken], keys, codes = _in_order(heads.loc[taken, list(SERIES_COLUMNS)])
    sizes = np.zeros(len(keys), dtype=np.int64)
    sizes[number[taken]] = heads.loc[taken, "row_count"]
    ends = np.cumsum(sizes)
    free, rows = ends - sizes, int(sizes.sum())
    week, counts = np.zeros(rows, dtype=np.uint16), {name: np.zeros(rows, dtype=kind) for name, kind in types.items()}
    for batch in batches:
        place = _placed(number[batch["number"]], free)
        if (free > ends).any():
            raise ValueError("a series has more rows than its row_count says: the table changed while it was read")
        _lay_down(_days(batch["day"]), place, week)
        for name, column in counts.items():
            _lay_down(batch[name], place, column)
    return Weekly(keys, codes, np.repeat(np.arange(len(keys), dtype=np.int32), sizes), week, counts)


def _days(days: NDArray[Any]) -> Days:
    clipped: Days = np.clip(days, 0, _LAST_DAY).astype(np.uint16)
    return clipped


@njit(cache=True)
def _placed(series: Numbers, free: Ints) -> Ints:
    """Where each row goes: the next free place of its series, which is then taken; -1 for rows of no series."""
    place = np.full(series.size, -1, dtype=np.int64)
    for i in range(series.size):
        if series[i] >= 0:
            place[i] = free[series[i]]
            free[series[i]] += 1
    return place


@njit(cache=True)
def _lay_down(values: NDArray[Any], place: Ints, column: NDArray[Any]) -> None:
    for i in range(place.size):
        if place[i] >= 0:
            column[place[i]] = values[i]


def _in_order(heads: pd.DataFrame) -> tuple[Ints, pd.DataFrame, pd.DataFrame]:
    """The number of each head's series, counted in order of the texts; the series themselves, as texts and as codes."""
    joint, span = np.zeros(len(heads), dtype=np.int64), 1
    coded, texts = {}, {}
    for name in SERIES_COLUMNS:
        coded[name], texts[name] = pd.factorize(heads[name], sort=True, use_na_sentinel=False)
        size = max(len(texts[name]), 1)
        if span > np.iinfo(np.int64).max // size:
            joint = np.unique(joint, return_inverse=True)[1]
            span = int(joint.max(initial=0)) + 1
        joint, span = joint * size + coded[name], span * size
    if (np.diff(joint) > 0).all():  # as the warehouse gives them
        first, number = np.arange(joint.size), np.arange(joint.size)
    else:
        _, first, number = np.unique(joint, return_index=True, return_inverse=True)
    codes = pd.DataFrame({name: coded[name][first] for name in SERIES_COLUMNS})
    keys = pd.DataFrame({name: texts[name].astype(str).take(codes[name].to_numpy()) for name in SERIES_COLUMNS})
    keys["chapter"] = _chapter(keys)
    codes["chapter"] = pd.factorize(keys["chapter"])[0]
    keys["series_key"] = _joined([keys[name] for name in SERIES_COLUMNS])
    return number, keys, codes


def _chapter(keys: pd.DataFrame) -> pd.Series:
    """The group whose season and targeting ratio a series shares: direction, scheme, and HS chapter or the scheme's own code."""
    code = keys["product_code"].where(keys["product_scheme"] != "HS", keys["product_code"].str[:2])
    return _joined([keys["direction"], keys["product_scheme"], code])


def _joined(columns: list[pd.Series]) -> pd.Series:
    """The texts of a row, with "|" between them."""
    found = pc.binary_join_element_wise(
        *(pa.array(column, type=pa.large_string()) for column in columns), pa.scalar("|", pa.large_string())
    )
    return pd.Series(found.to_pandas(), index=columns[0].index, dtype=columns[0].dtype)

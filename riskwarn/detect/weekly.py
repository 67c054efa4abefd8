"""The rows of a night, looked at once for all indicators: which series there are, and to which one each row belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskwarn.detect.rows import run_starts
from riskwarn.model import SERIES_COLUMNS

Numbers = NDArray[np.int32]
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Weekly:
    """core_series_week as numbers.

    ``keys``: one row a series, in order (SERIES_COLUMNS, ``chapter``: HS 2 or the scheme's own code, ``series_key``: SeriesKey.text()).
    ``codes``: the same SERIES_COLUMNS and ``chapter``, each value as a number. ``series``: per row the number of its series, -1 where
    it is not to be judged. ``week``: per row the proleptic ordinal of its Monday. ``table``: the rows themselves.
    """

    table: pd.DataFrame
    keys: pd.DataFrame
    codes: pd.DataFrame
    series: Numbers
    week: Numbers

    def column(self, name: str) -> NDArray[Any]:
        """A column of counts as it lies in the table."""
        return np.ascontiguousarray(self.table[name].to_numpy())


def weekly_rows(table: pd.DataFrame, judgeable: Callable[[pd.DataFrame], pd.Series] | None = None) -> Weekly:
    """Lays out ``table`` (core_series_week); ``judgeable`` says of a table of series which of them take part.

    Texts are compared once a run of rows of one series (in the warehouse's order: once a series), not once a row.
    """
    starts = np.flatnonzero(np.logical_or.reduce([run_starts(table[name]) for name in SERIES_COLUMNS]))
    heads = table.iloc[starts][list(SERIES_COLUMNS)]
    taken = np.ones(starts.size, dtype=bool) if judgeable is None else judgeable(heads).to_numpy(dtype=bool)
    grouped = heads[taken].groupby(list(SERIES_COLUMNS), sort=True, dropna=False)
    number = np.full(starts.size, -1, dtype=np.int32)
    number[taken] = grouped.ngroup().to_numpy()
    keys = grouped.size().index.to_frame(index=False).astype(str)
    keys["chapter"] = _chapter(keys)
    codes = pd.DataFrame({name: pd.factorize(keys[name])[0] for name in keys})
    keys["series_key"] = _texts(keys)
    series = np.repeat(number, np.diff(starts, append=len(table)))
    week = (table["week"].to_numpy().astype("datetime64[D]").astype(np.int64) + _EPOCH_ORDINAL).astype(np.int32)
    return Weekly(table, keys, codes, series, week)


def _chapter(keys: pd.DataFrame) -> pd.Series:
    """The group whose season and targeting ratio a series shares: direction, scheme, and HS chapter or the scheme's own code."""
    code = keys["product_code"].where(keys["product_scheme"] != "HS", keys["product_code"].str[:2])
    return keys["direction"] + "|" + keys["product_scheme"] + "|" + code


def _texts(keys: pd.DataFrame) -> pd.Series:
    text = keys[SERIES_COLUMNS[0]]
    for name in SERIES_COLUMNS[1:]:
        text = text + "|" + keys[name]
    return text

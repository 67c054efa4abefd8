"""The rows of a night, looked at once for all indicators: which series there are, and to which one each row belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from riskwarn.detect.rows import run_starts
from riskwarn.detect.workdays import Ints
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
    number = np.full(starts.size, -1, dtype=np.int32)
    number[taken], keys, codes = _in_order(heads[taken])
    series = np.repeat(number, np.diff(starts, append=len(table)))
    week = (table["week"].to_numpy().astype("datetime64[D]").astype(np.int64) + _EPOCH_ORDINAL).astype(np.int32)
    return Weekly(table, keys, codes, series, week)


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

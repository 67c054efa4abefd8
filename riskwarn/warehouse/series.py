"""The weekly series as numbers: what a night of millions of rows is read by, where seven texts a row would be most of its memory."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from duckdb import ColumnExpression, FunctionExpression
from numpy.typing import NDArray

from riskwarn.places import WAREHOUSE
from riskwarn.sql import Connection, run_file, set_variables

BATCH_ROWS = 131_072
_TYPES = {"int8": "tinyint", "int16": "smallint", "int32": "integer", "int64": "bigint"}  # numpy, DuckDB; narrowest first


@dataclass(frozen=True)
class NumberedSeries:
    """core_series_week with a number for each series.

    ``heads``: one row a series, by number from 0: the series columns as texts, and ``row_count``. ``types``: by column of counts the
    narrowest type that holds it exactly. ``batches``: the rows, some at a time and in no order, to be taken once: ``number``, ``day``
    (the Monday, in days since 1970-01-01) and the columns of ``types``.
    """

    heads: pd.DataFrame
    types: Mapping[str, np.dtype[Any]]
    batches: Iterator[dict[str, NDArray[Any]]]


@contextmanager
def numbered_series(con: Connection, columns: Collection[str], since: date | None = None) -> Iterator[NumberedSeries]:
    """Reads ``columns`` of core_series_week; with ``since``, only weeks from that day on."""
    set_variables(con, {"series_since": since})
    run_file(con, WAREHOUSE / "40_read" / "series_number.sql")
    try:
        heads = con.sql("from series_number order by number").df()
        types = _narrowest(con, columns)
        with closing(_batches(con, types)) as batches:  # rows still to come, after an error, would keep the table from being dropped
            yield NumberedSeries(heads, types, batches)
    finally:
        con.execute("drop table series_number")


def _narrowest(con: Connection, columns: Collection[str]) -> dict[str, np.dtype[Any]]:
    """By column the narrowest type; columns of one kind (inspected_random, inspected_targeted) share theirs.

    They are added up together, by code that is compiled anew for each set of types.
    """
    greatest = [FunctionExpression("max", ColumnExpression(name)).alias(name) for name in columns]
    (found,) = con.table("core_series_week").aggregate(greatest).fetchall()
    by_kind: dict[str, int] = {}
    for name, value in zip(columns, found, strict=True):
        by_kind[_kind(name)] = max(by_kind.get(_kind(name), 0), value or 0)
    return {name: next(np.dtype(t) for t in _TYPES if by_kind[_kind(name)] <= np.iinfo(t).max) for name in columns}


def _kind(column: str) -> str:
    return column.split("_", maxsplit=1)[0]


def _batches(con: Connection, types: Mapping[str, np.dtype[Any]]) -> Generator[dict[str, NDArray[Any]], None, None]:
    """Streams the rows; the database casts them, and would refuse a number that its type does not hold."""
    rows = con.sql((WAREHOUSE / "40_read" / "series_rows.sql").read_text(encoding="utf-8"))
    counts = (ColumnExpression(name).cast(duckdb.sqltype(_TYPES[kind.name])) for name, kind in types.items())
    asked = rows.select(ColumnExpression("number"), ColumnExpression("day").cast(duckdb.sqltype("integer")), *counts)
    names = ("number", "day", *types)
    for batch in asked.to_arrow_reader(BATCH_ROWS):
        yield {name: column.to_numpy(zero_copy_only=False) for name, column in zip(names, batch.columns, strict=True)}

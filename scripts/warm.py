"""Compiles the detector (numba keeps the result beside the modules), so that the first night does not wait for it. Run at set-up."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pandas as pd

from riskwarn import warehouse
from riskwarn.detect import judge, judge_and_watch
from riskwarn.detect.weekly import Weekly, numbered_rows
from riskwarn.indicators import load_indicators
from riskwarn.model import SERIES_COLUMNS
from riskwarn.surveil import surveil

MONDAY = date(2026, 1, 5)
COUNTS = (
    "declared_lots", "inspected_random", "inspected_targeted", "inspected_other", "failed_random", "failed_targeted", "failed_other",
    "inspected", "failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts", "grave_events",
)  # fmt: skip
SCALES = (1, 1_000, 100_000)  # the night reads counts in the narrowest type that holds them, and code is compiled for each type


def panel() -> pd.DataFrame:
    """A few lanes over a year and a quarter; only its types and shapes matter."""
    text = dict.fromkeys(SERIES_COLUMNS, "*") | {"scope": "product_origin", "direction": "import", "product_scheme": "HS"}
    rows = [
        {**text, "product_code": f"{lane:04}", "origin_country": "VN", "week": pd.Timestamp(MONDAY + timedelta(weeks=week))}
        | dict.fromkeys(COUNTS, 1 + (lane + week) % 5)
        for lane in range(901, 909)
        for week in range(65)
    ]
    return pd.DataFrame(rows)


def read(series: pd.DataFrame) -> Weekly:
    """The same rows as the night reads them."""
    with duckdb.connect() as con:
        con.register("given", series)
        con.execute("create table core_series_week as select * replace (week::date as week) from given")
        with warehouse.numbered_series(con, COUNTS) as found:
            return numbered_rows(found.heads, found.batches, found.types)


def main() -> None:
    series = panel()
    as_of = series["week"].max().date() + timedelta(days=7)
    numbered = [read(series.assign(**{name: scale * series[name] for name in COUNTS})) for scale in SCALES]
    for indicator in load_indicators():
        if indicator.kind == "count":
            judge(series, indicator, as_of)
            for rows in numbered:
                judge_and_watch(rows, indicator, as_of)
    surveil(series.groupby(["product_code", "week"], as_index=False)["failed"].sum().set_axis(["series", "week", "count"], axis=1))


if __name__ == "__main__":
    main()

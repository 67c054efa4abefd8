"""Compiles the detector (numba keeps the result beside the modules), so that the first night does not wait for it. Run at set-up."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from riskwarn.detect import judge
from riskwarn.indicators import load_indicators
from riskwarn.model import SERIES_COLUMNS
from riskwarn.surveil import surveil

MONDAY = date(2026, 1, 5)
COUNTS = (
    "declared_lots", "inspected_random", "inspected_targeted", "inspected_other", "failed_random", "failed_targeted", "failed_other",
    "inspected", "failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts", "grave_events",
)  # fmt: skip


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


def main() -> None:
    series = panel()
    as_of = series["week"].max().date() + timedelta(days=7)
    for indicator in load_indicators():
        if indicator.kind == "count":
            judge(series, indicator, as_of)
    surveil(series.groupby(["product_code", "week"], as_index=False)["failed"].sum().set_axis(["series", "week", "count"], axis=1))


if __name__ == "__main__":
    main()

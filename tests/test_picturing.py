"""The weeks beside a warning: whole, without gaps, with what the series' own past led one to expect."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from test_warehouse_reading import AS_OF, key
from warehouse_data import MONDAY, accept, weeks_after

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.picturing import COLUMNS, LEAST_EXPOSURE, _filled
from riskwarn.settings import Settings


def test_weeks_are_counted_once_for_a_warning_that_joins_signals(settings: Settings, lake: Lake) -> None:
    lots = [{"inspection_id": f"L{n}", "sampled_on": weeks_after(-n), "result": "fail" if n < 2 else "pass"} for n in range(4)]
    accept(lake, "port_inspections", lots)
    accept(lake, "consumer_complaints", [{"complaint_id": "C1"}])
    with warehouse.open_night(settings, lake, AS_OF) as con:
        joined = pd.DataFrame([key("failed"), key("complaints"), key("failed", warning_id="W2")])
        found = warehouse.read_warning_weeks(con, joined, 104)
    rows = {(row.warning_id, pd.Timestamp(row.week).date()): (row.observed, row.inspected, row.is_rate) for row in found.itertuples()}
    assert rows["W1", MONDAY] == (2, 1, False)  # a failure and a complaint, of one inspected lot
    assert rows["W2", MONDAY] == (1, 1, True)
    assert rows["W2", weeks_after(-3)] == (0, 1, True)


def test_quiet_weeks_are_zeros_up_to_the_last_week() -> None:
    weeks = [date(2026, 10, 5), date(2026, 10, 19)]
    table = pd.DataFrame({"warning_id": "W", "week": weeks, "observed": [1, 2], "inspected": [5, 6], "declared": [0, 0], "is_rate": True})
    made = _filled(table, pd.Timestamp(weeks[-1] + timedelta(weeks=1)))
    assert made["observed"].tolist() == [1, 0, 2, 0]
    assert [stamp.date() for stamp in made["week"]] == [weeks[0] + timedelta(weeks=n) for n in range(4)]
    assert set(COLUMNS) - {"expected", "upper"} <= set(made.columns)
    assert LEAST_EXPOSURE > 0

"""The weeks of a warning as a person looks at them: what was counted, and what the series' own past led one to expect.

Expected and upper come from the count detector on this one series (`riskwarn surveil`), each week from earlier weeks only. They are a
picture of the usual level: the night judged with the priors of all series, and its figures stand in the warning itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from riskwarn import warehouse
from riskwarn.assess import episodes as ep
from riskwarn.behind import wanted_keys
from riskwarn.sql import Connection
from riskwarn.surveil import surveil

WEEKS = 104
UPPER_ALPHA = 0.05  # the upper line: one quiet week in twenty lies above it
LEAST_EXPOSURE = 0.01  # lots of a week in which none was inspected: the week tells next to nothing
COLUMNS = ("warning_id", "week", "observed", "inspected", "declared", "expected", "upper")


def warning_weeks(con: Connection, shown: Sequence[ep.Episode]) -> pd.DataFrame:
    """One row a warning x week of the last two years (COLUMNS), without gaps; expected and upper NaN for grave events."""
    weeks = warehouse.read_warning_weeks(con, wanted_keys(shown), WEEKS)
    if weeks.empty:
        return pd.DataFrame(columns=list(COLUMNS)).astype({"warning_id": "str", "week": "datetime64[us]"})
    last = {e.episode_id: pd.Timestamp(e.last_week) for e in shown}
    filled = pd.concat([_filled(table, last[str(i)]) for i, table in weeks.groupby("warning_id", sort=True)], ignore_index=True)
    is_rule = filled["warning_id"].isin([e.episode_id for e in shown if e.evidence.p_value is None])
    judged = surveil(
        pd.DataFrame(
            {
                "series": filled["warning_id"],
                "week": filled["week"].dt.date,
                "count": filled["observed"].astype("int64"),
                "exposure": filled["inspected"].where(filled["is_rate"], 1).clip(lower=LEAST_EXPOSURE).astype("float64"),
            }
        ),
        alpha=UPPER_ALPHA,
    )
    pictured = filled.assign(expected=judged["expected"].to_numpy(dtype="float64"), upper=judged["upper"].to_numpy(dtype="float64"))
    pictured.loc[is_rule, ["expected", "upper"]] = float("nan")
    return pictured[list(COLUMNS)]


def _filled(table: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """The weeks between the first and the warning's last one, quiet ones as zeros."""
    whole = table.assign(week=pd.to_datetime(table["week"])).set_index("week").drop(columns="warning_id")
    weeks = pd.date_range(whole.index.min(), max(last, whole.index.max()), freq=timedelta(weeks=1), name="week")
    made = whole.reindex(weeks)
    made[["observed", "inspected", "declared"]] = made[["observed", "inspected", "declared"]].fillna(0)
    made["is_rate"] = bool(table["is_rate"].any())
    return made.reset_index().assign(warning_id=str(table["warning_id"].iloc[0]))

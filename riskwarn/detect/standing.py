"""The analysts' list of standing excess: which product x origin x hazard combinations occur more often than they should, and which are new.

It raises no warning by itself. Warnings follow change; this list says where the level has always been too high (the newest eight
quarters together) and what stood out or occurred for the first time in the newest quarter. The arithmetic is shrinkage.py's.
"""

from __future__ import annotations

import pandas as pd

from riskwarn.detect.shrinkage import fit, shrink

CELL = ("indicator_base", "direction", "product_scheme", "product_code", "origin_country", "hazard_category")
COLUMNS = (
    *CELL, "quarters", "from_week", "to_week", "observed", "expected", "expected_from", "ebgm", "eb05", "ic", "ic025", "quarters_seen",
    "first_week", "hazard_first_week", "is_first_of_a_kind",
)  # fmt: skip
LISTED_FROM = 1.0  # EB05: with 95% probability the true ratio is higher
HISTORY = pd.Timedelta(weeks=52)  # records that must lie before a quarter, or everything in it would be new
NEWEST = 1  # quarters of the span in which something can be the first of its kind


def standing_excess(counts: pd.DataFrame) -> pd.DataFrame:
    """The combinations to look at, strongest first, one row a combination and span (COLUMNS).

    ``counts`` are the rows of warehouse/40_read/standing_counts.sql: observed and expected by combination and span, those without an
    event included where one was to be expected. Listed is what has EB05 above 1, and in the newest quarter what had never occurred.
    """
    parts = [_shrunk(part) for _, part in counts.groupby(["indicator_base", "quarters"], sort=True)]
    table = pd.concat(parts, ignore_index=True) if parts else counts.assign(**dict.fromkeys(("ebgm", "eb05", "ic", "ic025"), 0.0))
    begun, since = pd.to_datetime(table["first_week"]), pd.to_datetime(table["from_week"])
    is_first = (table["quarters"] == NEWEST) & (begun >= since) & (pd.to_datetime(table["recorded_from_week"]) + HISTORY <= since)
    table = table.assign(is_first_of_a_kind=is_first.to_numpy(dtype=bool))[list(COLUMNS)]
    listed = table[(table["eb05"] > LISTED_FROM) | table["is_first_of_a_kind"]]
    return listed.sort_values(["eb05", *CELL, "quarters"], ascending=[False, *[True] * (len(CELL) + 1)], ignore_index=True)


def _shrunk(part: pd.DataFrame) -> pd.DataFrame:
    """One table's combinations that occurred, shrunk by the law of all of its combinations, whether they occurred or not."""
    observed, expected = (part[name].to_numpy(dtype="float64") for name in ("observed", "expected"))
    # Observed and expected have the same total over all combinations: what is missing belongs to those that are no rows.
    law = fit(observed, expected, rest=max(float(observed.sum() - expected.sum()), 0.0))
    return shrink(part[observed > 0], law)

"""On real alerts: RASFF of 2020, read plainly here (the pipeline has its own tests), judged as of the nights around 22 October 2020."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from detect_worlds import COLUMNS

from riskwarn.detect import judge
from riskwarn.indicators import load_indicators

INDICATOR = next(one for one in load_indicators() if one.id == "foreign_alerts")
PLAIN = replace(INDICATOR, detector=replace(INDICATOR.counting, pyod="off"))
SCOPES = {
    "product_origin": ["product_code", "origin_country"],
    "product_origin_hazard": ["product_code", "origin_country", "hazard_category"],
    "product_hazard": ["product_code", "hazard_category"],
}


@pytest.fixture(scope="module")
def alerts(shared_data: Path) -> pd.DataFrame:
    """One row an alert x origin x hazard category, with its date."""
    raw = pd.read_csv(shared_data / "rasff" / "rasff_2020-01_2022-06.csv", dtype=str)
    day = pd.to_datetime(raw["Date of Case"], format="%b %d, %Y")
    table = pd.DataFrame(
        {
            "alert": raw["Reference"] + day.astype(str),
            "day": day,
            "product_code": raw["Product Category"].fillna("unknown").str.lower(),
            "origin_country": raw["Country Origin"].fillna("unknown").str.replace("Türkiye", "Turkey").str.split("[,;]"),
            "hazard_category": raw["Hazard Category"].fillna("unknown").str.lower().str.split("[,;]"),
        }
    )
    table = table.explode("origin_country").explode("hazard_category")
    for name in ("origin_country", "hazard_category"):
        table[name] = table[name].str.strip().replace("", "unknown")
    return table


def panel(alerts: pd.DataFrame, as_of: date) -> pd.DataFrame:
    known = alerts[alerts["day"] < pd.Timestamp(as_of)]
    known = known.assign(week=known["day"] - pd.to_timedelta(known["day"].dt.day_of_week, unit="D"))
    parts = []
    for scope, names in SCOPES.items():
        counted = known[[*names, "week", "alert"]].drop_duplicates().groupby([*names, "week"]).size()
        parts.append(counted.rename("foreign_alerts").reset_index().assign(scope=scope))
    whole = pd.concat(parts).assign(direction="import", product_scheme="RASFF", substance="*")
    return whole.reindex(columns=[*whole.columns, *(c for c in COLUMNS if c != "foreign_alerts")]).fillna(
        {"origin_country": "*", "hazard_category": "*", **dict.fromkeys(COLUMNS, 0)}
    )


def test_ethylene_oxide_on_seeds_is_seen_by_22_october_2020(alerts: pd.DataFrame) -> None:
    as_of = date(2020, 10, 22)
    signals = judge(panel(alerts, as_of), PLAIN, as_of).set_index(["scope", "product_code", "origin_country", "hazard_category"])
    node = signals.loc[("product_hazard", "nuts, nut products and seeds", "*", "pesticide residues")]
    assert node["is_rejected"]
    assert node["observed"] >= 8
    assert signals["is_rejected"].sum() <= 40  # of some 2,400 series, on a first night with nothing open yet


def test_first_of_a_kind_cells_do_not_flood(alerts: pd.DataFrame) -> None:
    """Series opened in 2021, every second Monday, each once: cells, products and hazards together, before one event is shown once."""
    opened: set[str] = set()
    for week in range(26):
        as_of = date(2021, 1, 4) + timedelta(weeks=2 * week)
        signals = judge(panel(alerts, as_of), PLAIN, as_of, open_keys=opened)
        opened |= set(signals.loc[signals["is_rejected"], "series_key"])
    first_year = alerts["day"].dt.year == 2020
    cells = ["product_code", "origin_country", "hazard_category"]
    new = set(map(tuple, alerts.loc[alerts["day"].dt.year == 2021, cells].to_numpy())) - set(
        map(tuple, alerts.loc[first_year, cells].to_numpy())
    )
    assert len(new) > 1000
    assert 10 <= len(opened) <= 150


def test_turkish_figs_in_autumn_are_the_season(alerts: pd.DataFrame) -> None:
    for as_of in (date(2021, 11, 15), date(2021, 12, 6)):
        signals = judge(panel(alerts, as_of), PLAIN, as_of).set_index(["scope", "product_code", "origin_country", "hazard_category"])
        assert not signals.loc[("product_origin_hazard", "fruits and vegetables", "Turkey", "mycotoxins"), "is_rejected"]

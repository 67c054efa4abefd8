"""The analysts' list of standing excess: a lane planted too high is on it, a lane looked at harder is not, and nobody is warned by it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from warehouse_data import AS_OF, Row, accept

from riskwarn import pipeline, warehouse
from riskwarn.detect.standing import COLUMNS, standing_excess
from riskwarn.lake import Lake
from riskwarn.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PRODUCTS, ORIGINS, HAZARDS = ("0901", "0902", "0904", "0906"), ("VN", "BR", "ET", "ID", "PE", "CO"), ("mycotoxins", "heavy_metals")
LAST = date(2026, 11, 9)  # Monday of the newest whole week
WEEKS = 120
PLANTED, TARGETED = ("0901", "ET", "mycotoxins"), ("0902", "BR")
TARGETED_RATIO, RATE, TRUE_RATIO = 4.0, 0.03, 5.0


def lots_of(product: str, origin: str, rng: np.random.Generator, planted: float) -> tuple[list[Row], list[Row]]:
    """Four lots a week of a lane, one targeted (of the lane that is looked at harder: three); which of them failed, and of what."""
    lots: list[Row] = []
    findings: list[Row] = []
    for week in range(WEEKS):
        for number in range(4):
            is_targeted = number < (3 if (product, origin) == TARGETED else 1)
            chance = [
                RATE * (TARGETED_RATIO if is_targeted else 1.0) / 2 * (planted if (product, origin, hazard) == PLANTED else 1.0)
                for hazard in HAZARDS
            ]
            drawn = rng.uniform()
            hazard = next((h for h, limit in zip(HAZARDS, np.cumsum(chance), strict=True) if drawn < limit), None)
            key, day = f"{product}{origin}{week}-{number}", LAST - timedelta(weeks=week)
            lots.append({
                "inspection_id": key, "hs_code": f"{product}210000", "origin_country": origin, "sampled_on": day,
                "selection": "targeted" if is_targeted else "random", "result": "fail" if hazard else "pass",
            })  # fmt: skip
            if hazard:
                findings.append({"inspection_id": key, "hazard_category": hazard, "event_on": day})
    return lots, findings


def filled(folder: Path, planted: float) -> Settings:
    settings = Settings(home=folder)
    rng = np.random.default_rng(17)
    lanes = [lots_of(product, origin, rng, planted) for product in PRODUCTS for origin in ORIGINS]
    new = {"inspection_id": "new", "hs_code": "0906210000", "origin_country": "VN", "sampled_on": LAST, "result": "fail"}
    accept(Lake(settings.lake), "port_inspections", [*(row for lots, _ in lanes for row in lots), new])
    first = {"inspection_id": "new", "hazard_category": "allergens", "event_on": LAST}
    accept(Lake(settings.lake), "inspection_findings", [*(row for _, found in lanes for row in found), first])
    return settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return filled(tmp_path_factory.mktemp("planted"), TRUE_RATIO)


@pytest.fixture(scope="module")
def counts(home: Settings) -> pd.DataFrame:
    with warehouse.open_night(home, Lake(home.lake), AS_OF) as con:
        return warehouse.read_standing(con)


def of(table: pd.DataFrame, product: str, origin: str, quarters: int = 8) -> pd.DataFrame:
    return table[(table["product_code"] == product) & (table["origin_country"] == origin) & (table["quarters"] == quarters)]


def test_the_planted_combination_leads_the_list_and_its_lane_has_no_other(counts: pd.DataFrame) -> None:
    listed = standing_excess(counts)
    assert tuple(listed.columns) == COLUMNS
    standing = listed[listed["quarters"] == 8]
    top = standing.iloc[0]
    assert (top["product_code"], top["origin_country"], top["hazard_category"]) == PLANTED
    assert top["eb05"] > 1.5
    assert top["ic025"] > 0.5
    assert top["quarters_seen"] >= 7
    # The lane's own events are part of what is usual for its product: five times as often as the others is three times the mean.
    assert 2.0 < top["ebgm"] < TRUE_RATIO
    assert len(standing) <= 2


def test_a_lane_that_is_looked_at_harder_is_expected_to_fail_more_often(counts: pd.DataFrame) -> None:
    """Three lots in four targeted, which fail four times as often: twice the failures of its neighbours, and as many as expected."""
    mine, neighbours = of(counts, *TARGETED), of(counts, TARGETED[0], "PE")
    assert mine["observed"].sum() > 1.3 * neighbours["observed"].sum()
    assert (mine["expected_from"] == "lots").all()
    assert mine["observed"].sum() == pytest.approx(mine["expected"].sum(), rel=0.35)
    assert of(standing_excess(counts), *TARGETED).empty


def test_nothing_stands_out_where_nothing_was_planted(tmp_path: Path) -> None:
    settings = filled(tmp_path, 1.0)
    with warehouse.open_night(settings, Lake(settings.lake), AS_OF) as con:
        listed = standing_excess(warehouse.read_standing(con))
    assert (listed["eb05"] > 1.0).sum() <= 2  # of 96 combinations and spans
    assert listed["eb05"].max() < 1.3


def test_expected_and_observed_have_the_same_total(counts: pd.DataFrame) -> None:
    total = counts.groupby("quarters")[["observed", "expected"]].sum()
    assert total["expected"].to_numpy() == pytest.approx(total["observed"].to_numpy(), rel=0.01)  # what is left: tiny expectations
    assert (counts["observed"] == 0).any()  # what did not occur though it might have


def test_the_first_of_its_kind_is_named_and_shrunk(counts: pd.DataFrame) -> None:
    listed = standing_excess(counts)
    new = listed[listed["is_first_of_a_kind"]]
    assert new[["product_code", "origin_country", "hazard_category", "quarters"]].to_numpy().tolist() == [["0906", "VN", "allergens", 1]]
    assert new.iloc[0]["eb05"] < 1.0  # one event is no excess
    assert pd.Timestamp(new.iloc[0]["first_week"]).date() == LAST
    # Records that begin with the quarter make nothing new.
    young = counts.assign(recorded_from_week=pd.to_datetime(counts["from_week"]))
    assert not standing_excess(young)["is_first_of_a_kind"].any()


def test_without_lots_the_hazard_is_compared_within_the_product(settings: Settings, lake: Lake) -> None:
    """Turkey is notified most of all, and for its trade that is usual; only its one hazard that others do not have stands out."""

    def alerts(origin: str, hazard: str, number: int) -> list[Row]:
        return [
            {"reference": f"{origin}{hazard}{n}", "origin_countries": [origin], "hazards": [{"substance": "x", "hazard_category": hazard}],
             "event_on": LAST - timedelta(weeks=n % 100)}
            for n in range(number)
        ]  # fmt: skip

    usual = [row for origin in ("IR", "US", "AR", "CN", "IN", "EG") for h in HAZARDS for row in alerts(origin, h, 20)]
    accept(lake, "foreign_alerts", [*usual, *alerts("TR", HAZARDS[0], 120), *alerts("TR", HAZARDS[1], 10)])
    with warehouse.open_night(settings, lake, AS_OF) as con:
        counts = warehouse.read_standing(con)
        listed = standing_excess(counts)
    assert set(counts["expected_from"]) == {"events"}
    assert listed[listed["quarters"] == 8].iloc[0][["origin_country", "hazard_category"]].tolist() == ["TR", HAZARDS[0]]
    mine = listed[(listed["origin_country"] == "TR") & (listed["hazard_category"] == HAZARDS[1])]
    assert (mine["eb05"] < 1.0).all()  # new in the newest quarter, and rarer than elsewhere


def test_no_data_is_an_empty_list(settings: Settings, lake: Lake) -> None:
    with warehouse.open_night(settings, lake, AS_OF) as con:
        listed = standing_excess(warehouse.read_standing(con))
    assert listed.empty
    assert tuple(listed.columns) == COLUMNS


def test_the_night_publishes_the_list_and_the_recipe_asks_it(home: Settings) -> None:
    pipeline.build(home, AS_OF)
    signals = pipeline.detect(home, AS_OF)
    warehouse.publish(home, Lake(home.lake), AS_OF)
    recipe = re.search(r"```sql\n(.*?)```", (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8"), re.S)
    assert recipe
    with warehouse.open_published(home) as con:
        rows: list[tuple[Any, ...]] = con.execute(recipe[1]).fetchall()
        types = dict(
            con.execute("select column_name, data_type from duckdb_columns() where table_name = 'mart_standing_excess'").fetchall()
        )
    assert rows[0][:4] == ("failed", "import", *PLANTED[:2])
    assert types["from_week"] == "DATE"
    told = Lake(home.lake).read_json("substances", AS_OF.isoformat())
    assert told == {"names": 1, "listed": 1, "substances": 1, "unlisted": 0, "unlisted_rows": 0}
    # A level that has always been too high is no change: no signal is rejected for it.
    assert not signals["is_rejected"].any()

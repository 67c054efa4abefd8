"""What detection and assessment read of a night: evidence by business key, file and row; who is behind it; how late it came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from warehouse_data import AS_OF, MONDAY, accept, series_of, weeks_after

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.model import SERIES_COLUMNS, Scope
from riskwarn.settings import Settings
from riskwarn.sql import Connection

DECLARATION = "310120261000012345"


@pytest.fixture
def night(settings: Settings, lake: Lake) -> Iterator[Connection]:
    """Two failed lots and one that passed, an alert with two origins, complaints one of which names a death."""
    lot = {"result": "fail", "enterprise_code": "E1", "port_code": "P1"}
    accept(
        lake,
        "port_inspections",
        [
            {"inspection_id": "L1", "declaration_no": DECLARATION, "declaration_line": 2, **lot},
            {"inspection_id": "L2", "sampled_on": MONDAY + timedelta(days=1), **lot, "enterprise_code": "E2", "selection": "targeted"},
            {"inspection_id": "L3", **lot, "result": "pass"},
            {"inspection_id": "L4", "declaration_no": DECLARATION, "sampled_on": weeks_after(-1), **lot},
        ],
    )
    accept(lake, "inspection_findings", [{"inspection_id": "L1", "item_no": n, "hazard_category": h} for n, h in (("1", "a"), ("2", "b"))])
    accept(lake, "foreign_alerts", [{"reference": "2026.1", "origin_countries": ["TR", "IR"], "is_grave": True}])
    accept(
        lake,
        "consumer_complaints",
        [
            {"complaint_id": "C1", "region": "330106", "platform": "shop.example"},
            {"complaint_id": "C2", "region": "330212", "platform": "线下门店", "death_count": 2, "known_on": MONDAY + timedelta(days=9)},
        ],
    )
    with warehouse.open_night(settings, lake, AS_OF) as con:
        yield con


def key(counts: str, scope: str = "product_origin", origin: str = "VN", hazard: str = "*", **changes: Any) -> dict[str, Any]:
    series = dict(zip(SERIES_COLUMNS, (scope, "import", "HS", "0901", origin, hazard, "*"), strict=True))
    weeks = dict.fromkeys(("from_week", "to_week", "window_from_week"), MONDAY)
    return {"warning_id": "W1", "counts": counts, **series, **weeks, **changes}


def evidence(con: Connection, *keys: dict[str, Any], limit: int = 50) -> list[tuple[Any, ...]]:
    frame = warehouse.read_evidence(con, pd.DataFrame(keys), limit=limit)
    frame["event_on"] = pd.to_datetime(frame["event_on"]).dt.date
    columns = ["warning_id", "evidence_no", "evidence_key", "event_on", "hazard_category", "file_name", "row_no", "evidence_count"]
    return [tuple(row) for row in frame[columns].itertuples(index=False)]


def test_each_event_is_listed_once_newest_first(night: Connection) -> None:
    assert evidence(night, key("failed")) == [
        ("W1", 1, "L2", MONDAY + timedelta(days=1), "unknown", "port_inspections.csv", 3, 2),
        ("W1", 2, f"{DECLARATION}/2", MONDAY, "a, b", "port_inspections.csv", 2, 2),
    ]


def test_the_list_is_capped_and_the_number_is_not(night: Connection) -> None:
    assert [row[1:3] + row[-1:] for row in evidence(night, key("failed"), limit=1)] == [(1, "L2", 2)]


def test_window_hazard_and_selection_narrow_it(night: Connection) -> None:
    keys = [
        key("failed", warning_id="window", from_week=weeks_after(-1), to_week=weeks_after(-1)),
        key("failed", "product_hazard", "*", "b", warning_id="hazard"),
        key("failed_targeted", warning_id="selection"),
        key("failed", origin="BR", warning_id="elsewhere"),
    ]
    found = [row[:3] for row in evidence(night, *keys)]
    assert found == [("hazard", 1, f"{DECLARATION}/2"), ("selection", 1, "L2"), ("window", 1, DECLARATION)]


def test_a_rule_takes_the_grave_events_of_its_source_only(night: Connection) -> None:
    alert = {"product_scheme": "RASFF", "product_code": "nuts", "origin_country": "*", "scope": "product_hazard"}
    keys = [key("grave_events", source="consumer_complaints"), key("grave_events", warning_id="W2", source="enterprise_reports")]
    assert [row[:3] for row in evidence(night, *keys)] == [("W1", 1, "C2")]
    assert [row[:3] for row in evidence(night, key("foreign_alerts") | alert)] == [("W1", 1, "2026.1")]


def test_who_is_behind_a_warning(night: Connection) -> None:
    frame = warehouse.read_contributors(night, pd.DataFrame([key("failed"), key("complaints", warning_id="W2")]))
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in frame.to_dict("records"):
        found[row["warning_id"], row["dimension"]].append((row["code"], row["event_count"]))
    assert found["W1", "all"] == [("all", 2)]
    assert found["W1", "hazard_category"] == [("a", 1), ("b", 1), ("unknown", 1)]
    assert found["W1", "enterprise_code"] == [("E1", 1), ("E2", 1)]
    assert found["W1", "port_code"] == [("P1", 2)]
    assert found["W2", "source"] == [("consumer_complaints", 2)]
    assert found["W2", "region"] == [("33", 2)]  # one province
    assert found["W2", "online"] == [("online", 1)]
    assert found["W2", "week"] == [(MONDAY.isoformat(), 2)]
    assert ("W1", "death") not in found
    assert ("W2", "death") in found


def test_lots_inspected_in_the_window(night: Connection) -> None:
    keys = [key("failed"), key("failed", warning_id="W2", from_week=weeks_after(-1), window_from_week=weeks_after(-1))]
    lots = warehouse.read_window_lots(night, pd.DataFrame(keys))
    assert dict(zip(lots["warning_id"], lots["inspected"], strict=True)) == {"W1": 3, "W2": 4}


def test_a_night_without_warnings_reads_nothing(night: Connection) -> None:
    none = pd.DataFrame(columns=list(key("failed")))
    assert warehouse.read_evidence(night, none).empty
    assert warehouse.read_contributors(night, none).empty
    assert not len(warehouse.read_window_lots(night, none))


def test_an_unknown_count_is_named(night: Connection) -> None:
    with pytest.raises(ValueError, match="penguins"):
        warehouse.read_evidence(night, pd.DataFrame([key("penguins")]))


def test_grave_events_by_the_day_they_became_known(night: Connection) -> None:
    def found(source: str, since: date) -> list[tuple[str, str]]:
        frame = warehouse.read_grave_events(night, source, since)
        return [(row["origin_country"], row["event_key"]) for row in frame.to_dict("records")]

    assert found("foreign_alerts", MONDAY) == [("IR", "rasff:2026.1"), ("TR", "rasff:2026.1")]
    assert found("consumer_complaints", MONDAY + timedelta(days=9)) == [("VN", "C2")]
    assert found("consumer_complaints", MONDAY + timedelta(days=10)) == []


def test_delays_of_events_since_a_day(night: Connection) -> None:
    frame = warehouse.read_delays(night, MONDAY)
    lag = (pd.to_datetime(frame["known_on"]) - pd.to_datetime(frame["event_on"])).dt.days
    found = sorted(zip(frame["indicator_base"], lag, strict=True))
    assert found == [
        ("complaint", 0), ("complaint", 9), ("failed", 0), ("failed", 0), ("foreign_alert", 0), ("grave", 0), ("grave", 9), ("injury", 9),
    ]  # fmt: skip


def test_a_built_night_reads_like_the_one_in_memory(settings: Settings, lake: Lake, night: Connection) -> None:
    warehouse.build(settings, lake, AS_OF)
    with warehouse.open_work(settings, AS_OF) as con:
        pd.testing.assert_frame_equal(series_of(con), series_of(night))
        keys = pd.DataFrame([key("failed")])
        pd.testing.assert_frame_equal(warehouse.read_evidence(con, keys), warehouse.read_evidence(night, keys))


def test_every_series_leads_to_the_events_it_counts(settings: Settings, lake: Lake, night: Connection) -> None:
    """At every scope the evidence of a series has as many events as the series counts, week by week."""
    settings = Settings(home=settings.home, levels="all")
    other = {"hs_code": "0902", "result": "fail", "origin_country": "BR"}
    accept(
        lake, "port_inspections", [{"inspection_id": "M1", **other}, {"inspection_id": "M2", **other, "origin_country": "VN"}], name="more"
    )
    findings = [{"inspection_id": i, "hazard_category": "a"} for i in ("M1", "M2", "L2")]
    accept(lake, "inspection_findings", findings, name="more")
    fish = {"product_category": "fish", "product_code": "fish", "hs2": "03"}
    squid = {"product_category": "cephalopods", "product_code": "cephalopods", "hs2": "03"}
    accept(lake, "foreign_alerts", [{"reference": "F1", **fish}, {"reference": "F2", **squid}], name="more")
    with warehouse.open_night(settings, lake, AS_OF) as con:
        series = series_of(con)
        counted = series.melt(id_vars=[*SERIES_COLUMNS, "week"], value_vars=["failed", "foreign_alerts", "complaints"], var_name="counts")
        counted = counted[counted["value"] > 0].reset_index(drop=True)
        keys = counted.assign(warning_id=[f"W{i}" for i in counted.index], from_week=counted["week"], to_week=counted["week"])
        found = warehouse.read_evidence(con, keys).groupby("warning_id")["evidence_count"].first()
        shared = warehouse.read_shared_events(con, keys)
    assert dict(zip(keys["warning_id"], keys["value"], strict=True)) == found.to_dict()
    assert set(series["scope"]) == set(Scope)
    for (a, b), n in shared.items():
        assert n == shared[b, a] <= min(shared[a, a], shared[b, b])

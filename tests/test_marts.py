"""The marts: exactly the promised ones, every column described, right from tiny rows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from warehouse_data import AS_OF, MONDAY, accept

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.places import WAREHOUSE
from riskwarn.settings import Settings
from riskwarn.sql import Connection
from riskwarn.warehouse.dictionary import dictionary

MARTS = {
    "mart_warnings", "mart_warning_evidence", "mart_signals", "mart_series_week", "mart_source_freshness", "mart_check_results",
    "mart_detector_watch", "mart_warning_explanation", "mart_warning_assessment", "mart_warning_weeks",
    "mart_quarantine", "mart_quality_statistics", "mart_enterprise_profile", "mart_wto_notifications", "mart_wto_matches",
    "mart_wto_barriers", "mart_warning_cut", "mart_standing_excess", "mart_delivery", "mart_decided_row",
}  # fmt: skip
WARNING_COLUMNS = [
    "warning_id", "indicator_id", "scope", "direction", "product_code", "product_name", "origin_country", "hazard_category", "onset_week",
    "last_week", "first_raised_on", "status", "level", "risk_level", "signal_strength", "observed", "expected", "ratio", "exposure",
    "p_value", "q_value", "reason_en", "reason_zh", "evidence_count", "sources", "freshness_note", "substance",
    "reach", "product_scheme", "product_name_en",
    "product_name_zh", "ratio_lower", "ratio_upper", "window_weeks", "level_reason_en", "level_reason_zh", "proposal", "related_to",
]  # fmt: skip
NIGHT = AS_OF.isoformat()


@pytest.fixture
def marts(settings: Settings, lake: Lake) -> Iterator[Connection]:
    """A published night of what the test left in the lake; a test requests it after its own fixtures filled the lake."""
    warehouse.publish(settings, lake, AS_OF)
    with warehouse.open_published(settings) as con:
        yield con


def published(settings: Settings, lake: Lake, query: str) -> list[tuple[Any, ...]]:
    warehouse.publish(settings, lake, AS_OF)
    with warehouse.open_published(settings) as con:
        return con.execute(query).fetchall()


def test_the_marts_are_those_promised_and_exist_without_any_data(marts: Connection) -> None:
    tables = {name for (name,) in marts.execute("show tables").fetchall()}
    assert {name for name in tables if name.startswith("mart_")} == MARTS
    assert all(marts.execute(f'select count(*) from "{name}"').fetchall() == [(0,)] for name in MARTS)
    columns = [name for (name, *_) in marts.execute("describe mart_warnings").fetchall()]
    assert columns == WARNING_COLUMNS


def test_every_table_and_column_is_described_in_both_languages(marts: Connection) -> None:
    tables = marts.execute(
        "select table_name, comment from duckdb_tables() union all select view_name, comment from duckdb_views() where not internal"
    ).fetchall()
    columns = marts.execute("select table_name, column_name, comment from duckdb_columns() where not internal").fetchall()
    assert {name for name, _ in tables} == set(dictionary()["tables"])
    for *name, comment in [*tables, *columns]:
        assert (comment and re.match(r"[^\x00-\x7f]", comment)) or comment.startswith(("WTO", "HS", "ICS", "p值", "q值")), name
        assert re.search(r"[a-z]{2}", comment), name


def test_the_dictionary_has_no_stale_entries(marts: Connection) -> None:
    used = set(marts.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall())
    own = {(table, column) for table, entry in dictionary()["tables"].items() for column in entry.get("columns", {})}
    assert own <= used
    shared = {column for table, column in used if (table, column) not in own}
    assert set(dictionary()["columns"]) == shared


def test_file_names_are_table_names_and_headers_say_grain_purpose_and_what_it_is_not() -> None:
    for folder in ("10_staging", "20_core", "25_lots", "30_marts"):
        for file in (WAREHOUSE / folder).glob("*.sql"):
            text = file.read_text(encoding="utf-8")
            assert re.search(rf"create or replace (temp )?(table|view) {file.stem}\b", text), file
            assert all(f"-- {word}: " in text for word in ("Grain", "Purpose", "Not")), file


def warning(**changes: Any) -> dict[str, Any]:
    """A warning as the warn stage leaves it in the lake: more columns than the mart has, dates as pandas keeps them."""
    texts = dict.fromkeys(WARNING_COLUMNS, "text")
    dates = dict.fromkeys(("onset_week", "last_week", "first_raised_on"), pd.Timestamp(MONDAY))
    numbers = dict.fromkeys(("observed", "expected", "ratio", "ratio_lower", "ratio_upper", "exposure", "p_value", "window_weeks"), 0.5)
    return texts | dates | numbers | {"q_value": None, "evidence_count": 3, "product_scheme": "HS", "related_to": ""} | changes


def test_warnings_and_evidence_of_the_night_only(settings: Settings, lake: Lake) -> None:
    lake.write_frame("warnings", NIGHT, pd.DataFrame([warning(warning_id="W1"), warning(warning_id="W2", level="red")]))
    lake.write_frame("warnings", "2026-11-20", pd.DataFrame([warning(warning_id="older")]))
    evidence = {
        "warning_id": "W1",
        "evidence_no": 1,
        "source": "port_inspections",
        "evidence_key": "3101/2",
        "event_on": MONDAY,
        "row_no": 7,
    }
    lake.write_frame("evidence", NIGHT, pd.DataFrame([evidence]))
    found = published(settings, lake, "select warning_id, level, onset_week, q_value, evidence_count from mart_warnings order by 1")
    assert found == [("W1", "text", MONDAY, None, 3), ("W2", "red", MONDAY, None, 3)]
    found = published(settings, lake, "select evidence_key, event_on, enterprise_code, row_no from mart_warning_evidence")
    assert found == [("3101/2", MONDAY, None, 7)]


def test_what_was_held_back_is_told_for_each_night_with_the_warning_that_tells_of_it_now(settings: Settings, lake: Lake) -> None:
    def held_back(name: str, night: date, **changes: Any) -> dict[str, Any]:
        return warning(warning_id=name, first_raised_on=pd.Timestamp(night), opened_count=21, list_budget=20, cut_rank=21) | changes

    lake.write_frame(
        "cut", "2026-11-01", pd.DataFrame([held_back("C1", date(2026, 11, 1)), held_back("C2", date(2026, 11, 1), origin_country="IN")])
    )
    old = {"episode_id": "C0", "first_raised_on": pd.Timestamp("2026-10-01"), "indicator_id": "text"}
    lake.write_frame("cut", "2026-10-01", pd.DataFrame([old]))  # of a version that told less
    lake.write_frame("cut", "2026-10-02", pd.DataFrame(columns=list(old)))
    lake.write_frame("cut", "2027-01-01", pd.DataFrame([held_back("later", date(2027, 1, 1))]))
    lake.write_frame("warnings", NIGHT, pd.DataFrame([warning(warning_id="W1", status="open")]))
    found = published(settings, lake, "select cut_on, warning_id, cut_rank, reason_zh, listed_as from mart_warning_cut order by 2")
    assert found == [
        (date(2026, 10, 1), "C0", None, None, None),
        (date(2026, 11, 1), "C1", 21, "text", "W1"),
        (date(2026, 11, 1), "C2", 21, "text", None),
    ]


def test_signals_keep_their_types_where_a_column_is_empty(settings: Settings, lake: Lake) -> None:
    signal = {"indicator_id": "failure_rate", "week": pd.Timestamp(MONDAY), "window_weeks": 4, "q_value": None, "is_rejected": True}
    lake.write_frame("signals", NIGHT, pd.DataFrame([signal]))
    assert published(settings, lake, "select indicator_id, week, window_weeks, q_value, is_rejected, p_value from mart_signals") == [
        ("failure_rate", MONDAY, 4, None, True, None)
    ]


def delivery(lake: Lake, name: str, **changes: Any) -> None:
    base = {"source": "port_inspections", "delivery_id": name, "delivered_on": "2026-11-02", "is_history": False, "night": "2026-11-03"}
    counts = {"state": "checked", "read": 10, "accepted": 7, "quarantined": 2, "duplicates": 1}
    value = base | counts | changes
    lake.write_json("deliveries", f"{value['source']}/{name}", value)


def test_freshness_counts_what_was_taken_in_by_the_night(settings: Settings, lake: Lake) -> None:
    delivery(lake, "d1")
    delivery(lake, "d2", night=NIGHT, delivered_on="2026-11-20")
    delivery(lake, "later", night="2026-11-22", delivered_on="2026-11-21")
    delivery(lake, "history", night=None, is_history=True, delivered_on="2027-01-01")
    delivery(lake, "unchecked", state="ingested")
    delivery(lake, "c1", source="consumer_complaints")
    issue = {"code": "stale", "severity": "warning", "detail": "newest 2026-11-01", "rows": 0}
    verdict = {"source": "port_inspections", "verdict": "stale", "newest_received_on": "2026-11-01", "issues": [issue], "files": 1}
    lake.write_json("verdicts", f"{NIGHT}/port_inspections", verdict)
    lake.write_json("verdicts", f"{NIGHT}/declared_lots", {"source": "declared_lots", "verdict": "missing", "newest_received_on": None})
    found = published(
        settings, lake, "select source, verdict, age_days, file_count, read_count, accepted_count, issues from mart_source_freshness"
    )
    assert found == [
        ("consumer_complaints", "missing", None, 1, 10, 7, []),
        ("declared_lots", "missing", None, 0, 0, 0, []),
        ("port_inspections", "stale", 20, 3, 30, 21, ["stale: newest 2026-11-01"]),
    ]


def test_quarantined_rows_are_listed_with_their_number(settings: Settings, lake: Lake) -> None:
    delivery(lake, "d1")
    delivery(lake, "later", night="2026-11-22")
    base = {"source": "port_inspections", "file_name": "x.csv", "delivered_on": MONDAY, "reasons": ["bad_date"], "row_json": "{}"}
    rows = pd.DataFrame([{**base, "delivery_id": "d1", "row_no": number} for number in range(1_200)])
    lake.write_frame("quarantine", "port_inspections/d1", rows)
    lake.write_frame("quarantine", "port_inspections/later", rows.assign(delivery_id="later"))
    found = published(
        settings,
        lake,
        "select delivery_id, count(*), max(row_no), any_value(delivery_quarantined_count), any_value(reasons) "
        "from mart_quarantine group by delivery_id",
    )
    assert found == [("d1", 1000, 999, 1200, ["bad_date"])]


def test_check_results_of_all_sources_of_the_night(settings: Settings, lake: Lake) -> None:
    row = {"as_of": AS_OF, "delivery_id": "d1", "expectation_id": "e1", "severity": "critical", "level": "row", "success": False}
    for source in ("port_inspections", "consumer_complaints"):
        lake.write_frame("check_results", f"{NIGHT}_{source}", pd.DataFrame([{**row, "source": source, "unexpected_count": 3}]))
    lake.write_frame("check_results", "2026-11-20_port_inspections", pd.DataFrame([{**row, "source": "older"}]))
    found = published(settings, lake, "select source, expectation_id, is_success, unexpected_count, note from mart_check_results")
    assert found == [("consumer_complaints", "e1", False, 3, None), ("port_inspections", "e1", False, 3, None)]


def wilson(passed: int, inspected: int) -> tuple[float, float]:
    z, p = 1.959964, passed / inspected
    middle = (p + z * z / (2 * inspected)) / (1 + z * z / inspected)
    half = z * math.sqrt(p * (1 - p) / inspected + z * z / (4 * inspected**2)) / (1 + z * z / inspected)
    return middle - half, middle + half


def test_pass_rates_with_wilson_intervals(settings: Settings, lake: Lake) -> None:
    results = ["fail", "pass", "pass", "pass", "pending"]
    lots = [{"inspection_id": f"I{i}", "result": r, "selection": "random" if i < 2 else "targeted"} for i, r in enumerate(results)]
    exported = [{"inspection_id": f"E{i}", "direction": "export", "origin_country": "CN"} for i in range(2)]
    accept(lake, "port_inspections", [*lots, *exported, {"inspection_id": "old", "sampled_on": date(2026, 10, 31)}])
    query = (
        "select scope, selection, inspected_count, passed_count, pass_rate, pass_rate_lower, pass_rate_upper from mart_quality_statistics "
        "where direction = '{}' and month = '2026-11-01' order by scope, selection"
    )
    found = published(settings, lake, query.format("import"))
    assert [row[:4] for row in found] == [
        (scope, selection, inspected, passed)
        for scope in ("direction", "product", "product_origin")
        for selection, inspected, passed in (("*", 4, 3), ("random", 2, 1), ("targeted", 2, 2))
    ]
    for _, _, inspected, passed, rate, lower, upper in found:
        assert (rate, lower, upper) == pytest.approx((passed / inspected, *wilson(passed, inspected)))
    export = published(settings, lake, query.format("export"))[0]
    assert export[:5] == ("direction", "*", 2, 2, 1.0)
    assert export[6] == pytest.approx(1.0)


def test_an_enterprise_at_a_glance(settings: Settings, lake: Lake) -> None:
    code = {"enterprise_code": "91310000000000001X"}
    lots = [
        {"inspection_id": "L1", "result": "fail", "enterprise_name": "Old name", **code},
        {"inspection_id": "L2", "sampled_on": MONDAY + timedelta(days=3), "enterprise_name": "New name", **code},
        {"inspection_id": "L3", "result": "pending", "direction": "export", **code},
        {"inspection_id": "L4"},
    ]
    accept(lake, "port_inspections", lots)
    accept(lake, "inspection_findings", [{"inspection_id": "L1", "item_no": str(n)} for n in range(2)])
    accept(lake, "enterprise_reports", [{"report_id": "R1", "report_type": "recall", **code}, {"report_id": "R2", "enterprise_code": "B"}])
    lake.write_frame("evidence", NIGHT, pd.DataFrame([{"warning_id": "W1", "evidence_no": n, **code} for n in (1, 2)]))
    found = published(settings, lake, "from mart_enterprise_profile")
    assert found == [
        ("91310000000000001X", "New name", 2, 1, 2, 1, 0.5, 2, 1, 1, 0, 0, 1, MONDAY, MONDAY + timedelta(days=3)),
        ("B", None, 0, 0, 0, 0, None, 0, 1, 0, 0, 0, 0, MONDAY, MONDAY),
    ]


def test_series_week_tells_the_failure_rate(settings: Settings, lake: Lake) -> None:
    accept(lake, "port_inspections", [{"inspection_id": "L1", "result": "fail"}, {"inspection_id": "L2"}])
    accept(lake, "consumer_complaints", [{"complaint_id": "C1", "hs_code": None}])
    found = published(settings, lake, "select product_code, failure_rate from mart_series_week where scope = 'product_origin' order by 1")
    assert found == [("0901", 0.5), ("unknown", None)]


def test_the_dictionary_is_one_reviewed_file() -> None:
    assert Path(WAREHOUSE / "columns.yml").is_file()
    names = list(dictionary()["columns"])
    assert names == sorted(names)

"""Suites: nothing fails open, every rule catches its planted row, and what must be kept is kept."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from checks_data import GOOD, deliver
from sqlalchemy import event
from sqlalchemy.engine import Engine

from riskwarn.checks import check_source, gx
from riskwarn.checks.suites import COLUMNS, ROW_COUNT, Suite, SuiteError, load_suite
from riskwarn.lake import Lake
from riskwarn.places import EXPECTATIONS
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.sql import connect

SUITES = sorted(GOOD)
DAY = date(2026, 11, 18)
LATER = DAY + timedelta(days=5)

DATES: dict[str, dict[str, Any]] = {
    "dates_given": {"received_on": None},
    "event_not_after_delivery": {"event_on": LATER},
    "received_not_after_delivery": {"received_on": LATER, "known_on": LATER},
    "known_not_before_received": {"known_on": DAY - timedelta(days=30)},
    "event_not_long_past": {"event_on": date(202, 11, 18)},
}
HS_ORIGIN: dict[str, dict[str, Any]] = {"hs_code_possible": {"hs_code": "7701"}, "origin_is_iso_code": {"origin_country": "Vietnam"}}
COUNTS: dict[str, dict[str, Any]] = {"injured_count_not_negative": {"injured_count": -1}, "death_count_not_negative": {"death_count": -1}}
PHONE = {"narrative_is_masked": {"narrative": "请致电13912345678联系"}}
# For every critical rule of rows: what makes a good row fail it.
PLANTED: dict[str, dict[str, dict[str, Any]]] = {
    "port_inspections": {
        "inspection_id_given": {"inspection_id": " "}, "direction_known": {"direction": None}, "result_known": {"result": "合格"},
        "sampled_before_result": {"resulted_on": DAY - timedelta(days=1)},
        "sampled_before_release": {"released_on": DAY - timedelta(days=1)},
        "received_not_before_sampled": {"sampled_on": DAY + timedelta(days=1)}, "quantity_not_negative": {"quantity": -0.5},
        "value_amount_not_negative": {"value_amount": -1.0}, **DATES, **HS_ORIGIN,
    },
    "inspection_findings": {
        "inspection_id_given": {"inspection_id": ""}, "item_no_given": {"item_no": None}, "result_date_given": {"resulted_on": None},
        "received_not_before_result": {"resulted_on": LATER}, **DATES,
    },
    "declared_lots": {
        "direction_known": {"direction": "transit"}, "hs_code_given": {"hs_code": None}, "origin_country_given": {"origin_country": None},
        "customs_district_given": {"customs_district": ""}, "week_is_monday": {"week": DAY},
        "received_not_before_week": {"week": date(2026, 11, 23)},
        "lots_given": {"lots": None}, "lots_not_negative": {"lots": -1}, "quantity_not_negative": {"quantity": -1.0},
        "value_amount_not_negative": {"value_amount": -1.0}, **DATES, **HS_ORIGIN,
    },
    "consumer_complaints": {"complaint_id_given": {"complaint_id": None}, **DATES, **HS_ORIGIN, **COUNTS, **PHONE},
    "enterprise_reports": {
        "report_id_given": {"report_id": ""}, "unit_count_not_negative": {"unit_count": -1}, "loss_cny_not_negative": {"loss_cny": -1.0},
        "compliance_cost_cny_not_negative": {"compliance_cost_cny": -1.0}, **DATES, **HS_ORIGIN, **COUNTS, **PHONE,
    },
    "foreign_alerts": {
        "system_known": {"system": "rapex"}, "reference_given": {"reference": ""}, "event_key_given": {"event_key": None},
        "origins_given": {"origin_countries": []}, "scheme_known": {"product_scheme": "HS"}, **DATES,
    },
    "exporter_profiles": {"enterprise_code_given": {"enterprise_code": None}, **DATES},
    "wto_notifications": {"notification_id_given": {"notification_id": " "}, **DATES},
}  # fmt: skip
# What design.md says must not be quarantined, however odd.
KEPT: dict[str, list[dict[str, Any]]] = {
    "port_inspections": [
        {"result": "fail", "disposition": None}, {"hs_code": None}, {"hs_code": "unknown"}, {"origin_country": "unknown"},
        {"origin_country": None}, {"enterprise_code": "91110000600037341X", "flags": ["uscc_check_failed"]}, {"enterprise_code": None},
        {"resulted_on": DAY, "released_on": DAY}, {"quantity": None, "value_amount": None}, {"declaration_no": "123"},
    ],
    "inspection_findings": [{"hazard": None, "hazard_category": None}, {"measured_value": "检出"}, {"limit_value": None}],
    "declared_lots": [{"origin_country": "unknown"}, {"lots": 0, "value_amount": 10.0}],
    "consumer_complaints": [
        {"origin_country": None}, {"hs_code": None}, {"injury_severity": None, "injured_count": 2, "injury_severity_assumed": 2},
        {"injury_severity": 9}, {"product_name": None}, {"kind": None}, {"narrative": None}, {"narrative": "订单号202611180000123456789"},
        {"occurred_on": DAY + timedelta(days=1)},
    ],
    "enterprise_reports": [
        {"report_type": None}, {"hs_code": None}, {"wto_symbol": "G/TBT"}, {"enterprise_code": "abc"}, {"market_country": None},
    ],
    "foreign_alerts": [
        {"hazards": []}, {"notifying_country": None}, {"origin_countries": ["unknown"]}, {"product_code": None}, {"url": None},
    ],
    "exporter_profiles": [{"hs_codes": []}, {"market_countries": ["unknown"]}, {"product_words": []}],
    "wto_notifications": [
        {"symbol_form": "other", "area": None}, {"title": None}, {"hs_codes": []}, {"comment_deadline_on": DAY - timedelta(days=400)},
        {"comment_deadline_on": DAY + timedelta(days=60)}, {"adoption_on": DAY + timedelta(days=9), "entry_into_force_on": DAY},
    ],
}  # fmt: skip


@pytest.mark.parametrize("source", SUITES)
def test_every_rule_catches_its_planted_row_and_only_that(settings: Settings, lake: Lake, source: str) -> None:
    planted = PLANTED[source]
    rules = {e.id for e in load_suite(source).expectations if e.is_quarantining}
    assert set(planted) == rules, "each critical rule of rows has a planted row here"
    deliver(lake, source, DAY, [{}, *planted.values()])
    done = check_source(settings, lake, all_sources()[source], DAY + timedelta(days=1)).deliveries[0]
    assert (done.read, done.accepted, done.quarantined) == (len(planted) + 1, 1, len(planted))
    frame = lake.read_frame("quarantine", f"{source}/{done.delivery_id}")
    assert frame is not None
    for rule, reasons in zip(planted, frame["reasons"], strict=True):
        assert rule in list(reasons)


@pytest.mark.parametrize("source", SUITES)
def test_what_must_be_kept_is_kept(settings: Settings, lake: Lake, source: str) -> None:
    deliver(lake, source, DAY, KEPT[source])
    done = check_source(settings, lake, all_sources()[source], DAY + timedelta(days=1)).deliveries[0]
    assert (done.verdict, done.accepted, done.quarantined) == ("ok", len(KEPT[source]), 0)


def test_every_source_has_a_suite() -> None:
    assert set(SUITES) == set(all_sources()) == {path.stem for path in EXPECTATIONS.glob("*.json")}
    for source in all_sources():
        assert len({e.severity for e in load_suite(source).expectations}) > 1


def planted_suite(folder: Path, change: Any) -> Suite:
    raw = json.loads((EXPECTATIONS / "declared_lots.json").read_text(encoding="utf-8"))
    change(raw)
    (folder / "declared_lots.json").write_text(json.dumps(raw), encoding="utf-8")
    return load_suite("declared_lots", folder)


def drop(raw: dict[str, Any], kind: str) -> None:
    raw["expectations"] = [e for e in raw["expectations"] if e["type"] != kind]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw["expectations"].clear(), "empty"),
        (lambda raw: raw.pop("expectations"), "empty"),
        (lambda raw: raw.update(name="lots"), "its name"),
        (lambda raw: drop(raw, ROW_COUNT), "an empty table would pass"),
        (lambda raw: drop(raw, COLUMNS), "a renamed column would pass"),
        (lambda raw: raw["expectations"].append(raw["expectations"][-1]), "occurs twice"),
        (lambda raw: raw["expectations"][-1].update(severity="fatal"), "severity"),
        (lambda raw: raw["expectations"][-1]["kwargs"].update(predicate=" "), "no predicate"),
        (lambda raw: raw["expectations"][-1].pop("notes"), "incomplete"),
        (lambda raw: raw["expectations"][-1].update(kwarg={}), "unknown keys"),
        (lambda raw: raw["expectations"][5].update(type="expect_no_bad_row"), "a row is judged by"),
    ],
)
def test_a_suite_that_would_check_less_is_refused(tmp_path: Path, change: Any, told: str) -> None:
    with pytest.raises(SuiteError, match=told):
        planted_suite(tmp_path, change)


def test_no_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no suite"):
        load_suite("declared_lots", tmp_path)
    (tmp_path / "declared_lots.json").write_text("{", encoding="utf-8")
    with pytest.raises(SuiteError, match="not JSON"):
        load_suite("declared_lots", tmp_path)


def test_a_misspelt_expectation_is_refused_and_stops_the_check(
    settings: Settings, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misspell(raw: dict[str, Any]) -> None:
        for item in raw["expectations"]:
            if item["id"] == "few_rows_unreadable":
                item["type"] = "expect_share_of_bad_rows_to_be_atmost"

    suite = planted_suite(tmp_path, misspell)  # well-formed: only Great Expectations can tell, and it would drop it
    with pytest.raises(SuiteError, match="few_rows_unreadable"):
        gx.build_suite("declared_lots", suite.of_levels("row", "table"))
    monkeypatch.setattr("riskwarn.checks.night.load_suite", lambda _source: suite)
    delivery = deliver(lake, "declared_lots", DAY)
    with pytest.raises(SuiteError, match="few_rows_unreadable"):
        check_source(settings, lake, all_sources()["declared_lots"], DAY + timedelta(days=1))
    assert not lake.path("accepted", f"declared_lots/{delivery.delivery_id}").exists()


def test_a_wrong_argument_is_refused(tmp_path: Path) -> None:
    """Great Expectations drops an expectation whose arguments it cannot take, as it does a misspelt one."""

    def misname(raw: dict[str, Any]) -> None:
        for item in raw["expectations"]:
            if item["id"] == "few_rows_unreadable":
                item["kwargs"] = {"predicate": "true", "at_most": 0.2}

    suite = planted_suite(tmp_path, misname)
    with pytest.raises((SuiteError, ValueError)):
        gx.build_suite("declared_lots", suite.of_levels("row", "table"))


def test_a_suite_costs_one_pass(settings: Settings) -> None:
    """All counts of a suite, and the number of rows, come in one statement."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with connect(settings) as con:
            con.execute("create temp table typed as select 1 as a, []::text[] as reasons, false as is_duplicate from range(1000)")
            rules = [e for e in load_suite("port_inspections").of_levels("row") if "given" not in e.id][:5]
            given = [type(e)(**{**vars(e), "kwargs": {"predicate": f"a > {n}"}}) for n, e in enumerate(rules)]
            found = gx.validate(con, "one pass", "select * from typed", given)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [f.unexpected_count for f in found.findings] == [1000, 0, 0, 0, 0]
    assert sum("count(*)" in statement.lower() for statement in seen) == 1

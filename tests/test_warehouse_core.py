"""Tiny rows through the production SQL, against what a boring Python twin (or plain reading) says."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warehouse_data import AS_OF, MONDAY, Row, accept, series_of, weeks_after

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.model import SERIES_COLUMNS, monday_of
from riskwarn.settings import Settings
from riskwarn.warehouse.building import build_lots

COUNTS = (
    "declared_lots", "inspected_random", "inspected_targeted", "inspected_other", "failed_random", "failed_targeted", "failed_other",
    "inspected", "failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts", "grave_events",
)  # fmt: skip


def series(settings: Settings, lake: Lake, as_of: date = AS_OF) -> dict[tuple[Any, ...], dict[str, int]]:
    """core_series_week by (scope, ..., week), only the counts that are not zero."""
    with warehouse.open_night(settings, lake, as_of) as con:
        frame = series_of(con)
    found = {}
    for row in frame.to_dict("records"):
        key = (*(row[name] for name in SERIES_COLUMNS), row["week"].date())
        assert key not in found, "the grain of core_series_week holds"
        found[key] = {name: row[name] for name in COUNTS if row[name]}
        assert found[key], "a row stands only where something is not zero"
    return found


def fetch(settings: Settings, lake: Lake, query: str, as_of: date = AS_OF) -> list[tuple[Any, ...]]:
    with warehouse.open_night(settings, lake, as_of) as con:
        build_lots(con)
        return con.execute(query).fetchall()


def key(scope: str, origin: str, hazard: str, week: date = MONDAY, product: str = "0901", scheme: str = "HS") -> tuple[Any, ...]:
    return (scope, "import", scheme, product, origin, hazard, "*", week)


def test_sources_that_never_delivered_are_empty_typed_tables(settings: Settings, lake: Lake) -> None:
    with warehouse.open_night(settings, lake, AS_OF) as con:
        build_lots(con)
        types = dict(con.execute("select column_name, data_type from duckdb_columns() where table_name = 'core_lot'").fetchall())
        assert con.execute("select count(*) from core_event").fetchone() == (0,)
        assert series_of(con).empty
    assert types["week"] == "DATE"
    assert types["hazard_categories"] == "VARCHAR[]"
    assert types["is_failed"] == "BOOLEAN"


def test_one_lot_with_three_findings_is_one_failed_lot(settings: Settings, lake: Lake) -> None:
    accept(lake, "port_inspections", [{"inspection_id": "L1", "result": "fail"}, {"inspection_id": "L2"}])
    findings = [("1", "heavy metals", "lead"), ("2", "heavy metals", "cadmium"), ("3", "pesticide residues", "chlorpyrifos")]
    accept(
        lake,
        "inspection_findings",
        [{"inspection_id": "L1", "item_no": n, "hazard_category": h, "substance": s} for n, h, s in findings],
    )
    found = series(settings, lake)
    lots = {"inspected": 2, "inspected_random": 2}
    assert found == {
        key("product_origin", "VN", "*"): lots | {"failed": 1, "failed_random": 1},
        key("product_origin_hazard", "VN", "heavy metals"): lots | {"failed": 1, "failed_random": 1},
        key("product_origin_hazard", "VN", "pesticide residues"): lots | {"failed": 1, "failed_random": 1},
        key("product_hazard", "*", "heavy metals"): lots | {"failed": 1, "failed_random": 1},
        key("product_hazard", "*", "pesticide residues"): lots | {"failed": 1, "failed_random": 1},
    }
    assert fetch(settings, lake, "select list_sort(hazard_categories) from core_lot order by inspection_id") == [
        (["heavy metals", "pesticide residues"],),
        (None,),
    ]


def test_a_failed_lot_without_findings_has_hazard_unknown(settings: Settings, lake: Lake) -> None:
    bare = {"selection": None, "hs_code": None, "origin_country": None}
    accept(lake, "port_inspections", [{"inspection_id": "L1", "result": "fail", **bare}])
    counts = {"inspected": 1, "inspected_other": 1, "failed": 1, "failed_other": 1}
    assert series(settings, lake) == {
        key("product_origin", "unknown", "*", product="unknown"): counts,
        # Counted, but no series of a hazard: its lots stand in the product's row only.
        key("product_origin_hazard", "unknown", "unknown", product="unknown"): {"failed": 1, "failed_other": 1},
        key("product_hazard", "*", "unknown", product="unknown"): {"failed": 1, "failed_other": 1},
    }
    assert fetch(settings, lake, "select hazard_categories from core_lot") == [(["unknown"],)]


def test_a_pending_lot_counts_once_it_has_its_result(settings: Settings, lake: Lake) -> None:
    accept(lake, "port_inspections", [{"inspection_id": "L1", "result": "pending"}])
    accept(lake, "port_inspections", [{"inspection_id": "L1", "result": "fail"}], delivered_on=date(2026, 11, 10))
    assert series(settings, lake, date(2026, 11, 10)) == {}
    assert series(settings, lake, date(2026, 11, 11))[key("product_origin", "VN", "*")]["failed"] == 1


def test_a_hazard_series_keeps_the_weeks_in_which_nothing_failed(settings: Settings, lake: Lake) -> None:
    rows = [{"inspection_id": f"L{i}", "sampled_on": weeks_after(-i)} for i in range(3)]
    accept(lake, "port_inspections", [rows[0], {**rows[1], "result": "fail"}, rows[2]])
    accept(lake, "inspection_findings", [{"inspection_id": "L1", "hazard_category": "heavy_metals"}])
    found = series(settings, lake)
    assert [found[key("product_origin_hazard", "VN", "heavy_metals", weeks_after(-i))].get("failed", 0) for i in range(3)] == [0, 1, 0]
    assert all(found[key("product_hazard", "*", "heavy_metals", weeks_after(-i))]["inspected"] == 1 for i in range(3))


def test_an_alert_counts_once_a_cell_and_once_over_all_origins(settings: Settings, lake: Lake) -> None:
    settings = Settings(home=settings.home, levels="all")
    hazards = [{"substance": s, "hazard_category": h} for s, h in (("citrinin", "mycotoxins"), ("alternariol", "mycotoxins"))]
    accept(lake, "foreign_alerts", [{"reference": "2026.1", "origin_countries": ["TR", "IR", "CN", "TR"], "hazards": hazards}])

    def cell(scope: str, origin: str, hazard: str, direction: str = "import") -> tuple[Any, ...]:
        return (scope, direction, "RASFF", "nuts", origin, hazard, "*", MONDAY)

    assert series(settings, lake) == {
        **{cell("product_origin", origin, "*"): {"foreign_alerts": 1} for origin in ("TR", "IR")},
        **{cell("product_origin_hazard", origin, "mycotoxins"): {"foreign_alerts": 1} for origin in ("TR", "IR")},
        cell("product_hazard", "*", "mycotoxins"): {"foreign_alerts": 1},
        cell("product_origin", "CN", "*", "export"): {"foreign_alerts": 1},
        cell("product_origin_hazard", "CN", "mycotoxins", "export"): {"foreign_alerts": 1},
        cell("product_hazard", "*", "mycotoxins", "export"): {"foreign_alerts": 1},
        # Two origins: the product is more than one of its cells; so is each substance in it. Of China there is one cell only.
        cell("product", "*", "*"): {"foreign_alerts": 1},
        **{
            (*cell("product_substance", "*", "mycotoxins")[:6], name, MONDAY): {"foreign_alerts": 1} for name in ("citrinin", "alternariol")
        },
    }
    assert fetch(settings, lake, "select count(*) from core_alert") == [(6,)]


def test_an_alert_without_origin_or_hazard_is_an_unknown_cell(settings: Settings, lake: Lake) -> None:
    accept(lake, "foreign_alerts", [{"reference": "2026.1", "origin_countries": None, "hazards": None}, {"reference": "2", "hazards": []}])
    cells = "select origin_country, hazard_category, substance from core_alert order by all"
    assert fetch(settings, lake, cells) == [("TR", "unknown", "unknown"), ("unknown", "unknown", "unknown")]


def test_an_event_under_several_references_counts_once_in_its_first_week(settings: Settings, lake: Lake) -> None:
    rows = [{"reference": f"F-{i}", "event_key": "E9", "event_on": weeks_after(i - 1)} for i in range(2)]
    other = {"reference": "F-7", "event_key": "E9", "system": "openfda", "event_on": weeks_after(-1)}
    accept(lake, "foreign_alerts", [*rows, other], delivered_on=weeks_after(1))
    found = series(settings, lake)
    assert found[key("product_origin", "TR", "*", weeks_after(-1), "nuts", "RASFF")] == {"foreign_alerts": 2}, "systems are told apart"
    assert key("product_origin", "TR", "*", MONDAY, "nuts", "RASFF") not in found


def test_injuries_and_grave_events(settings: Settings, lake: Lake) -> None:
    accept(
        lake,
        "consumer_complaints",
        [
            {"complaint_id": "C1", "hs_code": None, "origin_country": None},
            {"complaint_id": "C2", "injured_count": 1},
            {"complaint_id": "C3", "injury_severity": 0},
            {"complaint_id": "C4", "death_count": 1, "injury_severity": 3},
        ],
    )
    accept(
        lake,
        "enterprise_reports",
        [
            {"report_id": "R1", "report_type": "major_accident"},
            {"report_id": "R2", "report_type": "injury"},
            {"report_id": "R3", "report_type": "return"},
            {"report_id": "R4", "origin_country": "CN"},
        ],
    )
    accept(lake, "foreign_alerts", [{"reference": "A1", "is_grave": True}])
    found = series(settings, lake)
    assert found[key("product_origin", "VN", "*")] == {"complaints": 3, "injuries": 4, "enterprise_reports": 2, "grave_events": 2}
    assert found[key("product_origin", "unknown", "*", product="unknown")] == {"complaints": 1}
    assert found[("product_origin", "export", "HS", "0901", "VN", "*", "*", MONDAY)] == {"enterprise_reports": 1}
    assert found[("product_origin", "export", "HS", "0901", "CN", "*", "*", MONDAY)] == {"enterprise_reports": 1}
    assert found[key("product_origin", "TR", "*", product="nuts", scheme="RASFF")] == {"foreign_alerts": 1, "grave_events": 1}
    assumed = "select complaint_id, injury_severity_assumed from core_complaint order by 1"
    assert fetch(settings, lake, assumed) == [("C1", None), ("C2", 2), ("C3", 0), ("C4", 4)]
    deaths = "select event_key, death_count from core_event where death_count > 0 and indicator_base = 'grave' order by event_key"
    assert fetch(settings, lake, deaths) == [
        ("C4", 1),
        ("rasff:A1", 1),  # an alert says that somebody died, not how many
    ]


def test_corrections_replace_and_a_past_night_stays_as_it_was(settings: Settings, lake: Lake) -> None:
    accept(lake, "declared_lots", [{"lots": 10}, {"customs_district": "5300", "lots": 5}])
    before = series(settings, lake, date(2026, 11, 9))
    accept(lake, "declared_lots", [{"lots": 7}], delivered_on=date(2026, 11, 9))
    assert series(settings, lake, date(2026, 11, 9)) == before == {key("product_origin", "VN", "*"): {"declared_lots": 15}}
    assert series(settings, lake, date(2026, 11, 10)) == {key("product_origin", "VN", "*"): {"declared_lots": 12}}
    assert series(settings, lake, date(2026, 11, 9)) == before, "night N after N+1 gives N again"


def test_of_two_versions_on_one_day_the_later_delivery_then_the_later_row_counts(settings: Settings, lake: Lake) -> None:
    for name, brands in (("b", ["x", "newest"]), ("a", ["y"])):
        accept(lake, "consumer_complaints", [{"complaint_id": "C1", "brand": brand} for brand in brands], name=name)
    assert fetch(settings, lake, "select brand from core_complaint") == [("newest",)]


def test_a_row_known_today_is_not_seen_tonight(settings: Settings, lake: Lake) -> None:
    accept(lake, "consumer_complaints", [{"complaint_id": "C1"}], delivered_on=AS_OF)
    assert series(settings, lake) == {}
    assert len(series(settings, lake, AS_OF + timedelta(days=1))) == 3


def test_an_old_partition_without_a_new_column_still_counts(settings: Settings, lake: Lake) -> None:
    accept(lake, "port_inspections", [{"inspection_id": "old"}], name="old")
    accept(lake, "port_inspections", [{"inspection_id": "new", "brand": "x", "surplus": 1}], name="new")
    assert fetch(settings, lake, "select inspection_id, brand from core_lot_detail") == [("new", "x")]
    assert fetch(settings, lake, "select count(*) from core_lot") == [(2,)]


def test_a_partition_with_another_type_is_named(settings: Settings, lake: Lake) -> None:
    accept(lake, "consumer_complaints", [{"complaint_id": "C1", "death_count": "two"}])
    with pytest.raises(TypeError, match=r"consumer_complaints\.death_count is VARCHAR, not BIGINT"):
        warehouse.open_night(settings, lake, AS_OF)


HS = ("0901", "0902", "8517", None)
ORIGINS = ("VN", "BR", None)
HAZARDS = ("heavy metals", "pesticide residues", "unknown")


def lots_of(rng: random.Random, count: int) -> tuple[list[Row], list[Row]]:
    """Generated versions of lots, and findings of some of them."""
    lots = [
        {
            "inspection_id": f"L{rng.randrange(count)}",
            "hs_code": rng.choice(HS),
            "origin_country": rng.choice(ORIGINS),
            "result": rng.choice(("pass", "fail", "pending")),
            "selection": rng.choice(("random", "targeted", "follow_up", None)),
            "sampled_on": MONDAY + timedelta(days=rng.randrange(14)),
            "received_on": MONDAY + timedelta(days=rng.randrange(30)),
            "direction": rng.choice(("import", "export")),
        }
        for _ in range(count)
    ]
    findings = [
        {
            "inspection_id": f"L{rng.randrange(count)}",
            "item_no": str(rng.randrange(3)),
            "hazard_category": rng.choice(HAZARDS),
            "substance": None,
        }
        for _ in range(count)
    ]
    return lots, findings


def twin(lots: list[Row], findings: list[Row], as_of: date) -> dict[tuple[Any, ...], dict[str, int]]:
    """core_series_week of inspections, in plain Python."""
    newest: dict[str, tuple[tuple[date, int], Row]] = {}
    for number, row in enumerate(lots):
        known = max(row["received_on"], MONDAY)
        if known < as_of and (row["inspection_id"] not in newest or newest[row["inspection_id"]][0] < (known, number)):
            newest[row["inspection_id"]] = ((known, number), row)
    items = {(row["inspection_id"], row["item_no"]): row["hazard_category"] for row in findings}
    result: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    resulted = [row for _, row in newest.values() if row["result"] != "pending"]

    def cells(row: Row, hazards: set[str]) -> list[tuple[Any, ...]]:
        product, origin = row["hs_code"] or "unknown", row["origin_country"] or "unknown"
        week = monday_of(row["sampled_on"])
        return [
            ("product_origin", row["direction"], "HS", product, origin, "*", "*", week),
            *(("product_origin_hazard", row["direction"], "HS", product, origin, hazard, "*", week) for hazard in hazards),
            *(("product_hazard", row["direction"], "HS", product, "*", hazard, "*", week) for hazard in hazards),
        ]

    occurred: set[tuple[Any, ...]] = set()
    for row in resulted:
        kind = row["selection"] if row["selection"] in ("random", "targeted") else "other"
        if row["result"] == "fail":
            hazards = {h for (lot, _), h in items.items() if lot == row["inspection_id"]} or {"unknown"}
            for cell in cells(row, hazards):
                occurred.add(cell[:-1])
                result[cell]["failed"] += 1
                result[cell][f"failed_{kind}"] += 1
    for row in resulted:
        kind = row["selection"] if row["selection"] in ("random", "targeted") else "other"
        for cell in cells(row, set(HAZARDS)):
            if cell[0] == "product_origin" or (cell[:-1] in occurred and cell[5] != "unknown"):
                result[cell]["inspected"] += 1
                result[cell][f"inspected_{kind}"] += 1
    aggregates(result, occurred, resulted, items)
    return {cell: dict(counts) for cell, counts in result.items()}


def aggregates(
    result: dict[tuple[Any, ...], dict[str, int]], occurred: set[tuple[Any, ...]], lots: list[Row], items: dict[Any, str]
) -> None:
    """Adds the levels above: each exists where something failed in more than one of its cells; its lots are those of its products."""
    cells = {cell for cell in occurred if cell[0] == "product_origin_hazard" and cell[3] != "unknown"}
    named = {cell for cell in cells if cell[5] != "unknown"}

    def wider(direction: str, product: str, origin: str, hazard: str) -> list[tuple[tuple[Any, ...], str, bool]]:
        """(series, which of its cells, whether it is of a hazard)."""

        def one(scope: str, code: str, place: str, of: str) -> tuple[Any, ...]:
            return (scope, direction, "HS", code, place, of, "*")

        found = [(one("product", product, "*", "*"), origin, False), (one("chapter_hazard", product[:2], "*", hazard), product, True)]
        if origin != "unknown":
            found += [(one("origin", "*", origin, "*"), product, False), (one("chapter_origin", product[:2], origin, "*"), product, False)]
            found.append((one("hazard_origin", "*", origin, hazard), product, True))
        return found

    members: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for _, direction, _, product, origin, hazard, _ in cells:
        for series_key, cell, is_of_hazard in wider(direction, product, origin, hazard):
            if not is_of_hazard or hazard != "unknown":
                members[series_key].add(cell)
    kept = {series_key for series_key, held in members.items() if len(held) > 1}
    hazards_of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, direction, _, product, _, hazard, _ in named:
        hazards_of[direction, product].add(hazard)
    for row in lots:
        product, origin, direction = row["hs_code"] or "unknown", row["origin_country"] or "unknown", row["direction"]
        if product == "unknown":
            continue
        kind = row["selection"] if row["selection"] in ("random", "targeted") else "other"
        week = monday_of(row["sampled_on"])
        failed_for = {h for (lot, _), h in items.items() if lot == row["inspection_id"]} or {"unknown"}
        exposed = {s for h in hazards_of[direction, product] | {""} for s, _, of in wider(direction, product, origin, h) if of == bool(h)}
        for series_key in exposed & kept:
            result[(*series_key, week)]["inspected"] += 1
            result[(*series_key, week)][f"inspected_{kind}"] += 1
            if row["result"] == "fail" and series_key[5] in failed_for | {"*"}:
                result[(*series_key, week)]["failed"] += 1
                result[(*series_key, week)][f"failed_{kind}"] += 1


@hypothesis_settings(max_examples=15, deadline=None)
@given(rng=st.randoms(use_true_random=False), count=st.integers(1, 60), days=st.integers(0, 40))
def test_series_equal_a_boring_twin(tmp_path_factory: pytest.TempPathFactory, rng: random.Random, count: int, days: int) -> None:
    settings = Settings(home=tmp_path_factory.mktemp("home"), levels="all")
    lake = Lake(settings.lake)
    lots, findings = lots_of(rng, count)
    accept(lake, "port_inspections", lots)
    accept(lake, "inspection_findings", findings, delivered_on=MONDAY - timedelta(days=1))
    as_of = MONDAY + timedelta(days=days)
    expected = twin(lots, findings if as_of > MONDAY else [], as_of)
    assert series(settings, lake, as_of) == expected

"""Foreign alerts on the real public data: every row accounted for, every country and hazard recognised, known events found."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import foreign_alert_files as files
import pytest

from riskwarn.settings import Settings

# What the older RASFF subjects give as origin and is no country: a phrase cut at the wrong 'from', a region, an ingredient.
NO_COUNTRY = 28

FILES = {
    "rasff/rasff_2020-01_2022-06.csv": (10_770, 0),
    "rasff/RASFF_window_results.xlsx": (902, 0),
    "rasff/rasff_chemical_1980-07_2015-10.csv.gz": (7_691, 60),
    "fda_import_refusals/shrimp_refusals_2002_2010.csv": (4_186, 924),
    "openfda_food_recalls/food_enforcement_2012-06_2017-12.ndjson.gz": (15_335, 0),
    "safety_gate/safety_gate_sample.csv.gz": (353, 0),
    "cpsc/cpsc_recalls_listing_subset.csv.gz": (374, 0),
}
REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

Alerts = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def alerts(tmp_path_factory: pytest.TempPathFactory) -> Alerts:
    """All real files taken in once; the view ``typed`` holds their rows, the table ``counts`` what the deliveries say."""
    if not REAL.is_dir():
        pytest.skip("real public data (../shared/data) is not on this machine")
    settings = Settings(home=tmp_path_factory.mktemp("alerts"))
    deliveries = files.ingest(settings, {Path(name).name: REAL / name for name in FILES})
    con = duckdb.connect()
    folder = str(settings.lake / "typed" / files.SOURCE / "*.parquet")
    con.execute("create table typed as from read_parquet($1, union_by_name = true)", [folder])
    con.execute(
        "create table counts (file_name text, rows_read bigint, accepted bigint, quarantined bigint, duplicates bigint, issues bigint)"
    )
    for d in deliveries:
        con.execute(
            "insert into counts values ($1, $2, $3, $4, $5, $6)",
            [d.file_name, d.read, d.accepted, d.quarantined, d.duplicates, len(d.issues)],
        )
    return con


def test_every_row_is_accounted_for_and_every_column_is_known(alerts: Alerts) -> None:
    found = {name: (counts, issues) for name, *counts, issues in alerts.execute("from counts").fetchall()}
    expected = {Path(name).name: ([read, read - again, 0, again], 0) for name, (read, again) in FILES.items()}
    assert found == expected


def test_every_country_is_recognised(alerts: Alerts) -> None:
    query = "select system, count(*) from typed where list_contains(flags, 'origin_unrecognised') and not is_duplicate group by system"
    assert dict(alerts.execute(query).fetchall()) == {"rasff": NO_COUNTRY, "cpsc": 1}  # cpsc: 'New Bern, N.C.'
    query = "select count(*) from typed where list_contains(flags, 'notifying_country_unrecognised')"
    assert alerts.execute(query).fetchone() == (0,)
    odd = "select distinct c from (select unnest(origin_countries) as c from typed) where not regexp_full_match(c, '[A-Z]{2}|unknown')"
    assert alerts.execute(odd).fetchall() == []


def test_turkey_in_both_spellings_and_namibia(alerts: Alerts) -> None:
    text = (REAL / "rasff/rasff_2020-01_2022-06.csv").read_text(encoding="utf-8-sig")
    con = duckdb.connect()
    con.execute("create table raw as from read_csv($1, all_varchar = true)", [str(REAL / "rasff/rasff_2020-01_2022-06.csv")])
    told = con.execute(
        """select count(*) filter (where regexp_matches("Country Origin", 'Turkey|Türkiye')),
                  count(*) filter (where "Country Origin" like '%Namibia%') from raw"""
    ).fetchone()
    found = alerts.execute(
        """select count(*) filter (where list_contains(origin_countries, 'TR')),
                  count(*) filter (where list_contains(origin_countries, 'NA'))
           from typed where file_name = 'rasff_2020-01_2022-06.csv'"""
    ).fetchone()
    assert "Turkey" in text and "Türkiye" in text and told is not None and told[1] > 0
    assert found == told


def test_no_hazard_that_is_named_is_unknown(alerts: Alerts) -> None:
    con = duckdb.connect()
    blank = con.execute(
        """select count(*) from read_csv($1, all_varchar = true)
           where coalesce(regexp_replace("Hazard Category", '[;/ na]', '', 'g'), '') = ''""",
        [str(REAL / "rasff/rasff_2020-01_2022-06.csv")],
    ).fetchone()
    unknown = "len(hazards) = 1 and hazards[1].hazard_category = 'unknown'"
    found = dict(alerts.execute(f"select file_name, count(*) from typed where {unknown} group by file_name").fetchall())
    assert blank is not None and found == {"rasff_2020-01_2022-06.csv": blank[0]}
    unlisted = "select system, count(*) from typed where list_contains(flags, 'hazard_unrecognised') group by system"
    counts = dict(alerts.execute(unlisted).fetchall())
    assert set(counts) <= {"openfda", "cpsc"}, "only free text may name a hazard that is in no list"
    assert counts["openfda"] <= 0.02 * 15_335 and counts["cpsc"] <= 0.07 * 374


def test_every_product_category_is_recognised(alerts: Alerts) -> None:
    query = "select count(*) from typed where product_code = 'unknown' and product_scheme not in ('OPENFDA', 'CPSC')"
    assert alerts.execute(query).fetchone() == (0,)


def weeks(alerts: Alerts, where: str) -> Counter[int]:
    """Distinct notifications of autumn 2020 by ISO week."""
    query = f"""
        select week(event_on), count(distinct event_key)
        from (select *, unnest(hazards) as hazard from typed where not is_duplicate and system = 'rasff')
        where file_name like 'rasff_2020%' and event_on between date '2020-09-01' and date '2020-11-08' and {where} group by 1"""
    return Counter(dict(alerts.execute(query).fetchall()))


def test_the_ethylene_oxide_event_of_2020(alerts: Alerts) -> None:
    """The counts of known notifications count every notification that names the substance, whatever the product; 'India' is India anywhere
    among the origins, since re-exporters are named first."""
    everywhere = weeks(alerts, "hazard.substance = 'ethylene oxide'")
    assert [everywhere[week] for week in (41, 42, 43, 45)] == [1, 8, 21, 45]
    india = weeks(alerts, "hazard.substance = 'ethylene oxide' and list_contains(origin_countries, 'IN')")
    assert [india[week] for week in (37, 42, 43, 45)] == [1, 3, 16, 39]
    node = weeks(alerts, "hazard.hazard_category = 'pesticide_residues' and product_code = 'nuts_seeds'")
    assert [node[week] for week in (41, 42, 43, 45)] == [0, 4, 20, 44]


def test_refusals_and_recalls_are_counted_by_entry_and_event(alerts: Alerts) -> None:
    query = """select system, count(distinct reference), count(distinct event_key) from typed
               where system in ('fda_refusal', 'openfda') group by system"""
    assert sorted(alerts.execute(query).fetchall()) == [("fda_refusal", 3_262, 1_590), ("openfda", 15_335, 3_618)]
    lines = """select count(distinct event_on), count(distinct hazards) from typed
               where system = 'fda_refusal' group by reference having count(*) > 1"""
    assert all(row == (1, 1) for row in alerts.execute(lines).fetchall())


def test_grave_recalls_are_those_that_name_a_death(alerts: Alerts) -> None:
    query = "select system, count(*) from typed where is_grave group by system"
    assert dict(alerts.execute(query).fetchall()) == {"cpsc": 4}


def test_undated_alerts_say_so(alerts: Alerts) -> None:
    query = "select count(*), bool_and(list_contains(flags, 'date_missing')) from typed where system = 'safety_gate'"
    assert alerts.execute(query).fetchone() == (353, True)
    years = "select min(event_on), max(event_on) from typed where system = 'safety_gate'"
    assert alerts.execute(years).fetchone() == (date(2019, 1, 1), date(2024, 1, 1))

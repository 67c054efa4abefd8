"""One delivery: rows add up, whole deliveries are set aside where they must be, a re-run changes nothing."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from checks_data import HELPERS, columns_of, deliver
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from riskwarn.checks import SourceCheck, check_source
from riskwarn.checks.records import deliveries_of, write_delivery
from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue
from riskwarn.settings import Settings
from riskwarn.sources import all_sources

DAY = date(2026, 11, 18)
NIGHT = DAY + timedelta(days=1)


def check(settings: Settings, lake: Lake, source: str = "port_inspections", night: date = NIGHT) -> SourceCheck:
    return check_source(settings, lake, all_sources()[source], night)


def failed(found: SourceCheck) -> set[str]:
    return set(found.results.loc[~found.results["success"], "expectation_id"])


KINDS: list[dict[str, Any]] = [
    {}, {"quantity": -1.0}, {"result": None, "direction": None}, {"reasons": ["date_unreadable"], "row_json": "{}"}, {"is_duplicate": True},
    {"is_duplicate": True, "reasons": ["key_missing"]}, {"result": "fail"}, {"declaration_no": "1"},
]  # fmt: skip


@given(kinds=st.lists(st.sampled_from(KINDS), max_size=12))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_always_add_up(kinds: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        lake = Lake(settings.lake)
        delivery = deliver(lake, "port_inspections", DAY, kinds)
        done = check(settings, lake).deliveries[0]
        name = f"port_inspections/{delivery.delivery_id}"
        accepted, quarantined = lake.read_frame("accepted", name), lake.read_frame("quarantine", name)
        bad = sum(not k.get("is_duplicate") and ("reasons" in k or "quantity" in k or k.get("result", "") is None) for k in kinds)
        repeated = sum(bool(k.get("is_duplicate")) for k in kinds)
        assert (done.read, done.quarantined, done.duplicates) == (len(kinds), bad, repeated)
        assert done.read == done.accepted + done.quarantined + done.duplicates
        assert (0 if accepted is None else len(accepted), 0 if quarantined is None else len(quarantined)) == (done.accepted, bad)


def test_a_good_delivery_is_accepted_as_it_is(settings: Settings, lake: Lake) -> None:
    delivery = deliver(lake, "foreign_alerts", DAY, 5)
    done = check(settings, lake, "foreign_alerts").deliveries[0]
    assert (done.state, done.verdict, done.accepted, done.newest_received_on) == ("checked", "ok", 5, DAY)
    accepted = lake.path("accepted", f"foreign_alerts/{delivery.delivery_id}")
    typed = lake.path("typed", f"foreign_alerts/{delivery.delivery_id}")
    with duckdb.connect() as con:
        assert {n: t for n, t, *_ in con.execute("describe from read_parquet($1)", [str(accepted)]).fetchall()} == {
            n: con.execute(f"select typeof(null::{t})").fetchall()[0][0]
            for n, t in columns_of("foreign_alerts").items()
            if n not in HELPERS
        }
        same = "from (select * exclude (reasons, is_duplicate, row_json) from read_parquet($1)) except all from read_parquet($2)"
        assert con.execute(same, [str(typed), str(accepted)]).fetchall() == []
    assert not lake.path("quarantine", f"foreign_alerts/{delivery.delivery_id}").exists()


def test_a_quarantined_row_can_be_found_and_corrected(settings: Settings, lake: Lake) -> None:
    rows = [
        {},
        {"quantity": -1.0, "result": None, "product_name": "杯子"},
        {"reasons": ["date_unreadable"], "row_json": '{"sampled_on": "x"}'},
    ]
    delivery = deliver(lake, "port_inspections", DAY, rows)
    found = check(settings, lake)
    frame = lake.read_frame("quarantine", f"port_inspections/{delivery.delivery_id}")
    assert frame is not None
    assert list(frame.columns) == [
        "source", "delivery_id", "file_name", "row_no", "received_on", "delivered_on", "key_text", "reasons", "row_json",
    ]  # fmt: skip
    assert [sorted(r) for r in frame["reasons"]] == [["quantity_not_negative", "result_known"], ["date_unreadable"]]
    assert frame["row_no"].tolist() == [3, 4]
    text = json.loads(frame["row_json"][0])
    assert (text["quantity"], text["result"], text["product_name"]) == ("-1.0", None, "杯子")
    assert json.loads(frame["row_json"][1]) == {"sampled_on": "x"}
    told = found.results.set_index("expectation_id").loc["quantity_not_negative"]
    assert (told["unexpected_count"], told["element_count"], told["level"]) == (1, 2, "row")
    assert json.loads(told["sample"]) == [frame["key_text"][0]]
    assert {i.code for i in found.deliveries[0].issues} == {"check_row_failed"}


def test_an_empty_table_is_set_aside(settings: Settings, lake: Lake) -> None:
    deliver(lake, "port_inspections", DAY, 0)
    found = check(settings, lake)
    assert "has_rows" in failed(found)
    assert any(i.severity == "critical" and "has_rows" in i.detail for i in found.deliveries[0].issues)


def test_only_repeated_rows_are_no_failure(settings: Settings, lake: Lake) -> None:
    deliver(lake, "port_inspections", DAY, [{"is_duplicate": True}] * 3)
    done = check(settings, lake).deliveries[0]
    assert (done.verdict, done.duplicates, done.accepted) == ("ok", 3, 0)


@pytest.mark.parametrize("column", ["quantity", "file_name", "received_on", "inspection_id"])
def test_a_renamed_column_sets_the_whole_delivery_aside(settings: Settings, lake: Lake, column: str) -> None:
    delivery = deliver(lake, "port_inspections", DAY, 4, rename={column: "renamed"})
    found = check(settings, lake)
    done = found.deliveries[0]
    assert (found.verdict, done.verdict, done.quarantined, done.accepted) == ("quarantined", "quarantined", 4, 0)
    frame = lake.read_frame("quarantine", f"port_inspections/{delivery.delivery_id}")
    assert frame is not None
    assert all("columns_as_agreed" in reasons for reasons in frame["reasons"])
    note = found.results.set_index("expectation_id").loc["columns_as_agreed", "note"]
    assert f"missing columns: {column}; unexpected columns: renamed" in str(note)


def test_whatever_cannot_be_judged_is_critical(settings: Settings, lake: Lake) -> None:
    """A renamed column breaks warnings too: none of them may pass as fine."""
    deliver(lake, "port_inspections", DAY, 4, rename={"gtin": "barcode"})
    found = check(settings, lake)
    row = found.results.set_index("expectation_id").loc["gtin_has_its_digits"]
    assert (bool(row["success"]), row["severity"]) == (False, "critical")
    assert "could not be judged" in str(row["note"])


def test_a_file_that_ingest_could_not_read_is_set_aside_whole(settings: Settings, lake: Lake) -> None:
    issue = Issue("column_missing", "critical", "big.csv lacks hs_code")
    write_delivery(
        lake,
        Delivery("2026-11-18_x", "port_inspections", "big.csv", "0", 1, DAY, False, NIGHT, verdict="quarantined", issues=(issue,)),
    )
    found = check(settings, lake)
    assert (found.verdict, found.deliveries[0].verdict, found.deliveries[0].issues) == ("quarantined", "quarantined", (issue,))


def test_a_narrative_that_shows_a_number_goes_nowhere(settings: Settings, lake: Lake) -> None:
    rows = [{"narrative": "打我电话13912345678"}, {"narrative": "身份证11010519491231002X"}, {"narrative": "mail a.b@example.cn"}]
    delivery = deliver(lake, "consumer_complaints", DAY, rows)
    check(settings, lake, "consumer_complaints")
    frame = lake.read_frame("quarantine", f"consumer_complaints/{delivery.delivery_id}")
    assert frame is not None
    assert frame["row_json"].isna().all()
    kept = [path for path in settings.home.rglob("*") if path.is_file() and "typed" not in path.parts]
    assert kept
    for path in kept:
        assert b"13912345678" not in path.read_bytes()


def test_checking_again_changes_nothing(settings: Settings, lake: Lake) -> None:
    rows = [{}, {"quantity": -1.0}, {"is_duplicate": True}, {"reasons": ["x"], "row_json": "{}"}]
    deliver(lake, "port_inspections", DAY, rows)
    first = check(settings, lake)
    before = {p: p.read_bytes() for p in settings.lake.rglob("*") if p.is_file()}
    second = check(settings, lake)
    assert {p: p.read_bytes() for p in settings.lake.rglob("*") if p.is_file()} == before
    assert first.results.equals(second.results)
    assert first == type(first)(**{**vars(second), "results": first.results})


def test_a_crash_before_the_record_is_replaced_only_repeats_the_work(
    settings: Settings, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(lake, "port_inspections", DAY, [{}, {"quantity": -1.0}])

    def crash(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("riskwarn.checks.delivery.write_delivery", crash)
        with pytest.raises(OSError, match="disk full"):
            check(settings, lake)
    assert deliveries_of(lake, "port_inspections")[0].state == "ingested"
    done = check(settings, lake).deliveries[0]
    assert (done.accepted, done.quarantined) == (1, 1)


def test_a_wholly_bad_delivery_keeps_the_text_of_its_first_rows(settings: Settings, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskwarn.checks.rows._MOST_TEXTS", 3)
    delivery = deliver(lake, "port_inspections", DAY, [{"quantity": -1.0}] * 5)
    found = check(settings, lake)
    frame = lake.read_frame("quarantine", f"port_inspections/{delivery.delivery_id}")
    assert frame is not None
    assert frame["row_json"].isna().tolist() == [False, False, True, True, True]
    assert found.deliveries[0].verdict == "quarantined"

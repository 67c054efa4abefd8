"""The source as a whole on a night: due, stale, volume, expected; on working days, from what was known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from checks_data import deliver

from riskwarn.checks import SourceCheck, check_source
from riskwarn.checks.rhythm import allowed_gap, as_workdays, volume_bounds
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.workdays import is_workday, overrides, workdays_between

PORT = "port_inspections"  # due every working day, stale after five


def check(settings: Settings, lake: Lake, night: date, source: str = PORT) -> SourceCheck:
    return check_source(settings, lake, all_sources()[source], night)


def codes(found: SourceCheck) -> set[str]:
    return {issue.code for issue in found.issues}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-20", True), ("2026-11-21", False), ("2026-02-17", False), ("2026-02-14", True), ("2026-02-28", True),
        ("2026-10-05", False), ("2026-10-10", True), ("2020-01-31", False), ("2024-02-09", False), ("2024-02-08", True),
    ],
)  # fmt: skip
def test_chinese_working_days(day: str, worked: bool) -> None:
    assert is_workday(date.fromisoformat(day)) is worked


def test_the_reviewed_file_overrules_the_library() -> None:
    import holidays

    day = date(2024, 2, 9)
    assert holidays.country_holidays("CN", years=2024).is_working_day(day)
    assert overrides()[day] is False


def test_working_days_between() -> None:
    friday = date(2026, 11, 20)
    assert workdays_between(friday, friday + timedelta(days=2)) == 0
    assert workdays_between(friday, friday + timedelta(days=3)) == 1
    assert workdays_between(friday, friday - timedelta(days=3)) == 0
    assert workdays_between(date(2026, 2, 14), date(2026, 2, 23)) == 0, "the whole of Spring Festival 2026"


def test_the_allowed_gap_follows_the_sources_own_rhythm() -> None:
    mondays = [date(2026, 3, 2) + timedelta(weeks=n) for n in range(12)]
    assert allowed_gap(1, []) == 1
    assert allowed_gap(1, mondays[:5]) == 1, "too few gaps to tell"
    assert allowed_gap(1, mondays) == 3, "weekly instead of daily, but never more than thrice what was agreed"
    assert allowed_gap(4, mondays) == 5
    assert allowed_gap(30, mondays) == as_workdays(30) == 22


def test_volume_bounds_need_history_and_follow_working_days() -> None:
    week = date(2026, 6, 29)
    past = {week - timedelta(weeks=n): 100 for n in range(1, 27)}
    assert volume_bounds(dict(list(past.items())[:8]), week) is None
    lower, upper = volume_bounds(past, week) or (0, 0)
    assert 30 < lower <= 55 and 180 <= upper < 260
    assert volume_bounds(past, date(2026, 2, 16)) is None, "no working day: nothing to judge"
    assert volume_bounds({}, week) is None


def test_delivered_on_time(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 11, 19))
    found = check(settings, lake, date(2026, 11, 20))
    assert (found.verdict, found.issues) == ("ok", ())
    verdict = lake.read_json("verdicts", f"2026-11-20/{PORT}")
    assert verdict == {
        "source": PORT, "verdict": "ok", "files": 1, "read": 3, "accepted": 3, "quarantined": 0, "duplicates": 0,
        "newest_received_on": "2026-11-19", "issues": [],
    }  # fmt: skip
    stored = lake.read_frame("check_results", f"2026-11-20_{PORT}")
    assert stored is not None and len(stored) == len(found.results)


def test_a_weekend_is_not_missing_and_a_working_day_is(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 11, 20))  # a Friday
    assert check(settings, lake, date(2026, 11, 23)).verdict == "ok"  # Monday 02:00
    found = check(settings, lake, date(2026, 11, 24))
    assert (found.verdict, codes(found)) == ("missing", {"source_missing"})
    assert "last delivered 2026-11-20, 1 working days ago" in found.issues[0].detail


def test_nothing_is_due_over_spring_festival(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 2, 14))  # a Saturday that is worked; the holiday lasts until the 23rd
    assert check(settings, lake, date(2026, 2, 24)).verdict == "ok"
    assert check(settings, lake, date(2026, 2, 25)).verdict == "missing"


def test_punctual_deliveries_of_old_rows_are_stale(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 11, 19), received=date(2026, 11, 5))
    found = check(settings, lake, date(2026, 11, 20))
    assert (found.verdict, codes(found)) == ("stale", {"source_stale"})


def test_a_source_is_expected_once_its_folder_exists(settings: Settings, lake: Lake) -> None:
    night = date(2026, 11, 20)
    unused = check(settings, lake, night)
    assert (unused.verdict, codes(unused)) == ("ok", {"source_not_expected"})
    for source in (PORT, "declared_lots"):
        (settings.landing / source).mkdir(parents=True)
    assert check(settings, lake, night).verdict == "missing"
    assert all_sources()["declared_lots"].is_optional
    assert check(settings, lake, night, "declared_lots").verdict == "ok"


def test_an_optional_source_that_has_delivered_is_missed(settings: Settings, lake: Lake) -> None:
    deliver(lake, "declared_lots", date(2026, 11, 2))
    assert check(settings, lake, date(2026, 11, 9), "declared_lots").verdict == "ok"
    assert check(settings, lake, date(2026, 11, 10), "declared_lots").verdict == "missing"


def test_history_is_judged_by_what_was_known_that_night(settings: Settings, lake: Lake) -> None:
    days = [date(2020, 10, 20), date(2020, 10, 21), date(2022, 6, 1)]
    rows = [{"received_on": day, "event_on": day, "known_on": day} for day in days]
    deliver(lake, "foreign_alerts", date(2026, 11, 20), rows, history=True)
    found = check(settings, lake, date(2020, 10, 22), "foreign_alerts")
    assert (found.verdict, found.issues) == ("ok", ())
    assert (lake.read_json("verdicts", "2020-10-22/foreign_alerts") or {})["newest_received_on"] == "2020-10-21"
    assert check(settings, lake, date(2022, 1, 10), "foreign_alerts").verdict == "stale"


def test_a_night_does_not_see_what_a_later_one_took_in(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 11, 19))
    first = check(settings, lake, date(2026, 11, 20))
    deliver(lake, PORT, date(2026, 11, 20), tag="b")
    assert [d.delivery_id for d in check(settings, lake, date(2026, 11, 20)).deliveries] == [d.delivery_id for d in first.deliveries]
    assert len(check(settings, lake, date(2026, 11, 21)).deliveries) == 1
    again = check(settings, lake, date(2026, 11, 20))
    assert again.results.equals(first.results) and again.verdict == first.verdict


def test_a_delivery_set_aside_whole_tells_tonight_and_is_missed_later(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 11, 17))
    check(settings, lake, date(2026, 11, 18))
    deliver(lake, PORT, date(2026, 11, 18), [{"result": None}] * 3)
    found = check(settings, lake, date(2026, 11, 19))
    assert found.verdict == "quarantined"
    assert codes(found) == {"source_quarantined", "source_missing"}
    assert check(settings, lake, date(2026, 11, 20)).verdict == "missing"


def test_a_thin_week_is_told(settings: Settings, lake: Lake) -> None:
    monday = date(2026, 6, 29)
    rows = [
        {"received_on": day, "event_on": day, "sampled_on": day, "known_on": day}
        for n in range(1, 16)
        for day in [monday - timedelta(weeks=n)] * (60 if n > 1 else 6)
    ]
    deliver(lake, PORT, monday, rows, history=True)
    found = check(settings, lake, monday + timedelta(days=1))
    assert (found.verdict, codes(found)) == ("ok", {"check_source_failed"})
    assert found.issues[0].detail.startswith("volume_not_low: week of 2026-06-22: 6 rows, usually")


def test_sources_are_compared_by_what_earlier_nights_checked(settings: Settings, lake: Lake) -> None:
    day, night = date(2026, 10, 20), date(2026, 11, 20)
    deliver(lake, PORT, day, [{"result": "fail", "inspection_id": f"L{n}"} for n in range(4)], history=True)
    deliver(lake, "inspection_findings", day, [{"inspection_id": "L0"}, {"inspection_id": "gone"}], history=True)
    deliver(lake, "declared_lots", day, [{"origin_country": "BR"}], history=True)
    for source in ("declared_lots", "inspection_findings", PORT):
        found = check(settings, lake, night, source)
        assert not {"findings_belong_to_lots", "failed_lots_have_findings"} & {i.detail.split(":")[0] for i in found.issues}
    told = {
        issue.detail: issue.rows
        for source in ("inspection_findings", PORT)
        for issue in check(settings, lake, night + timedelta(1), source).issues
    }
    assert told["findings_belong_to_lots: 1 of 2"] == 1
    assert told["failed_lots_have_findings: 3 of 4"] == 3
    assert told["inspected_lots_were_declared: 1 of 1"] == 1


def test_a_source_due_less_often_waits_longer(settings: Settings, lake: Lake) -> None:
    deliver(lake, PORT, date(2026, 11, 2))
    rare = replace(all_sources()[PORT], cadence_days=30, stale_after_days=60)
    assert check_source(settings, lake, rare, date(2026, 11, 20)).verdict == "ok"
    assert check(settings, lake, date(2026, 11, 20)).verdict == "missing"

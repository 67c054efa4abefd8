"""How good warnings were: by indicator and month, with lead and pace; and what the last backtest found."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from test_evaluation import NUTS, judged, opening
from web_data import NIGHT, Clock, client, employ, enter, publish, told

from riskwarn.cases import open_store
from riskwarn.cases.courses import Course, record_of
from riskwarn.cases.steps import Request
from riskwarn.evaluation import as_plain
from riskwarn.report import read_backtest, write_backtest
from riskwarn.settings import TIMEZONE, Settings

RAISED = {"W1": date(2026, 9, 1), "W2": date(2026, 10, 5), "W3": date(2026, 10, 6), "W4": date(2026, 10, 7), "W5": NIGHT}


def step(settings: Settings, case: str, action: str, day: date, version: int, by: str = "li", **fields: str) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=TIMEZONE)
    with open_store(settings) as store:
        store.act(Request(case, action, by, at, version, "seen", fields))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("quality") / "home")
    rows = [told(name, first_raised_on=pd.Timestamp(day), level="yellow") for name, day in RAISED.items()]
    rows[2]["indicator_id"] = "complaints"
    publish(settings, rows)
    employ(settings, Clock()())
    for name, (after, action, fields) in {
        "W1": (3, "verify", {}), "W2": (10, "verify", {}), "W3": (2, "dismiss", {"reason_class": "chance"}),
        "W4": (4, "dismiss", {"reason_class": "duplicate"}),
    }.items():  # fmt: skip
        day = RAISED[name] + timedelta(days=after)
        step(settings, name, "review", day, 0)
        step(settings, name, action, day, 1, **fields)
    acted = RAISED["W1"] + timedelta(days=9)
    step(settings, "W1", "approve", acted, 2, by="wang")
    step(settings, "W1", "issue", acted, 3, by="wang", scope="national")
    return settings


@pytest.fixture
def browser(home: Settings) -> Iterator[TestClient]:
    with client(home, Clock()) as opened:
        enter(opened)
        yield opened


def table(browser: TestClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(address).content.decode("utf-8-sig"))))


def test_months_tell_value_pace_and_lead(browser: TestClient) -> None:
    months = {(row["indicator_id"], row["month"]): row for row in browser.get("/quality.json").json()["months"]}
    september, october = months["", "2026-09"], months["", "2026-10"]
    assert (september["raised"], september["right"], september["decision_days"], september["lead_days"], september["acts"]) == (
        1,
        1,
        3,
        9,
        1,
    )
    assert (october["raised"], october["right"], october["wrong"], october["neither"], october["value"]) == (3, 1, 1, 1, 0.5)
    assert (october["decision_days"], october["lead_days"]) == (4, 10)  # no act yet: to the decision
    assert months["complaints", "2026-10"]["wrong"] == 1
    assert {row["month"] for row in table(browser, "/quality-months.csv")} == {"2026-09", "2026-10"}  # the newest night counts tomorrow
    rows = {row["indicator_id"]: row for row in table(browser, "/quality.csv")}
    assert (rows["failure_rate"]["right"], rows["failure_rate"]["acts"], rows["failure_rate"]["median_lead_days"]) == ("2", "1", "9.5")


def test_the_page_shows_months_of_one_indicator_beside_the_picture(browser: TestClient) -> None:
    page = browser.get("/quality?indicator=complaints").text
    assert "2026-10" in page and "2026-09" not in page and "data-points=" in page and "<script>" not in page
    assert browser.get("/quality?indicator=%3Cscript%3Enone").status_code == 200


def test_the_last_backtest_is_shown_and_without_one_how_to_make_it(browser: TestClient, home: Settings, tmp_path: Path) -> None:
    assert "riskwarn backtest --from" in browser.get("/quality").text
    assert browser.get("/quality.json").json()["backtest"] is None
    result = judged(
        tmp_path,
        NUTS + "Missed <b>,2025-09-20,2025-09-03,,nuts,BR,an act\n",
        opening(1, date(2025, 3, 10), product_code="nuts", origin_country="IN"),
    )
    write_backtest(home, {"made_on": "2026-11-20", "events_file": "events.csv", **as_plain(result)})
    try:
        kept = read_backtest(home)
        assert kept is not None
        everything = kept["strata"][-1]
        assert (everything["events"], everything["in_time"], everything["recall"], everything["median_lead_days"]) == (2, 1, 0.5, 10)
        assert 0 < everything["recall_lower"] < 0.5 < everything["recall_upper"] < 1
        assert kept["outcomes"][0]["lead_days"] == 10
        page = browser.get("/quality").text
        assert "Nuts" in page and "Missed &lt;b&gt;" in page and "riskwarn backtest --from" not in page
        assert [row["status"] for row in table(browser, "/quality-backtest.csv")] == ["found", "missed"]
    finally:
        (home.reports / "backtest.json").unlink()


COURSES = st.builds(
    Course, st.just("C"), st.just("i"), st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    st.sampled_from(["right", "wrong", "neither", "waiting"]), st.just(""), st.none() | st.dates(date(2026, 7, 1), date(2026, 8, 1)),
    st.none() | st.dates(date(2026, 8, 1), date(2026, 9, 1)),
)  # fmt: skip


@given(st.lists(COURSES, max_size=12))
def test_sums_add_up_and_the_value_lies_in_its_interval(found: list[Course]) -> None:
    record = record_of(found)
    assert record.raised == record.right + record.wrong + record.neither + record.waiting == len(found)
    if record.value is None:
        assert record.lower is None and record.right + record.wrong == 0
    else:
        assert record.lower is not None and record.upper is not None
        assert 0 <= record.lower <= record.value <= record.upper <= 1
    assert record.lead_days is None or record.lead_days > 0

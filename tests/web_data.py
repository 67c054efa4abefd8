"""A console on a small published night, with people who may sign in."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from fastapi.testclient import TestClient
from test_marts import warning

from riskwarn import warehouse
from riskwarn.cases import open_store
from riskwarn.cases.accounts import set_password
from riskwarn.cases.people import Person, Role, put_person
from riskwarn.lake import Lake
from riskwarn.settings import TIMEZONE, Settings
from riskwarn.web import create_app

NIGHT = date(2026, 11, 20)
PASSWORD = "correct horse battery"  # noqa: S105 (of people who exist in tests only)
PEOPLE: dict[str, Role] = {"admin": "administrator", "li": "officer", "wang": "supervisor", "zhou": "supervisor", "looker": "viewer"}


class Clock:
    """The time of a test; it moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=TIMEZONE)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: int) -> None:
        self.now += timedelta(**time)


def told(warning_id: str, **changes: Any) -> dict[str, Any]:
    """A warning as the warn stage leaves it."""
    plain = {
        "status": "open", "level": "orange", "indicator_id": "failure_rate", "scope": "product_origin", "direction": "import",
        "product_code": "9503", "origin_country": "VN", "hazard_category": "*", "first_raised_on": pd.Timestamp(NIGHT),
        "reason_zh": "检验120批，不合格9批", "reason_en": "120 lots inspected, 9 failed", "freshness_note": "", "proposal": "",
        "risk_level": "high", "signal_strength": "strong", "series_key": warning_id, "sources": "port_inspections",
    }  # fmt: skip
    return warning(warning_id=warning_id, **{**plain, **changes})


def publish(settings: Settings, rows: list[dict[str, Any]], night: date = NIGHT) -> None:
    """Publishes a night of these warnings, and lets the case store follow."""
    lake = Lake(settings.lake)
    frame = pd.DataFrame(rows)
    lake.write_frame("warnings", night.isoformat(), frame)
    events = [{"warning_id": row["warning_id"], "evidence_no": 1, "source": "port_inspections", "evidence_key": "3101/2"} for row in rows]
    lake.write_frame("evidence", night.isoformat(), pd.DataFrame(events))
    weeks = [
        {"warning_id": row["warning_id"], "week": pd.Timestamp("2026-11-02") + pd.Timedelta(weeks=n), "observed": float(n), "expected": 0.5}
        for row in rows
        for n in range(2)
    ]
    lake.write_frame("warning_weeks", night.isoformat(), pd.DataFrame(weeks))
    warehouse.publish(settings, lake, night)
    with open_store(settings) as store:
        store.follow(frame, night)


def employ(settings: Settings, at: datetime) -> None:
    with open_store(settings) as store, store.writing() as con:
        for login, role in PEOPLE.items():
            put_person(con, store.books.units, Person(login, login.title(), "gacc", role, True), by="admin", at=at)
            set_password(con, login, PASSWORD, by="admin", at=at, must_change=False)


def client(settings: Settings, clock: Clock) -> TestClient:
    """A browser without scripts; it follows no redirects."""
    return TestClient(create_app(settings, clock), base_url="http://console.test", follow_redirects=False)


def enter(browser: TestClient, login: str = "li", password: str = PASSWORD) -> int:
    return browser.post("/sign-in", data={"login": login, "password": password, "next": "/warnings"}).status_code


def csrf_of(browser: TestClient, page: str = "/warnings") -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get(page).text)
    assert found is not None
    return found[1]

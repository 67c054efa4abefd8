"""Case stores for tests: on SQLite, and on PostgreSQL in a schema of their own, so that tests may run side by side."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from riskwarn.cases import CaseStore, Request, Taken, audit
from riskwarn.cases.people import Person, put_person, role_of
from riskwarn.settings import TIMEZONE, Settings

DATABASES = ("sqlite", "postgresql")


@contextmanager
def settings_on(database: str, home: Path) -> Iterator[Settings]:
    """Settings of an empty case store; skips where there is no PostgreSQL (.ci/run starts one)."""
    if database == "sqlite":
        yield Settings(home=home)
        return
    url = os.environ.get("RISKWARN_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("no PostgreSQL: set RISKWARN_TEST_POSTGRES_URL")
    name = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(url)
    with engine.begin() as con:
        con.execute(sa.schema.CreateSchema(name))
    try:
        inside = sa.engine.make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
        yield Settings(home=home, cases_url=SecretStr(inside.render_as_string(hide_password=False)))
    finally:
        with engine.begin() as con:
            con.execute(sa.schema.DropSchema(name, cascade=True))
        engine.dispose()


NIGHT = date(2026, 11, 19)  # a Thursday
AT = datetime(2026, 11, 20, 9, 0, tzinfo=TIMEZONE)  # a Friday, the morning after
# login: unit and role
STAFF = {
    "admin": ("gacc", "administrator"),
    "yangshan": ("shanghai_yangshan", "officer"),
    "yangshan_head": ("shanghai_yangshan", "supervisor"),
    "shanghai": ("shanghai", "officer"),
    "shanghai_head": ("shanghai", "supervisor"),
    "shanghai_deputy_head": ("shanghai", "supervisor"),
    "shenzhen": ("shenzhen", "officer"),
    "shenzhen_head": ("shenzhen", "supervisor"),
    "hq": ("gacc", "officer"),
    "hq_head": ("gacc", "supervisor"),
    "samr": ("samr", "officer"),
    "reader": ("gacc", "viewer"),
}


def hire(store: CaseStore) -> None:
    """Everybody of STAFF, the administrator first."""
    with store.writing() as con:
        for login, (unit, role) in STAFF.items():
            put_person(con, store.books.units, Person(login, f"name of {login}", unit, role_of(role), True), by="admin", at=AT)


def listed(**changes: object) -> pd.DataFrame:
    """A night's list of one warning, E1."""
    row = {"warning_id": "E1", "indicator_id": "failure_rate", "series_key": "a|b", "first_raised_on": NIGHT, "status": "open"}
    row |= {"scope": "product_origin", "sources": "port_inspections", "observed": 12.0, "level": "orange"}
    return pd.DataFrame([{**row, "reason_en": "many", "reason_zh": "多", **changes}])


def seen_at(*districts: str, warning_id: str = "E1") -> pd.DataFrame:
    """Evidence: an event in each of some customs districts."""
    keys = [f"{district}2026{n:010d}/1" for n, district in enumerate(districts)]
    return pd.DataFrame({"warning_id": warning_id, "source": "port_inspections", "evidence_key": keys})


def opened(store: CaseStore, level: str = "orange", *districts: str) -> None:
    """Staff, and the warning E1 of a colour in Shanghai (or where the districts lie)."""
    hire(store)
    store.follow(listed(level=level), NIGHT, seen_at(*(districts or ("2201",))))


def act(
    store: CaseStore, action: str, by: str, *, case_id: str = "E1", at: datetime = AT, version: int | None = -1, **said: object
) -> Taken:
    """One step, from the case as it is now unless another version is given."""
    seen = store.case(case_id).version if version == -1 else version
    reason = str(said.pop("reason", ""))
    return store.act(Request(case_id, action, by, at, seen, reason, said))


def walk(
    store: CaseStore,
    until: str,
    *,
    case_id: str = "E1",
    officer: str = "shanghai",
    first: str = "shanghai_head",
    second: str = "shanghai_deputy_head",
) -> None:
    """Along the straight way up to and including a step."""
    way: list[tuple[str, str, dict[str, object]]] = [
        ("review", officer, {}),
        ("verify", first, {"reason": "laboratory confirms"}),
        ("assess", first, {"participants": ("Li", "Wang"), "opinion": "real"}),
        ("approve", second, {}),
        ("issue", second, {"scope": "regional"}),
        ("lift", second, {"reason": "cause removed"}),
        ("close", officer, {"reason": "done"}),
    ]
    for action, by, said in way:
        act(store, action, by, case_id=case_id, **said)
        if action == until:
            return
    raise AssertionError(until)


def chain(store: CaseStore) -> list[str]:
    with store.engine.connect() as con:
        return audit.verify(con)

"""The case store on SQLite and, where there is one, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr

from riskwarn.cases import CaseStore, open_store
from riskwarn.cases.tables import metadata
from riskwarn.settings import Settings

NIGHT = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # already 21 November in China


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CaseStore]:
    if request.param == "sqlite":
        settings = Settings(home=tmp_path)
    else:
        url = os.environ.get("RISKWARN_TEST_POSTGRES_URL")
        if not url:
            pytest.skip("no PostgreSQL: set RISKWARN_TEST_POSTGRES_URL")
        engine = sa.create_engine(url)
        with engine.begin() as con:
            con.execute(sa.text("drop schema public cascade"))
            con.execute(sa.text("create schema public"))
        engine.dispose()
        settings = Settings(home=tmp_path, cases_url=SecretStr(url))
    with open_store(settings) as opened:
        yield opened


def listed(**changes: object) -> pd.DataFrame:
    row = {"warning_id": "E1", "indicator_id": "failure_rate", "series_key": "a|b", "first_raised_on": NIGHT, "status": "open"}
    return pd.DataFrame([{**row, "level": "orange", "reason_en": "many", "reason_zh": "多", **changes}])


def test_the_migrations_make_the_tables_that_the_code_uses(store: CaseStore) -> None:
    with store.engine.connect() as con:
        assert compare_metadata(MigrationContext.configure(con), metadata) == []


def test_a_night_followed_twice_is_followed_once(store: CaseStore) -> None:
    assert [store.follow(listed(), NIGHT), store.follow(listed(), NIGHT)] == [1, 0]
    assert len(store.revisions("E1")) == 1


def test_only_a_change_is_a_new_revision_and_an_older_night_changes_nothing(store: CaseStore) -> None:
    store.follow(listed(), NIGHT)
    store.follow(listed(), date(2026, 11, 21))
    store.follow(listed(level="red"), date(2026, 11, 22))
    store.follow(listed(), date(2026, 11, 21))
    assert [(r["night"], r["level"]) for r in store.revisions("E1")] == [(NIGHT, "orange"), (date(2026, 11, 22), "red")]


def test_a_decision_is_dated_in_china_and_known_from_the_next_night_on(store: CaseStore) -> None:
    store.follow(listed(), NIGHT)
    made = store.decide("E1", "dismiss", "known and handled", by="李华", at=AT)
    assert (made.decided_on, made.night_seen) == (date(2026, 11, 21), NIGHT)
    assert store.decisions(before=date(2026, 11, 21)).empty
    assert store.decisions(before=date(2026, 11, 22))["decided_by"].tolist() == ["李华"]


def test_a_decision_needs_a_warning_a_reason_and_a_name(store: CaseStore) -> None:
    store.follow(listed(), NIGHT)
    with pytest.raises(KeyError):
        store.decide("E9", "verify", "seen", by="李华", at=AT)
    with pytest.raises(ValueError, match="reason"):
        store.decide("E1", "verify", "  ", by="李华", at=AT)


def test_hostile_text_is_only_text(store: CaseStore) -> None:
    store.follow(listed(), NIGHT)
    reason = "'); drop table decision; --"
    store.decide("E1", "note", reason, by="Robert'); --", at=AT)
    assert store.decisions(before=date(2027, 1, 1))["reason"].tolist() == [reason]

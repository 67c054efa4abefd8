"""The case store on SQLite and, where there is one, on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from riskwarn.cases import CaseStore, open_store
from riskwarn.cases.case_tables import case_file
from riskwarn.cases.opening import prepare, upgrade
from riskwarn.cases.schema import metadata
from riskwarn.settings import Settings

NIGHT = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # already 21 November in China


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


def test_decisions_of_the_first_version_become_steps(case_settings: Settings) -> None:
    engine = prepare(sa.create_engine(case_settings.cases_database))
    case_settings.home.mkdir(parents=True, exist_ok=True)
    with engine.begin() as con:
        upgrade(con, "0001")
        old = sa.MetaData()
        old.reflect(con)
        warning = {"warning_id": "E1", "indicator_id": "failure_rate", "series_key": "a|b", "first_raised_on": NIGHT, "last_seen_on": NIGHT}
        said = {"night": NIGHT, "digest": "x", "status": "open", "level": "red", "reason_en": "many", "reason_zh": "多"}
        con.execute(sa.insert(old.tables["warning_case"]), [warning, warning | {"warning_id": "E2"}])
        con.execute(sa.insert(old.tables["machine_revision"]).values(warning_id="E1", revision_id=7, **said))
        for action in ("watch", "dismiss", "note"):
            made = {"decided_at": AT, "decided_on": date(2026, 11, 21), "decided_by": "李华", "action": action, "reason": action}
            con.execute(sa.insert(old.tables["decision"]).values(warning_id="E1", revision_id=7, **made))
    engine.dispose()
    with open_store(case_settings) as store:
        read = store.decisions(before=date(2026, 11, 22))
        assert read["action"].tolist() == ["watch", "dismiss", "note"]
        assert set(read["night_seen"]) == {NIGHT}
        with store.engine.connect() as con:
            cases = con.execute(sa.select(case_file).order_by(case_file.c.case_id)).all()
        assert [(c.case_id, c.state, c.version) for c in cases] == [("E1", "dismissed", 3), ("E2", "raised", 0)]

"""The case store on SQLite and, where there is one, on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from case_stores import AT, NIGHT, act, listed, opened

from riskwarn.cases import CaseStore, held, open_store
from riskwarn.cases.case_tables import case_file
from riskwarn.cases.opening import prepare, upgrade
from riskwarn.cases.schema import metadata
from riskwarn.settings import Settings

LATE = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # already 21 November in China


def test_the_migrations_make_the_tables_that_the_code_uses(store: CaseStore) -> None:
    with store.engine.connect() as con:
        assert compare_metadata(MigrationContext.configure(con), metadata) == []


def test_a_night_followed_twice_is_followed_once(store: CaseStore) -> None:
    assert [store.follow(listed(), NIGHT), store.follow(listed(), NIGHT)] == [1, 0]
    assert len(store.revisions("E1")) == 1


def test_only_a_change_is_a_new_revision_and_an_older_night_changes_nothing(store: CaseStore) -> None:
    store.follow(listed(), NIGHT)
    store.follow(listed(), date(2026, 11, 20))
    store.follow(listed(level="red"), date(2026, 11, 22))
    store.follow(listed(), date(2026, 11, 20))
    assert [(r["night"], r["level"]) for r in store.revisions("E1")] == [(NIGHT, "orange"), (date(2026, 11, 22), "red")]


def test_a_decision_is_dated_in_china_and_known_from_the_next_night_on(store: CaseStore) -> None:
    opened(store)
    act(store, "review", "shanghai", at=LATE)
    assert store.decisions(before=date(2026, 11, 21)).empty
    known = store.decisions(before=date(2026, 11, 22)).iloc[0]
    assert (known["decided_on"], known["decided_by"], known["action"], known["night_seen"]) == (
        date(2026, 11, 21),
        "shanghai",
        "review",
        NIGHT,
    )


def test_a_night_replayed_sees_only_what_was_decided_before_it(store: CaseStore) -> None:
    opened(store)
    act(store, "review", "shanghai")
    act(store, "dismiss", "shanghai", at=AT + timedelta(days=3), reason="chance", reason_class="chance")
    assert store.decisions(before=date(2026, 11, 20)).empty
    assert store.decisions(before=date(2026, 11, 23))["action"].tolist() == ["review"]
    assert store.decisions(before=date(2026, 11, 24))["action"].tolist() == ["review", "dismiss"]


def test_what_a_person_decided_is_held_until_it_is_closed(store: CaseStore) -> None:
    opened(store)
    act(store, "note", "shanghai", reason="asked the port")
    act(store, "take", "shanghai")
    assert held(store.decisions(before=date(2027, 1, 1))) == frozenset()
    act(store, "review", "shanghai")
    act(store, "dismiss", "shanghai", reason="chance", reason_class="chance")
    act(store, "note", "shanghai", reason="and again")
    assert held(store.decisions(before=date(2027, 1, 1))) == {"E1"}
    act(store, "close", "shanghai", reason="done")
    assert held(store.decisions(before=date(2027, 1, 1))) == frozenset()
    act(store, "reopen", "shanghai_head", reason="there it is again")
    assert held(store.decisions(before=date(2027, 1, 1))) == {"E1"}


def test_hostile_text_is_only_text(store: CaseStore) -> None:
    opened(store)
    reason = "'); drop table case_step; --"
    act(store, "note", "shanghai", reason=reason)
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
            made = {"decided_at": LATE, "decided_on": date(2026, 11, 21), "decided_by": "李华", "action": action, "reason": action}
            con.execute(sa.insert(old.tables["decision"]).values(warning_id="E1", revision_id=7, **made))
    engine.dispose()
    with open_store(case_settings) as store:
        read = store.decisions(before=date(2026, 11, 22))
        assert read["action"].tolist() == ["watch", "dismiss", "note"]
        assert set(read["night_seen"]) == {NIGHT}
        with store.engine.connect() as con:
            cases = con.execute(sa.select(case_file).order_by(case_file.c.case_id)).all()
        assert [(c.case_id, c.state, c.version) for c in cases] == [("E1", "dismissed", 3), ("E2", "raised", 0)]

"""The audit trail: rows are only added, and whatever is done to them behind its back shows."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from riskwarn.cases import CaseStore, audit, open_store
from riskwarn.cases.audit_tables import audit_entry, audit_head
from riskwarn.doctor import examine
from riskwarn.settings import Settings

AT = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC)
GUARDS = {
    "sqlite": ["drop trigger audit_entry_no_update", "drop trigger audit_entry_no_delete"],
    "postgresql": ["alter table audit_entry disable trigger all"],
}


def add(store: CaseStore, count: int = 1, actor: str = "lihua") -> None:
    for n in range(count):
        with store.writing() as con:
            before, after = {"n": n}, {"n": n + 1, "until": date(2026, 12, 1), "text": "'); drop table 审计; --"}
            audit.record(con, at=AT, actor=actor, subject="case E1", action="test", before=before, after=after, night=date(2026, 11, 20))


def breaks(store: CaseStore) -> list[str]:
    with store.engine.connect() as con:
        return audit.verify(con)


def test_rows_are_numbered_chained_and_read_back_as_written(store: CaseStore) -> None:
    add(store, 3)
    assert breaks(store) == []
    with store.engine.connect() as con:
        entries = audit.trail(con, "case E1")
        assert audit.head_of(con) == (3, entries[-1]["hash"])
    assert [e["entry_id"] for e in entries] == [1, 2, 3]
    assert [e["previous_hash"] for e in entries] == [audit.START, entries[0]["hash"], entries[1]["hash"]]
    assert (entries[2]["at"], entries[2]["before"], entries[2]["after"]["until"]) == (AT, {"n": 2}, "2026-12-01")


@pytest.mark.parametrize("change", [sa.update(audit_entry).values(actor="nobody"), sa.delete(audit_entry)], ids=["update", "delete"])
def test_the_database_refuses_to_change_or_remove_rows(store: CaseStore, change: sa.Executable) -> None:
    add(store, 2)
    with pytest.raises(DBAPIError, match="only added"), store.engine.begin() as con:
        con.execute(change)
    assert breaks(store) == []


CHANGES = {
    "another actor": sa.update(audit_entry).where(audit_entry.c.entry_id == 2).values(actor="nobody"),
    "another time": sa.update(audit_entry).where(audit_entry.c.entry_id == 2).values(at=AT.replace(hour=5)),
    "another content": sa.update(audit_entry).where(audit_entry.c.entry_id == 3).values(after="{}"),
    "first gone": sa.delete(audit_entry).where(audit_entry.c.entry_id == 1),
    "middle gone": sa.delete(audit_entry).where(audit_entry.c.entry_id == 2),
    "last gone": sa.delete(audit_entry).where(audit_entry.c.entry_id == 3),
    "all gone": sa.delete(audit_entry),
    "head gone": sa.delete(audit_head),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_done_with_the_guards_off_breaks_the_chain(store: CaseStore, change: sa.Executable) -> None:
    add(store, 3)
    with store.engine.begin() as con:
        for guard in GUARDS[con.dialect.name]:
            con.exec_driver_sql(guard)
        con.execute(change)
    assert breaks(store) != []


def test_a_change_that_is_rolled_back_leaves_no_entry(store: CaseStore) -> None:
    add(store)
    with pytest.raises(ZeroDivisionError), store.writing() as con:
        audit.record(con, at=AT, actor="x", subject="case E1", action="test", before={}, after={}, night=None)
        raise ZeroDivisionError
    add(store)
    with store.engine.connect() as con:
        assert audit.head_of(con)[0] == 2
    assert breaks(store) == []


def test_writers_side_by_side_make_one_chain(case_settings: Settings) -> None:
    def write(actor: str) -> None:
        with open_store(case_settings) as own:
            add(own, 10, actor)

    with open_store(case_settings) as store:
        threads = [threading.Thread(target=write, args=(f"person{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert breaks(store) == []
        with store.engine.connect() as con:
            assert audit.head_of(con)[0] == 40


def test_doctor_tells_of_a_broken_chain(case_settings: Settings) -> None:
    with open_store(case_settings) as store:
        add(store, 2)
    assert any(f.is_ok and "audit" in f.message for f in examine(case_settings))
    with open_store(case_settings) as store, store.engine.begin() as con:
        for guard in GUARDS[con.dialect.name]:
            con.exec_driver_sql(guard)
        con.execute(CHANGES["another actor"])
    told = [f for f in examine(case_settings) if "audit" in f.message]
    assert [f.is_ok for f in told] == [False]
    assert "entry 2 was changed" in told[0].text("en")

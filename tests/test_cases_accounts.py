"""Accounts, ways in, kept forms, deputies and subscriptions in the case store, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from riskwarn.cases import CaseStore
from riskwarn.cases.account_tables import preference
from riskwarn.cases.accounts import (
    begin_session,
    end_sessions,
    find_session,
    login_of_form,
    open_sessions,
    prefer_language,
    set_password,
    sign_out,
)
from riskwarn.cases.attempts import begin_attempt, take_attempt
from riskwarn.cases.audit import trail, verify
from riskwarn.cases.deputies import all_deputies, end_deputy
from riskwarn.cases.errors import RoleNeeded, Unkeepable, UnknownEntry
from riskwarn.cases.kept_forms import LONGEST, MOST, find_form, keep_form
from riskwarn.cases.people import Person, put_deputy, put_person, role_of
from riskwarn.cases.subscribers import subscribe, subscribers, unsubscribe
from riskwarn.settings import TIMEZONE

AT = datetime(2026, 11, 20, 9, 0, tzinfo=TIMEZONE)
WISH = {"channel": "mail", "to": "li@customs.test", "what": ["warnings"]}


@pytest.fixture
def staffed(store: CaseStore) -> CaseStore:
    with store.writing() as con:
        for login, role in (("admin", "administrator"), ("li", "officer"), ("wang", "supervisor")):
            put_person(con, store.books.units, Person(login, login, "gacc", role_of(role), True), by="admin", at=AT)
    return store


def test_sessions_begin_end_and_are_counted(staffed: CaseStore) -> None:
    with staffed.writing() as con:
        tokens = [begin_session(con, "li", AT, method) for method in ("password", "provider", "airflow")]
        set_password(con, "wang", "correct horse battery", by="admin", at=AT, must_change=True)
        one = find_session(con, tokens[1], AT)
        assert one is not None and (one.method, one.person.login, one.must_change) == ("provider", "li", False)
        assert login_of_form(con, one.csrf) == "li"
        assert login_of_form(con, "") is None
        assert [each.method for each in open_sessions(con, AT)].count("airflow") == 1
        sign_out(con, tokens[0], AT)
        sign_out(con, "unknown", AT)
        assert open_sessions(con, AT + timedelta(minutes=31)) == []
        assert end_sessions(con, "li", by="admin", at=AT) == 2
        assert find_session(con, tokens[1], AT) is None
        assert [row["action"] for row in trail(con, "person li")][-2:] == ["sign_out", "end_sessions"]
        assert verify(con) == []


def test_a_way_in_is_taken_once_by_its_own_browser(staffed: CaseStore) -> None:
    with staffed.engine.begin() as con:
        made = begin_attempt(con, "browser", "/warnings?q=" + "x" * 3000, AT)
        assert len(made.next_path) == 2000
        assert take_attempt(con, made.state, "another", AT) is None
        assert take_attempt(con, made.state, "browser", AT) == made
        assert take_attempt(con, made.state, "browser", AT) is None
        late = begin_attempt(con, "browser", "/", AT)
        assert take_attempt(con, late.state, "browser", AT + timedelta(minutes=11)) is None


def test_kept_forms_are_few_short_and_ones_own(staffed: CaseStore) -> None:
    with staffed.engine.begin() as con:
        kept = [keep_form(con, "li", "/x", [("reason", f"第{n}份")], 0, AT + timedelta(seconds=n)) for n in range(MOST + 2)]
        assert all(kept)
        assert [find_form(con, "li", str(one), AT) is not None for one in kept] == [False, False] + [True] * MOST
        assert find_form(con, "wang", str(kept[-1]), AT) is None
        assert keep_form(con, "li", "/x", [("reason", "x" * LONGEST)], 0, AT) is None
        found = find_form(con, "li", str(kept[-1]), AT)
        assert found is not None and found.fields == (("reason", f"第{MOST + 1}份"),)


def test_a_language_is_kept_and_its_choice_is_on_record(staffed: CaseStore) -> None:
    with staffed.writing() as con:
        for lang in ("en", "en", "zh_CN"):
            prefer_language(con, "li", lang, AT)
        assert con.execute(sa.select(preference.c.lang)).scalar_one() == "zh_CN"
        assert [row["action"] for row in trail(con, "person li")].count("language") == 2


def test_deputies_end_by_whom_they_may(staffed: CaseStore) -> None:
    units, period = staffed.books.units, (date(2026, 11, 18), date(2026, 11, 30))
    with staffed.writing() as con:
        put_deputy(con, units, "wang", "li", period, reason="leave", by="wang", at=AT)
        (one,) = all_deputies(con, "li")
        assert one.state(AT.date()) == "now"
    with pytest.raises(RoleNeeded), staffed.writing() as con:
        end_deputy(con, units, one.deputy_id, by="li", at=AT)
    with staffed.writing() as con:
        end_deputy(con, units, one.deputy_id, by="admin", at=AT)
        assert all_deputies(con)[0].until_on == date(2026, 11, 19)
    with pytest.raises(UnknownEntry), staffed.writing() as con:
        end_deputy(con, units, one.deputy_id, by="admin", at=AT)


def test_subscriptions_of_who_has_left_are_silent(staffed: CaseStore) -> None:
    with staffed.writing() as con:
        subscribe(con, "li", "toys", WISH, by="li", at=AT)
        subscribe(con, "li", "toys", {**WISH, "least": "red"}, by="admin", at=AT)
        (one,) = subscribers(con)
        assert (one.full_name, one.wish["least"]) == ("li/toys", "red")
        put_person(con, staffed.books.units, Person("li", "li", "gacc", "officer", False), by="admin", at=AT)
        assert subscribers(con) == []
        put_person(con, staffed.books.units, Person("li", "li", "gacc", "officer", True), by="admin", at=AT)
        unsubscribe(con, one.subscriber_id, by="li", at=AT)
        assert subscribers(con, "li") == []
    with pytest.raises(RoleNeeded), staffed.writing() as con:
        subscribe(con, "li", "toys", WISH, by="wang", at=AT)


@pytest.mark.parametrize("word", ["nul\0", "half \ud800", 2**31])
def test_what_a_database_cannot_keep_is_refused_before_it_is_asked(staffed: CaseStore, word: object) -> None:
    with pytest.raises(Unkeepable), staffed.engine.connect() as con:
        con.execute(sa.select(preference.c.login).where(preference.c.login == word))
    with pytest.raises(Unkeepable), staffed.engine.connect() as con:
        con.execute(sa.insert(preference), [{"login": "li", "lang": "en"}, {"login": word, "lang": "en"}])

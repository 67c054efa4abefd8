"""Due times in Chinese working days, what is overdue, and its escalation; and how good the indicators were."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from case_stores import AT, NIGHT, act, chain, hire, listed, opened, seen_at, walk

from riskwarn.cases import CaseStore
from riskwarn.cases.deadlines import escalations_of, state_due_on
from riskwarn.cases.lifecycle import load_lifecycle
from riskwarn.cases.quality import predictive_value, wilson
from riskwarn.settings import TIMEZONE
from riskwarn.workdays import is_workday, workdays_after, workdays_before, workdays_between


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over the weekend
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday worked for Spring Festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # over Spring Festival 2026, 15 to 23 February
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over National Day
    ],
)
def test_working_days_are_those_of_china(day: date, count: int, after: date) -> None:
    assert workdays_after(day, count) == after
    assert count == 0 or is_workday(after)
    assert workdays_between(day, after) == count
    assert not count or workdays_between(workdays_before(after, count), after) == count


def test_red_is_due_before_blue_in_every_state() -> None:
    for days in load_lifecycle().due.values():
        assert days["red"] <= days["orange"] <= days["yellow"] <= days["blue"]


def test_what_is_overdue_goes_up_one_unit_and_then_another_once_each(store: CaseStore) -> None:
    opened(store, "orange", "2248")
    case = store.case("E1")
    due = state_due_on(case, store.books)
    assert due == date(2026, 11, 23)  # raised on Thursday's night, two working days
    assert store.overdue(date(2026, 11, 23)) == []
    assert store.escalate(date(2026, 11, 23)) == []
    [late] = store.overdue(date(2026, 11, 24))
    assert (late.what, late.days_late, late.unit_id, late.escalates_to) == ("raised", 1, "shanghai_yangshan", "shanghai")
    assert [e.escalates_to for e in store.escalate(date(2026, 11, 24))] == ["shanghai"]
    assert store.escalate(date(2026, 11, 24)) == []  # the task run again
    assert store.escalate(date(2026, 11, 25)) == []
    assert [e.escalates_to for e in store.escalate(date(2026, 11, 26))] == ["gacc"]  # as long again
    assert store.escalate(date(2026, 12, 31)) == []
    with store.engine.connect() as con:
        assert [e["unit_id"] for e in escalations_of(con, "E1")] == ["shanghai", "gacc"]
    assert store.case("E1") == case  # nobody's work was touched
    act(store, "review", "yangshan", at=datetime(2026, 12, 31, 9, tzinfo=TIMEZONE))
    assert store.overdue(date(2026, 12, 31)) == []
    assert chain(store) == []


def test_everything_that_waits_is_watched(store: CaseStore) -> None:
    opened(store, "red")
    act(store, "hand_over", "shanghai", to_unit="samr", reason="sold")
    act(store, "review", "shanghai")
    act(store, "start_plan", "shanghai")
    act(store, "act_first", "shanghai_head", scope="regional", reason="danger")
    found = {late.what.split(" ")[0]: late for late in store.overdue(date(2026, 12, 31))}
    assert set(found) == {"answer", "countersign", "plan"}
    assert found["countersign"].due_on == date(2026, 11, 23)


def test_watching_ends_on_its_date(store: CaseStore) -> None:
    opened(store)
    act(store, "review", "shanghai")
    act(store, "watch", "shanghai", until=date(2026, 12, 4), reason="two more weeks")
    assert store.overdue(date(2026, 12, 4)) == []
    assert [late.what for late in store.overdue(date(2026, 12, 5))] == ["watch"]
    act(store, "review", "shanghai", at=AT + timedelta(days=20))
    assert store.case("E1").watch_until is None


def test_what_nobody_took_up_and_the_machine_closed_or_absorbed_is_due_no_more(store: CaseStore) -> None:
    hire(store)
    both = pd.concat([listed(), listed(warning_id="E2"), listed(warning_id="E3")])
    store.follow(both, NIGHT)
    act(store, "review", "hq", case_id="E3")
    assert {late.case_id for late in store.overdue(date(2026, 12, 31))} == {"E1", "E2", "E3"}
    store.follow(listed(status="closed"), NIGHT + timedelta(days=1))  # E1 closed; E2, E3 told by another: not listed any more
    assert {late.case_id for late in store.overdue(date(2026, 12, 31))} == {"E3"}
    assert [store.case(name).is_gone for name in ("E1", "E2", "E3")] == [True, True, False]
    store.follow(both, NIGHT + timedelta(days=2))  # back again
    assert not store.case("E1").is_gone


def test_closed_and_issued_cases_are_never_late(store: CaseStore) -> None:
    opened(store)
    walk(store, "issue")
    assert store.overdue(date(2027, 12, 31)) == []


def test_predictive_value_counts_each_case_once_by_its_last_judgement(store: CaseStore) -> None:
    hire(store)
    for n in range(8):
        warning_id = f"E{n}"
        store.follow(listed(warning_id=warning_id, level="yellow"), NIGHT, seen_at("2201", warning_id=warning_id))
    for n, (action, said) in enumerate(
        [
            ("verify", {"reason": "real"}),
            ("verify", {"reason": "real"}),
            ("dismiss", {"reason_class": "known_and_handled", "reason": "we knew"}),
            ("dismiss", {"reason_class": "chance", "reason": "chance"}),
            ("dismiss", {"reason_class": "duplicate", "reason": "see E1"}),
            ("dismiss", {"reason_class": "data_error", "reason": "typing error"}),
        ]
    ):
        act(store, "review", "shanghai", case_id=f"E{n}")
        act(store, action, "shanghai", case_id=f"E{n}", **said)
    act(store, "reopen", "shanghai", case_id="E5", reason="no error after all")
    act(store, "dismiss", "shanghai_head", case_id="E1", reason_class="targeting_artefact", reason="new targeting")
    with store.engine.connect() as con:
        assert predictive_value(con, store.books.life, NIGHT) == []
        [before] = predictive_value(con, store.books.life, AT.date())
        [after] = predictive_value(con, store.books.life, AT.date() + timedelta(days=1))
    assert (before.right, before.wrong, before.waiting, before.value) == (0, 0, 8, None)
    assert (after.right, after.wrong, after.neither, after.waiting) == (2, 2, 1, 3)
    assert after.value == 0.5
    assert after.reasons == {"known_and_handled": 1, "chance": 1, "duplicate": 1, "targeting_artefact": 1}


def test_wilson_interval_is_that_of_the_textbook() -> None:
    """Newcombe 1998, Statistics in Medicine 17: 857-872, table I: 81/263, 15/148, 0/20 and 1/29, method 3 (score, no correction)."""
    for hits, trials, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):
        assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)

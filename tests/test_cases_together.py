"""Several people at one case at once: one wins, the others are told what changed, and what only adds is never lost."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor

import pytest
from case_stores import AT, act, chain, opened

from riskwarn.cases import CaseError, CaseStore, Request, open_store
from riskwarn.cases.errors import Conflict, MissingField
from riskwarn.cases.reading import steps_of
from riskwarn.settings import Settings


def test_the_second_of_two_is_told_what_the_first_changed(store: CaseStore) -> None:
    opened(store)
    seen = store.case("E1").version
    act(store, "review", "shanghai", version=seen, reason="mine")
    with pytest.raises(Conflict) as refused:
        act(store, "review", "hq", version=seen)
    told = refused.value.text("en")
    assert all(word in told for word in ("version 0", "now 1", "shanghai", "under review", "mine", "2026-11-20 01:00 UTC"))
    assert "期间已被改动" in refused.value.text("zh_CN")
    act(store, "note", "hq", version=seen, reason="what only adds does not collide")
    with pytest.raises(MissingField):
        act(store, "verify", "hq", version=None, reason="seen")
    with pytest.raises(Conflict):
        act(store, "verify", "hq", version=99, reason="from the future")


def test_of_many_at_once_one_wins_and_every_addition_is_kept(case_settings: Settings) -> None:
    with open_store(case_settings) as store:
        opened(store)
    won: list[str] = []
    lost: list[CaseError] = []
    people = ["shanghai", "shanghai_head", "shanghai_deputy_head", "hq", "hq_head"]

    def officer(login: str) -> None:
        with open_store(case_settings) as own:
            try:
                act(own, "review", login, version=0)
                won.append(login)
            except CaseError as error:
                lost.append(error)
            for n in range(3):
                own.act(Request("E1", "note", login, AT, reason=f"{login} {n}"))

    threads = [threading.Thread(target=officer, args=(login,)) for login in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert {type(error) for error in lost} == {Conflict}
    with open_store(case_settings) as store:
        with store.engine.connect() as con:
            steps = steps_of(con, "E1")
        assert [s["version"] for s in steps] == list(range(1, 17))
        assert {s["reason"] for s in steps if s["action"] == "note"} == {f"{login} {n}" for login in people for n in range(3)}
        assert chain(store) == []


def write_notes(settings: Settings, login: str) -> int:
    """In a process of its own: five notes, then the case taken on from the version at the beginning; returns whether that went through."""
    with open_store(settings) as own:
        for n in range(5):
            own.act(Request("E1", "note", login, AT, reason=f"{login} {n}"))
        try:
            act(own, "take", login, version=0)
        except Conflict:
            return 0
        return 1


def test_processes_side_by_side_lose_nothing(case_settings: Settings) -> None:
    with open_store(case_settings) as store:
        opened(store)
    people = ["shanghai", "hq"]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        won = list(pool.map(write_notes, [case_settings] * 2, people))
    assert won == [0, 0]  # both had written before they tried what they had seen at the beginning
    with open_store(case_settings) as store:
        with store.engine.connect() as con:
            steps = steps_of(con, "E1")
        assert [s["version"] for s in steps] == list(range(1, 11))
        assert {s["reason"] for s in steps} == {f"{login} {n}" for login in people for n in range(5)}
        assert chain(store) == []

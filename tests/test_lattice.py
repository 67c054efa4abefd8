"""The lattice of levels: which series contain which, and that one event is shown once and none is lost."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_episodes import RULES, START, signal

from riskwarn.assess.absorbing import BREADTH, absorb, contains
from riskwarn.assess.episodes import Episode, advance
from riskwarn.assess.reasons import ReasonFacts, reason
from riskwarn.detect.fdr import discrete_q_values
from riskwarn.detect.naming import is_borne_out
from riskwarn.model import ALL, Reach, Scope, SeriesKey, reach_of

# What each scope keeps of (product, origin, hazard, substance); "chapter" keeps the chapter of the product.
KEPT = {
    Scope.ORIGIN: ("", "origin"),
    Scope.HAZARD_ORIGIN: ("", "origin", "hazard"),
    Scope.CHAPTER_HAZARD: ("chapter", "hazard"),
    Scope.CHAPTER_ORIGIN: ("chapter", "origin"),
    Scope.SUBSTANCE: ("", "hazard", "substance"),
    Scope.PRODUCT: ("product",),
    Scope.PRODUCT_HAZARD: ("product", "hazard"),
    Scope.PRODUCT_ORIGIN: ("product", "origin"),
    Scope.PRODUCT_SUBSTANCE: ("product", "hazard", "substance"),
    Scope.PRODUCT_ORIGIN_HAZARD: ("product", "origin", "hazard"),
}


def key(scope: Scope, product: str, origin: str, hazard: str, substance: str) -> SeriesKey:
    """The series of a scope to which an event belongs."""
    kept = KEPT[scope]
    code = product if "product" in kept else product[:2] if "chapter" in kept else ALL
    rest = [value if name in kept else ALL for name, value in (("origin", origin), ("hazard", hazard), ("substance", substance))]
    return SeriesKey(scope.value, "import", "HS", code, *rest)


events = st.tuples(
    st.sampled_from(["0801", "0802", "1207"]), st.sampled_from(["IN", "TR"]), st.sampled_from(["pesticides", "toxins"]),
    st.sampled_from(["a", "b"]),
)  # fmt: skip
scopes = st.sampled_from(list(Scope))


@given(events, events, scopes, scopes)
def test_a_series_contains_another_where_every_event_of_the_other_is_its_own(
    one: tuple[str, ...], other: tuple[str, ...], wide: Scope, narrow: Scope
) -> None:
    """Against counting: over all events there are, those of the narrow series are a part of those of the wide one."""
    a, b = key(wide, *one), key(narrow, *other)
    world = [
        (p, o, h, s) for p in ("0801", "0802", "1207", "1208") for o in ("IN", "TR") for h in ("pesticides", "toxins") for s in ("a", "b")
    ]
    mine, its = ({e for e in world if key(scope, *e) == series} for scope, series in ((wide, a), (narrow, b)))
    assert contains(a, b) == (its < mine)
    if contains(a, b):
        assert BREADTH[a.scope] < BREADTH[b.scope]


def test_reach_is_what_the_plans_call_it() -> None:
    assert {scope: reach_of(scope) for scope in (Scope.PRODUCT_ORIGIN, Scope.ORIGIN, Scope.PRODUCT, Scope.SUBSTANCE)} == {
        Scope.PRODUCT_ORIGIN: Reach.CELL,
        Scope.ORIGIN: Reach.REGIONAL,
        Scope.PRODUCT: Reach.INDUSTRY_WIDE,
        Scope.SUBSTANCE: Reach.SYSTEMIC,
    }
    assert all(reach_of(scope) for scope in Scope)


Drawn = tuple[tuple[str, ...], Scope, int, bool, int]
rows = st.lists(
    st.tuples(events, scopes, st.integers(1, 60), st.booleans(), st.integers(0, 2)), max_size=10, unique_by=lambda r: key(r[1], *r[0])
)


def night(previous: tuple[Episode, ...], drawn: list[Drawn], week: int, **more: object) -> list[Episode]:
    monday = START + timedelta(weeks=week)
    table = [signal(key(scope, *event), monday, rejected=is_new, p=1e-4, observed=n) for event, scope, n, is_new, _ in drawn]
    frame = pd.DataFrame(table, columns=list(signal(key(Scope.ORIGIN, "0801", "IN", "x", "a"), START, rejected=True)))
    return list(advance(previous, frame, RULES, monday + timedelta(weeks=1), budget=50, **more).episodes)  # type: ignore[arg-type]


def check(episodes: list[Episode]) -> None:
    by_id = {e.episode_id: e for e in episodes}
    for episode in episodes:
        if episode.absorbed_by and episode.is_active:
            by = by_id[episode.absorbed_by]
            assert by.is_active
            assert not by.absorbed_by
            assert by is not episode


@settings(deadline=None, max_examples=60)
@given(st.lists(rows, min_size=1, max_size=4), st.randoms(use_true_random=False), st.data())
def test_no_event_is_lost_whatever_happens(nights: list[list[Drawn]], rng: random.Random, data: st.DataObject) -> None:
    """Every active episode is shown or absorbed by a shown active one; the order of rows and of episodes does not matter."""
    previous: tuple[Episode, ...] = ()
    for week, drawn in enumerate(nights):
        ids = [e.episode_id for e in previous]
        touched = frozenset(data.draw(st.lists(st.sampled_from(ids), max_size=3)) if ids else ())
        pairs = data.draw(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20)), max_size=6))

        def overlap(active: list[Episode], pairs: list[tuple[int, int, int]] = pairs) -> dict[tuple[str, str], int]:
            names = sorted(e.episode_id for e in active)
            shared = {(name, name): 20 for name in names}
            for i, j, n in pairs:
                if names and i % len(names) != j % len(names):
                    a, b = names[i % len(names)], names[j % len(names)]
                    shared[a, b] = shared[b, a] = n
            return shared

        made = night(previous, drawn, week, touched=touched, overlap=overlap)
        check(made)
        was_shown = {e.episode_id for e in previous if not e.absorbed_by}
        assert not [e for e in made if e.absorbed_by and e.episode_id in touched & was_shown]
        shuffled = list(drawn)
        rng.shuffle(shuffled)
        assert night(previous[::-1], shuffled, week, touched=touched, overlap=overlap) == made
        opened = {key(scope, *event) for event, scope, _, is_new, _ in drawn if is_new}
        assert opened <= {e.key for e in made if e.is_active}
        previous = tuple(made)


def shown(drawn: list[tuple[tuple[str, ...], Scope, int]], previous: tuple[Episode, ...] = (), week: int = 0) -> set[tuple[str, str]]:
    made = night(previous, [(event, scope, n, True, 0) for event, scope, n in drawn], week)
    return {(e.key.scope, e.key.product_code) for e in made if not e.absorbed_by}


SEEDS, CEREALS = ("1207", "IN", "pesticides", "a"), ("1001", "TR", "pesticides", "a")


def test_a_substance_in_several_products_is_one_systemic_event() -> None:
    drawn = [(SEEDS, Scope.SUBSTANCE, 40), (SEEDS, Scope.PRODUCT_SUBSTANCE, 21), (CEREALS, Scope.PRODUCT_SUBSTANCE, 18)]
    assert shown(drawn) == {("substance", "*")}


def test_one_cell_seen_at_six_levels_is_shown_as_that_cell() -> None:
    levels = (Scope.ORIGIN, Scope.HAZARD_ORIGIN, Scope.PRODUCT, Scope.PRODUCT_HAZARD, Scope.PRODUCT_ORIGIN, Scope.PRODUCT_ORIGIN_HAZARD)
    assert shown([(SEEDS, scope, 20) for scope in levels]) == {("product_origin_hazard", "1207")}


def test_a_new_event_under_an_aggregate_that_has_long_been_open_is_news() -> None:
    old = tuple(night((), [(SEEDS, Scope.ORIGIN, 40, True, 0)], 0))
    for week in range(1, 5):
        old = tuple(night(old, [(SEEDS, Scope.ORIGIN, 40, False, 0)], week))
    monday = START + timedelta(weeks=5)
    rare = {**signal(key(Scope.PRODUCT_ORIGIN_HAZARD, *SEEDS), monday, rejected=True, observed=6), "expected": 0.01}
    standing = {**signal(key(Scope.ORIGIN, *SEEDS), monday, rejected=False, p=1e-3, observed=40), "expected": 20.0}
    made = advance(old, pd.DataFrame([rare, standing]), RULES, monday + timedelta(weeks=1), budget=9).episodes
    assert {e.key.scope for e in made if not e.absorbed_by} == {"origin", "product_origin_hazard"}


def test_two_series_that_hold_the_same_events_are_one_event() -> None:
    """Neither contains the other: pesticides from India, and one substance in all products, are mostly the same 20 alerts."""
    one, other = key(Scope.HAZARD_ORIGIN, *SEEDS), key(Scope.SUBSTANCE, *SEEDS)
    made = night((), [(SEEDS, Scope.HAZARD_ORIGIN, 22, True, 0), (SEEDS, Scope.SUBSTANCE, 40, True, 0)], 0)
    assert not any(e.absorbed_by for e in made)
    ids = {e.key: e.episode_id for e in made}
    shared = {(i, i): n for i, n in ((ids[one], 22), (ids[other], 40))} | {(ids[one], ids[other]): 20, (ids[other], ids[one]): 20}
    settled = {e.key: e.absorbed_by for e in absorb(made, frozenset(), shared)}
    assert settled == {one: ids[other], other: ""}


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("noun", ["failed", "foreign_alerts", "complaints"])
def test_every_scope_has_its_reason_in_both_languages(scope: Scope, noun: str) -> None:
    told = ReasonFacts(noun, key(scope, "0801", "IN", "pesticide_residues", "ethylene oxide"), 4, 9, 2.5, 120, (("IN", 9),),
                       (("mycotoxins", 6),), (("0801", 5), ("1207", 4)))  # fmt: skip
    english, chinese = reason(told, "en"), reason(told, "zh_CN")
    assert "*" not in english + chinese
    assert ("India" in english) and ("印度" in chinese or told.key.origin_country == ALL)
    assert ("ethylene oxide" in english) == (told.key.substance != ALL) == ("环氧乙烷" in chinese)
    assert (reach_of(scope) == Reach.CELL) != any(word in english for word in ("Regional", "Industry-wide", "Systemic"))
    assert (reach_of(scope) == Reach.CELL) != any(word in chinese for word in ("区域性", "行业性", "系统性"))


def test_weights_of_one_change_nothing_and_smaller_ones_ask_for_more() -> None:
    rng = np.random.default_rng(8)
    p, reach = rng.uniform(size=300) ** 3, rng.uniform(size=300)
    judged, family = rng.uniform(size=300) < 0.7, rng.uniform(size=300) < 0.9
    plain = discrete_q_values(p, reach, judged, family)
    assert np.allclose(plain, discrete_q_values(p, reach, judged, family, np.ones(300)))
    weight = np.where(np.arange(300) < 150, 1.0, 0.1)
    weighted = discrete_q_values(p, reach, judged, family, weight)
    assert (weighted[150:] >= plain[150:] - 1e-12).mean() > 0.9


def test_weighted_levels_keep_the_false_discovery_rate() -> None:
    """600 quiet series on two levels and 20 struck ones: share of false ones among the rejected, 400 nights, seed 21."""
    rng = np.random.default_rng(21)
    shares = []
    for _ in range(400):
        p = rng.uniform(size=620)
        p[:20] = rng.uniform(size=20) * 1e-4
        weight = np.where(np.arange(620) % 2 == 0, 1.0, 0.2)
        rejected = discrete_q_values(p, np.ones(620), np.ones(620, dtype=bool), np.ones(620, dtype=bool), weight) <= 0.1
        shares.append(rejected[20:].sum() / max(rejected.sum(), 1))
    assert np.mean(shares) <= 0.1 + 3 * np.std(shares) / 20


def test_a_new_name_for_what_was_there_before_is_no_rise() -> None:
    keys = pd.DataFrame(
        [
            ("product_hazard", "import", "HS", "0801", "*", "toxins", "*"),
            ("product_substance", "import", "HS", "0801", "*", "toxins", "aflatoxin b1"),
            ("product_hazard", "import", "HS", "1207", "*", "pesticides", "*"),
            ("product_substance", "import", "HS", "1207", "*", "pesticides", "ethylene oxide"),
            ("substance", "import", "HS", "*", "*", "pesticides", "ethylene oxide"),
        ],
        columns=["scope", "direction", "product_scheme", "product_code", "origin_country", "hazard_category", "substance"],
    )
    counts = np.array([[5.0, 6.0], [0.0, 6.0], [1.0, 9.0], [0.0, 8.0], [0.0, 8.0]])
    expected = np.array([[5.5, 5.5], [0.1, 0.1], [1.0, 1.0], [0.1, 0.1], [0.1, 0.1]])
    assert is_borne_out(keys, counts, expected, np.array([2, 2, 1, 1, 2])).tolist() == [True, False, True, True, True]

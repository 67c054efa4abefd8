"""Episodes over nights, drawn as pictures: one character a week, what the signal was and what became of the episode."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskwarn.assess.episodes import Episode, EpisodeRules, Night, advance, from_frame, to_frame
from riskwarn.model import SeriesKey

RULES = {"alerts": EpisodeRules(sustain_p=0.05, close_after_quiet_weeks=8, reopen_within_weeks=26, is_budgeted=True)}
GRAVE = {"grave": EpisodeRules(sustain_p=0.05, close_after_quiet_weeks=8, reopen_within_weeks=26, is_budgeted=False)}
CELL = SeriesKey("product_origin_hazard", "import", "RASFF", "seeds", "IN", "pesticide_residues")
ALL_ORIGINS = replace(CELL, scope="product_hazard", origin_country="*")
START = date(2026, 1, 5)  # a Monday: each night judges the week that ended the day before


def signal(
    key: SeriesKey, week: date, *, rejected: bool, p: float = 1e-6, observed: float = 10, indicator: str = "alerts"
) -> dict[str, object]:
    numbers = dict.fromkeys(("expected_lower", "expected_upper", "ratio", "ratio_lower", "ratio_upper", "exposure", "exposure_usual"), 1.0)
    return {
        "indicator_id": indicator,
        **{name: getattr(key, name) for name in key.__dataclass_fields__},
        "week": week,
        "window_weeks": 1,
        "observed": observed,
        "expected": 1.0,
        **numbers,
        "completeness": 1.0,
        "season_factor": 1.0,
        "p_value": p,
        "q_value": p,
        "pyod_score": 0.0,
        "pyod_p_value": 0.5,
        "top_feature": "z1",
        "is_rejected": rejected,
    }


def night(previous: tuple[Episode, ...], rows: list[dict[str, object]], as_of: date, **options: object) -> Night:
    frame = pd.DataFrame(rows, columns=list(signal(CELL, START, rejected=True)))
    return advance(previous, frame, {**RULES, **GRAVE}, as_of, **{"budget": 20, **options})  # type: ignore[arg-type]


def play(picture: str) -> tuple[str, list[set[str]]]:
    """Replays weekly nights: R rejected, s sustaining, . nothing. Gives o open, q quiet, x closed, - none, and the ids by week."""
    states, ids, previous = "", [], ()
    for week, mark in enumerate(picture):
        monday = START + timedelta(weeks=week)
        rows = {"R": [signal(CELL, monday, rejected=True)], "s": [signal(CELL, monday, rejected=False, p=0.03)], ".": []}[mark]
        previous = night(previous, rows, monday + timedelta(weeks=1)).episodes
        states += {"open": "o", "quiet": "q", "closed": "x"}[previous[0].status] if previous else "-"
        ids.append({e.episode_id for e in previous})
    return states, ids


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ("..R..", "--oqq"),
        ("sR.s.", "-oqoq"),
        ("R........", "oqqqqqqqx"),
        ("R........R.", "oqqqqqqqxoq"),
        ("Rs.......s", "ooqqqqqqqo"),  # the eighth quiet week never came
    ],
)
def test_life_of_an_episode(picture: str, expected: str) -> None:
    assert play(picture)[0] == expected


def test_reopening_within_26_weeks_keeps_the_id_and_later_makes_a_new_one() -> None:
    _, near = play("R" + "." * 20 + "R")
    _, far = play("R" + "." * 40 + "R")
    assert len(near[-1]) == 1
    assert len(far[-1]) == 2


def test_a_person_s_decision_is_not_closed_the_machine_proposes() -> None:
    first = night((), [signal(CELL, START, rejected=True)], START + timedelta(weeks=1))
    touched = frozenset(first.opened)
    later = night(first.episodes, [], START + timedelta(weeks=12), touched=touched)
    assert [(e.status, e.proposal) for e in later.episodes] == [("quiet", "close")]


def test_one_event_is_shown_once_the_cell_where_it_is_nearly_all() -> None:
    rows = [signal(CELL, START, rejected=True, observed=10), signal(ALL_ORIGINS, START, rejected=True, observed=11)]
    made = night((), rows, START + timedelta(weeks=1))
    assert [e.key.origin_country for e in made.episodes if not e.absorbed_by] == ["IN"]
    assert len(made.opened) == 1


def test_one_event_is_shown_once_the_aggregate_where_it_is_wider() -> None:
    rows = [signal(CELL, START, rejected=True, observed=5), signal(ALL_ORIGINS, START, rejected=True, observed=30)]
    made = night((), rows, START + timedelta(weeks=1))
    assert [e.key.origin_country for e in made.episodes if not e.absorbed_by] == ["*"]


def test_a_cell_seen_at_three_levels_is_shown_once() -> None:
    any_hazard = replace(CELL, scope="product_origin", hazard_category="*")
    rows = [signal(key, START, rejected=True, observed=n) for key, n in ((CELL, 10), (ALL_ORIGINS, 11), (any_hazard, 12))]
    made = night((), rows, START + timedelta(weeks=1))
    assert [e.key for e in made.episodes if not e.absorbed_by] == [CELL]


def test_an_event_that_spreads_is_taken_over_by_the_aggregate() -> None:
    other = replace(CELL, origin_country="BE")
    rows = [signal(CELL, START, rejected=True, observed=10), signal(ALL_ORIGINS, START, rejected=True, observed=11)]
    now = night((), rows, START + timedelta(weeks=1)).episodes
    later = START + timedelta(weeks=1)
    rows = [signal(key, later, rejected=True, observed=n) for key, n in ((CELL, 10), (ALL_ORIGINS, 40), (other, 12))]
    spread = night(now, rows, later + timedelta(weeks=1))
    assert [e.key.origin_country for e in spread.episodes if not e.absorbed_by] == ["*"]
    assert not spread.opened  # the same event goes on


def test_an_absorbed_episode_comes_back_when_the_absorbing_one_closes() -> None:
    rows = [signal(CELL, START, rejected=True, observed=5), signal(ALL_ORIGINS, START, rejected=True, observed=30)]
    now = night((), rows, START + timedelta(weeks=1)).episodes
    for week in range(1, 10):
        monday = START + timedelta(weeks=week)
        now = night(now, [signal(CELL, monday, rejected=False, p=0.01)], monday + timedelta(weeks=1)).episodes
    assert {(e.key.origin_country, e.status, bool(e.absorbed_by)) for e in now} == {("*", "closed", False), ("IN", "open", False)}


def test_a_touched_cell_is_not_absorbed() -> None:
    first = night((), [signal(CELL, START, rejected=True, observed=5)], START + timedelta(weeks=1))
    rows = [signal(CELL, START, rejected=True, observed=5), signal(ALL_ORIGINS, START, rejected=True, observed=30)]
    second = night(first.episodes, rows, START + timedelta(days=8), touched=frozenset(first.opened))
    cell = next(e for e in second.episodes if e.key == CELL)
    assert not cell.absorbed_by
    assert cell.proposal.startswith("absorb_into:E")


def test_the_budget_keeps_the_strongest_and_returns_what_it_cut() -> None:
    keys = [replace(CELL, origin_country=code) for code in ("IN", "TR", "BR")]
    rows = [signal(key, START, rejected=True, p=p) for key, p in zip(keys, (1e-3, 1e-9, 1e-6), strict=True)]
    rows.append(signal(replace(CELL, origin_country="VN"), START, rejected=True, p=float("nan"), indicator="grave"))
    made = night((), rows, START + timedelta(weeks=1), budget=1)
    assert {e.key.origin_country for e in made.episodes} == {"TR", "VN"}  # a grave event is outside the budget
    assert [e.key.origin_country for e in made.cut] == ["BR", "IN"]
    again = night(made.episodes, rows, START + timedelta(days=8), budget=5)
    assert {e.key.origin_country for e in again.episodes} == {"TR", "VN", "BR", "IN"}


def test_an_older_episode_survives_when_the_one_that_would_absorb_it_is_cut() -> None:
    first = night((), [signal(CELL, START, rejected=True, observed=5)], START + timedelta(weeks=1))
    other = replace(CELL, product_code="spices")
    rows = [signal(ALL_ORIGINS, START, rejected=True, p=1e-4, observed=30), signal(other, START, rejected=True, p=1e-9)]
    second = night(first.episodes, rows, START + timedelta(days=8), budget=1)
    assert {(e.key.product_code, e.absorbed_by) for e in second.episodes} == {("seeds", ""), ("spices", "")}
    assert second.continued == first.opened


def test_an_indicator_that_is_withdrawn_closes_its_episodes() -> None:
    first = night((), [signal(CELL, START, rejected=True)], START + timedelta(weeks=1))
    after = advance(
        first.episodes, pd.DataFrame(columns=list(signal(CELL, START, rejected=True))), {}, START + timedelta(weeks=2), budget=9
    )
    assert [(e.status, e.proposal) for e in after.episodes] == [("closed", "indicator_withdrawn")]


@given(st.lists(st.sampled_from("Rs."), min_size=1, max_size=60))
def test_a_table_of_episodes_reads_back_as_it_was_and_nights_are_pure(marks: list[str]) -> None:
    previous: tuple[Episode, ...] = ()
    for week, mark in enumerate(marks):
        monday = START + timedelta(weeks=week)
        rows = [] if mark == "." else [signal(CELL, monday, rejected=mark == "R", p=1e-6 if mark == "R" else 0.03)]
        one = night(previous, rows, monday + timedelta(weeks=1))
        assert one == night(from_frame(to_frame(previous)), rows, monday + timedelta(weeks=1))
        assert sum(e.is_active for e in one.episodes) <= 1
        previous = one.episodes

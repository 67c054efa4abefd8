"""State carried between nights: the same rows to the last bit, and only what was touched is learned again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from detect_worlds import World, world

from riskwarn.detect import judge, judge_and_watch
from riskwarn.detect.carried import Carried, Memory, run
from riskwarn.detect.filter import Tuning, harmonics
from riskwarn.detect.judge import CHAPTER_SEASON, OWN_SEASON
from riskwarn.detect.steps import STEP, in_steps, ratio_in_steps
from riskwarn.detect.workdays import Floats
from riskwarn.indicators import Indicator, load_indicators

WEEKS, NOW = 150, 140
FAILURES = next(one for one in load_indicators() if one.id == "failure_rate")
LANES_ONLY = replace(FAILURES, scopes=("product_origin",), detector=replace(FAILURES.counting, pyod="off"))


@pytest.fixture(scope="module")
def lanes() -> World:
    risk = np.ones((320, WEEKS))
    risk[:8, NOW - 6 :] = 10.0
    return world(21, weeks=WEEKS, risk=risk)


def remembered(frame: pd.DataFrame, as_of: date, past: Carried | None, indicator: Indicator = LANES_ONLY) -> tuple[pd.DataFrame, Memory]:
    memory = Memory(past)
    return judge_and_watch(frame, indicator, as_of, memory=memory)[0], memory


def after(frame: pd.DataFrame, as_of: date) -> Carried:
    state = remembered(frame, as_of, None)[1].next
    assert state is not None
    return state


def corrected(frame: pd.DataFrame, lane: int, one: World, weeks_ago: int) -> pd.DataFrame:
    """One failed lot more in a week long ago."""
    changed = frame.copy()
    at = changed.index[(changed["product_code"] == one.products[lane]) & (changed["origin_country"] == one.origins[lane])]
    row = at[changed.loc[at, "week"] <= changed["week"].max() - pd.Timedelta(weeks=weeks_ago)][-1]
    changed.loc[row, ["failed_random", "failed"]] += 1
    return changed


def test_a_night_with_state_gives_to_the_last_bit_what_it_gives_without(lanes: World) -> None:
    past = None
    for week in range(NOW - 4, NOW + 1):
        for day in (1, 4):  # the week after is running: nothing of it is known yet
            as_of = lanes.as_of(week) + timedelta(days=day)
            frame = lanes.frame(week)
            seen, memory = remembered(frame, as_of, past)
            pd.testing.assert_frame_equal(seen, judge(frame, LANES_ONLY, as_of), check_exact=True)
            assert memory.carried + memory.replayed == len(seen)
            if past is not None:
                # A new week is learned on Tuesdays and moves some priors by a step; between, nothing moves.
                assert memory.carried > (0.4 if day == 1 else 0.99) * len(seen)
            past = memory.next
    assert seen["p_value"].min() < 0.001


def test_every_level_and_signal_goes_on_from_its_own_state(lanes: World) -> None:
    rows = lanes.frame(NOW).assign(
        complaints=lambda r: r["failed"], declared_lots=lambda r: r["inspected"], foreign_alerts=lambda r: r["failed"]
    )
    over = rows.assign(scope="product", origin_country="*").groupby(
        ["scope", "direction", "product_scheme", "product_code", "origin_country", "hazard_category", "substance", "week"], as_index=False
    )
    both = pd.concat([rows, over.sum(numeric_only=True)], ignore_index=True)
    for indicator in load_indicators():
        if indicator.detector is None:
            continue
        asked = replace(
            indicator, scopes=("product_origin", "product"), detector=replace(indicator.counting, scope_weights=(0.5, 0.5), pyod="off")
        )
        tuesday, wednesday = (lanes.as_of(NOW) + timedelta(days=day) for day in (1, 2))
        first = remembered(both, tuesday, None, asked)[1]
        again, second = remembered(both, wednesday, first.next, asked)
        pd.testing.assert_frame_equal(again, judge(both, asked, wednesday), check_exact=True)
        assert second.replayed <= 0.02 * len(again), indicator.id  # nothing changed overnight


@pytest.mark.parametrize("weeks_ago", [3, 30, 100])
def test_a_late_correction_replays_only_the_series_it_touches(lanes: World, weeks_ago: int) -> None:
    frame, as_of = lanes.frame(NOW), lanes.as_of(NOW)
    past = after(frame, as_of)
    changed = corrected(frame, 40, lanes, weeks_ago)
    seen, memory = remembered(changed, as_of, past)
    pd.testing.assert_frame_equal(seen, judge(changed, LANES_ONLY, as_of), check_exact=True)
    before = judge(frame, LANES_ONLY, as_of)
    mine = (seen["series_key"] == lanes.key(40)).to_numpy()
    assert not np.array_equal(seen.loc[mine, "expected"].to_numpy(), before.loc[mine, "expected"].to_numpy()) or weeks_ago == 3
    # Its own series, and neighbours (of one product, one origin) whose prior moved by a step.
    neighbours = ((seen["product_code"] == lanes.products[40]) | (seen["origin_country"] == lanes.origins[40])).sum()
    assert (0 if weeks_ago < 60 else 1) <= memory.replayed <= neighbours
    assert memory.replayed < 0.15 * len(seen)


def test_an_older_night_and_another_history_find_nothing_they_could_mistake(lanes: World) -> None:
    """The state of a later week, and of other lots with the same failures, serves nobody; the result is the same."""
    later = after(lanes.frame(NOW), lanes.as_of(NOW))
    frame, as_of = lanes.frame(NOW - 5), lanes.as_of(NOW - 5)
    seen, memory = remembered(frame, as_of, later)
    pd.testing.assert_frame_equal(seen, judge(frame, LANES_ONLY, as_of), check_exact=True)
    assert memory.carried == 0
    more = lanes.frame(NOW).assign(inspected_random=lambda rows: rows["inspected_random"] + 1)
    seen, memory = remembered(more, lanes.as_of(NOW), later)
    pd.testing.assert_frame_equal(seen, judge(more, LANES_ONLY, lanes.as_of(NOW)), check_exact=True)
    assert memory.carried == 0


@pytest.mark.parametrize("column", ["inspected_random", "failed_random"])
def test_what_moves_from_one_week_to_another_moves_no_prior_and_is_seen_all_the_same(lanes: World, column: str) -> None:
    frame, as_of = lanes.frame(NOW), lanes.as_of(NOW)
    past, moved = after(frame, as_of), frame.copy()
    lane = moved.index[(moved["product_code"] == lanes.products[40]) & (moved["origin_country"] == lanes.origins[40])][:60]
    early = lane[moved.loc[lane, column] > 0][0]
    moved.loc[early, column] -= 1
    moved.loc[lane[-1], column] += 1
    for whole in {"inspected", "failed"} & {column.removesuffix("_random")}:
        moved.loc[early, whole] -= 1
        moved.loc[lane[-1], whole] += 1
    seen, memory = remembered(moved, as_of, past)
    pd.testing.assert_frame_equal(seen, judge(moved, LANES_ONLY, as_of), check_exact=True)
    assert memory.replayed == 1


GIVEN = ("counts", "units", "mean0", "var0")  # what leads to a state, series by series


def filtered(tuning: Tuning, memory: Memory, counts: Floats, units: Floats, mean0: Floats, var0: Floats) -> tuple[Floats, ...]:
    """The filter over 130 weeks from a Monday of 2024 on: expected counts, doubt and coefficients of the newest 52."""
    season = harmonics(739_005 + 7 * np.arange(130))
    seen = run(counts, lambda low, high: units[low:high], season, mean0, var0, tuning, 52, memory, 739_005)
    return seen.expected, seen.rate_var, seen.coefficients, seen.residual


@pytest.mark.parametrize("moved", ["nothing", "tuning", *GIVEN])
def test_whatever_leads_to_a_state_is_part_of_its_mark(moved: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three series of fifty differ in one thing, long before their state was kept; they are filtered in chunks."""
    monkeypatch.setattr("riskwarn.detect.stock.CHUNK_SERIES", 16)
    rng = np.random.default_rng(6)
    units = rng.uniform(1.0, 9.0, (50, 130))
    given = {"counts": rng.poisson(0.3 * units), "units": units, "mean0": np.zeros((50, 6)), "var0": np.tile(OWN_SEASON, (50, 1))}
    tuning = Tuning()
    first = Memory()
    filtered(tuning, first, **given)
    if moved == "tuning":
        tuning = tuning._replace(level_discount=tuning.level_discount - 0.01)
    elif moved != "nothing":
        given[moved] = given[moved].copy()
        given[moved][[0, 20, 49], 0 if moved.endswith("0") else 40] += 1
    second = Memory(first.next)
    seen = filtered(tuning, second, **given)
    monkeypatch.undo()
    for one, other in zip(seen, filtered(tuning, Memory(), **given), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (second.carried, second.replayed) == {"nothing": (50, 0), "tuning": (0, 50)}.get(moved, (47, 3))


def test_a_short_record_carries_nothing() -> None:
    young = world(22, weeks=60)
    _, memory = remembered(young.frame(59), young.as_of(59), None)
    assert memory.next is None and memory.carried == memory.replayed == 0


def test_states_are_written_and_read_and_what_is_broken_is_learned_anew(lanes: World) -> None:
    state = after(lanes.frame(NOW), lanes.as_of(NOW))
    table = state.frame()
    read = Carried.of_frame(table)
    assert read is not None and read.week == state.week
    assert np.array_equal(read.marks, state.marks) and np.array_equal(read.states, state.states)
    assert len(set(state.marks.tolist())) == state.marks.size
    broken = table.assign(s4=np.where(table.index == 3, np.nan, table["s4"]))
    out_of_order = (table.iloc[::-1], table.iloc[[0, 1, 1]])
    for bad in (None, table.iloc[:0], table.drop(columns="s3"), *out_of_order, broken, table.assign(week=range(len(table)))):
        assert Carried.of_frame(bad) is None


def test_steps_are_finer_than_any_doubt_of_a_prior() -> None:
    values = np.linspace(-20.0, 5.0, 1003)  # not on the border of two steps
    assert np.abs(in_steps(values) - values).max() <= STEP / 2 + 1e-12
    assert np.allclose(np.log(ratio_in_steps(np.exp(values))), in_steps(values), atol=1e-12)
    for spread in (CHAPTER_SEASON, OWN_SEASON):
        assert np.sqrt(spread[2:]).min() * 0.3 > STEP / 2

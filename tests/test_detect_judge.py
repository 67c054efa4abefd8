"""A night's judgement on simulated panels: quiet ones stay quiet, planted events are found, exposure explains what it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from detect_worlds import FIRST, World, table, world
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskwarn.detect import SIGNAL_COLUMNS, judge, judge_and_watch
from riskwarn.detect.exposure import targeting_ratios
from riskwarn.detect.panel import STRIDE, build_panel
from riskwarn.detect.weekly import weekly_rows
from riskwarn.indicators import Indicator, load_indicators

INDICATORS = {one.id: one for one in load_indicators()}
LANES = 320


def watched(indicator_id: str, **detector: object) -> Indicator:
    """The indicator as shipped, at product x origin only, without pyod (which has its own test)."""
    one = INDICATORS[indicator_id]
    return replace(one, scopes=("product_origin",), detector=replace(one.counting, **{"pyod": "off", **detector}))


FAILURES = watched("failure_rate")


def replayed(one: World, begin: int, end: int, indicator: Indicator = FAILURES) -> dict[str, int]:
    """Series opened, by the week that opened them; an open series stays open."""
    opened: dict[str, int] = {}
    for week in range(begin, end):
        signals = judge(one.frame(week), indicator, one.as_of(week), open_keys=opened.keys())
        for key in signals.loc[signals["is_rejected"], "series_key"]:
            opened[key] = week
    return opened


def test_a_quiet_panel_stays_quiet() -> None:
    small, rejected = 0, 0
    for seed in range(3):
        one = world(seed)
        for week in range(60, one.weeks, 8):
            signals = judge(one.frame(week), FAILURES, one.as_of(week))
            small += int((signals["p_value"] <= 0.01).sum())
            rejected += int(signals["is_rejected"].sum())
    # 5,760 series-weeks: at most 58 expected at 1%; three false openings in 18 nights would be more than q allows.
    assert small <= 58 + 3 * np.sqrt(58)
    assert rejected <= 3


def test_planted_events_are_found_soon_and_little_else_is() -> None:
    risk = np.ones((LANES, 104))
    rng = np.random.default_rng(1)
    struck = rng.choice(LANES, 12, replace=False)
    risk[struck, 80:] = 8.0
    one = world(31, risk=risk, lots=15.0)
    opened = replayed(one, 76, 92)
    true = {one.key(int(lane)) for lane in struck}
    found = [key for key in true if opened.get(key, -1) >= 80]
    assert len(found) >= 9
    assert np.median([opened[key] - 80 for key in found]) <= 4
    assert len(set(opened) - true) <= 3


def test_a_step_of_targeting_is_no_event() -> None:
    targeting = np.full((LANES, 104), 0.1)
    targeting[:, 84:] = 0.7  # of every lane's lots: the raw failure rate doubles
    one = world(5, targeting=targeting, lots=15.0)
    raw = one.failed_random + one.failed_targeted
    assert raw[:, 84:].sum() / one.random.shape[1] > 0
    rate_before = raw[:, 60:84].sum() / (one.random + one.targeted)[:, 60:84].sum()
    rate_after = raw[:, 84:].sum() / (one.random + one.targeted)[:, 84:].sum()
    assert rate_after > 1.7 * rate_before
    assert len(replayed(one, 84, 96)) <= 2


def test_a_step_of_the_denominator_is_no_event() -> None:
    one = world(6, lots=8.0)
    usual = one.failed_random.sum(axis=1) / np.maximum(one.random.sum(axis=1), 1)  # of each lane: its rate must not step too
    more = np.random.default_rng(2).binomial(one.random[:, 84:] * 3, usual[:, None])
    one.random[:, 84:] *= 4
    one.failed_random[:, 84:] += more
    assert len(replayed(one, 84, 92)) <= 2


def test_the_targeting_ratio_is_estimated_within_lanes() -> None:
    """Risky lanes are targeted more; the ratio must be that of targeting, not of risk."""
    targeting = np.where(np.arange(LANES)[:, None] % 2 == 0, 0.7, 0.1) * np.ones((1, 104))
    risk = np.where(np.arange(LANES)[:, None] % 2 == 0, 4.0, 1.0) * np.ones((1, 104))
    one = world(7, targeting=targeting, risk=risk, lots=20.0)
    ratios = targeting_ratios(build_panel(one.frame(103), FAILURES, one.as_of(103)), 100)
    assert np.median(ratios["targeted"]) == pytest.approx(3.0, rel=0.15)


def test_a_new_lane_is_judged_by_its_neighbours() -> None:
    """A lane without history inherits the rate of its product and origin, and the doubt how far lanes differ."""
    starts = np.zeros(LANES, dtype=np.int64)
    new = np.arange(3, LANES, 40)
    starts[new] = 90
    risk = np.ones((LANES, 104))
    risk[new[:4], 90:] = 8.0
    one = world(8, risk=risk, starts=starts, lots=25.0)
    signals = judge(one.frame(93), FAILURES, one.as_of(93)).set_index("series_key")
    struck, calm = (signals.loc[[one.key(int(lane)) for lane in lanes]] for lanes in (new[:4], new[4:]))
    assert (struck["p_value"] < 0.1).all()
    assert (calm["p_value"] > 0.2).all()
    assert 0.4 < (calm["observed"].sum() / calm["expected"].sum()) < 2.0


def test_an_outbreak_teaches_little() -> None:
    risk = np.ones((LANES, 104))
    risk[10, 60:72] = 10.0
    struck, calm = world(9, risk=risk, lots=20.0), world(9, lots=20.0)
    expected = [
        judge(one.frame(100), FAILURES, one.as_of(100)).set_index("series_key").loc[one.key(10), ["expected", "window_weeks"]]
        for one in (struck, calm)
    ]
    per_week = [e["expected"] / e["window_weeks"] for e in expected]
    assert per_week[0] < 2.0 * per_week[1]


def counts(weekly: np.ndarray, column: str, begin: date = FIRST) -> pd.DataFrame:
    """core_series_week of a count without denominator: lanes x weeks."""
    lane, week = np.nonzero(weekly)
    values = {column: weekly[lane, week]}
    frame = table(np.array([f"{lane_ % 40:04d}" for lane_ in lane]), np.array([f"O{lane_ // 40}" for lane_ in lane]), week, values)
    return frame.assign(week=np.datetime64(begin) + 7 * week)


def test_spring_festival_is_expected() -> None:
    """Reports come on working days: seven days off are not a lull, the weeks after them no rise."""
    begin, weeks = date(2022, 1, 3), 112  # the festival of 2024 is 10-17 February: weeks 109 and 110
    mondays = [begin + timedelta(weeks=i) for i in range(weeks)]
    worked = np.array([0.2 if monday == date(2024, 2, 12) else 1.0 for monday in mondays])
    weekly = np.random.default_rng(4).poisson(12.0 * worked, (60, weeks))
    indicator = watched("enterprise_reports")
    as_of = date(2024, 2, 19)
    signals = judge(counts(weekly, "enterprise_reports", begin), indicator, as_of)
    one_week = signals[signals["window_weeks"] == 1]
    assert not signals["is_rejected"].any()
    assert (one_week["expected"] < 9).all()
    assert one_week["completeness"].max() < 0.95


ONE_WEEK = watched("foreign_alerts", windows=(1,), window_weights=(1.0,), accumulation=0.0)


def test_the_running_week_is_expected_by_the_days_it_had() -> None:
    rng = np.random.default_rng(5)
    weekly = rng.poisson(20.0, (60, 60))
    weekly[:, 59] = rng.poisson(8.0, 60)  # two of five weekdays
    tuesday_night = FIRST + timedelta(weeks=59, days=2)
    signals = judge(counts(weekly, "foreign_alerts"), ONE_WEEK, tuesday_night)
    assert signals["expected"].mean() == pytest.approx(8.0, rel=0.1)
    assert (signals["completeness"] == 0.4).all()


def test_seven_looks_at_one_week_cost_no_more_than_one() -> None:
    """The share of quiet series that any of a week's seven nights puts below p = 0.01."""
    rng = np.random.default_rng(6)
    indicator = watched("foreign_alerts", min_observed=1)
    series, weeks = 400, 70
    lows = np.zeros(series)
    weekly = rng.poisson(6.0, (series, weeks))
    days = rng.multinomial(1, [0.2] * 5, (series, 60)).cumsum(axis=1)  # on which weekday each case of the last week falls
    last = np.array([days[i, weekly[i, -1] - 1] if weekly[i, -1] else np.zeros(5, dtype=int) for i in range(series)]).cumsum(axis=1)
    smallest = np.ones(series)
    for look in range(7):
        weekly[:, -1] = last[:, min(look, 4)]
        signals = judge(counts(weekly, "foreign_alerts"), indicator, FIRST + timedelta(weeks=weeks - 1, days=look + 1))
        smallest = np.minimum(smallest, signals["p_value"].to_numpy())
    lows = smallest <= 0.05
    assert lows.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / series)


def test_late_reports_are_allowed_for() -> None:
    """Half of the reports need two weeks: with the delays known, a risk three times as high shows through; without, it does not."""
    rng = np.random.default_rng(7)
    share = np.array([0.5 if lag < 14 else 1.0 for lag in range(57)])
    delays = pd.DataFrame({"indicator_base": "complaint", "lag_days": np.arange(57), "share": share})
    weekly = rng.poisson(10.0, (60, 80))
    weekly[:, 78:] = rng.poisson(5.0, (60, 2))
    weekly[0, 78:] = 15  # thirty reports each in truth
    indicator = watched("complaints")
    as_of = FIRST + timedelta(weeks=80)
    frame = counts(weekly, "complaints").assign(declared_lots=0)
    knowing, naive = (judge(frame, indicator, as_of, delays=d).set_index("series_key")["p_value"] for d in (delays, None))
    key = "product_origin|import|HS|0000|O0|*|*"
    assert knowing[key] < 1e-3 < naive[key]
    assert (knowing.drop(key) < 0.001).sum() <= 1


def test_open_series_are_judged_but_not_opened_again() -> None:
    risk = np.ones((LANES, 104))
    risk[4, 95:] = 10.0
    one = world(11, risk=risk, lots=30.0)
    frame, as_of = one.frame(100), one.as_of(100)
    alone = judge(frame, FAILURES, as_of).set_index("series_key")
    key = one.key(4)
    assert alone.loc[key, "is_rejected"]
    beside = judge(frame, FAILURES, as_of, open_keys={key}).set_index("series_key")
    assert not beside.loc[key, "is_rejected"]
    assert beside.loc[key, "p_value"] == alone.loc[key, "p_value"]
    assert beside.loc[key, "q_value"] <= 0.1


def test_pyod_runs_beside_and_agrees_on_what_is_strange() -> None:
    risk = np.ones((LANES, 104))
    risk[4, 95:] = 10.0
    one = world(11, risk=risk, lots=30.0)
    with_pyod = replace(FAILURES, detector=replace(FAILURES.counting, pyod="beside"))
    frame, as_of = one.frame(100), one.as_of(100)
    plain, seen = (judge(frame, indicator, as_of).set_index("series_key") for indicator in (FAILURES, with_pyod))
    pd.testing.assert_frame_equal(*(s.drop(columns=["pyod_score", "pyod_p_value", "top_feature"]) for s in (plain, seen)))
    struck = seen.loc[one.key(4)]
    assert struck["pyod_p_value"] < 0.005
    assert struck["top_feature"] != ""
    others = seen.drop(one.key(4))["pyod_p_value"]
    assert 0.0 <= (others < 0.05).mean() < 0.08
    pd.testing.assert_frame_equal(seen, judge(frame, with_pyod, as_of).set_index("series_key"))


def test_weeks_after_the_night_and_before_the_look_back_are_not_read() -> None:
    one = world(12, weeks=60)
    frame = one.frame(59)
    early = judge(frame, FAILURES, one.as_of(40))
    pd.testing.assert_frame_equal(early, judge(one.frame(40), FAILURES, one.as_of(40)))
    short = replace(FAILURES, lookback_weeks=30)
    begin = pd.Timestamp(date.fromordinal((one.as_of(59).toordinal() - 7 * 30) // STRIDE * STRIDE))  # whole half years
    assert frame["week"].min() < begin
    pd.testing.assert_frame_equal(judge(frame, short, one.as_of(59)), judge(frame[frame["week"] >= begin], short, one.as_of(59)))


def test_rows_laid_out_once_serve_every_indicator_and_intervals_only_who_is_told() -> None:
    """A part of the series taken out before, an indicator that sees others: what is judged is the same as from the table alone."""
    risk = np.ones((LANES, 104))
    risk[:8, 80:] = 8.0
    one = world(3, risk=risk)
    rows, as_of = one.frame(90), one.as_of(90)
    other = rows.assign(direction="export", product_code="unknown")
    laid_out = weekly_rows(pd.concat([other, rows]), lambda heads: heads["product_code"] != "unknown")
    for indicator in (FAILURES, watched("failure_rate", min_observed=1)):
        full, some = judge(rows, indicator, as_of), judge_and_watch(laid_out, indicator, as_of, told_p=0.05)[0]
        intervals = ["expected_lower", "expected_upper", "ratio_lower", "ratio_upper"]
        pd.testing.assert_frame_equal(full.drop(columns=intervals), some.drop(columns=intervals))
        told = (full["p_value"] <= 0.05) | full["is_rejected"]
        pd.testing.assert_frame_equal(full.loc[told, intervals], some.loc[told, intervals])
        assert (some.loc[~told, intervals] == 0.0).all(axis=None)
        assert 0 < told.sum() < len(told)


def test_nothing_known_gives_no_signals_of_the_same_shape() -> None:
    empty = judge(world(13, weeks=5).frame(4).iloc[:0], FAILURES, FIRST)
    assert list(empty.columns) == list(SIGNAL_COLUMNS)
    assert empty.empty


DECISIVE = ["observed", "expected", "p_value", "q_value", "is_rejected", "pyod_score", "pyod_p_value"]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(["failure_rate", "complaints", "injuries", "foreign_alerts"]))
@example(15, 40, "complaints")  # ten million in one week leave a variance that no walk over the law gets to the end of
def test_any_panel_gives_whole_numbers_in_order_of_series_whatever_the_order_of_rows(seed: int, last: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    one = world(seed, weeks=41, n_products=4, n_origins=3, lots=float(rng.exponential(3.0)))
    frame = one.frame(last)
    for column in ("complaints", "injuries", "foreign_alerts", "declared_lots"):
        frame[column] = rng.poisson(rng.exponential(2.0), len(frame)) * rng.binomial(1, 0.3, len(frame))
    frame.loc[frame.index[:1], "complaints"] = 10**7
    as_of = one.as_of(last) - timedelta(days=int(rng.integers(0, 7)))
    result = judge(frame, watched(name), as_of)
    shuffled = judge(frame.sample(frac=1.0, random_state=seed % 1000), watched(name), as_of)
    assert not result.isna().any().any()
    assert np.isfinite(result[DECISIVE].to_numpy(dtype=float)).all()
    assert result["p_value"].between(0, 1).all()
    assert result["q_value"].between(0, 1).all()
    assert list(result["series_key"]) == sorted(result["series_key"])
    pd.testing.assert_frame_equal(result, shuffled)

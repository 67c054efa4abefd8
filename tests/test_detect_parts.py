"""The parts of a night's judgement: false discovery control, working days, delays, the prior, the pyod detector."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from detect_worlds import table

from riskwarn.detect import Workdays, estimate_completeness, judge
from riskwarn.detect.beside import beside, feature_names, features
from riskwarn.detect.choice import choose
from riskwarn.detect.completeness import MAX_LAG_DAYS, week_shares
from riskwarn.detect.evidence import ratio_interval, scan
from riskwarn.detect.fdr import discrete_q_values, settled_reach
from riskwarn.detect.prior import heterogeneity, margin_prior
from riskwarn.detect.recursion import accumulate
from riskwarn.detect.workdays import day_weights
from riskwarn.indicators import load_indicators

EVERY = np.ones(1, dtype=bool)


def q_values(p: list[float], reach: float = 1.0, family: list[bool] | None = None) -> np.ndarray:
    size = len(p)
    inside = np.ones(size, dtype=bool) if family is None else np.array(family)
    return discrete_q_values(np.array(p), np.full(size, reach), np.ones(size, dtype=bool), inside)


def test_q_values_are_those_of_benjamini_and_hochberg_where_all_can_alarm() -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]
    assert q_values(p) == pytest.approx([0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.0845714, 0.205], rel=1e-5)


def test_silent_series_cost_nothing() -> None:
    p, reach = np.append([0.001], np.ones(10_000)), np.append([1.0], np.full(10_000, 1e-9))
    judged = p < 1
    assert discrete_q_values(p, reach, judged, np.ones(p.size, dtype=bool))[0] == pytest.approx(0.001, rel=0.02)
    assert discrete_q_values(p, np.ones(p.size), judged, np.ones(p.size, dtype=bool))[0] == 1.0


def test_an_open_series_neither_tests_nor_discovers() -> None:
    with_open = q_values([1e-9, 0.02, 0.5], family=[False, True, True])
    assert with_open[1:] == pytest.approx(q_values([0.02, 0.5]))
    assert with_open[0] < 1e-7


def test_false_discoveries_stay_at_q() -> None:
    """Weekly panels of 500 quiet and 20 struck series: the share of false discoveries, averaged."""
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(300):
        p = np.append(rng.uniform(size=500), rng.beta(0.1, 8.0, 20))
        rejected = q_values(list(p)) <= 0.2
        shares.append(rejected[:500].sum() / max(rejected.sum(), 1))
    assert np.mean(shares) < 0.2 + 3 * np.std(shares) / np.sqrt(len(shares))


def test_more_first_events_than_the_model_allows_raise_the_bar() -> None:
    reach = np.full(1000, 1e-4)
    assert settled_reach(reach, np.arange(1000) < 10).sum() == pytest.approx(0.1 * 11 / 1.1)
    assert (settled_reach(reach, np.zeros(1000, dtype=bool)) == reach).all()


def test_nothing_to_judge() -> None:
    assert discrete_q_values(np.empty(0), np.empty(0), np.empty(0, dtype=bool), np.empty(0, dtype=bool)).size == 0
    assert q_values([0.5], family=[False])[0] == 0.5


MONDAY = date(2024, 2, 12)  # in the week of Spring Festival; Sunday 18 February was worked


def test_chinese_weeks() -> None:
    mondays = np.array([(MONDAY + timedelta(weeks=w)).toordinal() for w in (-1, 0, 1)])
    assert day_weights(mondays, "china", Workdays()).sum(axis=1) == pytest.approx([1.0, 0.2, 1.0])
    closed = Workdays({MONDAY + timedelta(days=6): False})
    assert day_weights(mondays, "china", closed).sum(axis=1) == pytest.approx([1.0, 0.0, 1.0])


def test_what_comes_on_holidays_is_no_evidence_by_itself() -> None:
    """Nothing is expected of a week of Spring Festival; three reports in it had the probability of a miracle."""
    counts, expected = (
        np.array([[4.0, 5.0, 3.0], [4.0, 5.0, 60.0], [0.0, 0.0, 3.0]]),
        np.array([[5.0, 5.0, 0.0], [5.0, 5.0, 0.0], [0.0] * 3]),
    )
    found = scan(counts, expected, np.full(3, 0.01), np.full(3, 1.3), (1, 2), (1.0, 1.0), 3)
    assert found.window[0] == 1
    assert found.p_value[0] > 0.05  # eight where five are expected of both weeks
    assert found.p_value[1] < 1e-9
    assert found.p_value[2] == 1.0


def test_a_night_in_spring_festival_opens_nothing_for_three_reports() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(2.0, (12, 57))
    counts[:, 56] = 3  # the week of 2022-01-31, all holidays
    lane, week = np.nonzero(np.ones_like(counts))
    values = {"enterprise_reports": counts[lane, week], "declared_lots": np.full(lane.size, 20)}
    frame = table(np.char.mod("100%d00", lane // 4), np.char.mod("O%d", lane % 4), week, values)
    one = next(indicator for indicator in load_indicators() if indicator.id == "enterprise_reports")
    signals = judge(frame, replace(one, scopes=("product_origin",), detector=replace(one.counting, pyod="off")), date(2022, 2, 7))
    assert signals["p_value"].min() > 1e-3
    assert not signals["is_rejected"].any()


def test_the_interval_of_a_ratio_is_one() -> None:
    observed, expected = np.array([0.0, 1.0, 1e12]), np.array([1e-12, 1e-12, 1e-6])
    _, low, high = ratio_interval(observed, expected, np.ones(3), np.array([0.1, 25.0, 100.0]))
    assert (low <= high).all()


def test_a_usual_week_sums_to_one() -> None:
    mondays = np.array([date(2024, 3, 4).toordinal()])
    for calendar in ("all_days", "weekdays", "china"):
        assert day_weights(mondays, calendar, Workdays()).sum() == pytest.approx(1.0)


def test_days_to_come_bring_nothing() -> None:
    mondays = np.array([(MONDAY - timedelta(weeks=1)).toordinal(), MONDAY.toordinal()])
    weights = day_weights(mondays, "weekdays", Workdays())
    assert week_shares(weights, mondays, MONDAY + timedelta(days=3), None) == pytest.approx([1.0, 0.6])
    slow = np.array([0.0, 0.5, 1.0])
    assert week_shares(weights, mondays, MONDAY + timedelta(days=3), slow) == pytest.approx([1.0, 0.2 * (0.0 + 0.5 + 1.0)])


def test_completeness_is_estimated_although_slow_reports_are_not_in_yet() -> None:
    rng = np.random.default_rng(2)
    size, as_of = 20_000, date(2024, 6, 1)
    age = rng.integers(1, 200, size)
    lag = rng.geometric(0.1, size) - 1  # half within a week
    event_on = pd.to_datetime([as_of - timedelta(days=int(a)) for a in age])
    events = pd.DataFrame({"event_on": event_on, "known_on": event_on + pd.to_timedelta(lag, "D"), "indicator_base": "complaint"})
    known = events[events["known_on"] < pd.Timestamp(as_of)]
    found = estimate_completeness(known, as_of)
    truth = (1 - 0.9 ** (np.arange(MAX_LAG_DAYS + 1) + 1)) / (1 - 0.9 ** (MAX_LAG_DAYS + 1))
    assert found["share"].to_numpy() == pytest.approx(truth, abs=0.02)
    young = age[known.index] <= 28
    assert (lag[known.index][young] <= 7).mean() > truth[7] + 0.05  # what counting alone would claim of the last four weeks


def test_completeness_of_nothing_and_of_instant_reports() -> None:
    columns = {"event_on": pd.to_datetime([]), "known_on": pd.to_datetime([]), "indicator_base": []}
    assert estimate_completeness(pd.DataFrame(columns), MONDAY).empty
    day = pd.Timestamp(MONDAY - timedelta(days=9))
    found = estimate_completeness(pd.DataFrame({"event_on": [day], "known_on": [day], "indicator_base": ["failed"]}), MONDAY)
    assert (found["share"] == 1.0).all()


def keys(rows: list[tuple[str, str, str]], scope: str = "product_origin") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["product_code", "origin_country", "hazard_category"])
    return frame.assign(scope=scope, direction="import", product_scheme="HS", chapter="08")


def test_a_lane_without_events_inherits_product_and_origin() -> None:
    lanes = keys([(p, o, "*") for p in ("good", "bad") for o in ("AA", "BB", "CC")])
    exposure = np.full(6, 1000.0)
    events = np.array([10.0, 20.0, 0.0, 50.0, 100.0, 0.0])
    exposure[[2, 5]] = 0.0  # two new lanes
    prior = margin_prior(lanes, events, exposure, np.ones(6, dtype=bool), 0.5)
    assert prior.rate[5] == pytest.approx(0.075, rel=0.3)
    assert prior.rate[2] == pytest.approx(0.015, rel=0.4)


def test_heterogeneity_recovers_the_spread_of_rates() -> None:
    rng = np.random.default_rng(3)
    expected = np.full(4000, 2.0)
    events = rng.poisson(expected * rng.gamma(2.0, 0.5, 4000)).astype(float)
    assert heterogeneity(events, expected, 1.0) == pytest.approx(0.5, rel=0.15)
    assert heterogeneity(np.zeros(3), np.ones(3), 0.7) == 0.7


WINDOWS, WEIGHTS, SHARE = (1, 2, 4, 8), (1.0, 1.0, 1.0, 0.5), 0.5


def scored(counts: np.ndarray, mean: float) -> pd.DataFrame:
    """Series with a year of expectations ``mean`` a week; ``counts`` are series x 52."""
    size, weeks = counts.shape
    expected, rate_var, phi = np.full((size, weeks), mean), np.full((size, weeks), 0.05), np.full(size, 1.2)
    year = counts.astype(float)
    found = scan(year[:, -8:], expected[:, -8:], rate_var[:, -1].copy(), phi, WINDOWS, WEIGHTS, 1)
    judged = choose(found, accumulate(year, expected, rate_var, phi), phi, rate_var[:, -1].copy(), WINDOWS, WEIGHTS, SHARE, 1)
    values = features(year[:, -8:], expected[:, -8:], rate_var[:, -1].copy(), phi, WINDOWS, judged.p_accumulation)
    second = beside(values, judged, WINDOWS, WEIGHTS, SHARE, EVERY.repeat(size))
    return pd.DataFrame({"score": second.score, "p": second.p_value, "fused": second.fused_p, "top": second.top_feature})


@pytest.mark.parametrize("mean", [0.05, 0.5, 5.0])
def test_the_pyod_score_is_calibrated_for_sparse_and_dense_series(mean: float) -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(rng.gamma(mean / 0.2, 0.2, (4000, 52)))
    found = scored(counts, mean)
    for name in ("p", "fused"):
        assert (found[name] <= 0.05).mean() < 0.08
        assert (found[name] <= 0.001).mean() < 0.004


def test_a_score_does_not_depend_on_what_is_scored_beside_it() -> None:
    counts = np.random.default_rng(5).poisson(2.0, (50, 52))
    counts[7, -8:] += np.arange(8)
    together, alone = scored(counts, 2.0), scored(counts[7:8], 2.0)
    pd.testing.assert_frame_equal(together.loc[[7]].reset_index(drop=True), alone)
    assert alone.loc[0, "p"] < 0.01


def test_a_burst_and_a_lull_differ() -> None:
    counts = np.full((3, 52), 2)
    counts[0, -1], counts[1, -8:], counts[2, -1] = 25, 0, 60
    table = scored(counts, 2.0)
    assert table.loc[0, "p"] < 0.001
    assert table.loc[0, "top"] in feature_names(WINDOWS)
    assert (table.loc[1, "p"], table.loc[1, "fused"], table.loc[1, "top"]) == (1.0, 1.0, "")
    assert table.loc[2, "p"] < 1.2 * table.loc[0, "p"]  # the models saturate, the joined probability does not
    assert table.loc[2, "fused"] < table.loc[0, "fused"]


def test_the_shared_random_generator_is_left_as_it_was() -> None:
    from riskwarn.detect import beside as module

    module._frozen.cache_clear()
    np.random.seed(3)
    state = np.random.get_state()[1].copy()
    scored(np.full((1, 52), 4), 2.0)
    assert (np.random.get_state()[1] == state).all()

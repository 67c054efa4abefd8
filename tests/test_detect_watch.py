"""The detector watched: quiet where its law holds, loud where it does not, silent where nobody can tell."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from riskwarn.detect.completeness import LEAST_LIVE, telling
from riskwarn.detect.watch import COLUMNS, NewestWeeks, watch, watch_delays

AS_OF = date(2026, 11, 23)
ROWS, WEEKS = 3000, 8


def panel(seed: int, *, level: float = 1.0, phi_told: float = 1.5, phi_true: float = 1.5, fat: float = 0.0) -> NewestWeeks:
    """Counts that follow the law told to the detector, but for the true level, the true dispersion and a share ``fat`` of jumps."""
    rng = np.random.default_rng(seed)
    expected = np.exp(rng.normal(-1.0, 1.5, ROWS))[:, None] * np.ones((1, WEEKS))
    mean = expected * level
    counts = rng.poisson(mean) if phi_true == 1.0 else rng.negative_binomial(mean / (phi_true - 1.0), 1.0 / phi_true)
    counts = np.where(rng.random(counts.shape) < fat, counts + rng.poisson(8 + 5 * expected), counts)
    return NewestWeeks(counts.astype(float), expected, np.full(ROWS, 1e-6), np.full(ROWS, phi_told))


def verdicts(seen: NewestWeeks) -> dict[str, bool]:
    return {row.check_name: bool(row.is_ok) for row in watch("complaints", seen).itertuples()}


@pytest.mark.parametrize("seed", range(8))
def test_a_detector_that_is_right_is_left_alone(seed: int) -> None:
    found = watch("complaints", panel(seed))
    assert list(found.columns) == list(COLUMNS)
    assert found["is_ok"].all()
    by_name = found.set_index("check_name")["value"]
    assert abs(by_name["pit_uniform"]) < 0.05
    assert 0.008 < by_name["small_p_share"] < 0.012
    assert 0.9 < by_name["scatter"] < 1.1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"level": 1.8}, "pit_uniform"),  # everything rises: a new way of recording
        ({"level": 0.4}, "pit_uniform"),  # everything falls: a part of the reports stays out
        ({"phi_true": 5.0}, "scatter"),
        ({"phi_told": 4.0, "phi_true": 1.0}, "scatter"),
        ({"fat": 0.05}, "small_p_share"),
    ],
)
def test_drift_is_named(wrong: dict[str, float], named: str) -> None:
    assert verdicts(panel(1, **wrong))[named] is False


def test_too_few_events_say_nothing() -> None:
    seen = panel(1)
    few = NewestWeeks(seen.counts[:5] * 0, seen.expected[:5], seen.rate_var[:5], seen.dispersion[:5])
    assert watch("complaints", few).empty


def test_weeks_without_expectation_are_left_out() -> None:
    seen = panel(2)
    seen.expected[:, :4] = 0.0
    assert watch("complaints", seen)["value"].notna().all()


def events(seed: int, recent_delay: float, usual_delay: float = 5.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ago = rng.integers(1, 364, 4000)
    lag = rng.poisson(np.where(ago <= 91, recent_delay, usual_delay))
    on = pd.Timestamp(AS_OF) - pd.to_timedelta(ago, unit="D")
    table = pd.DataFrame({"event_on": on, "known_on": on + pd.to_timedelta(lag, unit="D"), "indicator_base": "complaint"})
    return table[table["known_on"] < pd.Timestamp(AS_OF)]


@pytest.mark.parametrize("seed", range(5))
def test_a_steady_delay_is_left_alone_and_a_longer_one_named(seed: int) -> None:
    assert watch_delays("complaints", events(seed, 5.0), AS_OF)["is_ok"].tolist() == [True]
    assert watch_delays("complaints", events(seed, 15.0), AS_OF)["is_ok"].tolist() == [False]
    assert watch_delays("complaints", events(seed, 5.0)[:60], AS_OF + timedelta(days=0)).empty


@pytest.mark.parametrize(("live", "kept"), [(0, 500), (LEAST_LIVE - 1, 500 + LEAST_LIVE - 1), (LEAST_LIVE, LEAST_LIVE)])
def test_history_tells_of_delay_only_until_enough_came_in_the_ordinary_way(live: int, kept: int) -> None:
    table = pd.DataFrame({"indicator_base": "complaint", "is_live": [True] * live + [False] * 500})
    assert len(telling(table)) == kept


def test_a_year_of_events_delivered_at_once_says_nothing_of_delay() -> None:
    """They all came later than delay is reckoned; a night that begins with such a delivery must not break off."""
    told = events(1, 5.0)
    old = pd.to_datetime(told["event_on"]) < pd.Timestamp(AS_OF - timedelta(weeks=13))
    late = told.assign(known_on=told["known_on"].where(~old, pd.Timestamp(AS_OF - timedelta(days=1))))
    assert watch_delays("complaints", late[~old | (late["event_on"] < pd.Timestamp(AS_OF - timedelta(days=100)))], AS_OF).empty
